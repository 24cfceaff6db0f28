//! One gigabyte from a pipe through `cat` into a pipe.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::race::Contender;
use crate::samples::{Samples, ratio, show};
use crate::setup::Setup;

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    let bytes: u64 = if setup.quick { 100_000_000 } else { 1_000_000_000 };
    let rounds = setup.rounds(9);
    let file = setup.module("cat");
    let mut contenders = [
        Contender::new("native", setup.command(&setup.native("cat"))),
        Contender::new("sampan run -i", setup.sampan_run(&file)),
        Contender::new("wasmtime run", setup.wasmtime_run(&file)),
    ];
    let mut times: Vec<Vec<Duration>> = contenders.iter().map(|_| Vec::new()).collect();
    // The first round only warms up.
    for round in 0..=rounds {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let time = once(&mut contender.command, bytes).with_context(|| contender.name)?;
            if round > 0 {
                times.push(time);
            }
        }
    }
    let samples: Vec<Samples> = times.into_iter().map(Samples::new).collect();
    let mut out = format!(
        "\n## A pipe\n\n`head -c {bytes} /dev/zero | CAT | wc -c`, where CAT is one Rust program with a buffer of 64 KiB; \
         {rounds} rounds by turns.\n\n| | median | min | rate | to wasmtime |\n|---|---|---|---|---|\n"
    );
    for (contender, s) in contenders.iter().zip(&samples) {
        let rate = bytes as f64 / s.median().as_secs_f64() / 1e6;
        out.push_str(&format!(
            "| {} | {} | {} | {rate:.0} MB/s | {:.2} |\n",
            contender.name,
            show(s.median()),
            show(s.min()),
            ratio(s.median(), samples[2].median()),
        ));
    }
    Ok(out)
}

fn once(cat: &mut Command, bytes: u64) -> Result<Duration> {
    let started = Instant::now();
    let mut head = Command::new("head")
        .args(["-c", &bytes.to_string(), "/dev/zero"])
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start `head`")?;
    let from = head.stdout.take().context("it was piped")?;
    let mut middle = cat.stdin(from).stdout(Stdio::piped()).spawn()?;
    // The command would keep its end of the first pipe open.
    cat.stdin(Stdio::null());
    let to = middle.stdout.take().context("it was piped")?;
    let counted = Command::new("wc")
        .arg("-c")
        .stdin(to)
        .output()
        .context("cannot start `wc`")?;
    let time = started.elapsed();
    ensure!(
        middle.wait()?.success() && head.wait()?.success(),
        "a part of the pipe failed"
    );
    let counted = String::from_utf8_lossy(&counted.stdout).trim().to_owned();
    ensure!(
        counted == bytes.to_string(),
        "{counted} bytes came through instead of {bytes}"
    );
    Ok(time)
}
