//! Well-known kernels from public crates, native against the engine and the peer.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::race::{Contender, race};
use crate::samples::{ratio, show};
use crate::setup::Setup;

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    let rounds = setup.rounds(if setup.quick { 10 } else { 7 });
    let native = setup.native("kernels");
    let module = setup.module("kernels");
    let list = String::from_utf8(
        Command::new(&native)
            .output()
            .context("cannot start the kernels")?
            .stdout,
    )?;
    let mut out = format!(
        "\n## Computing\n\nOne program of public crates (`benches/kernels`), compiled natively for the baseline x86-64 and \
         for `wasm32-wasip1` with 128-bit SIMD (`-C target-feature=+simd128`). Where a crate would switch natively to \
         256-bit vectors or special instructions at run time, that is off: the table compares compilers. Whole process, \
         machine code from the cache, {rounds} rounds by turns; all three print the same checksum.\n\n\
         | kernel | native | sampan | wasmtime | sampan to native | sampan to wasmtime | by minima |\n\
         |---|---|---|---|---|---|---|\n"
    );
    let mut logs = [0.0; 2];
    let mut worst = ("", 0.0);
    for line in list.lines() {
        let (name, iterations) = line.split_once(' ').context("a name and a number")?;
        let args = [name, iterations];
        let mut commands = [
            setup.command(&native),
            setup.sampan_run(&module),
            setup.wasmtime_run(&module),
        ]
        .map(|mut c| {
            c.args(args);
            c
        });
        same_answer(&mut commands).with_context(|| name.to_owned())?;
        let [native, sampan, wasmtime] = commands;
        let laps = race(
            vec![
                Contender::new("native", native),
                Contender::new("sampan", sampan),
                Contender::new("wasmtime", wasmtime),
            ],
            rounds,
        )?;
        let [n, s, w]: [Duration; 3] = std::array::from_fn(|i| laps[i].samples.median());
        let by_min = ratio(laps[1].samples.min(), laps[0].samples.min());
        let (to_native, to_peer) = (ratio(s, n), ratio(s, w));
        eprintln!("{name}: {to_native:.2} of native, {to_peer:.2} of wasmtime");
        out.push_str(&format!(
            "| {name} | {} | {} | {} | {to_native:.2} | {to_peer:.2} | {by_min:.2} |\n",
            show(n),
            show(s),
            show(w)
        ));
        logs[0] += to_native.ln();
        logs[1] += to_peer.ln();
        if to_native > worst.1 {
            worst = (name, to_native);
        }
    }
    let count = list.lines().count() as f64;
    let [to_native, to_peer] = logs.map(|l| (l / count).exp());
    out.push_str(&format!(
        "| geometric mean | | | | {to_native:.2} | {to_peer:.2} | |\n\nThe largest ratio to native is {}'s, {:.2}.\n",
        worst.0, worst.1
    ));
    Ok(out)
}

/// A contender that computes something else has not run the kernel.
fn same_answer(commands: &mut [Command; 3]) -> Result<()> {
    let mut answers = Vec::new();
    for command in commands {
        let output = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "{command:?} failed: {}", output.status);
        answers.push(output.stdout);
        command.stdout(Stdio::null()).stderr(Stdio::null());
    }
    ensure!(answers.windows(2).all(|w| w[0] == w[1]), "the checksums differ");
    Ok(())
}
