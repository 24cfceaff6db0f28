//! What is written down about a guest's use of its grants, for modules and for components.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
mod world;

use std::path::Path;
use std::sync::OnceLock;

use common::{digest, host, runtime, within};
use sampan_types::grants::{Access, Mount};
use sampan_types::{Ending, Grants, Used};
use sampan_wasm_host::{GuestSpec, InProcessCompiler, ModuleSource};

const TARGETS: [&str; 2] = ["wasm32-wasip1", "wasm32-wasip2"];

/// The programs `fs` and `env` for both targets, compiled once for all tests of this file.
fn program(name: &str, target: &str) -> &'static [u8] {
    static PROGRAMS: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    let programs = PROGRAMS.get_or_init(|| {
        let mut all = Vec::new();
        for target in TARGETS {
            for name in ["fs", "env"] {
                let wasm = world::rust(name, target, &["-O", "-C", "strip=symbols"]);
                all.push((format!("{name} {target}"), wasm));
            }
        }
        all
    });
    let wanted = format!("{name} {target}");
    &programs.iter().find(|(n, _)| *n == wanted).unwrap().1
}

fn run(wasm: &[u8], args: &[&str], grants: Grants) -> (Ending, Used) {
    let spec = GuestSpec {
        args: std::iter::once("guest")
            .chain(args.iter().copied())
            .map(str::to_owned)
            .collect(),
        env: vec![("NAME".to_owned(), "value".to_owned())],
        grants,
        ..GuestSpec::default()
    };
    let host = host();
    let source = ModuleSource {
        bytes: wasm,
        digest: digest(wasm),
        name: "guest".to_owned(),
    };
    let program = host
        .load(&source, &spec.limits, None, &InProcessCompiler)
        .unwrap();
    let guest = host.guest(&program, spec).unwrap();
    let handle = guest.handle();
    let ending = within(runtime(), guest.run()).unwrap();
    (ending, handle.used())
}

fn mount(source: &Path, target: &str) -> Mount {
    Mount {
        source: source.to_owned(),
        target: target.into(),
        access: Access::ReadWrite,
    }
}

#[test]
fn mounts_are_written_down_as_they_were_used() {
    for target in TARGETS {
        let dir = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir(&path).unwrap();
            path
        };
        let (read, write, never) = (folder("read"), folder("write"), folder("never"));
        std::fs::write(read.join("file"), "text").unwrap();
        let grants = Grants {
            mounts: vec![
                mount(&read, "/read"),
                mount(&write, "/write"),
                mount(&never, "/never"),
            ],
            ..Grants::default()
        };
        let fs = program("fs", target);
        let (ending, used) = run(fs, &["cat", "/read/file"], grants.clone());
        assert_eq!(ending, Ending::Exited { code: 0 }, "{target}");
        assert_eq!(used.mounts, [Some(Access::ReadOnly), None, None], "{target}");
        let least = used.smallest_grants(&grants);
        assert_eq!(least.mounts.len(), 1);
        assert_eq!(least.mounts[0].access, Access::ReadOnly);
        assert_eq!(
            run(fs, &["cat", "/read/file"], least).0,
            Ending::Exited { code: 0 },
            "{target}"
        );

        for args in [
            &["write", "/write/new", "text"][..],
            &["mv", "/write/new", "/write/newer"],
            &["rm", "/write/newer"],
            &["mkdir", "/write/folder"],
        ] {
            let (ending, used) = run(fs, args, grants.clone());
            assert_eq!(ending, Ending::Exited { code: 0 }, "{target} {args:?}");
            assert_eq!(
                used.mounts,
                [None, Some(Access::ReadWrite), None],
                "{target} {args:?}"
            );
        }
    }
}

#[test]
fn reading_the_environment_is_written_down() {
    for target in TARGETS {
        let (_, used) = run(program("env", target), &[], Grants::default());
        assert!(used.env, "{target}");
        let quiet = sampan_wasm_host::wat_to_wasm(br#"(module (func (export "_start")))"#).unwrap();
        assert!(run(&quiet, &[], Grants::default()).1.is_empty());
    }
}
