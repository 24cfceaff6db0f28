//! The code cache, and that a pool gives the same answers as memory on demand.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::atomic::Ordering;

use common::{MemoryCache, NoCompiler, digest, p1};
use proptest::prelude::*;
use sampan_types::{Ending, Limits};
use sampan_wasm_host::{
    Allocation, CachedCode, CodeCache, CodeKey, Form, GuestSpec, Host, HostConfig, HostError,
    InProcessCompiler, ModuleSource, Sharing,
};

const COMPONENT: &str = r#"(component
    (core module $m (func (export "run") (result i32) (i32.const 1)))
    (core instance $i (instantiate $m))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $r (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $r)))"#;

fn source(wasm: &[u8]) -> ModuleSource<'_> {
    ModuleSource {
        bytes: wasm,
        digest: digest(wasm),
        name: "guest".to_owned(),
    }
}

#[test]
fn code_is_compiled_once_and_runs_from_the_cache() {
    let module = p1(r#"(func (export "_start") (call $exit (i32.const 1)))"#);
    for (text, form) in [(module.as_str(), Form::Module), (COMPONENT, Form::Component)] {
        let wasm = sampan_wasm_host::wat_to_wasm(text.as_bytes()).unwrap();
        let cache = MemoryCache::default();
        let limits = Limits::default();
        let first = common::host()
            .load(&source(&wasm), &limits, Some(&cache), &InProcessCompiler)
            .unwrap();
        assert!(!first.from_cache());
        assert!(!first.compile_time().is_zero());
        // Another host stands for another process; it may not even compile. A pool, another stack and another
        // allocation take the same code.
        for (allocation, stack) in [
            (Allocation::OnDemand, limits.stack),
            (Allocation::Pooled { instances: 4 }, limits.stack),
            (Allocation::OnDemand, sampan_types::ByteCount::kib(128)),
        ] {
            let host = Host::new(HostConfig {
                compile: false,
                allocation,
                ..HostConfig::default()
            })
            .unwrap();
            let limits = Limits {
                stack,
                ..limits.clone()
            };
            let program = host
                .load(&source(&wasm), &limits, Some(&cache), &NoCompiler)
                .unwrap();
            assert!(program.from_cache());
            assert_eq!(program.form(), form);
            let spec = GuestSpec {
                limits,
                ..GuestSpec::default()
            };
            let guest = host.guest(&program, spec).unwrap();
            let ending = common::within(common::runtime(), guest.run()).unwrap();
            assert_eq!(ending, Ending::Exited { code: 1 });
        }
        assert_eq!(cache.compiled.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn a_host_without_a_compiler_says_so() {
    let host = Host::new(HostConfig {
        compile: false,
        ..HostConfig::default()
    })
    .unwrap();
    let wasm = sampan_wasm_host::wat_to_wasm(b"(module)").unwrap();
    let error = host
        .load(&source(&wasm), &Limits::default(), None, &NoCompiler)
        .unwrap_err();
    assert!(matches!(error, HostError::NoCompiler), "{error:?}");
}

/// Gives what it was told to.
struct Liar(Vec<u8>);

impl CodeCache for Liar {
    fn get_or_compile(
        &self,
        _: &CodeKey,
        _: &mut dyn FnMut() -> Result<Vec<u8>, HostError>,
    ) -> Result<(CachedCode, bool), HostError> {
        use std::io::Write;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&self.0).unwrap();
        Ok((CachedCode { file }, true))
    }

    fn get(&self, _: &CodeKey) -> Option<CachedCode> {
        None
    }
}

#[test]
fn code_of_another_kind_is_an_error_and_not_run() {
    let wasm = sampan_wasm_host::wat_to_wasm(b"(module)").unwrap();
    for code in [Vec::new(), b"junk".to_vec(), wasm.clone()] {
        let error = common::host()
            .load(&source(&wasm), &Limits::default(), Some(&Liar(code)), &NoCompiler)
            .unwrap_err();
        assert!(matches!(error, HostError::Code { .. }), "{error:?}");
    }
}

#[test]
fn a_key_is_a_safe_file_name_and_the_same_in_every_host() {
    let wasm = sampan_wasm_host::wat_to_wasm(b"(module)").unwrap();
    let key = common::host().code_key(&source(&wasm)).to_string();
    assert!(key.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'), "{key}");
    assert_eq!(key, common::host().code_key(&source(&wasm)).to_string());
    let debugging = Host::new(HostConfig {
        guest_debug: true,
        ..HostConfig::default()
    })
    .unwrap();
    assert_ne!(key, debugging.code_key(&source(&wasm)).to_string());
}

#[test]
fn a_pool_that_is_full_says_so_and_has_room_again() {
    let host = Host::new(HostConfig {
        allocation: Allocation::Pooled { instances: 1 },
        sharing: Sharing::Shared,
        ..HostConfig::default()
    })
    .unwrap();
    let spec = GuestSpec::default;
    let sleeper = common::load(
        &host,
        &p1(r#"(func (export "_start") (call $sleep (i64.const 1000000000000)))"#),
        &spec(),
    )
    .unwrap();
    let short = common::load(&host, &p1(r#"(func (export "_start"))"#), &spec()).unwrap();
    let runtime = common::runtime();
    let local = tokio::task::LocalSet::new();
    runtime.block_on(local.run_until(async {
        let first = host.guest(&sleeper, spec()).unwrap();
        let handle = first.handle();
        let first = tokio::task::spawn_local(first.run());
        tokio::task::yield_now().await;
        let second = host.guest(&short, spec());
        let refused = match second {
            Err(error) => Err(error),
            Ok(guest) => guest.run().await,
        };
        assert!(matches!(refused, Err(HostError::PoolFull(_))), "{refused:?}");
        handle.kill(sampan_types::Signal::Kill);
        first.await.unwrap().unwrap();
        let third = host.guest(&short, spec()).unwrap().run().await.unwrap();
        assert_eq!(third, Ending::Exited { code: 0 });
    }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// The same program gives the same in a pool, run after run in the same slot, as in fresh memory.
    #[test]
    fn a_pool_gives_the_same_as_fresh_memory(
        pages in 1_u32..6, grow in 0_u32..6, at in 0_u32..400_000, value in any::<u8>(), table in 1_u32..50,
    ) {
        let text = format!(
            r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") {pages}) (table $t {table} funcref)
            (func (export "_start") (local $old i32)
              (drop (memory.grow (i32.const {grow})))
              (local.set $old (i32.load8_u (i32.const {at})))
              (i32.store8 (i32.const {at}) (i32.const {value}))
              (call $exit (i32.add (i32.add (local.get $old) (memory.size)) (table.size $t)))))"#
        );
        let pooled = Host::new(HostConfig {
            allocation: Allocation::Pooled { instances: 2 },
            ..HostConfig::default()
        }).unwrap();
        let fresh = common::host();
        let spec = GuestSpec::default;
        let run = |host: &Host| {
            let program = common::load(host, &text, &spec()).unwrap();
            (0..3).map(|_| {
                let guest = host.guest(&program, spec()).unwrap();
                let ending = common::within(common::runtime(), guest.run()).unwrap();
                match ending {
                    Ending::Trapped(trap) => Err(trap.reason),
                    Ending::Exited { code } => Ok(code),
                    other => panic!("{other:?}"),
                }
            }).collect::<Vec<_>>()
        };
        prop_assert_eq!(run(&pooled), run(&fresh));
    }
}
