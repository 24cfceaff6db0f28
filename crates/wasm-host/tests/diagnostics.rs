//! What a person gets who looks for a fault in a guest.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
mod world;

use common::{digest, host, runtime, within};
use sampan_types::Ending;
use sampan_wasm_host::{
    Diagnostics, Finished, GuestSpec, Host, HostConfig, InProcessCompiler, ModuleSource, wat_to_wasm,
};

fn run(host: &Host, wasm: &[u8], diagnostics: Diagnostics) -> Finished {
    let spec = GuestSpec {
        args: vec!["guest".to_owned()],
        diagnostics,
        ..GuestSpec::default()
    };
    let source = ModuleSource {
        bytes: wasm,
        digest: digest(wasm),
        name: "guest".to_owned(),
    };
    let program = host
        .load(&source, &spec.limits, None, &InProcessCompiler)
        .unwrap();
    within(runtime(), host.guest(&program, spec).unwrap().run_watched()).unwrap()
}

#[test]
fn a_panic_shows_the_line_of_its_source() {
    for target in ["wasm32-wasip1", "wasm32-wasip2"] {
        let wasm = world::rust("panic", target, &["-g"]);
        let finished = run(&host(), &wasm, Diagnostics::default());
        let Ending::Trapped(trap) = &finished.ending else {
            panic!("{:?}", finished.ending)
        };
        let own = trap
            .backtrace
            .iter()
            .find(|f| f.source.as_deref().is_some_and(|s| s.contains("panic.rs:")));
        let own = own.unwrap_or_else(|| panic!("{target}: {:#?}", trap.backtrace));
        assert!(own.function.starts_with("panic::"), "demangled: {}", own.function);
        assert!(own.offset.is_some());
    }
}

#[test]
fn a_trap_leaves_a_core_dump_that_has_the_memory() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("core");
    let wasm = wat_to_wasm(
        br#"(module (memory (export "memory") 1) (data (i32.const 4096) "what was in memory")
             (func $inner unreachable) (func (export "_start") call $inner))"#,
    )
    .unwrap();
    let watching = Host::new(HostConfig {
        coredump: true,
        ..HostConfig::default()
    })
    .unwrap();
    let wish = Diagnostics {
        coredump: Some(path.clone()),
        ..Diagnostics::default()
    };
    let finished = run(&watching, &wasm, wish.clone());
    assert!(finished.troubles.is_empty(), "{:?}", finished.troubles);
    assert_eq!(finished.coredump.as_deref(), Some(&*path));
    let Ending::Trapped(trap) = &finished.ending else {
        panic!("{:?}", finished.ending)
    };
    assert_eq!(
        trap.backtrace[0].function, "inner",
        "the backtrace is there beside the dump"
    );
    let dump = std::fs::read(&path).unwrap();
    assert!(dump.starts_with(b"\0asm"));
    for part in [&b"corestack"[..], b"coremodules", b"what was in memory"] {
        assert!(
            dump.windows(part.len()).any(|w| w == part),
            "{}",
            String::from_utf8_lossy(part)
        );
    }

    let fine = wat_to_wasm(br#"(module (func (export "_start")))"#).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(run(&watching, &fine, wish).coredump, None);
    assert!(!path.exists(), "no trap, no dump");
}

#[test]
fn a_signal_while_the_dump_is_written_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("core");
    let wasm = wat_to_wasm(
        br#"(module (memory (export "memory") 2048)
             (func (export "_start")
               (memory.fill (i32.const 0) (i32.const 97) (i32.const 0x8000000)) unreachable))"#,
    )
    .unwrap();
    let watching = Host::new(HostConfig {
        coredump: true,
        ..HostConfig::default()
    })
    .unwrap();
    let spec = GuestSpec {
        diagnostics: Diagnostics {
            coredump: Some(path.clone()),
            ..Diagnostics::default()
        },
        ..GuestSpec::default()
    };
    let program = watching
        .load(&common::source(&wasm), &spec.limits, None, &InProcessCompiler)
        .unwrap();
    let guest = watching.guest(&program, spec).unwrap();
    let handle = guest.handle();
    assert!(!handle.has_returned());
    let folder = dir.path().to_owned();
    let other = handle.clone();
    let killer = std::thread::spawn(move || {
        common::until("the guest's return", || other.has_returned());
        other.kill(sampan_types::Signal::Kill);
        std::fs::read_dir(folder)
            .unwrap()
            .any(|e| e.unwrap().file_name() == "core")
    });
    let finished = within(runtime(), guest.run_watched()).unwrap();
    assert!(!killer.join().unwrap(), "the signal came while it was written");
    assert!(
        matches!(finished.ending, Ending::Trapped(_)),
        "{:?}",
        finished.ending
    );
    assert_eq!(finished.coredump.as_deref(), Some(&*path));
}

#[test]
fn a_dump_that_cannot_be_written_is_a_trouble_and_no_more() {
    let watching = Host::new(HostConfig {
        coredump: true,
        ..HostConfig::default()
    })
    .unwrap();
    let wasm = wat_to_wasm(br#"(module (func (export "_start") unreachable))"#).unwrap();
    let finished = run(
        &watching,
        &wasm,
        Diagnostics {
            coredump: Some("/no/such/folder/core".into()),
            ..Diagnostics::default()
        },
    );
    assert!(matches!(finished.ending, Ending::Trapped(_)));
    assert_eq!(
        finished.troubles[0].to_string(),
        "cannot write a core dump to `/no/such/folder/core`"
    );
}

#[test]
fn a_profile_names_the_function_that_was_busy() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("profile.json");
    // Long enough for some samples on any machine.
    let wasm = wat_to_wasm(
        br#"(module
             (func $busy (param $n i64)
               (loop $l (br_if $l (i64.ne (i64.const 0)
                 (local.tee $n (i64.sub (local.get $n) (i64.const 1)))))))
             (func (export "_start") (call $busy (i64.const 2000000000))))"#,
    )
    .unwrap();
    let finished = run(
        &host(),
        &wasm,
        Diagnostics {
            profile: Some(path.clone()),
            ..Diagnostics::default()
        },
    );
    assert_eq!(finished.ending, Ending::Exited { code: 0 });
    assert!(finished.troubles.is_empty(), "{:?}", finished.troubles);
    let profile: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert!(profile["meta"]["version"].is_number(), "the profiler's own form");
    let thread = &profile["threads"][0];
    assert!(thread["samples"]["length"].as_u64().unwrap() > 0);
    let text = profile.to_string();
    assert!(text.contains("\"busy\""), "{}", &text[..text.len().min(2000)]);
}

#[test]
fn a_debugger_is_refused_aloud() {
    let wish = Diagnostics {
        debug: Some("127.0.0.1:0".parse().unwrap()),
        ..Diagnostics::default()
    };
    let error = wish.check().unwrap_err();
    assert_eq!(error.to_string(), "no debugger can be attached to a guest");
    assert!(Diagnostics::default().check().is_ok());
}
