//! `sampan run hello.wasm`, warm, as a whole process, against `wasmtime run` cached and precompiled.

use anyhow::Result;

use crate::race::{Contender, race};
use crate::report::table;
use crate::setup::Setup;

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    let rounds = setup.rounds(300);
    let mut out = format!(
        "\n## A small program, whole process\n\nA Rust program that prints one line; every cache warm, {rounds} rounds by \
         turns.\n"
    );
    for (title, file) in [
        ("WASI preview 1 module", setup.module("hello")),
        ("component", setup.component("hello")),
    ] {
        let laps = race(
            vec![
                Contender::new("native", setup.command(&setup.native("hello"))),
                Contender::new("sampan run", setup.sampan_run(&file)),
                Contender::new("wasmtime run, cached", setup.wasmtime_run(&file)),
                Contender::new("wasmtime run, precompiled", setup.wasmtime_precompiled(&file)?),
            ],
            rounds,
        )?;
        out.push_str(&format!("\n### {title}\n\n{}", table(&laps, "wasmtime")));
    }
    Ok(out)
}
