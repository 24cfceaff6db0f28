//! WebAssembly/wasi-testsuite through `sampan run`, by the suite's own runner: its prebuilt programs (branch
//! `prod/testsuite-base`), 72 for preview 1 and 55 for 0.3, each with a manifest that says how to run it and what must come
//! of it (`doc/specification.md` there). Servers are published, and asked by the runner.
//!
//! The suite is in no package registry, so the test runs where the variable `SAMPAN_WASI_TESTSUITE` names a folder with it;
//! its runner needs Python 3.11 with `requests` and `colorama`. A program that is expected to fail is listed with its cause;
//! it runs all the same, and a pass that nobody expected fails the test as a failure does. `docs/suites/wasi-testsuite.md`
//! keeps the last result.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use sampan_testkit::Sampan;
use serde_json::Value;

/// Programs that fail, and why.
const KNOWN: &[(&str, &str)] = &[
    (
        "http-client-path-none",
        "Wasmtime 48 refuses a request without a path, which the suite, being newer, wants sent to the root",
    ),
    (
        "http-client-sent",
        "Wasmtime 48 tells a guest that a request was sent whose server's name has no address (its issue 14112)",
    ),
    (
        "http-request",
        "Wasmtime 48 refuses a path without a slash at its head, which the suite, being newer, wants taken",
    ),
];

#[test]
#[ignore = "accept: needs a folder with wasi-testsuite in SAMPAN_WASI_TESTSUITE"]
fn the_suites_own_runner_is_content() {
    #[expect(
        clippy::disallowed_methods,
        reason = "where the suite is, is this test's own setting"
    )]
    let Some(suite) = std::env::var_os("SAMPAN_WASI_TESTSUITE").map(PathBuf::from) else {
        println!("not run: SAMPAN_WASI_TESTSUITE names no folder");
        return;
    };
    let binary = sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan"));
    let sampan = Sampan::new(&binary);
    let result = sampan.work().join("result.json");
    let runner = sampan_testkit::place::repository().join("crates/sampan/tests/wasi_testsuite/run.py");
    let output = Command::new("python3")
        .arg(runner)
        .args([&suite, &result])
        .env("SAMPAN", binary)
        .env("SAMPAN_ROOT", sampan.root())
        .output()
        .expect("python3 can be started");
    let text = String::from_utf8_lossy(&output.stdout);
    let result = std::fs::read_to_string(&result).unwrap_or_else(|e| {
        panic!(
            "no result: {e}\n{text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let result: Value = serde_json::from_str(&result).expect("the runner writes JSON");

    let mut passed = BTreeMap::<&str, usize>::new();
    let mut wrong = Vec::new();
    for group in result["results"].as_array().expect("groups of programs") {
        let version = match group["name"].as_str().unwrap_or_default() {
            name if name.contains("wasip1") => "preview 1",
            name if name.contains("wasip3") => "0.3",
            name => panic!("programs of another version: {name}"),
        };
        for program in group["tests"].as_array().expect("programs") {
            let name = program["name"].as_str().unwrap_or_default();
            let known = KNOWN.iter().any(|(known, _)| *known == name);
            match (program["outcome"].as_str().unwrap_or_default(), known) {
                ("pass", false) => *passed.entry(version).or_default() += 1,
                ("fail", true) => {}
                (outcome, _) => wrong.push(format!("{version} {name}: {outcome}, known: {known}")),
            }
        }
    }
    println!("{passed:?} pass, {} are known to fail", KNOWN.len());
    assert!(wrong.is_empty(), "{}\n{text}", wrong.join("\n"));
    assert_eq!(passed, BTreeMap::from([("preview 1", 72), ("0.3", 52)]));
}
