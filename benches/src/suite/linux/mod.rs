//! Linux containers against Docker, Podman and the runtimes below them: starts through the API, the runtime by itself,
//! and memory.

mod memory;
mod runtimes;
mod starts;

use anyhow::Result;

use crate::daemons::{Docker, Engine, Networks, Podman};
use crate::setup::Setup;

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    if crate::daemons::root(setup)?.is_none() {
        return Ok("\n## Linux containers\n\nNo static busybox was there.\n".to_owned());
    }
    let mut out = String::from("\n## Linux containers\n");
    out.push_str(&runtimes::measure(setup)?);
    let engine = Engine::start(setup, Networks::Own)?;
    engine.import(setup)?;
    let docker = Docker::start(setup, Networks::Own)?;
    let podman = Podman::start(setup)?;
    out.push_str(&starts::measure(
        setup,
        &engine,
        docker.as_ref(),
        podman.as_ref(),
    )?);
    out.push_str(&memory::measure(setup, &engine, docker.as_ref())?);
    Ok(out)
}
