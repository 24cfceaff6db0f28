//! `cargo xtask order`: samples the daemon and its workers under load, and writes which functions they run into
//! `crates/sampan/functions.order`, which the linker puts side by side.
//!
//! A start touches a thousand functions out of forty megabytes of code. Side by side they fill half of the pages, which
//! is what a start costs when the machine did something else since the last one. A name that a later build does not
//! have is passed over by the linker, so the list may be older than the code.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{bench, metadata, shell};

/// Where the list is.
const LIST: &str = "crates/sampan/functions.order";
/// Samples a second, on each processor.
const RATE: &str = "20000";
/// A function that was met less often may have been met by chance.
const LEAST: u64 = 2;

/// Builds, samples and writes.
pub(crate) fn run() -> Result<()> {
    let (target, _) = metadata::places("wasmtime-wasi")?;
    shell::step("release build with names");
    shell::run(
        shell::cargo([
            "rustc",
            "--release",
            "--locked",
            "-p",
            "sampan",
            "--bin",
            "sampan",
            "--target-dir",
        ])
        .arg(&target)
        .args(["--", "-C", "strip=none"]),
    )?;
    shell::run(
        shell::cargo([
            "build",
            "--release",
            "--locked",
            "-p",
            "sampan-benches",
            "--target-dir",
        ])
        .arg(&target),
    )?;
    let work = bench::cache()?.join(format!("order-{}", std::process::id()));
    std::fs::create_dir_all(&work)?;
    let list = sample(&target, &work);
    std::fs::remove_dir_all(&work)?;
    let list = list?;
    std::fs::write(shell::root().join(LIST), &list)?;
    eprintln!("{} functions are in `{LIST}` now", list.lines().count());
    Ok(())
}

fn sample(target: &Path, work: &Path) -> Result<String> {
    shell::step("sampling");
    let data = work.join("samples");
    let mut record = shell::program("perf");
    record
        .args([
            "record",
            "--quiet",
            "--event",
            "cpu-clock",
            "--freq",
            RATE,
            "--output",
        ])
        .arg(&data)
        .arg("--")
        .arg(target.join("release/sampan-benches"))
        .args(["--filter", "daemon", "--quick"]);
    for (flag, path) in [
        ("--sampan", target.join("release/sampan")),
        // The daemon's table has no use for it.
        ("--wasmtime", target.join("release/sampan")),
        ("--target", target.to_path_buf()),
        ("--work", work.to_path_buf()),
        ("--page", work.join("page.md")),
    ] {
        record.arg(flag).arg(path);
    }
    std::fs::copy(shell::root().join("docs/benchmarks.md"), work.join("page.md"))?;
    shell::run(&mut record)
        .context("is Debian's package `linux-perf` installed, and may this user sample?")?;
    let mut script = shell::program("perf");
    script
        .args(["script", "--no-demangle", "--fields", "ip,sym,dso", "--input"])
        .arg(&data);
    let list = ordered(&shell::capture(&mut script)?);
    if list.is_empty() {
        bail!("no function of `sampan` was met");
    }
    Ok(list)
}

/// The functions of lines `ADDRESS NAME (FILE)`, those that were met most first.
fn ordered(samples: &str) -> String {
    let mut met: HashMap<&str, u64> = HashMap::new();
    for line in samples.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [_, name, file, ..] = words[..]
            && is_engine(file)
            && name != "[unknown]"
        {
            *met.entry(name).or_default() += 1;
        }
    }
    let mut met: Vec<(&str, u64)> = met.into_iter().filter(|(_, times)| *times >= LEAST).collect();
    met.sort_by(|(a, often), (b, less)| less.cmp(often).then(a.cmp(b)));
    met.iter().fold(String::new(), |mut list, (name, _)| {
        let _ = writeln!(list, "{name}");
        list
    })
}

/// Workers run from a copy in memory.
fn is_engine(file: &str) -> bool {
    let file = file.trim_matches(['(', ')']);
    matches!(file.rsplit('/').next(), Some("sampan" | "memfd:sampan"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_functions_of_the_engine_alone() {
        let samples = "\
            7f01 rare (/x/release/sampan)\n\
            7f02 once (/x/release/sampan)\n\
            7f01 rare (/x/release/sampan)\n\
            7f03 often (/memfd:sampan (deleted))\n\
            7f03 often (/memfd:sampan (deleted))\n\
            7f04 often (/x/release/sampan)\n\
            7f05 client (/x/sampan/release/sampan-benches)\n\
            7f05 client (/x/release/sampan-benches)\n\
            ff06 do_syscall_64 ([kernel.kallsyms])\n\
            ff06 do_syscall_64 ([kernel.kallsyms])\n\
            7f07 [unknown] (/x/release/sampan)\n\
            7f07 [unknown] (/x/release/sampan)\n";
        assert_eq!(ordered(samples), "often\nrare\n");
    }
}
