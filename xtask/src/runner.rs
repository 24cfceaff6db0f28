//! Builds and runs the workspace's tests, with cargo nextest where it is installed, else with cargo test.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::shell::{self, Follow};
use crate::summary::{self, Total};
use crate::{ignored, metadata};

/// Which tests to run. Ignored ones are the accept tests, and only those (see `ignored.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// Those that need no network and no packages.
    Offline,
    /// The accept tests alone.
    Accept,
    /// Everything.
    All,
}

/// Tests that are built.
pub(crate) struct Tests {
    which: Which,
    nextest: bool,
    /// What both the build and the run are told, so that the run builds nothing.
    base: Vec<String>,
}

impl Tests {
    /// Builds them. No accept test at all is a failure where they were asked for.
    pub(crate) fn build(which: Which) -> Result<Self> {
        shell::step("building the tests");
        if which != Which::Offline && ignored::count()? == 0 {
            bail!("there are no accept tests to run");
        }
        let mut base: Vec<String> = vec!["--workspace".into(), "--locked".into()];
        if let Some(features) = metadata::failpoint_features(&metadata::packages()?) {
            base.extend(["--features".into(), features]);
        }
        let nextest = shell::succeeds(&mut shell::cargo(["nextest", "--version"]));
        let mut build = match nextest {
            true => shell::cargo(["nextest", "run", "--no-run"]),
            false => shell::cargo(["test", "--no-run", "--lib", "--bins", "--tests"]),
        };
        shell::run(build.args(&base))?;
        Ok(Self { which, nextest, base })
    }

    /// The engine's binary, as the tests use it.
    pub(crate) fn binary(&self) -> Result<PathBuf> {
        Ok(metadata::places("wasmtime-wasi")?.0.join("debug/sampan"))
    }

    /// Runs them and gives the runner's closing line.
    pub(crate) fn run(&self) -> Result<String> {
        shell::step(match self.which {
            Which::Offline => "tests",
            Which::Accept => "accept tests",
            Which::All => "tests and accept tests",
        });
        if self.nextest {
            self.nextest()
        } else {
            self.cargo_test()
        }
    }

    fn nextest(&self) -> Result<String> {
        let mut run = shell::cargo(["nextest", "run", "--no-fail-fast"]);
        run.args(&self.base).args(match self.which {
            Which::Offline => &[][..],
            Which::Accept => &["--run-ignored", "only"],
            Which::All => &["--run-ignored", "all"],
        });
        finish(run, Follow::Stderr, summary::is_nextest, |lines| {
            lines.last().cloned()
        })
    }

    fn cargo_test(&self) -> Result<String> {
        let mut run = shell::cargo(["test", "--no-fail-fast", "--lib", "--bins", "--tests"]);
        run.args(&self.base).arg("--").args(match self.which {
            Which::Offline => &[][..],
            Which::Accept => &["--ignored"],
            Which::All => &["--include-ignored"],
        });
        finish(run, Follow::Stdout, summary::is_cargo_test, |lines| {
            (!lines.is_empty()).then(|| Total::of(lines.iter().map(String::as_str)).line())
        })
    }
}

fn finish(
    mut run: std::process::Command,
    follow: Follow,
    closing: fn(&str) -> bool,
    close: impl Fn(&[String]) -> Option<String>,
) -> Result<String> {
    let (lines, ok) = shell::follow(&mut run, follow, closing)?;
    let line = close(&lines).context("the test runner ended without a closing line")?;
    if !ok {
        bail!("tests failed\n{line}");
    }
    Ok(line)
}
