//! `cargo xtask test`: everything that can be checked with Rust and a C compiler alone, without a network.

use anyhow::Result;

use crate::runner::{Tests, Which};
use crate::{check_deps, docs, metadata, shell, spec, toolchain};

/// All checks, then the tests; the runner's closing line comes last.
pub(crate) fn run() -> Result<()> {
    checks()?;
    tests(Which::Offline)
}

/// What needs no test to run: format, dependencies, promises, lints.
pub(crate) fn checks() -> Result<()> {
    toolchain::ensure_targets()?;
    shell::step("format");
    shell::run(&mut shell::cargo(["fmt", "--all", "--check"]))?;
    // `--all` would reach through the fuzz targets' paths into the workspace once more.
    for args in [&["benches/kernels/Cargo.toml", "--all"][..], &["fuzz/Cargo.toml"]] {
        shell::run(shell::cargo(["fmt", "--check", "--manifest-path"]).args(args))?;
    }
    check_deps::run()?;
    spec::run()?;
    lint()
}

/// Builds the tests, compares the reference pages with the binary that they use, runs the tests.
pub(crate) fn tests(which: Which) -> Result<()> {
    let tests = Tests::build(which)?;
    docs::check(&tests.binary()?)?;
    let line = tests.run()?;
    println!("{line}");
    Ok(())
}

fn lint() -> Result<()> {
    shell::step("lints");
    let mut clippy = shell::cargo(["clippy", "--workspace", "--all-targets", "--locked"]);
    if let Some(features) = metadata::failpoint_features(&metadata::packages()?) {
        clippy.args(["--features", &features]);
    }
    shell::run(clippy.args(["--", "-D", "warnings"]))
}
