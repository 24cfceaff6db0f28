//! How guests end, each way.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{p1, run, run_and};
use sampan_types::{Ending, LimitName, Signal};
use sampan_wasm_host::{GuestSpec, Input};

fn code(body: &str) -> Ending {
    run(&p1(body), GuestSpec::default()).ending
}

#[test]
fn a_command_that_returns_has_succeeded() {
    assert_eq!(code(r#"(func (export "_start"))"#), Ending::Exited { code: 0 });
}

#[test]
fn exit_codes_keep_their_low_eight_bits() {
    for (status, expected) in [
        (0_u32, 0_u8),
        (1, 1),
        (42, 42),
        (126, 126),
        (255, 255),
        (256, 0),
        (0xffff_ffff, 255),
    ] {
        let body = format!(
            r#"(func (export "_start") (call $exit (i32.const {})) unreachable)"#,
            status as i32
        );
        assert_eq!(code(&body), Ending::Exited { code: expected }, "{status}");
    }
}

#[test]
fn a_trap_names_its_reason_and_its_functions() {
    let ending = code(
        r#"(func $inner unreachable)
           (func $outer (call $inner))
           (func (export "_start") (call $outer))"#,
    );
    let Ending::Trapped(trap) = &ending else {
        panic!("{ending:?}")
    };
    assert!(trap.reason.contains("unreachable"), "{}", trap.reason);
    let names: Vec<_> = trap.backtrace.iter().map(|f| f.function.as_str()).collect();
    assert_eq!(names[..2], ["inner", "outer"], "{names:?}");
    assert_eq!(ending.code(), 134);
}

#[test]
fn every_kind_of_trap_has_words() {
    for (body, words) in [
        ("(drop (i32.div_s (i32.const 1) (i32.const 0)))", "divide by zero"),
        ("(drop (i32.load (i32.const -8)))", "out of bounds memory access"),
        ("(call_indirect (i32.const 7))", "out of bounds table access"),
        ("(drop (i32.trunc_f32_s (f32.const nan)))", "invalid conversion"),
    ] {
        let module = p1(&format!(r#"(table 1 funcref) (func (export "_start") {body})"#));
        let ending = run(&module, GuestSpec::default()).ending;
        let Ending::Trapped(trap) = ending else {
            panic!("{ending:?}")
        };
        assert!(trap.reason.contains(words), "{}", trap.reason);
    }
}

#[test]
fn an_uncaught_exception_is_a_trap_with_words() {
    let ending = code(r#"(tag $t) (func (export "_start") (throw $t))"#);
    assert!(
        matches!(&ending, Ending::Trapped(t) if t.reason.contains("exception")),
        "{ending:?}"
    );
}

#[test]
fn endless_recursion_runs_into_the_stack() {
    for stack in [64, 1024, 4096] {
        let mut spec = GuestSpec::default();
        spec.limits.stack = sampan_types::ByteCount::kib(stack);
        let done = run(&p1(r#"(func $f (export "_start") (call $f) (call $f))"#), spec);
        assert_eq!(done.limit(), Some(LimitName::Stack), "{:?}", done.ending);
    }
}

const LOOP: &str = r#"(func (export "_start") (call $say (i32.const 0) (i32.const 1)) (loop $l (br $l)))"#;
const SLEEP: &str = r#"(func (export "_start")
    (call $say (i32.const 0) (i32.const 1)) (call $sleep (i64.const 1000000000000000)))"#;
const READ: &str = r#"(func (export "_start")
    (call $say (i32.const 0) (i32.const 1))
    (drop (call $read (i32.const 0) (i32.const 1024) (i32.const 10))))"#;

/// A standard input that says nothing; its other end.
fn silent() -> (GuestSpec, std::os::fd::OwnedFd) {
    let (r, w) = rustix::pipe::pipe().unwrap();
    let mut spec = GuestSpec::default();
    spec.stdio.stdin = Input::Fd(r);
    (spec, w)
}

#[test]
fn a_kill_ends_a_loop_a_sleep_and_a_read() {
    for body in [LOOP, SLEEP, READ] {
        for signal in [Signal::Interrupt, Signal::Terminate, Signal::Kill] {
            let (spec, _w) = silent();
            let ending = run_and(&p1(body), spec, move |handle| {
                handle.kill(signal);
                handle.kill(Signal::Kill);
            });
            assert_eq!(ending, Ending::Signalled { signal });
        }
    }
}

#[test]
fn a_kill_ends_a_guest_whose_reader_has_stopped() {
    let body = r#"(func (export "_start")
        (loop $l (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 65536))) (br $l)))"#;
    // The helper reads one byte, then holds the pipe open and kills.
    let host = common::host();
    let mut spec = GuestSpec::default();
    let program = common::load(&host, &p1(body), &spec).unwrap();
    let (r, w) = rustix::pipe::pipe().unwrap();
    spec.stdio.stdout = sampan_wasm_host::Output::Fd(w);
    let guest = host.guest(&program, spec).unwrap();
    let handle = guest.handle();
    let other = std::thread::spawn(move || {
        common::until("output", || handle.usage().output.get() >= 65536);
        handle.kill(Signal::Kill);
        handle
    });
    let ending = common::within(common::runtime(), guest.run()).unwrap();
    assert_eq!(ending, Ending::Signalled { signal: Signal::Kill });
    other.join().unwrap();
    drop(r);
}

#[test]
fn wall_time_ends_a_loop_a_sleep_and_a_read() {
    for body in [LOOP, SLEEP, READ] {
        let (mut spec, _w) = silent();
        spec.limits.wall_time = Some(Duration::from_millis(50));
        let done = run(&p1(body), spec);
        assert_eq!(done.limit(), Some(LimitName::WallTime), "{:?}", done.ending);
        assert!(done.usage.wall_time >= Duration::from_millis(50));
    }
}

#[test]
fn cpu_time_ends_a_loop_and_not_a_sleep() {
    let mut spec = GuestSpec::default();
    spec.limits.cpu_time = Some(Duration::from_millis(50));
    let done = run(&p1(LOOP), spec);
    assert_eq!(done.limit(), Some(LimitName::CpuTime), "{:?}", done.ending);
    assert!(done.usage.cpu_time >= Duration::from_millis(50));

    let mut spec = GuestSpec::default();
    spec.limits.cpu_time = Some(Duration::from_millis(50));
    let done = run(
        &p1(r#"(func (export "_start") (call $sleep (i64.const 200000000)))"#),
        spec,
    );
    assert_eq!(done.ending, Ending::Exited { code: 0 });
    assert!(done.usage.cpu_time < Duration::from_millis(50));
}

#[test]
fn a_share_of_processors_slows_a_loop_down() {
    let mut spec = GuestSpec::default();
    spec.limits.cpu_millis = Some(100);
    spec.limits.cpu_time = Some(Duration::from_millis(100));
    let done = run(&p1(LOOP), spec);
    assert_eq!(done.limit(), Some(LimitName::CpuTime));
    let (wall, cpu) = (done.usage.wall_time, done.usage.cpu_time);
    // A tenth of a processor; half of that as slack for what is saved up at the start.
    assert!(wall > cpu * 4, "{cpu:?} of {wall:?}");
}

#[test]
fn a_paused_guest_stands_still_until_it_is_resumed() {
    let body = r#"(func (export "_start")
        (loop $l (call $say (i32.const 0) (i32.const 1)) (call $sleep (i64.const 1000000)) (br $l)))"#;
    let ending = run_and(&p1(body), GuestSpec::default(), |handle| {
        handle.pause();
        let mut last = 0;
        common::until("a pause", || {
            let now = handle.usage().output.get();
            std::mem::replace(&mut last, now) == now && {
                std::thread::sleep(Duration::from_millis(50));
                handle.usage().output.get() == now
            }
        });
        handle.resume();
        common::until("progress", || handle.usage().output.get() > last);
        handle.kill(Signal::Terminate);
    });
    assert_eq!(
        ending,
        Ending::Signalled {
            signal: Signal::Terminate
        }
    );
}

#[test]
fn a_named_export_is_called_after_initialize_and_its_number_is_the_code() {
    let module = r#"(module
        (global $g (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $g (i32.const 40)))
        (func (export "answer") (result i32) (i32.add (global.get $g) (i32.const 2)))
        (func (export "quiet"))
        (func (export "picky") (param i32)))"#;
    let spec = |entry: &str| GuestSpec {
        entry: Some(entry.to_owned()),
        ..GuestSpec::default()
    };
    assert_eq!(run(module, spec("answer")).ending, Ending::Exited { code: 42 });
    assert_eq!(run(module, spec("quiet")).ending, Ending::Exited { code: 0 });
    let text = common::refused(module, spec("picky")).to_string();
    assert!(text.contains("picky"), "{text}");
    use sampan_types::Classified;
    for spec in [spec("nothing"), GuestSpec::default()] {
        let error = common::refused(module, spec);
        let hint = error.hint().unwrap();
        assert!(hint.contains("answer") && hint.contains("quiet"), "{hint}");
        assert_eq!(error.class(), sampan_types::ErrorClass::CannotInvoke);
    }
}

/// CPU time of the calling thread.
fn thread_time() -> std::time::Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    std::time::Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

#[test]
fn who_watches_a_guest_does_not_add_to_its_time() {
    use std::time::Duration;
    let mut spec = GuestSpec::default();
    spec.limits.cpu_time = Some(Duration::from_millis(100));
    let host = common::host();
    let body = r#"(func (export "_start") (loop $l (br $l)))"#;
    let program = common::load(&host, &p1(body), &spec).unwrap();
    let guest = host.guest(&program, spec).unwrap();
    let handle = guest.handle();
    // The watcher's own clock is far ahead of the guest's.
    while thread_time() < Duration::from_millis(500) {}
    let thread = std::thread::spawn(move || {
        let ending = common::runtime().block_on(guest.run()).unwrap();
        (ending, thread_time())
    });
    let told = common::within(common::runtime(), handle.ended_from_outside());
    let (ending, used) = thread.join().unwrap();
    assert_eq!(told, ending);
    let counted = handle.usage().cpu_time;
    assert!(counted <= used, "{counted:?} of {used:?}");
}
