//! What the benchmarks are given: where the contenders and the guest programs are.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Paths of everything that takes part.
pub(crate) struct Setup {
    /// The release build of the engine.
    pub(crate) sampan: PathBuf,
    /// The peer, where a benchmark asks for it.
    pub(crate) wasmtime: Option<PathBuf>,
    /// Cargo's target folder with the kernels, native and for both Wasm targets.
    pub(crate) target: PathBuf,
    /// A folder for state and caches, made for this run.
    pub(crate) work: PathBuf,
    /// The page of results.
    pub(crate) page: PathBuf,
    /// A large interpreter, `None` where it could not be had.
    pub(crate) interpreter: Option<PathBuf>,
    /// Only benchmarks whose name contains this.
    pub(crate) filter: String,
    /// Fewer rounds, to see that everything runs.
    pub(crate) quick: bool,
}

impl Setup {
    pub(crate) fn from_args(args: impl Iterator<Item = String>) -> Result<Self> {
        let mut setup = Self {
            sampan: PathBuf::new(),
            wasmtime: None,
            target: PathBuf::new(),
            work: PathBuf::new(),
            page: PathBuf::new(),
            interpreter: None,
            filter: String::new(),
            quick: false,
        };
        let mut args = args;
        while let Some(flag) = args.next() {
            let mut value = || args.next().with_context(|| format!("`{flag}` needs a value"));
            match flag.as_str() {
                "--sampan" => setup.sampan = value()?.into(),
                "--wasmtime" => setup.wasmtime = Some(value()?.into()),
                "--target" => setup.target = value()?.into(),
                "--work" => setup.work = value()?.into(),
                "--page" => setup.page = value()?.into(),
                "--interpreter" => setup.interpreter = Some(value()?.into()),
                "--filter" => setup.filter = value()?,
                "--quick" => setup.quick = true,
                other => bail!("there is no flag `{other}`"),
            }
        }
        for path in [&setup.sampan, &setup.target, &setup.work] {
            if !path.exists() {
                bail!(
                    "there is no `{}`; start this through `cargo xtask bench`",
                    path.display()
                );
            }
        }
        Ok(setup)
    }

    /// A program of `benches/kernels`, natively compiled.
    pub(crate) fn native(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    /// The same for WASI preview 1.
    pub(crate) fn module(&self, name: &str) -> PathBuf {
        self.target
            .join("wasm32-wasip1/release")
            .join(format!("{name}.wasm"))
    }

    /// The same as a component.
    pub(crate) fn component(&self, name: &str) -> PathBuf {
        self.target
            .join("wasm32-wasip2/release")
            .join(format!("{name}.wasm"))
    }

    /// Rounds, or a tenth of them in a quick run.
    pub(crate) fn rounds(&self, full: usize) -> usize {
        if self.quick { (full / 10).max(2) } else { full }
    }

    /// The peer of a benchmark that names it among its peers.
    pub(crate) fn wasmtime(&self) -> &Path {
        self.wasmtime.as_deref().unwrap_or(Path::new("wasmtime"))
    }

    /// A command whose state and caches are in the work folder.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir(&self.work)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", &self.work)
            .env("SAMPAN_ROOT", self.work.join("sampan"));
        command
    }

    /// `sampan run -i FILE`.
    pub(crate) fn sampan_run(&self, file: &Path) -> Command {
        let mut command = self.command(&self.sampan);
        command.args(["run", "-i"]).arg(file);
        command
    }

    /// `wasmtime run` with its cache.
    pub(crate) fn wasmtime_run(&self, file: &Path) -> Command {
        let mut command = self.command(self.wasmtime());
        command.args(["run", "-C", "cache=y"]).arg(file);
        command
    }

    /// `wasmtime run` of a file that was compiled before, which is made here.
    pub(crate) fn wasmtime_precompiled(&self, file: &Path) -> Result<Command> {
        let stem = file.file_stem().context("a file has a name")?.to_string_lossy();
        let kind = if file.starts_with(self.target.join("wasm32-wasip2")) {
            "p2"
        } else {
            "p1"
        };
        let compiled = self.work.join(format!("{stem}-{kind}.cwasm"));
        let mut compile = self.command(self.wasmtime());
        let status = compile
            .arg("compile")
            .arg(file)
            .arg("-o")
            .arg(&compiled)
            .status()?;
        if !status.success() {
            bail!("`wasmtime compile {}` failed: {status}", file.display());
        }
        let mut command = self.command(self.wasmtime());
        command.args(["run", "--allow-precompiled"]).arg(compiled);
        Ok(command)
    }
}
