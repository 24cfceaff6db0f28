//! Compiles `guests/toolbox` for WASI preview 1, with the cargo and the compiler that build this crate.
//!
//! The module has no dependencies, so nothing is fetched; its target comes with `rust-toolchain.toml`.

#![expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by the environment what it builds"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-wasip1";

fn main() {
    let crate_folder = PathBuf::from(var("CARGO_MANIFEST_DIR"));
    let source = crate_folder.join("../../guests/toolbox");
    let out = PathBuf::from(var("OUT_DIR"));
    println!("cargo::rerun-if-changed=build.rs");
    for name in ["src", "Cargo.toml", "Cargo.lock", "build.rs"] {
        println!("cargo::rerun-if-changed={}", source.join(name).display());
    }
    build(&source, &out, "toolbox.wasm", &[]);
    if std::env::var_os("CARGO_FEATURE_PLAIN").is_some() {
        build(&source, &out, "plain.wasm", &["--no-default-features"]);
    }
}

fn var(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|error| panic!("`{name}`, which cargo sets: {error}"))
}

fn build(source: &Path, out: &Path, name: &str, flags: &[&str]) {
    // A folder of its own: the outer cargo holds the lock of the outer one.
    let folder = out.join("target");
    let mut command = Command::new(var("CARGO"));
    command
        .args([
            "build",
            "--quiet",
            "--release",
            "--locked",
            "--offline",
            "--target",
            TARGET,
        ])
        .args(flags)
        .arg("--manifest-path")
        .arg(source.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&folder)
        .env("RUSTC", var("RUSTC"));
    // What the outer build asks of its compiler (coverage, lints as errors, another target's flags) is not for this.
    for name in [
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_BUILD_TARGET",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
    ] {
        command.env_remove(name);
    }
    let status = command
        .status()
        .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    if !status.success() {
        panic!(
            "the toolbox did not compile; is the target `{TARGET}` there? `rustup target add {TARGET}` installs it"
        );
    }
    let made = folder.join(TARGET).join("release/toolbox.wasm");
    let kept = out.join(name);
    if let Err(error) = std::fs::copy(&made, &kept) {
        panic!(
            "cannot copy `{}` to `{}`: {error}",
            made.display(),
            kept.display()
        );
    }
}
