//! The zygote's children: workers and compilers.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};

use rustix::net::SendFlags;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use sampan_process::mounts::{OWN_BINARY, own_binary};

use super::wire::{Answer, Known};
use crate::memory::nowhere;
use crate::packet::{Packet, PacketError};
use crate::worker::{self, Role, Summons, WorkerSettings};
use crate::{compiler, network, packet::pair};

#[derive(Default)]
pub(super) struct Children {
    last: u64,
    /// What processes are executed from that go into containers; made with the first of them.
    for_strangers: Option<OwnedFd>,
    children: BTreeMap<u64, Running>,
}

struct Running {
    child: Child,
    /// Until it has ended.
    pidfd: Option<OwnedFd>,
    /// The wait status, once it has ended.
    status: Option<i32>,
    /// Its end is nobody's to hear of.
    forgotten: bool,
    worker: Option<Worker>,
    /// Whether a daemon wants to know how it ends.
    told: bool,
}

struct Worker {
    /// Until it has ended.
    socket: Option<OwnedFd>,
    settings: WorkerSettings,
    tag: serde_json::Value,
}

impl Children {
    pub(super) fn any_alive(&self) -> bool {
        self.children.values().any(|c| c.status.is_none())
    }

    /// Of those that live.
    pub(super) fn pidfds(&self) -> impl Iterator<Item = (u64, BorrowedFd<'_>)> {
        self.children
            .iter()
            .filter_map(|(number, c)| Some((*number, c.pidfd.as_ref()?.as_fd())))
    }

    /// All workers that a new daemon does not know.
    pub(super) fn known(&self) -> Vec<Known> {
        let known = self.children.iter().filter_map(|(number, c)| {
            let worker = c.worker.as_ref()?;
            Some(Known {
                number: *number,
                pid: c.child.id(),
                tag: worker.tag.clone(),
                settings: worker.settings.clone(),
                status: c.status,
            })
        });
        known.collect()
    }

    /// Takes the end of a child, if it has ended and somebody wants to know. A compiler whose daemon is gone is nobody's, and forgotten.
    pub(super) fn reap(&mut self, number: u64) -> Option<i32> {
        let running = self.children.get_mut(&number)?;
        let status = running.child.try_wait().ok()??.into_raw();
        running.status = Some(status);
        running.pidfd = None;
        let told = running.told;
        match &mut running.worker {
            Some(worker) if !running.forgotten => worker.socket = None,
            _ => drop(self.children.remove(&number)),
        }
        told.then_some(status)
    }

    fn add(&mut self, child: io::Result<Child>, worker: Option<Worker>) -> io::Result<Answer> {
        let mut child = child?;
        let pid = child.id();
        let pidfd = match pidfd_open(Pid::from_child(&child), PidfdFlags::empty()) {
            Ok(pidfd) => pidfd,
            Err(error) => {
                child.kill()?;
                child.wait()?;
                return Err(error.into());
            }
        };
        self.last += 1;
        let number = self.last;
        self.children.insert(
            number,
            Running {
                child,
                pidfd: Some(pidfd),
                status: None,
                forgotten: false,
                worker,
                told: true,
            },
        );
        Ok(Answer::Process { number, pid })
    }

    pub(super) fn spawn(&mut self, settings: WorkerSettings) -> io::Result<Answer> {
        let (ours, its) = pair()?;
        let role = match settings.role {
            Role::Worker => worker::ROLE,
            Role::Network => network::ROLE,
        };
        let child = command(role)
            .arg(serde_json::to_string(&settings)?)
            .stdin(Stdio::from(its))
            .stdout(nowhere()?)
            .spawn();
        let worker = Worker {
            socket: Some(ours),
            settings,
            tag: serde_json::Value::Null,
        };
        self.add(child, Some(worker))
    }

    pub(super) fn compile(&mut self, text: &str, fds: Vec<OwnedFd>) -> io::Result<Answer> {
        let [module, code, report]: [OwnedFd; 3] = fds.try_into().map_err(|_| no("descriptors"))?;
        let child = command(compiler::ROLE)
            .arg(text)
            .stdin(Stdio::from(module))
            .stdout(Stdio::from(code))
            .stderr(Stdio::from(report))
            .spawn();
        self.add(child, None)
    }

    /// Starts a process that keeps itself: whoever wants something of it knows where it listens.
    pub(super) fn launch(&mut self, role: &str, argument: &str, fds: Vec<OwnedFd>) -> io::Result<Answer> {
        let [input, output]: [OwnedFd; 2] = fds.try_into().map_err(|_| no("descriptors"))?;
        let binary = match self.for_strangers.take() {
            Some(binary) => binary,
            None => own_binary()?,
        };
        let path = format!("/proc/self/fd/{}", self.for_strangers.insert(binary).as_raw_fd());
        let child = program(&path, role)
            .arg(argument)
            .stdin(Stdio::from(input))
            .stdout(Stdio::from(output))
            // What ends others by their group does not mean it.
            .process_group(0)
            .spawn();
        let answer = self.add(child, None)?;
        if let Some(running) = self.children.get_mut(&self.last) {
            running.told = false;
        }
        Ok(answer)
    }

    /// Tells a worker what it shall be.
    pub(super) fn shape(
        &mut self,
        number: u64,
        tag: serde_json::Value,
        summons: &Summons,
        folders: Vec<OwnedFd>,
    ) -> io::Result<Answer> {
        let (pid, worker) = self.worker(number)?;
        tell(worker, summons, folders)?;
        worker.tag = tag;
        Ok(Answer::Process { number, pid })
    }

    /// Opens a way to a worker, which drops the one that it had.
    pub(super) fn connect(&mut self, number: u64) -> io::Result<(Answer, OwnedFd)> {
        let (pid, worker) = self.worker(number)?;
        let (ours, its) = pair()?;
        tell(worker, &Summons::Speak, vec![its])?;
        Ok((Answer::Process { number, pid }, ours))
    }

    fn worker(&mut self, number: u64) -> io::Result<(u32, &mut Worker)> {
        match self.children.get_mut(&number) {
            Some(Running {
                worker: Some(worker),
                status: None,
                child,
                ..
            }) => Ok((child.id(), worker)),
            _ => Err(no("worker of this number")),
        }
    }

    /// Ends those in which nothing runs: workers that were never told what they shall be, and what makes sockets when there is
    /// nobody left to make them for.
    pub(super) fn end_spares(&mut self) {
        let alive = |running: &&mut Running| running.status.is_none();
        let serves = |running: &Running| {
            let settings = running.worker.as_ref().map(|worker| &worker.settings);
            settings.is_some_and(|settings| settings.role == Role::Network)
        };
        let spare = |running: &Running| {
            let worker = running.worker.as_ref();
            worker.is_some_and(|worker| worker.tag.is_null() && worker.settings.role == Role::Worker)
        };
        let mut living = self.children.values_mut().filter(alive);
        let needed = living.any(|running| !spare(running) && !serves(running));
        for running in self.children.values_mut().filter(alive) {
            if spare(running) || (!needed && serves(running)) {
                // It fails only where the process has ended already.
                let _ = running.child.kill();
            }
        }
    }

    pub(super) fn kill(&mut self, number: u64) {
        if let Some(running) = self.children.get_mut(&number)
            && running.status.is_none()
        {
            // It fails only where the process has ended already.
            let _ = running.child.kill();
        }
    }

    pub(super) fn forget(&mut self, number: u64) {
        let Some(running) = self.children.get_mut(&number) else {
            return;
        };
        running.forgotten = true;
        if running.status.is_some() {
            self.children.remove(&number);
        }
    }
}

/// Tells a worker something. One that does not read must not hold up the others.
fn tell(worker: &Worker, summons: &Summons, fds: Vec<OwnedFd>) -> io::Result<()> {
    let socket = worker
        .socket
        .as_ref()
        .ok_or_else(|| no("socket of this worker"))?;
    let packet = Packet::new(summons, fds)?;
    packet.send(socket, SendFlags::DONTWAIT).map_err(gone)
}

fn command(role: &str) -> Command {
    program(OWN_BINARY, role)
}

fn program(path: &str, role: &str) -> Command {
    let mut command = Command::new(path);
    command.arg0(role).env_clear().current_dir("/");
    command
}

fn no(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("there are no {what}"))
}

fn gone(error: PacketError) -> io::Error {
    match error {
        PacketError::Socket(error) => error,
        other => io::Error::other(other),
    }
}
