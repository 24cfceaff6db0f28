//! `sampan daemon` through the Docker Engine API, against a real dockerd where one is on the path: starts, many at
//! once, memory at rest, and how soon a kill is told.

pub(super) mod client;
pub(super) mod docker;
mod engine;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::samples::{Samples, ratio, show};
use crate::setup::Setup;
use docker::Docker;
use engine::Engine;

/// Containers that run at once.
const MANY: usize = 10_000;

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    let engine = Engine::start(setup)?;
    let mut out = String::from("\n## The daemon, through the Docker Engine API\n");
    out.push_str(&starts(setup, &engine)?);
    out.push_str(&kills(setup, &engine)?);
    out.push_str(&sustained(setup, &engine)?);
    out.push_str(&rest(setup, &engine)?);
    out.push_str(&many(setup, &engine)?);
    Ok(out)
}

/// Create, start and wait over one kept connection, by turns with dockerd.
fn starts(setup: &Setup, engine: &Engine) -> Result<String> {
    let rounds = setup.rounds(1_000);
    let mut ours = engine.client()?;
    let docker = Docker::start(setup)?;
    let mut steps: [Vec<Duration>; 4] = Default::default();
    for _ in 0..50 {
        ours.round("hello", "none")?;
    }
    let mut theirs = Vec::new();
    let mut client = docker.as_ref().map(Docker::client).transpose()?;
    if let Some(client) = &mut client {
        client.round("true", "none")?;
    }
    for round in 0..rounds {
        for (step, time) in steps.iter_mut().zip(ours.round("hello", "none")?) {
            step.push(time);
        }
        // Docker takes some hundred times as long: fewer rounds, spread over all.
        if let Some(client) = client.as_mut().filter(|_| round % 50 == 0) {
            theirs.push(client.round("true", "none")?[3]);
        }
    }
    let mut out = format!(
        "\n### A hello from create to exit code\n\nNetwork mode `none` on both sides, limits on, one line written and \
         logged, a native client over one connection, {rounds} rounds.\n\n| | median | least | p99 |\n|---|---|---|---|\n"
    );
    let mut total = Duration::ZERO;
    for (name, step) in ["create", "start", "wait", "all three"].iter().zip(steps) {
        let samples = Samples::new(step);
        total = samples.median();
        out.push_str(&row(name, &samples));
    }
    match theirs.is_empty() {
        true => out.push_str("\nNo dockerd was there to be compared with.\n"),
        false => {
            let theirs = Samples::new(theirs);
            out.push_str(&row("dockerd, busybox `true`, all three", &theirs));
            out.push_str(&format!(
                "\nRatio of the medians: {:.0}. {}\n",
                ratio(theirs.median(), total),
                docker.map_or(String::new(), |docker| docker.version().to_owned()),
            ));
        }
    }
    Ok(out)
}

/// SIGKILL to an endless loop, until its end is told.
fn kills(setup: &Setup, engine: &Engine) -> Result<String> {
    let mut client = engine.client()?;
    let mut times = Vec::new();
    for _ in 0..setup.rounds(100) {
        let id = client.create("loop", "none")?;
        client.start(&id)?;
        std::thread::sleep(Duration::from_millis(5));
        let before = Instant::now();
        client.post(&format!("/containers/{id}/kill"), "")?;
        client.wait(&id)?;
        times.push(before.elapsed());
        client.remove(&id)?;
    }
    Ok(format!(
        "\n### Killing an endless loop\n\n| | median | least | p99 |\n|---|---|---|---|\n{}",
        row("kill to exit code", &Samples::new(times))
    ))
}

/// As many starts as there are, for a minute.
fn sustained(setup: &Setup, engine: &Engine) -> Result<String> {
    let span = Duration::from_secs(if setup.quick { 6 } else { 60 });
    let before = engine.memory()?;
    let until = Instant::now() + span;
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let mut client = engine.client()?;
            Ok(std::thread::spawn(move || -> Result<u64> {
                let mut count = 0;
                while Instant::now() < until {
                    client.round("hello", "none")?;
                    count += 1;
                }
                Ok(count)
            }))
        })
        .collect::<Result<_>>()?;
    let mut count = 0;
    for client in clients {
        count += client.join().map_err(|_| anyhow::anyhow!("a client fell"))??;
    }
    let after = engine.memory()?;
    Ok(format!(
        "\n### Starts one after the other\n\nFour clients, each create, start, wait and remove, for {} s: {:.0} a second. \
         Memory of all processes (PSS): {:.1} MiB before, {:.1} MiB after.\n",
        span.as_secs(),
        count as f64 / span.as_secs_f64(),
        before / 1024.0,
        after / 1024.0,
    ))
}

fn rest(setup: &Setup, engine: &Engine) -> Result<String> {
    let idle = engine.memory()?;
    let wakes = engine.wakes()?;
    let span = Duration::from_secs(if setup.quick { 2 } else { 20 });
    std::thread::sleep(span);
    let wakes = engine.wakes()?.saturating_sub(wakes);
    Ok(format!(
        "\n### At rest\n\nDaemon, zygote and workers: {:.1} MiB resident together (PSS), of it the daemon {:.1}; {:.1} \
         wake-ups a second.\n",
        idle / 1024.0,
        engine.daemon_memory()? / 1024.0,
        wakes as f64 / span.as_secs_f64(),
    ))
}

/// Many that wait on their input, each of which answers.
fn many(setup: &Setup, engine: &Engine) -> Result<String> {
    let count = setup.rounds(MANY);
    let mut client = engine.client()?;
    let before = engine.memory()?;
    let started = Instant::now();
    let mut ids = Vec::with_capacity(count);
    for _ in 0..count {
        let id = client.create_open("cat")?;
        client.start(&id)?;
        ids.push(id);
    }
    let started = started.elapsed();
    let after = engine.memory()?;
    let mut lists = Vec::new();
    for _ in 0..5 {
        let before = Instant::now();
        let listed = client.get("/containers/json")?;
        lists.push(before.elapsed());
        let there = listed.matches("\"Id\":").count();
        anyhow::ensure!(there >= count, "{there} of {count} are listed");
    }
    for (number, id) in ids.iter().enumerate().step_by((count / 500).max(1)) {
        let answer = engine
            .challenge(id, number)
            .context("a container does not answer")?;
        anyhow::ensure!(answer, "container {number} answered something else");
    }
    for id in &ids {
        client.remove(id)?;
    }
    Ok(format!(
        "\n### {count} at once\n\nEach runs `cat` and answers on its standard input (500 of them were asked): {:.1} s to create \
         and start them, {:.0} KiB of memory each over the daemon before (PSS), `ps` in {}.\n",
        started.as_secs_f64(),
        (after - before) / count as f64,
        show(Samples::new(lists).median()),
    ))
}

fn row(name: &str, samples: &Samples) -> String {
    format!(
        "| {name} | {} | {} | {} |\n",
        show(samples.median()),
        show(samples.min()),
        show(samples.p99())
    )
}
