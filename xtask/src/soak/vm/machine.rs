//! The virtual machine while it runs: what it says on its console, and an end where it says nothing more.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context, Result};

use super::disk::Image;
use super::packages::Packages;
use crate::shell;

/// What the guest's own script writes before each thing that it tells.
const MARK: &str = "=== ";
/// How long an accelerated machine may take until its first word. One that cannot run a kernel says nothing at all.
const FIRST_WORD: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed,
}

/// What it has told so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) kernel: String,
    pub(super) ended: bool,
    tests: Vec<(Outcome, String)>,
}

impl Report {
    /// A line of its console.
    pub(super) fn hear(&mut self, line: &str) {
        let Some(told) = line.trim().strip_prefix(MARK) else {
            return;
        };
        let mut words = told.split(' ');
        let outcome = match words.next() {
            Some("kernel") => {
                words
                    .next()
                    .unwrap_or_default()
                    .trim_end_matches(',')
                    .clone_into(&mut self.kernel);
                return;
            }
            Some("done") => {
                self.ended = true;
                return;
            }
            Some("ok") => Outcome::Passed,
            Some("failed") => Outcome::Failed,
            _ => return,
        };
        // The file of tests stands between.
        self.tests
            .extend(words.nth(1).map(|name| (outcome, name.to_owned())));
    }

    pub(super) fn count(&self, outcome: Outcome) -> usize {
        self.tests.iter().filter(|(how, _)| *how == outcome).count()
    }

    pub(super) fn failed(&self) -> impl Iterator<Item = &str> {
        let failed = self.tests.iter().filter(|(how, _)| *how == Outcome::Failed);
        failed.map(|(_, name)| name.as_str())
    }
}

/// Runs it to its end.
pub(super) fn boot(packages: &Packages, image: &Image, silence: Duration) -> Result<Report> {
    if Path::new("/dev/kvm").exists() {
        shell::step("the machine, with KVM");
        // There are machines whose KVM runs no ordinary kernel.
        if let Some(report) = converse(packages, image, "kvm", FIRST_WORD, silence)? {
            return Ok(report);
        }
    }
    shell::step("the machine, emulated");
    let report = converse(packages, image, "tcg", silence, silence)?;
    report.context("the machine said nothing; its kernel may not run under this QEMU")
}

/// `None` where it never said a word.
fn converse(
    packages: &Packages,
    image: &Image,
    accelerator: &str,
    first: Duration,
    silence: Duration,
) -> Result<Option<Report>> {
    let mut machine = Machine(
        command(packages, image, accelerator)
            .spawn()
            .context("cannot start QEMU")?,
    );
    let console = machine.0.stdout.take().context("QEMU has no console")?;
    let (tell, told) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut console = BufReader::new(console);
        let mut line = Vec::new();
        while console.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = shell::plain(&String::from_utf8_lossy(&line));
            if tell.send(text).is_err() {
                return;
            }
            line.clear();
        }
    });
    let (mut report, mut heard) = (Report::default(), false);
    loop {
        match told.recv_timeout(if heard { silence } else { first }) {
            Ok(line) => {
                print!("{line}");
                heard |= line.starts_with(MARK);
                report.hear(&line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                eprintln!("error: the machine says nothing more");
                break;
            }
        }
    }
    drop(machine);
    // Its console ends with it.
    let _ = reader.join();
    Ok(heard.then_some(report))
}

fn command(packages: &Packages, image: &Image, accelerator: &str) -> Command {
    let mut command = packages.qemu();
    command.args(["-accel", accelerator, "-smp", "1", "-m", "3072"]);
    command.args(["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]);
    // Kernels of 2024 and later end at once on what QEMU 7.2 makes of this instruction.
    let processor = if accelerator == "kvm" {
        "host"
    } else {
        "max,cx16=off"
    };
    command.args(["-serial", "stdio", "-cpu", processor]);
    command.arg("-kernel").arg(packages.kernel());
    command.arg("-initrd").arg(&image.initrd);
    command.args([
        "-append",
        "console=ttyS0 panic=-1 loglevel=4 cgroup_no_v1=all mitigations=off",
    ]);
    command.arg("-drive").arg(format!(
        "file={},if=virtio,format=raw,cache=unsafe",
        image.disk.display()
    ));
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

/// Ends with its value.
struct Machine(Child);

impl Drop for Machine {
    fn drop(&mut self) {
        // It fails only where it has ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
