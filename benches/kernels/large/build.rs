//! Writes eight megabytes without pattern, which no linker can fold away.

#![expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by the environment what it builds"
)]

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut state = 1u64;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    })
    .take(8 << 20)
    .collect();
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    std::fs::write(folder.join("ballast"), bytes)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
