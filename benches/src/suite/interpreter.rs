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
    let args = ["-e", "puts 6 * 7"];
    let mut contenders = vec![
        Contender::new("sampan run", setup.sampan_run(file)),
        Contender::new("wasmtime run, cached", setup.wasmtime_run(file)),
        Contender::new("wasmtime run, precompiled", setup.wasmtime_precompiled(file)?),
    ];
    for contender in &mut contenders {
        contender.command.args(args);
    }
    let laps = race(contenders, rounds)?;
    Ok(format!(
        "\n## A large interpreter\n\nRuby 3.4 with its library, {size:.1} MB of Wasm (npm `@ruby/3.4-wasm-wasi`), evaluates \
         one line; a new process each time, machine code from the cache, {rounds} rounds by turns.\n\n{}",
        table(&laps, "wasmtime")
    ))
}
