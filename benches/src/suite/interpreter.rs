//! The first run of a large interpreter in a new process, its machine code in the cache already.

use anyhow::Result;

use crate::race::{Contender, race};
use crate::report::table;
use crate::setup::Setup;

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    let Some(file) = &setup.interpreter else {
        return Ok(
            "\n## A large interpreter\n\nNot measured: the interpreter could not be had.\n".to_owned(),
        );
    };
    let size = std::fs::metadata(file)?.len() as f64 / 1e6;
    let rounds = setup.rounds(40);
    let contenders = vec![
        Contender::new("sampan run", setup.sampan_run(file)),
        Contender::new("wasmtime run, cached", setup.wasmtime_run(file)),
        Contender::new("wasmtime run, precompiled", setup.wasmtime_precompiled(file)?),
    ];
    let laps = race(contenders, rounds)?;
    Ok(format!(
        "\n## A large interpreter\n\nCPython 3.14 as a component (componentize-py 0.25), {size:.1} MB of \
         Wasm, writes one line of JSON; a new process each time, machine code from the cache, {rounds} rounds by turns.\n\n{}",
        table(&laps, "wasmtime")
    ))
}
