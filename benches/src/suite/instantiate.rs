//! A guest's whole life inside one process, from code that is loaded already: store, instance, call, drop.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sampan_types::{Digest, Ending, Limits};
use sampan_wasm_host::{
    Allocation, GuestSpec, Host, HostConfig, InProcessCompiler, ModuleSource, Program, wat_to_wasm,
};

use crate::samples::{Samples, show};
use crate::setup::Setup;

/// Does nothing, in one page of memory.
const EMPTY: &str = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    let rounds = setup.rounds(20_000);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let config = HostConfig {
        allocation: Allocation::Pooled { instances: 100 },
        ..HostConfig::default()
    };
    let host = Host::new(config)?;
    let mut out = format!(
        "\n## Instantiation in a process\n\nThrough the public interface of `wasm-host`, with its default limits and the \
         pooling allocator: a guest is made of a loaded program, runs to its end and is dropped; output goes nowhere; \
         {rounds} rounds.\n\n| program | median | min | p99 |\n|---|---|---|---|\n"
    );
    let read = |path: &Path| std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()));
    let programs = [
        ("a module that does nothing", wat_to_wasm(EMPTY.as_bytes())?),
        (
            "Rust program that prints a line, preview 1",
            read(&setup.module("hello"))?,
        ),
        (
            "Rust program that prints a line, component",
            read(&setup.component("hello"))?,
        ),
        (
            "component of ten megabytes that prints a line",
            read(&setup.component("large"))?,
        ),
    ];
    for (name, bytes) in programs {
        let size = bytes.len();
        let program = load(&host, name, &bytes)?;
        let samples = runtime.block_on(rounds_of(&host, &program, rounds))?;
        out.push_str(&format!(
            "| {name}, {:.2} MB | {} | {} | {} |\n",
            size as f64 / 1e6,
            show(samples.median()),
            show(samples.min()),
            show(samples.p99())
        ));
    }
    Ok(out)
}

fn load(host: &Host, name: &str, bytes: &[u8]) -> Result<Program> {
    // The digest only names code in a cache, and there is none here.
    let digest: Digest = format!("sha256:{}", "0".repeat(64)).parse()?;
    let source = ModuleSource {
        bytes,
        digest,
        name: name.to_owned(),
    };
    Ok(host.load(&source, &Limits::default(), None, &InProcessCompiler)?)
}

async fn rounds_of(host: &Host, program: &Program, rounds: usize) -> Result<Samples> {
    let mut times: Vec<Duration> = Vec::with_capacity(rounds);
    for round in 0..rounds + rounds / 10 {
        let spec = GuestSpec {
            args: vec!["program".to_owned()],
            ..GuestSpec::default()
        };
        let started = Instant::now();
        let ending = host.guest(program, spec)?.run().await?;
        let time = started.elapsed();
        ensure!(
            ending == Ending::Exited { code: 0 },
            "the guest ended with {ending:?}"
        );
        // The first tenth only warms up.
        if round >= rounds / 10 {
            times.push(time);
        }
    }
    Ok(Samples::new(times))
}
