//! Guests whose machine code does not ask whether it shall go on: what is left of them when they shall end.

#![allow(clippy::unwrap_used)]

mod common;

use std::os::fd::OwnedFd;
use std::time::Duration;

use common::{p1, within};
use sampan_types::{Ending, LimitName, Signal};
use sampan_wasm_host::{GuestHandle, GuestSpec, Host, HostConfig, HostError, Interruption, Output};

fn host() -> Host {
    Host::new(HostConfig {
        interruption: Interruption::Unchecked,
        ..HostConfig::default()
    })
    .unwrap()
}

const LOOP: &str = r#"(func (export "_start") (loop $l (br $l)))"#;
const WRITER: &str = r#"(func (export "_start")
    (loop $l (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 16))) (br $l)))"#;

/// Starts a guest on a thread, which one in a loop never leaves: the thread ends with this test's process.
fn start(body: &str, mut spec: GuestSpec, output: Option<OwnedFd>) -> (GuestHandle, Thread) {
    let host = host();
    let program = common::load(&host, &p1(body), &spec).unwrap();
    if let Some(fd) = output {
        spec.stdio.stdout = Output::Fd(fd);
    }
    let guest = host.guest(&program, spec).unwrap();
    let handle = guest.handle();
    let thread = std::thread::spawn(move || common::runtime().block_on(guest.run()));
    (handle, thread)
}

type Thread = std::thread::JoinHandle<Result<Ending, HostError>>;

fn outside(handle: &GuestHandle) -> Ending {
    within(common::runtime(), handle.ended_from_outside())
}

#[test]
fn a_killed_loop_is_told_of_though_it_goes_on() {
    let (handle, thread) = start(LOOP, GuestSpec::default(), None);
    handle.kill(Signal::Terminate);
    assert_eq!(
        outside(&handle),
        Ending::Signalled {
            signal: Signal::Terminate
        }
    );
    assert!(!thread.is_finished(), "nothing in a loop without checks ends it");
}

#[test]
fn time_runs_out_in_a_loop() {
    for limit in [LimitName::WallTime, LimitName::CpuTime] {
        let mut spec = GuestSpec::default();
        let most = Some(Duration::from_millis(30));
        match limit {
            LimitName::WallTime => spec.limits.wall_time = most,
            _ => spec.limits.cpu_time = most,
        }
        let (handle, _) = start(LOOP, spec, None);
        let ending = outside(&handle);
        assert!(
            matches!(&ending, Ending::Limited(breach) if breach.limit == limit),
            "{ending:?}"
        );
        assert!(handle.usage().cpu_time > Duration::ZERO);
    }
}

#[test]
fn a_call_to_the_host_is_the_last_of_a_killed_guest() {
    let (r, w) = rustix::pipe::pipe().unwrap();
    let output = common::reader(r);
    let (handle, thread) = start(WRITER, GuestSpec::default(), Some(w));
    while handle.usage().output.get() == 0 {
        std::thread::yield_now();
    }
    handle.kill(Signal::Kill);
    let ending = thread.join().unwrap().unwrap();
    assert_eq!(ending, Ending::Signalled { signal: Signal::Kill });
    assert_eq!(outside(&handle), ending);
    assert!(!output.join().unwrap().is_empty());
}

#[test]
fn a_guest_that_waits_leaves_at_once() {
    let body = r#"(func (export "_start") (call $sleep (i64.const 1000000000000000)))"#;
    let (handle, thread) = start(body, GuestSpec::default(), None);
    handle.kill(Signal::Interrupt);
    let ending = thread.join().unwrap().unwrap();
    assert_eq!(
        ending,
        Ending::Signalled {
            signal: Signal::Interrupt
        }
    );
}

#[test]
fn what_needs_checks_is_refused_without_them() {
    let host = host();
    let mut spec = GuestSpec::default();
    spec.limits.cpu_millis = Some(500);
    let program = common::load(&host, &p1(LOOP), &spec).unwrap();
    assert!(matches!(host.guest(&program, spec), Err(HostError::Spec(_))));
    let mut spec = GuestSpec::default();
    spec.diagnostics.profile = Some("/nonexistent/profile".into());
    assert!(host.guest(&program, spec).is_err());
}

#[test]
fn code_with_and_without_checks_has_two_names_in_the_cache() {
    let wasm = sampan_wasm_host::wat_to_wasm(p1(LOOP).as_bytes()).unwrap();
    let source = common::source(&wasm);
    assert_ne!(host().code_key(&source), common::host().code_key(&source));
}

#[test]
fn a_guest_that_ends_by_itself_is_never_ended_from_outside() {
    let (handle, thread) = start(r#"(func (export "_start"))"#, GuestSpec::default(), None);
    assert_eq!(thread.join().unwrap().unwrap(), Ending::Exited { code: 0 });
    let waited = common::runtime().block_on(async {
        tokio::time::timeout(Duration::from_millis(50), handle.ended_from_outside()).await
    });
    assert!(waited.is_err());
}

#[test]
fn guests_that_share_a_thread_need_checks() {
    let host = Host::new(HostConfig {
        interruption: Interruption::Unchecked,
        sharing: sampan_wasm_host::Sharing::Shared,
        ..HostConfig::default()
    })
    .unwrap();
    let spec = GuestSpec::default();
    let program = common::load(&host, &p1(LOOP), &spec).unwrap();
    assert!(matches!(host.guest(&program, spec), Err(HostError::Spec(_))));
}
