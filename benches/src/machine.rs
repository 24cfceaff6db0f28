//! The machine that the numbers were taken on.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup::Setup;

/// A paragraph and a table. `last_peer` is the one that the numbers are of which are not measured now.
pub(crate) fn describe(setup: &Setup, last_peer: Option<String>) -> Result<String> {
    let cpuinfo = read("/proc/cpuinfo")?;
    let model = field(&cpuinfo, "model name").unwrap_or("unknown");
    let cores = std::thread::available_parallelism()?;
    let guest = if cpuinfo.contains(" hypervisor") {
        ", a virtual machine"
    } else {
        ""
    };
    let memory: u64 = field(&read("/proc/meminfo")?, "MemTotal")
        .and_then(|m| m.trim_end_matches(" kB").parse().ok())
        .unwrap_or(0);
    let kernel = read("/proc/sys/kernel/osrelease")?;
    let load = read("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    let mut rows = vec![
        ("processor", format!("{model}, {cores} cores{guest}")),
        ("memory", format!("{:.0} GiB", memory as f64 / f64::from(1 << 20))),
        ("kernel", kernel.trim().to_owned()),
        ("load before the run", load),
        ("compiler of all programs", version(Path::new("rustc"))?),
        ("engine", version(&setup.sampan)?),
    ];
    let peer = match &setup.wasmtime {
        Some(wasmtime) => Some(version(wasmtime)?),
        None => last_peer,
    };
    rows.extend(peer.map(|peer| ("peer", peer)));
    let mut out = String::from("\n## Machine\n\n| | |\n|---|---|\n");
    for (name, value) in rows {
        out.push_str(&format!("| {name} | {value} |\n"));
    }
    Ok(out)
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|l| l.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}

fn version(program: &Path) -> Result<String> {
    let output = Command::new(program).arg("--version").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().next().unwrap_or("unknown").to_owned())
}
