//! How the binary is laid out, where the linker is the compiler's own.
//!
//! Its relocations are packed (`DT_RELR`) where the C library can read them: the loader then has a tenth of them to read
//! at each start. Since glibc 2.36. The functions of `functions.order`, which `cargo xtask order` writes, lie side by
//! side: those that a start of a container runs.

#![expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by the environment what it builds"
)]

use std::process::Command;

const ORDER: &str = "functions.order";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ORDER}");
    let gnu = std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "gnu");
    let native = std::env::var("HOST") == std::env::var("TARGET");
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if gnu && native && release && glibc().is_some_and(|version| version >= (2, 36)) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    if gnu && native && release && is_lld() {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo::rustc-link-arg-bins=-Wl,--symbol-ordering-file={folder}/{ORDER}");
        println!("cargo::rustc-link-arg-bins=-Wl,--no-warn-symbol-ordering");
    }
}

/// Whether the linker is the one that the compiler brings for this target; others know no list of functions.
fn is_lld() -> bool {
    let flags = std::env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let other = std::env::var_os("RUSTC_LINKER").is_some() || flags.contains("link");
    std::env::var("TARGET").is_ok_and(|target| target == "x86_64-unknown-linux-gnu") && !other
}

/// The version of the C library that the binary will be linked against.
fn glibc() -> Option<(u32, u32)> {
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
