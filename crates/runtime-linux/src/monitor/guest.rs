//! One program of the container: its own, or one that was executed beside it.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{WaitId, WaitIdOptions, waitid};
use sampan_process::awaited::awaited_for;
use sampan_process::streams::{Parts, Streams, Which};
use sampan_types::{ByteCount, ContainerId, Usage};
use tokio::io::Interest;
use tokio::task::JoinHandle;

use super::build::Ends;
use super::keeper::{Event, Events};
use crate::cgroup::Cgroup;
use crate::wire::{End, Failure, StreamsOrder};

/// How long what a program wrote last may take to be read, where something that it left behind can still write.
const LAST_OUTPUT: Duration = Duration::from_secs(1);
/// How many times as long, while more of it comes.
const ROUNDS: u32 = 20;
/// How long it may take to get to those who are attached; dockerd waits as long.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What is known of it.
pub(super) struct Guest {
    pub(super) pid: u32,
    pub(super) pidfd: Arc<OwnedFd>,
    pub(super) streams: Arc<Streams>,
    /// Once it has ended.
    pub(super) end: Option<Box<End>>,
}

/// Its streams, and what carries its output.
pub(super) struct Joined {
    streams: Arc<Streams>,
    outputs: Vec<JoinHandle<()>>,
}

/// Joins a program's streams with its log and with those who are attached. Descriptors: log file, journal's socket, a socket
/// for each of `attached`.
pub(super) fn join(
    id: &ContainerId,
    order: StreamsOrder,
    fds: Vec<OwnedFd>,
    ends: Ends,
    events: &Events,
) -> Result<Joined, Failure> {
    joined(id, order, fds, ends, events).map_err(|e| Failure::engine("join the streams", &e))
}

fn joined(
    id: &ContainerId,
    order: StreamsOrder,
    fds: Vec<OwnedFd>,
    ends: Ends,
    events: &Events,
) -> io::Result<Joined> {
    let mut fds = fds.into_iter();
    let mut next = || fds.next().ok_or(io::ErrorKind::UnexpectedEof);
    let log = match order.log {
        Some(log) => Some((File::from(next()?), log)),
        None => None,
    };
    let journal = match order.journal {
        Some(journal) => Some((next()?, journal)),
        None => None,
    };
    let (terminal, pipes) = match ends {
        Ends::Terminal(master) => (Some(master), None),
        Ends::Pipes {
            stdin,
            stdout,
            stderr,
        } => (None, Some((stdin, stdout, stderr))),
    };
    let (told, whose) = (events.clone(), id.clone());
    let streams = Streams::new(Parts {
        stdin: order.stdin,
        stdin_once: order.stdin_once,
        log,
        journal,
        terminal,
        renew: Box::new(move |journal| {
            // Nobody is there any more once the monitor ends.
            let _ = told.send(Event::LogFull(whose.clone(), journal));
        }),
    })?;
    for request in order.attached {
        streams.attach(request, next()?)?;
    }
    if order.input_over {
        streams.input_over();
    }
    let mut outputs = Vec::new();
    if let Some((stdin, stdout, stderr)) = pipes {
        outputs.push(tokio::spawn(streams.pump_from(Which::Stdout, stdout)?));
        outputs.push(tokio::spawn(streams.pump_from(Which::Stderr, stderr)?));
        if let Some(stdin) = stdin
            && let Some(pump) = streams.pump_into(stdin)?
        {
            tokio::spawn(pump);
        }
    }
    if let Some(pump) = streams.pump() {
        outputs.push(tokio::spawn(pump));
    }
    Ok(Joined { streams, outputs })
}

impl Joined {
    /// Watches for the end of the program, and tells it when everything that it wrote is where it belongs. `cgroup` is that
    /// of a container whose own program it is.
    pub(super) fn watch(
        self,
        id: ContainerId,
        pid: u32,
        pidfd: OwnedFd,
        cgroup: Option<Cgroup>,
        events: Events,
    ) -> Guest {
        let pidfd = Arc::new(pidfd);
        let guest = Guest {
            pid,
            pidfd: pidfd.clone(),
            streams: self.streams.clone(),
            end: None,
        };
        let began = Instant::now();
        tokio::spawn(async move {
            let code = code(&pidfd).await;
            let mut end = Box::new(End {
                code,
                out_of_memory: false,
                usage: Usage {
                    wall_time: began.elapsed(),
                    ..Usage::default()
                },
                counted: None,
            });
            if let Some(cgroup) = cgroup {
                last_word(&cgroup, &mut end);
            }
            self.drain().await;
            let _ = events.send(Event::Ended(id, end));
        });
        guest
    }

    async fn drain(self) {
        let Self { streams, outputs } = self;
        let abort: Vec<_> = outputs.iter().map(JoinHandle::abort_handle).collect();
        let all = async {
            for output in outputs {
                // One that fell has nothing more to say.
                let _ = output.await;
            }
        };
        tokio::pin!(all);
        let (mut taken, _) = streams.progress();
        let mut rounds = ROUNDS;
        while tokio::time::timeout(LAST_OUTPUT, &mut all).await.is_err() {
            // What still comes is what it wrote before its end, on its way through small files for example.
            let (now, waits) = streams.progress();
            rounds -= 1;
            if rounds == 0 || (!waits && taken == now) {
                for output in &abort {
                    output.abort();
                }
                break;
            }
            taken = now;
        }
        if let Some(served) = streams.end() {
            // Those who do not read are not waited for.
            let _ = tokio::time::timeout(LAST_WORDS, served).await;
        }
    }
}

/// What the kernel knows of a container that has ended. Whatever is left in it goes now.
fn last_word(cgroup: &Cgroup, end: &mut End) {
    if let Ok(counted) = cgroup.counted() {
        end.usage.cpu_time = Duration::from_nanos(counted.cpu[0]);
        end.usage.memory = ByteCount::new(counted.memory_max.max(counted.memory));
        end.counted = Some(Box::new(counted));
    }
    end.out_of_memory = cgroup.oom_kills() > 0;
    if let Err(error) = cgroup.kill_all() {
        tracing::error!(%error, "what a container left behind could not be ended");
    }
}

/// Waits for the end of a child. Its exit code, as a shell has it.
async fn code(pidfd: &OwnedFd) -> u8 {
    let watched = pidfd
        .try_clone()
        .and_then(|fd| awaited_for(fd, Interest::READABLE));
    if let Ok(watched) = watched {
        // An error is as good as an end: what follows tells.
        let _ = watched.readable().await;
    }
    let status = loop {
        match waitid(WaitId::PidFd(pidfd.as_fd()), WaitIdOptions::EXITED) {
            Ok(Some(status)) => break status,
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::AGAIN) => tokio::time::sleep(Duration::from_millis(1)).await,
            // Somebody else reaped it: nobody knows how it ended.
            Ok(None) | Err(_) => return 255,
        }
    };
    let code = match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => code,
        (None, Some(signal)) => 128 + signal,
        (None, None) => 255,
    };
    u8::try_from(code & 0xff).unwrap_or(255)
}
