//! A program on its way into a container, as the monitor waits for it.
//!
//! Whoever is in the container can stop what comes in, and a folder that answers nobody stops it as well. The monitor has one
//! thread, which everything else in the container needs: so it awaits, and what does not arrive is ended.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::process::{Signal, WaitId, WaitIdOptions, pidfd_send_signal, waitid};
use sampan_process::awaited::awaited_for;
use tokio::io::Interest;
use tokio::time::{Instant, timeout_at};

use super::build::{Ends, Plumbing};
use super::entry::Begun;
use crate::wire::{Failure, FailureKind};

/// How long it may take. Whoever ordered it waits longer.
const ARRIVAL: Duration = Duration::from_secs(20);

/// A program that was begun.
pub(super) struct Arrival {
    pub(super) begun: Begun,
    pub(super) plumbing: Plumbing,
}

/// It runs.
pub(super) struct Arrived {
    pub(super) pid: u32,
    pub(super) pidfd: OwnedFd,
    pub(super) ends: Ends,
}

impl Arrival {
    /// Waits until it runs, or tells why it does not. Nothing of it is left then.
    pub(super) async fn awaited(self) -> Result<Arrived, Failure> {
        let Self {
            begun: Begun { clone, number },
            mut plumbing,
        } = self;
        plumbing.cloned();
        let until = Instant::now() + ARRIVAL;
        let Ok(number) = timeout_at(until, told(number)).await else {
            end(clone);
            return Err(held());
        };
        // It has nothing more to do.
        reaped(&clone).await;
        let process = match number {
            Ok(number) => plumbing.process(number)?,
            Err(error) => return Err(plumbing.why(&error)),
        };
        match timeout_at(until, process.report.awaited()).await {
            Ok(None) => Ok(Arrived {
                pid: process.pid,
                pidfd: process.pidfd,
                ends: process.ends,
            }),
            Ok(Some(failure)) => {
                reaped(&process.pidfd).await;
                Err(failure)
            }
            Err(_) => {
                end(process.pidfd);
                Err(held())
            }
        }
    }
}

impl Arrived {
    /// Nobody knows of it.
    pub(super) fn unwanted(self) {
        end(self.pidfd);
    }
}

fn held() -> Failure {
    let seconds = ARRIVAL.as_secs();
    let what = format!(
        "the program was stopped, or waited for files, before it began: it was given up after {seconds} s"
    );
    Failure::new(FailureKind::Engine, what)
}

/// What the first clone says: the number of the second one.
async fn told(pipe: OwnedFd) -> io::Result<i32> {
    let pipe = awaited_for(pipe, Interest::READABLE)?;
    let mut number = [0; 4];
    // So little is written at once.
    let read = pipe.async_io(Interest::READABLE, |fd| Ok(rustix::io::read(fd, &mut number)?));
    match read.await? {
        4 => Ok(i32::from_ne_bytes(number)),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Ends a child, and takes it away once it has gone.
fn end(child: OwnedFd) {
    // It fails only where the process has ended.
    let _ = pidfd_send_signal(&child, Signal::KILL);
    tokio::spawn(async move { reaped(&child).await });
}

/// Waits for the end of a child that nobody else waits for.
async fn reaped(child: &OwnedFd) {
    let watched = child
        .try_clone()
        .and_then(|fd| awaited_for(fd, Interest::READABLE));
    if let Ok(watched) = watched {
        // What follows tells whether it has ended.
        let _ = watched.readable().await;
    }
    let _ = waitid(
        WaitId::PidFd(child.as_fd()),
        WaitIdOptions::EXITED | WaitIdOptions::NOHANG,
    );
}
