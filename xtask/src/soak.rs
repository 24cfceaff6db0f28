//! `cargo xtask soak [--minutes N] [--rounds N] [TARGET…]`: fuzz targets and kill loops, each for the given time.
//!
//! Targets are the files of `fuzz/fuzz_targets`; `kill`: the tests that kill the engine at each step of a
//! write, over and over; `release`: attacks on workers and two hundred kills of the daemon, against the release
//! binary; `rounds`: ten thousand Linux containers from create to remove against it, of which nothing may be left; and `vm`: tests
//! in a virtual machine with Debian's kernel. What ran, and for how long, goes into `docs/soak.md`.

mod page;
mod vm;

use std::fs;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::shell::{self, Follow};
use page::Row;

/// Of containers, each of which is made, run and removed, where nobody says how many.
const ROUNDS: u32 = 10_000;
/// What is no fuzz target.
const OTHERS: [&str; 4] = ["kill", "release", "rounds", "vm"];

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    minutes: u64,
    rounds: u32,
    /// None: all.
    names: Vec<String>,
}

/// Runs the named targets, or all of them, and fails where one found something.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let asked = parse(args)?;
    let minutes = asked.minutes;
    let targets = targets(&fs::read_to_string(shell::root().join("fuzz/Cargo.toml"))?);
    let wanted = |name: &str| asked.names.is_empty() || asked.names.iter().any(|n| n == name);
    let known = |name: &str| OTHERS.contains(&name) || targets.iter().any(|(target, _)| target == name);
    if let Some(unknown) = asked.names.iter().find(|name| !known(name)) {
        bail!("there is no target `{unknown}`");
    }
    let mut broken = Vec::new();
    for (name, features) in targets.iter().filter(|(name, _)| wanted(name)) {
        shell::step(&format!("fuzz target {name}, {minutes} minutes"));
        note(fuzz(name, features, minutes * 60)?, &mut broken)?;
    }
    for name in OTHERS.into_iter().filter(|name| wanted(name)) {
        let outcome = match name {
            "kill" => {
                shell::step(&format!("kill loops, {minutes} minutes"));
                kill(minutes * 60)
            }
            "release" => {
                shell::step("attacks and kills, the release binary");
                release()
            }
            "rounds" => {
                shell::step(&format!(
                    "{} rounds of containers, the release binary",
                    asked.rounds
                ));
                rounds(asked.rounds)
            }
            _ => vm::run(),
        };
        note(outcome?, &mut broken)?;
    }
    if !broken.is_empty() {
        bail!("found something: {}", broken.join(", "));
    }
    Ok(())
}

/// Writes down how a target ended.
fn note((row, ok): (Row, bool), broken: &mut Vec<String>) -> Result<()> {
    page::put(&row)?;
    if !ok {
        broken.push(row.target);
    }
    Ok(())
}

fn parse(args: &[String]) -> Result<Asked> {
    let mut asked = Asked {
        minutes: 10,
        rounds: ROUNDS,
        names: Vec::new(),
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--minutes" => asked.minutes = number(arg, args.next())?,
            "--rounds" => asked.rounds = number(arg, args.next())?,
            flag if flag.starts_with('-') => bail!("there is no flag `{flag}`"),
            name => asked.names.push(name.to_owned()),
        }
    }
    Ok(asked)
}

fn number<T: std::str::FromStr>(flag: &str, value: Option<&String>) -> Result<T> {
    let value = value.with_context(|| format!("`{flag}` needs a number"))?;
    let number = value.parse().ok();
    number.with_context(|| format!("`{value}` is no number for `{flag}`"))
}

/// Name and features of each target, as the manifest has them.
fn targets(manifest: &str) -> Vec<(String, String)> {
    manifest
        .split("[[bin]]")
        .skip(1)
        .filter_map(|part| {
            let value = |key: &str| {
                part.lines()
                    .find_map(|l| l.strip_prefix(key)?.trim().strip_prefix('='))
            };
            let name = value("name")?.trim().trim_matches('"').to_owned();
            let features = value("required-features")?
                .trim()
                .trim_matches(['[', ']', '"'])
                .to_owned();
            Some((name, features))
        })
        .collect()
}

fn fuzz(name: &str, features: &str, seconds: u64) -> Result<(Row, bool)> {
    // The directory that rustup picked for us would win over the toolchain that is named here.
    let corpus = format!("corpus/{name}");
    fs::create_dir_all(shell::root().join("fuzz").join(&corpus))?;
    let mut command: Command = shell::program("rustup");
    command
        .current_dir(shell::root().join("fuzz"))
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO")
        .args([
            "run",
            "nightly",
            "cargo",
            "fuzz",
            "run",
            "--features",
            features,
            name,
            &corpus,
        ])
        .arg(format!("seeds/{name}"))
        .args(["--", "-print_final_stats=1"])
        .arg(format!("-max_total_time={seconds}"));
    let keep = |line: &str| {
        line.contains(" cov: ")
            || line.contains("stat::number_of_executed_units")
            || line.starts_with("Done ")
            || line.contains("panicked at")
            || line.starts_with("SUMMARY:")
    };
    let (lines, ok) = shell::follow(&mut command, Follow::Stderr, keep)?;
    let last = |mark: &str| lines.iter().rev().find(|l| l.contains(mark));
    let word_after = |mark: &str| {
        let line = last(mark)?;
        line.split(mark)
            .nth(1)?
            .split_whitespace()
            .next()
            .map(str::to_owned)
    };
    if word_after("Done ").is_none() && ok {
        bail!("the fuzzer of `{name}` ended without its closing line");
    }
    let row = Row {
        target: name.to_owned(),
        ran: word_after("runs in ").map_or_else(|| "ended early".to_owned(), |s| format!("{s} s")),
        executions: word_after("number_of_executed_units:")
            .or_else(|| word_after("Done "))
            .unwrap_or_default(),
        coverage: word_after(" cov: ")
            .map(|c| format!("{c} edges"))
            .unwrap_or_default(),
        found: if ok {
            "nothing".to_owned()
        } else {
            "a crash, see `fuzz/artifacts`".to_owned()
        },
    };
    Ok((row, ok))
}

/// The tests whose name says that they kill, run over and over by nextest's stress mode.
fn kill(seconds: u64) -> Result<(Row, bool)> {
    let mut command = shell::cargo(["nextest", "run", "--workspace", "--locked"]);
    if let Some(features) = crate::metadata::failpoint_features(&crate::metadata::packages()?) {
        command.args(["--features", &features]);
    }
    command.args(["-E", "test(/kill/)", "--stress-duration", &format!("{seconds}s")]);
    let keep = |line: &str| line.contains("iterations") || crate::summary::is_nextest(line);
    let (lines, ok) = shell::follow(&mut command, Follow::Stderr, keep)?;
    let row = Row {
        target: "kill".to_owned(),
        ran: format!("{seconds} s"),
        executions: lines.last().cloned().unwrap_or_default().replace('|', "/"),
        coverage: String::new(),
        found: found(ok),
    };
    Ok((row, ok))
}

/// The tests that attack workers and kill the daemon, two hundred rounds of it, against the binary that people get.
fn release() -> Result<(Row, bool)> {
    against_release("release", |command| {
        command.args(["--run-ignored", "all"]);
        for test in ["confinement", "workers", "daemon_kill"] {
            command.args(["--test", test]);
        }
    })
}

/// Containers that come and go, each round one that runs and one that cannot begin.
fn rounds(count: u32) -> Result<(Row, bool)> {
    let (mut row, ok) = against_release("rounds", |command| {
        command
            .args(["--run-ignored", "only", "--test", "linux", "-E"])
            .arg("test(nothing_is_left_behind_after_hundreds_of_rounds)")
            .args(["--profile", "soak"])
            .env("SAMPAN_TEST_ROUNDS", count.to_string());
    })?;
    row.executions = format!("{count} rounds, two containers each");
    Ok((row, ok))
}

/// Builds the binary that people get.
fn build_release() -> Result<()> {
    let build = ["build", "--release", "--locked", "-p", "sampan"];
    shell::run(&mut shell::cargo(build))
}

/// Tests of the crate `sampan` against the binary that people get.
fn against_release(name: &str, chosen: impl FnOnce(&mut Command)) -> Result<(Row, bool)> {
    build_release()?;
    let (target, _) = crate::metadata::places("tokio")?;
    let mut command = shell::cargo(["nextest", "run", "--locked", "-p", "sampan"]);
    chosen(&mut command);
    command.env("SAMPAN_TEST_BINARY", target.join("release/sampan"));
    let start = Instant::now();
    let keep = |line: &str| crate::summary::is_nextest(line);
    let (lines, ok) = shell::follow(&mut command, Follow::Stderr, keep)?;
    let row = Row {
        target: name.to_owned(),
        ran: format!("{} s", start.elapsed().as_secs()),
        executions: lines
            .last()
            .map(|l| l.trim().replace('|', "/"))
            .unwrap_or_default(),
        coverage: String::new(),
        found: found(ok),
    };
    Ok((row, ok))
}

fn found(ok: bool) -> String {
    if ok { "nothing" } else { "a failing test" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_file_and_its_seeds() {
        let targets = targets(include_str!("../../fuzz/Cargo.toml"));
        assert!(
            targets
                .iter()
                .any(|(name, features)| name == "layer_tar" && features == "image")
        );
        for (name, _) in targets {
            let fuzz = shell::root().join("fuzz");
            assert!(fuzz.join(format!("fuzz_targets/{name}.rs")).is_file(), "{name}");
            assert!(fuzz.join("seeds").join(&name).is_dir(), "{name}");
        }
    }

    #[test]
    fn minutes_and_names_are_read() {
        let args = ["--minutes", "3", "grants", "--rounds", "200"].map(str::to_owned);
        let asked = Asked {
            minutes: 3,
            rounds: 200,
            names: vec!["grants".to_owned()],
        };
        assert_eq!(parse(&args).unwrap(), asked);
        assert_eq!(parse(&[]).unwrap().rounds, ROUNDS);
        assert!(parse(&["--minutes".to_owned()]).is_err());
        assert!(parse(&["--hours".to_owned()]).is_err());
    }
}
