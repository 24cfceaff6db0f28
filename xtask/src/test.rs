//! `cargo xtask test`: everything that can be checked with Rust and a C compiler alone, without a network.

use anyhow::Result;

use crate::runner::{self, Which};
use crate::{check_deps, docs, metadata, shell, spec, toolchain};

/// All checks, then the tests; the runner's closing line comes last.
pub(crate) fn run() -> Result<()> {
    checks()?;
    let line = runner::tests(Which::Offline)?;
    println!("{line}");
    Ok(())
}

/// What needs no test to run: format, dependencies, promises, lints, reference pages.
pub(crate) fn checks() -> Result<()> {
    toolchain::ensure_targets()?;
    shell::step("format");
    shell::run(&mut shell::cargo(["fmt", "--all", "--check"]))?;
    for manifest in ["benches/kernels/Cargo.toml", "fuzz/Cargo.toml"] {
        if shell::root().join(manifest).is_file() {
            shell::run(&mut shell::cargo(["fmt", "--manifest-path", manifest, "--check"]))?;
        }
    }
    check_deps::run()?;
    spec::run()?;
    lint()?;
    docs::run(&["--check".to_owned()])
}

fn lint() -> Result<()> {
    shell::step("lints");
    let mut clippy = shell::cargo(["clippy", "--workspace", "--all-targets", "--locked"]);
    if let Some(features) = metadata::failpoint_features(&metadata::packages()?) {
        clippy.args(["--features", &features]);
    }
    shell::run(clippy.args(["--", "-D", "warnings"]))
}
