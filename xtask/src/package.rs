//! `cargo xtask package`: a static binary, and a Debian package around it.
//!
//! The binary is linked with musl, so that it runs on any Linux of its processor. The package is built with `dpkg-deb`
//! alone; what is in it follows from this file and `packaging/`.

mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{shell, toolchain};
use tree::Tree;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    /// Cargo's profile: `release`, or `dev` where only the package itself matters.
    profile: String,
    /// Where the results go; beside the build where it is `None`.
    to: Option<PathBuf>,
    /// A binary that was built already.
    binary: Option<PathBuf>,
}

pub(crate) fn run(args: &[String]) -> Result<()> {
    let wanted = parse(args)?;
    let machine = std::env::consts::ARCH;
    let binary = match &wanted.binary {
        Some(binary) => binary.clone(),
        None => build(&wanted.profile, machine)?,
    };
    // One that is given for work on the package itself is nobody's to install.
    if wanted.binary.is_none() || wanted.profile == "release" {
        check_static(&binary)?;
    }
    let folder = match &wanted.to {
        Some(folder) => folder.clone(),
        None => binary
            .parent()
            .map(|parent| parent.join("package"))
            .unwrap_or_default(),
    };
    // Debug information is large, and nobody downloads it.
    let effort = if wanted.profile == "release" { "-z6" } else { "-z1" };
    let deb = deb(&binary, machine, &folder, effort)?;
    println!("{}", binary.display());
    println!("{}", deb.display());
    Ok(())
}

fn parse(args: &[String]) -> Result<Wanted> {
    let mut wanted = Wanted {
        profile: "release".to_owned(),
        to: None,
        binary: None,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let value = args.next().with_context(|| format!("`{arg}` needs a value"))?;
        match arg.as_str() {
            "--profile" => wanted.profile.clone_from(value),
            "--to" => wanted.to = Some(value.into()),
            "--binary" => wanted.binary = Some(value.into()),
            _ => bail!("`package` has no `{arg}`; it has `--profile`, `--to` and `--binary`"),
        }
    }
    Ok(wanted)
}

/// Builds the binary, and gives its path.
fn build(profile: &str, machine: &str) -> Result<PathBuf> {
    toolchain::ensure_targets()?;
    let target = format!("{machine}-unknown-linux-musl");
    if !shell::succeeds(shell::program("musl-gcc").arg("--version")) {
        bail!("the C parts of the dependencies need `musl-gcc`: install the package musl-tools");
    }
    shell::step(&format!("building for {target}"));
    // Cargo says where it puts the binary; the place depends on profile, target and the settings of whoever builds.
    let mut cargo = shell::cargo(["build", "--locked", "-p", "sampan", "--bin", "sampan"]);
    cargo.args(["--target", &target, "--profile", profile]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    let messages = shell::capture(&mut cargo)?;
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "sampan")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .context("cargo did not say where the binary is")
}

/// Fails where the binary needs another file to run: a program interpreter, as ELF names it.
fn check_static(binary: &Path) -> Result<()> {
    let bytes = fs::read(binary).with_context(|| format!("cannot read `{}`", binary.display()))?;
    let interpreters = [&b"/lib64/ld-linux"[..], b"/lib/ld-linux", b"/lib/ld-musl"];
    // The interpreter stands in the first page of what a linker makes.
    let head = &bytes[..bytes.len().min(4096)];
    let named = interpreters
        .iter()
        .any(|name| head.windows(name.len()).any(|part| part == *name));
    if named || !bytes.starts_with(b"\x7fELF") {
        bail!("`{}` is no static program", binary.display());
    }
    Ok(())
}

/// Makes the package.
fn deb(binary: &Path, machine: &str, to: &Path, effort: &str) -> Result<PathBuf> {
    shell::step("package");
    if !shell::succeeds(shell::program("dpkg-deb").arg("--version")) {
        bail!("a Debian package needs `dpkg-deb`");
    }
    let architecture = match machine {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => bail!("Debian's name for `{other}` is not known here"),
    };
    let version = env!("CARGO_PKG_VERSION");
    fs::create_dir_all(to)?;
    let folder = to.join("root");
    let tree = Tree::new(&folder)?;
    tree.fill(binary)?;
    tree.control(version, architecture)?;
    let deb = to.join(format!("sampan_{version}_{architecture}.deb"));
    let mut pack = shell::program("dpkg-deb");
    // xz is what every dpkg since 2013 reads; the owner is root whoever builds.
    pack.args(["--root-owner-group", "-Zxz", effort, "--build"])
        .arg(&folder)
        .arg(&deb);
    shell::run(pack.stdout(std::process::Stdio::null()))?;
    fs::remove_dir_all(&folder)?;
    Ok(deb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_read() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let wanted = parse(&words(&["--profile", "dev", "--to", "/x"])).unwrap();
        assert_eq!((wanted.profile.as_str(), wanted.to), ("dev", Some("/x".into())));
        assert_eq!(parse(&[]).unwrap().profile, "release");
        assert!(parse(&words(&["--profile"])).is_err());
        assert!(parse(&words(&["--fast", "x"])).is_err());
    }

    #[test]
    fn a_program_with_an_interpreter_is_not_static() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("program");
        let check = |bytes: &[u8]| {
            fs::write(&file, bytes).unwrap();
            check_static(&file)
        };
        check(b"\x7fELF and the rest").unwrap();
        check(b"\x7fELF /lib64/ld-linux-x86-64.so.2").unwrap_err();
        check(b"#!/bin/sh").unwrap_err();
    }
}
