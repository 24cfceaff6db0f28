//! Code that was made quickly: it computes the same and is held as firmly.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::atomic::Ordering;
use std::time::Duration;

use common::{MemoryCache, NoCompiler, digest, p1, try_run};
use sampan_types::{Effort, Ending, LimitName, Limits};
use sampan_wasm_host::{GuestSpec, Host, HostConfig, InProcessCompiler, ModuleSource};

const LOOP: &str = r#"(func (export "_start") (loop $l (br $l)))"#;

/// A host of which all code is made quickly.
fn quick() -> Host {
    Host::new(HostConfig {
        effort: Effort::Quick,
        ..HostConfig::default()
    })
    .unwrap()
}

fn source(wasm: &[u8]) -> ModuleSource<'_> {
    ModuleSource {
        bytes: wasm,
        digest: digest(wasm),
        name: "guest".to_owned(),
    }
}

fn binary(text: &str) -> Vec<u8> {
    sampan_wasm_host::wat_to_wasm(text.as_bytes()).unwrap()
}

#[test]
fn it_computes_the_same() {
    let sum = p1(r#"(data (i32.const 1024) "odd\neven\n")
        (func $collatz (param $n i64) (result i32) (local $steps i32)
          (loop $l
            (if (i64.ne (local.get $n) (i64.const 1))
              (then
                (local.set $n (if (result i64) (i64.eqz (i64.and (local.get $n) (i64.const 1)))
                  (then (i64.shr_u (local.get $n) (i64.const 1)))
                  (else (i64.add (i64.mul (local.get $n) (i64.const 3)) (i64.const 1)))))
                (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
                (br $l))))
          (local.get $steps))
        (func (export "_start")
          (if (i32.and (call $collatz (i64.const 837799)) (i32.const 1))
            (then (call $say (i32.const 1024) (i32.const 4)))
            (else (call $say (i32.const 1028) (i32.const 5))))
          (call $exit (call $collatz (i64.const 27))))"#);
    for host in [common::host(), quick()] {
        let done = try_run(&host, &sum, GuestSpec::default()).unwrap();
        assert_eq!(done.text(), "even\n");
        assert_eq!(done.ending, Ending::Exited { code: 111 });
    }
}

#[test]
fn it_is_ended_and_traps_like_other_code() {
    let mut spec = GuestSpec::default();
    spec.limits.cpu_time = Some(Duration::from_millis(50));
    let done = try_run(&quick(), &p1(LOOP), spec).unwrap();
    assert_eq!(done.limit(), Some(LimitName::CpuTime), "{:?}", done.ending);

    let host = quick();
    let program = common::load(&host, &p1(LOOP), &GuestSpec::default()).unwrap();
    let guest = host.guest(&program, GuestSpec::default()).unwrap();
    let handle = guest.handle();
    let other = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        handle.kill(sampan_types::Signal::Kill);
    });
    let ending = common::within(common::runtime(), guest.run()).unwrap();
    assert!(matches!(ending, Ending::Signalled { .. }), "{ending:?}");
    other.join().unwrap();

    for body in [
        "unreachable",
        "(drop (i32.load (i32.const 0x7fff0000)))",
        "(drop (i32.div_u (i32.const 1) (i32.const 0)))",
        "(call $deep)",
    ] {
        let text = p1(&format!(
            r#"(func $deep (call $deep)) (func (export "_start") {body})"#
        ));
        let of = |host: &Host| match try_run(host, &text, GuestSpec::default()).unwrap().ending {
            Ending::Trapped(trap) => (trap.reason, trap.backtrace[0].function.clone()),
            other => (format!("{other:?}"), String::new()),
        };
        assert_eq!(of(&quick()), of(&common::host()), "{body}");
    }

    let done = try_run(
        &quick(),
        &p1(r#"(func (export "_start") (loop $l (br_if $l (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))))"#),
        GuestSpec::default(),
    )
    .unwrap();
    assert_eq!(done.ending, Ending::Exited { code: 0 });
}

#[test]
fn it_is_kept_beside_other_code_and_runs_in_any_process() {
    let component = r#"(component
        (core module $m (func (export "run") (result i32) (i32.const 1)))
        (core instance $i (instantiate $m))
        (func $run (result (result)) (canon lift (core func $i "run")))
        (instance $r (export "run" (func $run)))
        (export "wasi:cli/run@0.2.0" (instance $r)))"#;
    let module = p1(r#"(func (export "_start") (call $exit (i32.const 1)))"#);
    let limits = Limits::default();
    for text in [module.as_str(), component] {
        let wasm = binary(text);
        let cache = MemoryCache::default();
        let prepare = |effort| {
            let host = common::host();
            host.prepare(&source(&wasm), &limits, &cache, &InProcessCompiler, effort)
                .unwrap()
        };
        for compiled in [1, 1] {
            let (code, facts) = prepare(Effort::Quick);
            assert_eq!(facts.effort, Effort::Quick);
            assert_eq!(cache.compiled.load(Ordering::SeqCst), compiled);
            // Another host stands for another process; it may not even compile.
            let host = Host::new(HostConfig {
                compile: false,
                ..HostConfig::default()
            })
            .unwrap();
            let program = host.adopt(code, facts, limits.stack).unwrap();
            let guest = host.guest(&program, GuestSpec::default()).unwrap();
            let ending = common::within(common::runtime(), guest.run()).unwrap();
            assert_eq!(ending, Ending::Exited { code: 1 });
        }
        // With full effort it is made anew, and then taken whatever is asked for.
        assert_eq!(prepare(Effort::Full).1.effort, Effort::Full);
        assert_eq!(cache.compiled.load(Ordering::SeqCst), 2);
        assert_eq!(prepare(Effort::Quick).1.effort, Effort::Full);
        assert_eq!(cache.compiled.load(Ordering::SeqCst), 2);
    }
}

#[test]
fn what_the_quick_compiler_does_not_know_is_made_with_full_effort() {
    let limits = Limits::default();
    let tail = p1(
        r#"(func $f (param i32) (if (local.get 0) (then (return_call $f (i32.sub (local.get 0) (i32.const 1))))))
        (func (export "_start") (call $f (i32.const 1000000)))"#,
    );
    let host = common::host();
    let wasm = binary(&tail);
    let cache = MemoryCache::default();
    let (code, facts) = host
        .prepare(&source(&wasm), &limits, &cache, &InProcessCompiler, Effort::Quick)
        .unwrap();
    assert_eq!(facts.effort, Effort::Full);
    let program = host.adopt(code, facts, limits.stack).unwrap();
    let guest = host.guest(&program, GuestSpec::default()).unwrap();
    let ending = common::within(common::runtime(), guest.run()).unwrap();
    assert_eq!(ending, Ending::Exited { code: 0 });

    // What is wrong with a module is told as ever.
    let wrong = b"\0asm\x01\0\0\0\x0a\x05\x01\x03\0\x20\x09\x0b".to_vec();
    let error = |effort| {
        let made = host.prepare(&source(&wrong), &limits, &cache, &InProcessCompiler, effort);
        made.unwrap_err().to_string()
    };
    assert_eq!(error(Effort::Quick), error(Effort::Full));
    // And what is there already needs no compiler.
    let made = host.prepare(&source(&wasm), &limits, &cache, &NoCompiler, Effort::Quick);
    assert_eq!(made.unwrap().1.effort, Effort::Full);
}
