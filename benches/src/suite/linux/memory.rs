//! What a container that sleeps costs beside its own program.

use anyhow::Result;

use crate::daemons::{Client, Docker, Engine};
use crate::setup::Setup;

/// Containers that sleep at once.
const MANY: usize = 40;

pub(super) fn measure(setup: &Setup, engine: &Engine, docker: Option<&Docker>) -> Result<String> {
    let count = setup.rounds(MANY);
    let ours = cost(count, &mut engine.client()?, || engine.memory())?;
    let mut out = format!(
        "\n### Memory of {count} that sleep\n\nProportional memory (PSS) of the processes that are there for them, over those of the \
         daemon before, for each container; the program itself is left out. Network `bridge`.\n\n| | for each |\n|---|---|\n| \
         sampan | {ours:.0} KiB |\n"
    );
    if let Some(docker) = docker {
        let theirs = cost(count, &mut docker.client()?, || docker.memory())?;
        out.push_str(&format!("| dockerd, with its shims | {theirs:.0} KiB |\n"));
    }
    Ok(out)
}

fn cost(count: usize, client: &mut Client, memory: impl Fn() -> Result<f64>) -> Result<f64> {
    let before = memory()?;
    let mut ids = Vec::with_capacity(count);
    for _ in 0..count {
        let id = client.create("sleep", "bridge")?;
        client.start(&id)?;
        ids.push(id);
    }
    let after = memory()?;
    for id in &ids {
        client.remove(id)?;
    }
    Ok((after - before) / count as f64)
}
