//! Create, start and wait of busybox `true` through the Docker Engine API, by turns.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::daemons::{Client, Docker, Engine, Podman};
use crate::samples::{Samples, ratio, show};
use crate::setup::Setup;

/// A daemon with a kind of network.
struct Contender {
    name: &'static str,
    network: &'static str,
    client: Client,
    times: Vec<Duration>,
}

impl Contender {
    fn new(name: &'static str, network: &'static str, client: Client) -> Self {
        let times = Vec::new();
        Self {
            name,
            network,
            client,
            times,
        }
    }

    fn round(&mut self) -> Result<Duration> {
        let steps = self.client.round("true", self.network);
        Ok(steps.with_context(|| format!("{}, network {}", self.name, self.network))?[3])
    }
}

pub(super) fn measure(
    setup: &Setup,
    engine: &Engine,
    docker: Option<&Docker>,
    podman: Option<&Podman>,
) -> Result<String> {
    let rounds = setup.rounds(100);
    let mut contenders = Vec::new();
    for network in ["bridge", "none"] {
        contenders.push(Contender::new("sampan", network, engine.client()?));
        if let Some(docker) = docker {
            contenders.push(Contender::new("dockerd", network, docker.client()?));
        }
        if let Some(podman) = podman.filter(|_| network == "none") {
            contenders.push(Contender::new("podman", network, podman.client()?));
        }
    }
    for contender in &mut contenders {
        for _ in 0..3 {
            contender.round()?;
        }
    }
    for _ in 0..rounds {
        for contender in &mut contenders {
            let time = contender.round()?;
            contender.times.push(time);
        }
    }
    Ok(table(rounds, contenders, docker, podman))
}

fn table(
    rounds: usize,
    contenders: Vec<Contender>,
    docker: Option<&Docker>,
    podman: Option<&Podman>,
) -> String {
    let versions = [docker.map(Docker::version), podman.map(Podman::version)];
    let versions: Vec<&str> = versions.into_iter().flatten().collect();
    let mut out = format!(
        "\n### busybox `true` from create to exit code\n\nThrough the Docker Engine API over one kept connection, {rounds} rounds \
         by turns, each daemon in a network namespace of its own. {}\n\n| | network | median | least | p99 | to sampan's \
         |\n|---|---|---|---|---|---|\n",
        versions.join(", ")
    );
    let mut ours = None;
    for Contender {
        name, network, times, ..
    } in contenders
    {
        let samples = Samples::new(times);
        let median = samples.median();
        if name == "sampan" {
            ours = Some(median);
        }
        let times = ours.map_or(1.0, |ours| ratio(median, ours));
        out.push_str(&format!(
            "| {name} | {network} | {} | {} | {} | {times:.1} |\n",
            show(median),
            show(samples.min()),
            show(samples.p99()),
        ));
    }
    out
}
