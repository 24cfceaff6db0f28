//! The targets that `rust-toolchain.toml` asks for, put there where they are missing.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::shell;

/// Adds missing targets with rustup, or says what to install where there is no rustup.
pub(crate) fn ensure_targets() -> Result<()> {
    let text = fs::read_to_string(shell::root().join("rust-toolchain.toml"))?;
    let wanted = targets(&text).context("`rust-toolchain.toml` names no targets")?;
    let sysroot = shell::capture(shell::program("rustc").args(["--print", "sysroot"]))?;
    let libraries = Path::new(sysroot.trim()).join("lib/rustlib");
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|t| !libraries.join(t).join("lib").is_dir())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !shell::succeeds(shell::program("rustup").arg("--version")) {
        bail!(
            "Rust lacks the targets {}: install them, or Rust with rustup",
            missing.join(", ")
        );
    }
    shell::step(&format!("rustup target add {}", missing.join(" ")));
    shell::run(shell::program("rustup").args(["target", "add"]).args(missing))
}

fn targets(text: &str) -> Option<Vec<&str>> {
    let list = text
        .lines()
        .find_map(|l| l.trim().strip_prefix("targets")?.trim().strip_prefix('='))?;
    let list = list.trim().strip_prefix('[')?.strip_suffix(']')?;
    Some(
        list.split(',')
            .map(|t| t.trim().trim_matches('"'))
            .filter(|t| !t.is_empty())
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_pinned_targets() {
        let text = include_str!("../../rust-toolchain.toml");
        assert!(targets(text).unwrap().contains(&"wasm32-wasip1"));
        assert_eq!(targets("channel = \"1\""), None);
    }
}
