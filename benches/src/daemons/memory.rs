//! Processes and the memory that they take.

use std::fs;

use anyhow::{Context, Result};

/// Those of all processes that the choice, by number and command line, lets through.
pub(super) fn processes(chosen: impl Fn(u32, &str) -> bool) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Ok(pid) = entry?.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        if chosen(pid, &String::from_utf8_lossy(&words)) {
            found.push(pid);
        }
    }
    Ok(found)
}

/// Proportional memory of all those together, in KiB.
pub(super) fn of(chosen: impl Fn(u32, &str) -> bool) -> Result<f64> {
    processes(chosen)?.into_iter().map(pss).sum()
}

/// Proportional memory of one, in KiB.
pub(super) fn pss(pid: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    text.lines()
        .find_map(|line| {
            line.strip_prefix("Pss:")?
                .trim()
                .strip_suffix(" kB")?
                .trim()
                .parse()
                .ok()
        })
        .context("the kernel does not tell shared memory")
}
