//! `cargo xtask bench [FILTER] [--quick]`: builds everything that takes part and starts `sampan-benches`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{metadata, shell, toolchain};

/// The release that ours is measured against.
const PEER: &str = "48.0.8";

/// Measures what the filter lets through, and writes `docs/benchmarks.md`.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let quick = args.iter().any(|a| a == "--quick");
    let filter = args
        .iter()
        .find(|a| !a.starts_with("--"))
        .cloned()
        .unwrap_or_default();
    toolchain::ensure_targets()?;
    let (target, wasi) = metadata::places("wasmtime-wasi")?;
    let cache = cache()?;
    build(&target)?;
    let program = target.join("release/sampan-benches");
    let peers = shell::capture(shell::program(&program).args(["--peers", &filter]))?;
    let asked = |name: &str| peers.lines().any(|peer| peer == name);
    let work = cache.join(format!("bench-{}", std::process::id()));
    std::fs::create_dir_all(&work)?;
    let mut bench = shell::program(&program);
    bench.args(["--filter", &filter]);
    for (flag, path) in [
        ("--sampan", target.join("release/sampan")),
        ("--target", target),
        ("--work", work.clone()),
        ("--page", shell::root().join("docs/benchmarks.md")),
    ] {
        bench.arg(flag).arg(path);
    }
    if asked("wasmtime") {
        bench.arg("--wasmtime").arg(peer(&cache)?);
    }
    if asked("interpreter") {
        match interpreter(&cache, &wasi) {
            Ok(path) => {
                bench.arg("--interpreter").arg(path);
            }
            Err(error) => eprintln!("warning: no interpreter to measure: {error:#}"),
        }
    }
    if quick {
        bench.arg("--quick");
    }
    let result = shell::run(&mut bench);
    std::fs::remove_dir_all(&work)?;
    result
}

/// Where peers and programs of others are kept: `SAMPAN_PEERS`, else the user's cache.
pub(crate) fn cache() -> Result<PathBuf> {
    let given = std::env::var_os("SAMPAN_PEERS").map(PathBuf::from);
    let users = || {
        let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        base.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cache")))
            .map(|c| c.join("sampan/peers"))
    };
    let cache = given
        .or_else(users)
        .context("set `SAMPAN_PEERS` to a folder for the peers")?;
    std::fs::create_dir_all(&cache).with_context(|| format!("cannot make `{}`", cache.display()))?;
    Ok(cache)
}

fn build(target: &Path) -> Result<()> {
    shell::step("release build");
    let to = |command: &mut Command| {
        command.arg("--target-dir").arg(target);
        shell::run(command)
    };
    to(&mut shell::cargo([
        "build",
        "--release",
        "--locked",
        "-p",
        "sampan",
        "-p",
        "sampan-benches",
    ]))?;
    shell::step("libcontainer from a slim parent");
    to(&mut shell::cargo([
        "build",
        "--release",
        "--locked",
        "--manifest-path",
        "benches/libcontainer/Cargo.toml",
    ]))?;
    shell::step("kernels, natively and for Wasm");
    let kernels = [
        "build",
        "--release",
        "--locked",
        "--workspace",
        "--manifest-path",
        "benches/kernels/Cargo.toml",
    ];
    to(&mut shell::cargo(kernels))?;
    for wasm in ["wasm32-wasip1", "wasm32-wasip2"] {
        to(shell::cargo(kernels)
            .args(["--target", wasm])
            .env("RUSTFLAGS", "-C target-feature=+simd128"))?;
    }
    Ok(())
}

fn peer(cache: &Path) -> Result<PathBuf> {
    let path = cache.join("bin/wasmtime");
    let is_right = || {
        let version = shell::program(&path).arg("--version").output();
        version.is_ok_and(|v| String::from_utf8_lossy(&v.stdout).contains(PEER))
    };
    if !is_right() {
        shell::step(&format!("installing wasmtime {PEER}, which takes a while"));
        let package = format!("wasmtime-cli@{PEER}");
        shell::run(shell::cargo(["install", "--locked", &package, "--root"]).arg(cache))?;
        if !is_right() {
            bail!("`{}` is not wasmtime {PEER}", path.display());
        }
    }
    Ok(path)
}

const SCRIPT: &str = "\
import json
from wit_world import exports


class Run(exports.Run):
    def run(self) -> None:
        print(json.dumps({'answer': 6 * 7}))
";

/// CPython as a component, made by componentize-py from PyPI.
fn interpreter(cache: &Path, wasi: &Path) -> Result<PathBuf> {
    let folder = cache.join("python");
    let done = folder.join("python.wasm");
    if done.is_file() {
        return Ok(done);
    }
    shell::step("building CPython as a component");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("app.py"), SCRIPT)?;
    let venv = folder.join("venv");
    shell::run(shell::program("python3").args(["-m", "venv"]).arg(&venv))?;
    shell::run(shell::program(venv.join("bin/pip")).args(["install", "--quiet", "componentize-py==0.25.1"]))?;
    shell::run(
        shell::program(venv.join("bin/componentize-py"))
            .current_dir(&folder)
            .arg("-d")
            .arg(wasi.join("src/p2/wit"))
            .args([
                "-w",
                "wasi:cli/command",
                "componentize",
                "app",
                "-o",
                "python.wasm",
            ]),
    )?;
    Ok(done)
}
