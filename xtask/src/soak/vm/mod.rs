//! `cargo xtask soak vm`: Debian's own kernel in a virtual machine whose cgroups are of version 2 alone, and the tests of
//! Linux containers in it.
//!
//! What a machine has for cgroups is decided when it boots; the kernel here is also older
//! than most that the engine is built on. Everything comes from Debian's packages and from what was built here, and nothing is
//! installed. The virtual machine has no network and no file of the host: its disk is made anew for each run.

mod disk;
mod machine;
mod packages;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::page::Row;
use crate::{metadata, shell};
use machine::{Outcome, Report};

/// Which tests run in it, one a line: the file of tests and the test.
const TESTS: &str = include_str!("tests.txt");
/// Without a word for so long, it hangs: one test is given five minutes in it.
const SILENCE: Duration = Duration::from_secs(400);

/// A test in the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Test {
    file: String,
    name: String,
}

/// Boots it, and tells what its tests told.
pub(super) fn run() -> Result<(Row, bool)> {
    let tests = tests(TESTS)?;
    let (target, _) = metadata::places("tokio")?;
    let packages = packages::ready(&target.join("vm"))?;
    let binary = binary(&target)?;
    let files: Vec<&str> = files(&tests);
    let programs = programs(&files)?;
    let start = Instant::now();
    let image = disk::make(&target.join("vm"), &packages, &binary, &programs, &tests)?;
    let report = machine::boot(&packages, &image, SILENCE)?;
    Ok(row(&report, tests.len(), start.elapsed()))
}

fn tests(text: &str) -> Result<Vec<Test>> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let (Some(file), Some(name)) = (words.next(), words.next()) else {
                bail!("cannot read `{line}`");
            };
            Ok(Test { file, name })
        })
        .collect()
}

fn files(tests: &[Test]) -> Vec<&str> {
    let mut files: Vec<&str> = tests.iter().map(|test| test.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// The engine that is tested there: the release, which is several times quicker where all is emulated, or what the tests
/// themselves are told to test.
fn binary(target: &std::path::Path) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("SAMPAN_TEST_BINARY") {
        return Ok(named.into());
    }
    super::build_release()?;
    Ok(target.join("release/sampan"))
}

/// The built tests by the name of their file.
fn programs(files: &[&str]) -> Result<Vec<(String, PathBuf)>> {
    let mut command = shell::cargo([
        "test",
        "--no-run",
        "--locked",
        "--message-format",
        "json-render-diagnostics",
        "-p",
        "sampan",
    ]);
    for file in files {
        command.args(["--test", file]);
    }
    let told = shell::capture(&mut command)?;
    files
        .iter()
        .map(|file| {
            let path = executable(&told, file).with_context(|| format!("cargo built no test `{file}`"))?;
            Ok(((*file).to_owned(), path))
        })
        .collect()
}

fn executable(told: &str, name: &str) -> Option<PathBuf> {
    told.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name && message["target"]["kind"][0] == "test")
        .find_map(|message| Some(message["executable"].as_str()?.into()))
}

fn row(report: &Report, wanted: usize, took: Duration) -> (Row, bool) {
    let passed = report.count(Outcome::Passed);
    let ok = passed == wanted && report.ended;
    let failed: Vec<&str> = report.failed().collect();
    let row = Row {
        target: "vm".to_owned(),
        ran: format!("{} s", took.as_secs()),
        executions: format!("{passed} of {wanted} tests passed, Linux {}", report.kernel),
        coverage: String::new(),
        found: match (ok, failed.is_empty()) {
            (true, _) => "nothing".to_owned(),
            (false, false) => format!("failing: {}", failed.join(", ")),
            (false, true) => "the machine did not come to its end".to_owned(),
        },
    };
    (row, ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_is_there_once_and_lies_in_a_file_of_tests() {
        let tests = tests(TESTS).unwrap();
        for (number, test) in tests.iter().enumerate() {
            let folder = shell::root().join("crates/sampan/tests").join(&test.file);
            assert!(folder.join("main.rs").is_file(), "{test:?}");
            assert!(!tests[..number].contains(test), "{test:?}");
        }
        assert!(super::tests("alone").is_err());
    }

    #[test]
    fn a_built_test_is_found_by_its_name() {
        let told = r#"{"reason":"compiler-artifact","target":{"name":"linux","kind":["lib"]},"executable":null}
no json
{"reason":"compiler-artifact","target":{"name":"linux","kind":["test"]},"executable":"/x/linux-1"}"#;
        assert_eq!(executable(told, "linux"), Some("/x/linux-1".into()));
        assert_eq!(executable(told, "other"), None);
    }

    #[test]
    fn a_machine_that_stops_in_the_middle_has_failed() {
        let mut report = Report::default();
        report.hear("=== kernel 6.1.0, controllers cpu");
        report.hear("=== ok linux a::b 3s");
        assert!(!row(&report, 1, Duration::ZERO).1);
        report.hear("=== done");
        assert!(row(&report, 1, Duration::ZERO).1);
        assert!(!row(&report, 2, Duration::ZERO).1);
        report.hear("=== failed linux a::c 3s");
        let (row, ok) = row(&report, 2, Duration::ZERO);
        assert!(!ok);
        assert_eq!(row.found, "failing: a::c");
        assert_eq!(row.executions, "1 of 2 tests passed, Linux 6.1.0");
    }
}
