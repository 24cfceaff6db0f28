//! `cargo xtask verify`: all that has to hold before a change lands. The README and `.ci/run` name this one.

use anyhow::Result;

use crate::runner::Which;
use crate::{accept, test};

/// The checks, what the accept tests need, then every test in one run with one closing line.
pub(crate) fn run() -> Result<()> {
    test::checks()?;
    accept::prepare()?;
    test::tests(Which::All)
}
