//! From a new Wasm file to the start of the container that runs it, by `sampan compose watch`.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};

use crate::daemons::{Engine, Networks};
use crate::samples::{Samples, show};
use crate::setup::Setup;

const COMPOSE: &str = "services: {a: {image: ./app.wasm, stop_grace_period: 0s}}\n";

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    let engine = Engine::start(setup, Networks::Own)?;
    let rounds = setup.rounds(20);
    let mut out = format!(
        "\n## A new Wasm file takes the place of the running one\n\n`sampan compose watch`, from the moment at which the new file has its \
         name until the daemon says that the container made of it has started; each file is one that was never compiled; \
         {rounds} rounds.\n\n| program | median | min | p99 |\n|---|---|---|---|\n"
    );
    let programs = [
        ("Rust program that prints a line", setup.module("hello")),
        ("the same as a component", setup.component("hello")),
        (
            "Rust program with `regex` and `serde_json`",
            setup.module("words"),
        ),
        ("the same as a component", setup.component("words")),
    ];
    for (number, (name, file)) in programs.into_iter().enumerate() {
        let program = fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        let folder = setup.work.join(format!("watched-{number}"));
        let watch = Watch::start(setup, &engine.socket(), folder, &program)?;
        let mut events = Events::open(&engine.socket())?;
        // The first only warms up.
        let times: Result<Vec<_>> = (0..=rounds)
            .map(|round| watch.swap(&program, round, &mut events))
            .collect();
        let samples = Samples::new(times?.split_off(1));
        out.push_str(&format!(
            "| {name}, {:.2} MB | {} | {} | {} |\n",
            program.len() as f64 / 1e6,
            show(samples.median()),
            show(samples.min()),
            show(samples.p99())
        ));
    }
    Ok(out)
}

/// A project that is watched.
struct Watch {
    child: Child,
    folder: PathBuf,
}

impl Watch {
    fn start(setup: &Setup, socket: &Path, folder: PathBuf, program: &[u8]) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("compose.yaml"), COMPOSE)?;
        fs::write(folder.join("app.wasm"), program)?;
        let said = folder.join("said");
        let child = setup
            .command(&setup.sampan)
            .arg("--host")
            .arg(format!("unix://{}", socket.display()))
            .args(["compose", "watch"])
            .current_dir(&folder)
            .stderr(Stdio::from(fs::File::create(&said)?))
            .spawn()?;
        let watch = Self { child, folder };
        let end = Instant::now() + Duration::from_secs(30);
        while !fs::read_to_string(&said)?.contains("watching") {
            ensure!(Instant::now() < end, "it does not watch");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(watch)
    }

    /// Puts another program in the place of the one before, and waits until it has started.
    fn swap(&self, program: &[u8], round: usize, events: &mut Events) -> Result<Duration> {
        // The one before has ended, and so has all that was done for it.
        std::thread::sleep(Duration::from_millis(500));
        let new = self.folder.join("new");
        fs::write(&new, another(program, round))?;
        let before = SystemTime::now().duration_since(UNIX_EPOCH)?;
        fs::rename(new, self.folder.join("app.wasm"))?;
        let started = events.next()?;
        started
            .checked_sub(before)
            .context("it started before the file was there")
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Ok(pid) = libc::pid_t::try_from(self.child.id()) {
            crate::process::end(pid);
        }
        let _ = self.child.wait();
    }
}

/// The same program with a custom section, so that nobody has compiled it before.
fn another(program: &[u8], round: usize) -> Vec<u8> {
    let text = format!("{:08x}{round:08x}", std::process::id());
    let mut bytes = program.to_vec();
    bytes.extend_from_slice(&[0, text.len() as u8 + 2, 1, b'n']);
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// Starts of containers, as the daemon tells them.
struct Events(BufReader<UnixStream>);

impl Events {
    fn open(socket: &Path) -> Result<Self> {
        let mut stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let filters = "%7B%22event%22%3A%5B%22start%22%5D%7D";
        write!(
            stream,
            "GET /v1.41/events?filters={filters} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )?;
        Ok(Self(BufReader::new(stream)))
    }

    /// When the next one started.
    fn next(&mut self) -> Result<Duration> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.0.read_line(&mut line)? == 0 {
                bail!("the daemon tells no more events");
            }
            // Between them are the heads of chunks.
            if let Ok(event) = serde_json::from_str::<serde_json::Value>(&line)
                && let Some(nanos) = event["timeNano"].as_u64()
            {
                return Ok(Duration::from_nanos(nanos));
            }
        }
    }
}
