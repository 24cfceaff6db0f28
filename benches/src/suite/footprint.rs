//! Size of the release binary, and memory of a small guest that runs and of one that waits.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::race::{Contender, race};
use crate::setup::Setup;

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    let mut out = String::from("\n## Size and memory\n\n| | sampan | wasmtime |\n|---|---|---|\n");
    let size = |path: &std::path::Path| -> Result<f64> { Ok(fs::metadata(path)?.len() as f64 / 1e6) };
    out.push_str(&format!(
        "| size of the binary | {:.1} MB | {:.1} MB |\n",
        size(&setup.sampan)?,
        size(setup.wasmtime())?
    ));
    let hello = setup.module("hello");
    let laps = race(
        vec![
            Contender::new("sampan", setup.sampan_run(&hello)),
            Contender::new("wasmtime", setup.wasmtime_run(&hello)),
        ],
        setup.rounds(20),
    )?;
    out.push_str(&format!(
        "| most resident memory while `hello` runs | {:.1} MiB | {:.1} MiB |\n",
        laps[0].max_rss_kib as f64 / 1024.0,
        laps[1].max_rss_kib as f64 / 1024.0
    ));
    let cat = setup.module("cat");
    let ours = at_rest(setup.sampan_run(&cat))?;
    let theirs = at_rest(setup.wasmtime_run(&cat))?;
    for (what, ours, theirs) in [
        ("resident memory while `cat` waits for input", ours.0, theirs.0),
        ("of it private to the process", ours.1, theirs.1),
    ] {
        out.push_str(&format!(
            "| {what} | {:.1} MiB | {:.1} MiB |\n",
            ours / 1024.0,
            theirs / 1024.0
        ));
    }
    Ok(out)
}

/// Resident and private KiB of a process that waits for its input.
fn at_rest(mut command: Command) -> Result<(f64, f64)> {
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    // It has come to rest when its memory has not changed for a while.
    let mut last = (0.0, 0.0);
    let mut calm = 0;
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(50));
        let now = memory(child.id())?;
        calm = if now == last && now.0 > 0.0 { calm + 1 } else { 0 };
        last = now;
        if calm == 6 {
            break;
        }
    }
    drop(child.stdin.take());
    child.wait()?;
    Ok(last)
}

fn memory(pid: u32) -> Result<(f64, f64)> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))
        .context("the process ended instead of waiting for input")?;
    let field = |name: &str| -> f64 {
        text.lines()
            .find_map(|l| {
                l.strip_prefix(name)?
                    .strip_prefix(':')?
                    .trim()
                    .strip_suffix(" kB")?
                    .trim()
                    .parse()
                    .ok()
            })
            .unwrap_or(0.0)
    };
    Ok((field("Rss"), field("Private_Clean") + field("Private_Dirty")))
}
