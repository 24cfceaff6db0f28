//! Guests on one thread do not hold each other up, whatever one of them does.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::p1;
use sampan_types::{Ending, LimitName};
use sampan_wasm_host::{Allocation, GuestSpec, Host, HostConfig, Input, Output, Sharing};

fn shared(allocation: Allocation) -> Host {
    Host::new(HostConfig {
        sharing: Sharing::Shared,
        allocation,
        ..HostConfig::default()
    })
    .unwrap()
}

/// Counts to a hundred with a short sleep after each, then succeeds.
const STEADY: &str = r#"(func (export "_start") (local $n i32)
    (loop $l
      (call $sleep (i64.const 1000000))
      (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 100)))))"#;

/// Each does something for ever.
const BAD: [&str; 5] = [
    r#"(func (export "_start") (loop $l (br $l)))"#,
    r#"(func (export "_start") (call $sleep (i64.const 1000000000000000)))"#,
    r#"(func (export "_start") (drop (call $read (i32.const 0) (i32.const 1024) (i32.const 10))))"#,
    r#"(func (export "_start")
        (loop $l (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 65536))) (br $l)))"#,
    r#"(func (export "_start") (loop $l (drop (memory.grow (i32.const 1))) (br $l)))"#,
];

#[test]
fn a_steady_guest_succeeds_beside_bad_ones_on_the_same_thread() {
    for allocation in [Allocation::OnDemand, Allocation::Pooled { instances: 16 }] {
        let host = shared(allocation);
        let mut keep = Vec::new();
        let mut guests = Vec::new();
        for body in BAD {
            let (input, w) = rustix::pipe::pipe().unwrap();
            let (r, output) = rustix::pipe::pipe().unwrap();
            keep.push((r, w));
            let mut spec = GuestSpec::default();
            spec.stdio.stdin = Input::Fd(input);
            spec.stdio.stdout = Output::Fd(output);
            spec.limits.wall_time = Some(Duration::from_millis(700));
            let program = common::load(&host, &p1(body), &spec).unwrap();
            guests.push(host.guest(&program, spec).unwrap());
        }
        let spec = GuestSpec::default();
        let program = common::load(&host, &p1(STEADY), &spec).unwrap();
        let steady = host.guest(&program, spec).unwrap();

        let local = tokio::task::LocalSet::new();
        let runtime = common::runtime();
        let endings = runtime.block_on(local.run_until(async {
            let bad: Vec<_> = guests
                .into_iter()
                .map(|g| tokio::task::spawn_local(g.run()))
                .collect();
            let steady = tokio::task::spawn_local(steady.run());
            let steady = tokio::time::timeout(common::LONG, steady)
                .await
                .unwrap()
                .unwrap()
                .unwrap();
            let mut endings = Vec::new();
            for task in bad {
                let ending = tokio::time::timeout(common::LONG, task).await.unwrap();
                endings.push(ending.unwrap().unwrap());
            }
            assert_eq!(steady, Ending::Exited { code: 0 });
            endings
        }));
        for ending in endings {
            assert!(
                matches!(&ending, Ending::Limited(b) if b.limit == LimitName::WallTime),
                "{ending:?}"
            );
        }
    }
}

#[test]
fn a_run_can_move_between_threads() {
    fn check<T: Send>(value: T) -> T {
        value
    }
    let host = shared(Allocation::OnDemand);
    let spec = GuestSpec::default();
    let program = common::load(&host, &p1(STEADY), &spec).unwrap();
    let guest = host.guest(&program, spec).unwrap();
    let run = check(guest.run());
    let ending = std::thread::spawn(move || common::within(common::runtime(), run).unwrap())
        .join()
        .unwrap();
    assert_eq!(ending, Ending::Exited { code: 0 });
}
