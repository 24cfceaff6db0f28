//! `cargo xtask accept`: the tests that need Debian packages or package registries.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::runner::{Tests, Which};
use crate::test::{Lints, lint_others};
use crate::{shell, suites, toolchain};

/// Installs what is missing and runs the accept tests; fails where there are none.
pub(crate) fn run() -> Result<()> {
    prepare()?;
    let line = Tests::build(Which::Accept)?.run()?;
    println!("{line}");
    Ok(())
}

/// Puts missing packages and targets there, and does nothing where all is there; lints what is fetched first.
pub(crate) fn prepare() -> Result<()> {
    toolchain::ensure_targets()?;
    suites::tell_missing();
    lint_others(Lints::WithNetwork)?;
    let wanted = parse(include_str!("../accept-packages.txt"))?;
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(_, p)| !is_there(p))
        .map(|&(name, _)| name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let install = format!("apt-get install -y --no-install-recommends {}", missing.join(" "));
    let is_root = shell::capture(shell::program("id").arg("-u"))?.trim() == "0";
    if !is_root || !shell::succeeds(shell::program("apt-get").arg("--version")) {
        bail!("the accept tests need programs that are not installed; as root, run\n  {install}");
    }
    shell::step(&install);
    if !apt(&missing) {
        shell::run(shell::program("apt-get").args(["-qq", "update"]))?;
        if !apt(&missing) {
            bail!("`{install}` failed");
        }
    }
    Ok(())
}

fn apt(packages: &[&str]) -> bool {
    shell::program("apt-get")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        // The packages' services are not wanted, only their programs.
        .env("RUNLEVEL", "1")
        .status()
        .is_ok_and(|status| status.success())
}

fn parse(text: &str) -> Result<Vec<(&str, &str)>> {
    text.lines()
        .filter(|l| !l.starts_with('#') && !l.trim().is_empty())
        .map(|l| l.split_once(' ').with_context(|| format!("cannot read `{l}`")))
        .collect()
}

/// A path names a file, anything else a program on the path.
fn is_there(proof: &str) -> bool {
    if proof.starts_with('/') {
        return Path::new(proof).exists();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(proof).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_a_proof_for_each_package() {
        let wanted = parse(include_str!("../accept-packages.txt")).unwrap();
        assert!(
            wanted
                .iter()
                .any(|(name, proof)| *name == "lld" && *proof == "wasm-ld")
        );
        assert!(parse("alone").is_err());
    }

    #[test]
    fn a_program_or_a_file_is_proof() {
        assert!(is_there("sh"));
        assert!(is_there("/proc/self/status"));
        assert!(!is_there("/nowhere/at/all"));
        assert!(!is_there("no-such-program-anywhere"));
    }
}
