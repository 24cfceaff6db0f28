//! `cargo xtask test`: everything that can be checked with Rust and a C compiler alone, without a network.

use anyhow::Result;

use crate::runner::{Tests, Which};
use crate::{check_deps, docs, metadata, shell, spec, toolchain};

/// A workspace of its own beside the great one.
struct Other {
    manifest: &'static str,
    /// What `cargo fmt` is told beside.
    format: &'static [&'static str],
    /// When it is linted.
    lints: Lints,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lints {
    /// It has no dependencies beyond the workspace's.
    Offline,
    /// Its dependencies are fetched first.
    WithNetwork,
    /// They need a compiler that is not the pinned one.
    Never,
}

const OTHERS: &[Other] = &[
    Other {
        manifest: "benches/kernels/Cargo.toml",
        format: &["--all"],
        lints: Lints::WithNetwork,
    },
    Other {
        manifest: "benches/libcontainer/Cargo.toml",
        format: &[],
        // It is no program for Wasm, for which the others are linted.
        lints: Lints::Never,
    },
    Other {
        manifest: "guests/toolbox/Cargo.toml",
        format: &["--all"],
        lints: Lints::Offline,
    },
    Other {
        manifest: "fuzz/Cargo.toml",
        // `--all` would reach through the fuzz targets' paths into the workspace once more.
        format: &[],
        lints: Lints::Never,
    },
];

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
    for other in OTHERS {
        let mut format = shell::cargo(["fmt", "--check", "--manifest-path", other.manifest]);
        shell::run(format.args(other.format))?;
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
    shell::run(clippy.args(["--", "-D", "warnings"]))?;
    lint_others(Lints::Offline)
}

/// Lints the programs of the workspaces beside, for the target that they are made for.
pub(crate) fn lint_others(which: Lints) -> Result<()> {
    for other in OTHERS.iter().filter(|other| other.lints == which) {
        shell::step(&format!("lints of {}", other.manifest));
        let mut clippy = shell::cargo(["clippy", "--locked", "--manifest-path", other.manifest]);
        clippy.args(["--workspace", "--target", "wasm32-wasip1"]);
        shell::run(clippy.args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}
