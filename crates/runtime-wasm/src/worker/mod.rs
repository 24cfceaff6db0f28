//! A worker: the process that hosts guests, many of a kind or one alone.
//!
//! It is started with nothing but a socket to its zygote. It sets up its engine, waits until it is told what it
//! shall be, gives up everything that this does not need, and only then takes threads, orders and guests.

mod confine;
mod hosting;
mod kin;
mod names;
mod outbox;
mod pipes;
mod scheduler;
mod wire;

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::RecvFlags;
use sampan_wasm_host::{Allocation, Host, HostConfig, Interruption, Sharing};
use serde::{Deserialize, Serialize};

use crate::compiler::descriptors;
use crate::packet::{PacketError, Receiver};
use hosting::Hosting;
use names::Names;
use outbox::Outbox;
pub(crate) use wire::{Answer, Ask, End, Folder, GuestOrder, Order, Ports, Say, Summons, Told, VersionOrder};

/// The name (`argv[0]`) under which the binary starts as a worker.
pub const ROLE: &str = "sampan-worker";

/// Containers that are told in one packet.
const KNOWN: usize = 64;

/// What is settled at a worker's start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WorkerSettings {
    /// Slots of its pool; none for a worker of one container.
    pub(crate) slots: Option<u32>,
    /// A folder in which nothing is.
    pub(crate) empty: PathBuf,
    /// How long it waits for a daemon while it has no containers.
    pub(crate) linger: Duration,
    /// What the process is, which the zygote starts as it starts a worker.
    #[serde(default)]
    pub(crate) role: Role,
}

/// What a process of the daemon is that the zygote keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// It hosts guests.
    #[default]
    Worker,
    /// It makes the sockets of guests.
    Network,
}

/// The settings of hosts in workers. They decide what machine code looks like, so the daemon compiles with them.
pub(crate) fn host_config(settings: &WorkerSettings) -> HostConfig {
    HostConfig {
        allocation: match settings.slots {
            Some(instances) => Allocation::Pooled { instances },
            None => Allocation::OnDemand,
        },
        sharing: Sharing::Shared,
        interruption: Interruption::Checked,
        compile: false,
        ..HostConfig::default()
    }
}

/// What keeps a worker from its work.
#[derive(Debug, thiserror::Error)]
enum WorkerError {
    #[error("the settings of the worker cannot be read")]
    Settings(#[from] serde_json::Error),
    #[error("the engine cannot be set up")]
    Host(#[from] sampan_wasm_host::HostError),
    #[error("the worker cannot be confined")]
    Confine(#[from] crate::confine::ConfineError),
    #[error("the zygote said something else than what the worker shall be")]
    Order,
    #[error("the zygote cannot be understood")]
    Packet(#[from] PacketError),
    #[error("the worker cannot set up its threads and sockets")]
    Io(#[from] io::Error),
}

/// Runs a worker to its end. Standard input is the socket to its zygote, `settings` its one argument.
pub fn run(settings: &str) -> u8 {
    match work(settings) {
        Ok(()) => 0,
        Err(error) => {
            let mut text = format!("sampan-worker: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                text.push_str(&format!(": {error}"));
                cause = error.source();
            }
            // The one way to tell somebody; where nobody listens, the end says enough.
            let _ = rustix::io::write(io::stderr(), format!("{text}\n").as_bytes());
            1
        }
    }
}

fn work(settings: &str) -> Result<(), WorkerError> {
    descriptors::close_others()?;
    let settings: WorkerSettings = serde_json::from_str(settings)?;
    let zygote = io::stdin().as_fd().try_clone_to_owned()?;
    let host = Host::new(host_config(&settings))?;
    let mut receiver = Receiver::new();
    let (summons, mut fds) = match receiver.receive(&zygote, RecvFlags::empty()) {
        Ok(got) => got,
        // A spare worker that nobody needed.
        Err(PacketError::Closed) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let Summons::Become {
        folders,
        network,
        border,
    } = summons
    else {
        return Err(WorkerError::Order);
    };
    // What tokio sets up once for a process needs calls that are given up next; this one has no threads.
    drop(
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?,
    );
    let border = match border {
        true => Some(fds.pop().ok_or(WorkerError::Order)?),
        false => None,
    };
    if folders.len() != fds.len() {
        return Err(WorkerError::Order);
    }
    let folders: Vec<_> = fds.into_iter().zip(folders).collect();
    confine::confine(&folders, network.as_ref(), border.as_ref(), &settings.empty)?;
    drop(folders);
    let tasks = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(8)
        .enable_all()
        .build()?;
    let outbox = Arc::new(Outbox::default());
    let names = match border {
        Some(border) => Some(Names::start(border, tasks.handle())?),
        None => None,
    };
    let hosting = Hosting::new(host, tasks.handle().clone(), outbox.clone(), names)?;
    let ended = Loop {
        zygote: Some(zygote),
        daemon: None,
        linger: settings.linger,
        hosting: hosting.clone(),
        outbox,
        receiver,
    }
    .run();
    hosting.end_all();
    tasks.shutdown_timeout(Duration::from_millis(100));
    ended
}

struct Loop {
    zygote: Option<OwnedFd>,
    daemon: Option<Arc<OwnedFd>>,
    linger: Duration,
    hosting: Arc<Hosting>,
    outbox: Arc<Outbox>,
    receiver: Receiver,
}

impl Loop {
    /// Obeys until nobody is left who could say anything, or nothing is left of which anything could be said.
    fn run(&mut self) -> Result<(), WorkerError> {
        let mut needed = Instant::now();
        while self.zygote.is_some() || self.daemon.is_some() {
            let alone = self.daemon.is_none() && self.hosting.is_empty();
            if !alone {
                needed = Instant::now();
            } else if needed.elapsed() >= self.linger {
                return Ok(());
            }
            let (zygote, daemon) = self.wait(alone)?;
            if zygote {
                self.summons()?;
            }
            if daemon {
                self.orders();
            }
        }
        Ok(())
    }

    fn wait(&self, alone: bool) -> io::Result<(bool, bool)> {
        // Under load nothing is read by `poll` that `recvmsg` would not tell as well.
        let mut fds = Vec::with_capacity(2);
        if let Some(zygote) = &self.zygote {
            fds.push(PollFd::new(zygote, PollFlags::IN));
        }
        if let Some(daemon) = &self.daemon {
            let mut flags = PollFlags::IN;
            if self.outbox.is_waiting() {
                flags |= PollFlags::OUT;
            }
            fds.push(PollFd::from_borrowed_fd(daemon.as_fd(), flags));
        }
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: 200_000_000,
        };
        match poll(&mut fds, alone.then_some(&timeout)) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok((false, false)),
            Err(error) => return Err(error.into()),
        }
        let mut happened = fds.iter().map(|fd| !fd.revents().is_empty());
        let zygote = self.zygote.is_some() && happened.next().unwrap_or(false);
        Ok((zygote, happened.next().unwrap_or(false)))
    }

    fn summons(&mut self) -> Result<(), WorkerError> {
        let Some(zygote) = &self.zygote else { return Ok(()) };
        match self.receiver.receive::<Summons>(zygote, RecvFlags::DONTWAIT) {
            Ok((Summons::Speak, fds)) => {
                if let Some(daemon) = fds.into_iter().next() {
                    // What the last daemon said before it went still holds, and comes before what the next one hears.
                    self.orders();
                    let daemon = Arc::new(daemon);
                    self.hosting.other_daemon();
                    self.daemon = Some(daemon.clone());
                    let hosting = self.hosting.clone();
                    self.outbox.connect(daemon, || first_words(&hosting));
                }
            }
            Ok((Summons::Become { .. }, _)) => return Err(WorkerError::Order),
            Err(error) if error.would_block() => {}
            Err(_) => self.zygote = None,
        }
        Ok(())
    }

    fn orders(&mut self) {
        self.outbox.flush();
        // As many as are there, before it waits again.
        while let Some(daemon) = &self.daemon {
            match self.receiver.receive::<Order>(&**daemon, RecvFlags::DONTWAIT) {
                Ok((order, fds)) => self.hosting.obey(order, fds),
                Err(error) if error.would_block() => return,
                Err(_) => {
                    self.daemon = None;
                    self.outbox.disconnect();
                    self.hosting.asks().forget();
                }
            }
        }
    }
}

fn first_words(hosting: &Hosting) -> Vec<Say> {
    let mut known = hosting.known();
    let mut says = Vec::new();
    loop {
        let rest = known.split_off(known.len().min(KNOWN));
        let last = rest.is_empty();
        says.push(Say::Known {
            containers: std::mem::replace(&mut known, rest),
            last,
        });
        if last {
            return says;
        }
    }
}
