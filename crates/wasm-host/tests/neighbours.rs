//! Guests on one thread do not hold each other up, whatever one of them does.

#![allow(clippy::unwrap_used)]

mod common;

use std::os::fd::OwnedFd;

use common::p1;
use sampan_types::grants::Access;
use sampan_types::{ByteCount, Classified, Ending, ErrorClass, LimitName, Signal};
use sampan_wasm_host::{Allocation, GuestSpec, Host, HostConfig, HostError, Input, Output, RootDir, Sharing};

fn shared(allocation: Allocation) -> Host {
    Host::new(HostConfig {
        sharing: Sharing::Shared,
        allocation,
        ..HostConfig::default()
    })
    .unwrap()
}

/// Sleeps thirty times for a short while, then succeeds.
const STEADY: &str = r#"(func (export "_start") (local $n i32)
    (loop $l
      (call $sleep (i64.const 1000000))
      (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 30)))))"#;

/// What a neighbour does, and the limit that ends it; without one it goes on for ever.
struct Bad {
    name: &'static str,
    text: String,
    limit: Option<LimitName>,
}

fn bad() -> Vec<Bad> {
    let bad = |name, limit, body: &str| Bad {
        name,
        text: p1(body),
        limit,
    };
    let handles = concat!(env!("CARGO_MANIFEST_DIR"), "/../../guests/evil/hog_handles.wat");
    vec![
        bad("computes", None, r#"(func (export "_start") (loop $l (br $l)))"#),
        bad(
            "sleeps",
            None,
            r#"(func (export "_start") (call $sleep (i64.const 1000000000000000)))"#,
        ),
        bad(
            "waits for input",
            None,
            r#"(func (export "_start") (drop (call $read (i32.const 0) (i32.const 1024) (i32.const 10))))"#,
        ),
        bad(
            "writes to nobody",
            None,
            r#"(func (export "_start")
                (loop $l (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 65536))) (br $l)))"#,
        ),
        bad(
            "takes memory",
            None,
            r#"(func (export "_start") (loop $l (drop (memory.grow (i32.const 1))) (br $l)))"#,
        ),
        bad(
            "takes table elements",
            None,
            r#"(table $t 1 funcref) (func (export "_start")
                (loop $l (drop (table.grow $t (ref.null func) (i32.const 1000))) (br $l)))"#,
        ),
        bad(
            "opens files",
            None,
            r#"(data (i32.const 1024) "f") (func (export "_start") (loop $l
                (drop (call $open (i32.const 3) (i32.const 1024) (i32.const 1) (i32.const 1) (i64.const 0x42)))
                (br $l)))"#,
        ),
        bad(
            "fills the disk",
            None,
            r#"(data (i32.const 1024) "g") (func (export "_start")
                (drop (call $open (i32.const 3) (i32.const 1024) (i32.const 1) (i32.const 1) (i64.const 0x42)))
                (loop $l (drop (call $write (call $fd) (i32.const 1024) (i32.const 65536))) (br $l)))"#,
        ),
        bad("traps", None, r#"(func (export "_start") unreachable)"#),
        bad(
            "calls itself",
            Some(LimitName::Stack),
            r#"(func $f (export "_start") (call $f) (call $f))"#,
        ),
        bad(
            "floods its output",
            Some(LimitName::OutputRate),
            r#"(func (export "_start")
                (loop $l (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 65536))) (br $l)))"#,
        ),
        Bad {
            name: "takes host memory",
            text: std::fs::read_to_string(handles).unwrap(),
            limit: Some(LimitName::HostMemory),
        },
    ]
}

fn spec_of(bad: &Bad, folder: &std::path::Path, input: OwnedFd, output: OwnedFd) -> GuestSpec {
    let mut spec = GuestSpec {
        root: Some(RootDir {
            path: folder.to_owned(),
            access: Access::ReadWrite,
        }),
        ..GuestSpec::default()
    };
    spec.stdio.stdin = Input::Fd(input);
    spec.stdio.stdout = Output::Fd(output);
    if bad.limit == Some(LimitName::OutputRate) {
        let nowhere = std::fs::OpenOptions::new().write(true).open("/dev/null").unwrap();
        spec.stdio.stdout = Output::Fd(nowhere.into());
    }
    let limits = &mut spec.limits;
    limits.memory = ByteCount::mib(8);
    limits.host_memory = ByteCount::mib(8);
    limits.disk = ByteCount::mib(8);
    limits.output_rate = ByteCount::mib(8);
    limits.open_files = 20;
    spec
}

#[test]
fn a_steady_guest_succeeds_beside_bad_ones_on_the_same_thread() {
    for allocation in [Allocation::OnDemand, Allocation::Pooled { instances: 32 }] {
        let host = shared(allocation);
        let folder = tempfile::tempdir().unwrap();
        let mut keep = Vec::new();
        let mut guests = Vec::new();
        for bad in bad() {
            let (input, w) = rustix::pipe::pipe().unwrap();
            let (r, output) = rustix::pipe::pipe().unwrap();
            keep.push((r, w));
            let spec = spec_of(&bad, folder.path(), input, output);
            let program = common::load(&host, &bad.text, &spec).unwrap();
            guests.push((bad, host.guest(&program, spec).unwrap()));
        }
        let spec = GuestSpec::default();
        let program = common::load(&host, &p1(STEADY), &spec).unwrap();
        let steady = host.guest(&program, spec).unwrap();

        // One thread, which looks at its timers after each turn of a guest: turns are long.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .event_interval(1)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let bad: Vec<_> = guests
                .into_iter()
                .map(|(bad, guest)| (bad, guest.handle(), tokio::spawn(guest.run())))
                .collect();
            let steady = tokio::spawn(steady.run());
            let steady = tokio::time::timeout(common::LONG, steady).await.unwrap();
            assert_eq!(steady.unwrap().unwrap(), Ending::Exited { code: 0 });
            for (bad, handle, task) in bad {
                let endless = bad.limit.is_none() && bad.name != "traps";
                if endless {
                    assert!(!task.is_finished(), "{} was no neighbour to the end", bad.name);
                    handle.kill(Signal::Kill);
                }
                let ending = tokio::time::timeout(common::LONG, task).await.unwrap();
                let ending = ending.unwrap().unwrap();
                let as_meant = match &ending {
                    Ending::Signalled { .. } => endless,
                    Ending::Limited(breach) => bad.limit == Some(breach.limit),
                    Ending::Trapped(_) => bad.name == "traps",
                    Ending::Exited { .. } | Ending::Lost { .. } => false,
                };
                assert!(as_meant, "{}: {ending:?}", bad.name);
            }
        });
    }
}

/// Who waits on a shared memory leaves its thread to nobody and cannot be ended: there is no such guest beside
/// others.
#[test]
fn shared_memory_is_refused_beside_others() {
    let texts = [
        r#"(module (memory 1 1 shared)
            (func (export "_start")
              (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))"#,
        r#"(module (import "env" "memory" (memory 1 1 shared)) (func (export "_start")))"#,
    ];
    for text in texts {
        let host = shared(Allocation::OnDemand);
        let Err(error) = common::load(&host, text, &GuestSpec::default()) else {
            panic!("it was taken");
        };
        assert!(matches!(error, HostError::Feature { .. }), "{error:?}");
        assert_eq!(error.class(), ErrorClass::CannotInvoke);
        assert!(error.to_string().contains("shared memory"), "{error}");
    }
    // In a process of its own nobody is held up.
    assert!(common::load(&common::host(), texts[0], &GuestSpec::default()).is_ok());
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
