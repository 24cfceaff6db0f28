//! Runs the workspace's tests with cargo nextest where it is installed, else with cargo test.

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

/// Runs them and gives the runner's closing line. No accept test at all is a failure where they were asked for.
pub(crate) fn tests(which: Which) -> Result<String> {
    shell::step(match which {
        Which::Offline => "tests",
        Which::Accept => "accept tests",
        Which::All => "tests and accept tests",
    });
    if which != Which::Offline && ignored::count()? == 0 {
        bail!("there are no accept tests to run");
    }
    let mut base: Vec<String> = vec!["--workspace".into(), "--locked".into()];
    if let Some(features) = metadata::failpoint_features(&metadata::packages()?) {
        base.extend(["--features".into(), features]);
    }
    if shell::succeeds(&mut shell::cargo(["nextest", "--version"])) {
        nextest(which, &base)
    } else {
        cargo_test(which, &base)
    }
}

fn nextest(which: Which, base: &[String]) -> Result<String> {
    // The build shows its progress itself; the run is followed for its closing line.
    let mut build = shell::cargo(["nextest", "run", "--no-run"]);
    shell::run(build.args(base))?;
    let mut run = shell::cargo(["nextest", "run", "--no-fail-fast"]);
    run.args(base).args(match which {
        Which::Offline => &[][..],
        Which::Accept => &["--run-ignored", "only"],
        Which::All => &["--run-ignored", "all"],
    });
    finish(run, Follow::Stderr, summary::is_nextest, |lines| {
        lines.last().cloned()
    })
}

fn cargo_test(which: Which, base: &[String]) -> Result<String> {
    let mut run = shell::cargo(["test", "--no-fail-fast", "--lib", "--bins", "--tests"]);
    run.args(base).arg("--").args(match which {
        Which::Offline => &[][..],
        Which::Accept => &["--ignored"],
        Which::All => &["--include-ignored"],
    });
    finish(run, Follow::Stdout, summary::is_cargo_test, |lines| {
        (!lines.is_empty()).then(|| Total::of(lines.iter().map(String::as_str)).line())
    })
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
