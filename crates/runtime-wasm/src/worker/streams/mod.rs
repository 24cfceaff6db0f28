//! The streams of a guest that has no descriptors for them: output goes into the log and to those who are attached,
//! input comes from those who are attached.

mod attached;
mod journal;
mod log;
mod packets;
mod stdin;
mod terminal;

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use sampan_runtime::{Attach, TerminalSize};
use sampan_wasm_host::{Input, Output, Pipe, Stdio};
use tokio::sync::Notify;

use super::wire::{JournalOrder, LogOrder};
use attached::Attached;
use journal::{Journal, Sent};
use log::Log;
use stdin::StdinQueue;
use terminal::Terminal;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Stdout = 1,
    Stderr = 2,
}

/// The most that is taken of a write at once, in bytes.
const PORTION: usize = 64 << 10;

/// All streams of one guest.
pub(super) struct Streams {
    out: Mutex<Out>,
    stdin: Option<Arc<StdinQueue>>,
    stdin_once: bool,
    once: Mutex<Once>,
    terminal: Option<Arc<Terminal>>,
    /// Wakes what sends to the journal.
    entries: Arc<Notify>,
    /// Called for each log file that is full, with `true` for a journal that cannot be reached.
    renew: Box<dyn Fn(bool) + Send + Sync>,
}

#[derive(Default)]
struct Out {
    log: Option<Log>,
    journal: Option<Journal>,
    attached: Vec<Arc<Attached>>,
    /// The guest's writers that wait until those who are attached have read.
    waiting: Vec<Waker>,
    ended: bool,
}

/// What is known of the end of standard input.
#[derive(Default)]
struct Once {
    /// How many daemons have fallen before the one that speaks.
    fallen: u64,
    /// A daemon has said that somebody said all.
    over: bool,
    /// The socket of somebody whom this daemon let in was closed whole, and it has not said why.
    cut: bool,
}

/// What a guest's streams are made of.
pub(super) struct Parts {
    pub(super) stdin: bool,
    pub(super) stdin_once: bool,
    pub(super) log: Option<(File, LogOrder)>,
    pub(super) journal: Option<(OwnedFd, JournalOrder)>,
    pub(super) terminal: Option<OwnedFd>,
    pub(super) renew: Box<dyn Fn(bool) + Send + Sync>,
}

impl Streams {
    /// Needs a runtime of tasks.
    pub(super) fn new(parts: Parts) -> io::Result<Arc<Self>> {
        let terminal = parts.terminal.map(Terminal::new).transpose()?.map(Arc::new);
        let journal = parts
            .journal
            .map(|(socket, order)| Journal::new(socket, order))
            .transpose()?;
        let sends = journal.is_some();
        let streams = Arc::new(Self {
            out: Mutex::new(Out {
                log: parts.log.map(|(file, order)| Log::new(file, order)),
                journal,
                ..Out::default()
            }),
            stdin: (parts.stdin && terminal.is_none()).then(StdinQueue::new),
            stdin_once: parts.stdin_once,
            once: Mutex::default(),
            terminal,
            entries: Arc::default(),
            renew: parts.renew,
        });
        if sends {
            tokio::spawn(journal::pump(Arc::downgrade(&streams), streams.entries.clone()));
        }
        Ok(streams)
    }

    /// What the guest is given. With a terminal, `slave` is the end that it sees.
    pub(super) fn stdio(self: &Arc<Self>, slave: Option<&OwnedFd>) -> io::Result<Stdio> {
        if let Some(slave) = slave {
            return Ok(Stdio {
                stdin: Input::Fd(slave.try_clone()?),
                stdout: Output::Fd(slave.try_clone()?),
                stderr: Output::Fd(slave.try_clone()?),
                terminals: [true; 3],
            });
        }
        let output = |which| {
            Output::Pipe(Arc::new(Outlet {
                streams: self.clone(),
                which,
            }))
        };
        Ok(Stdio {
            stdin: self.stdin.clone().map_or(Input::Null, |queue| Input::Pipe(queue)),
            stdout: output(Which::Stdout),
            stderr: output(Which::Stderr),
            terminals: [false; 3],
        })
    }

    fn lock(&self) -> MutexGuard<'_, Out> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes as much as it can without blocking: nothing while somebody who is attached has too much to read.
    fn write(&self, which: Which, bytes: &[u8]) -> io::Result<usize> {
        let bytes = &bytes[..bytes.len().min(PORTION)];
        let mut out = self.lock();
        out.attached.retain(|a| !a.is_closed());
        if out.is_full(which) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let full = out.log.as_mut().is_some_and(|log| log.write(which, bytes));
        let sent = out.journal.as_mut().map(|journal| journal.write(which, bytes));
        let framed = self.terminal.is_none();
        for attached in &out.attached {
            attached.write(which, bytes, framed);
        }
        drop(out);
        if full {
            (self.renew)(false);
        }
        match sent {
            Some(Sent::Waiting(_)) => self.entries.notify_one(),
            Some(Sent::Unreachable) => (self.renew)(true),
            Some(Sent::All) | None => {}
        }
        Ok(bytes.len())
    }

    fn poll_room(&self, which: Which, cx: &mut Context<'_>) -> Poll<()> {
        let mut out = self.lock();
        if out.is_full(which) {
            if !out.waiting.iter().any(|w| w.will_wake(cx.waker())) {
                out.waiting.push(cx.waker().clone());
            }
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    /// Somebody who is attached has read, or is gone.
    fn room(&self) {
        for waker in self.lock().waiting.drain(..) {
            waker.wake();
        }
    }

    /// Lets somebody join. Needs a runtime of tasks.
    pub(super) fn attach(self: &Arc<Self>, request: Attach, socket: OwnedFd) -> io::Result<()> {
        let attached = Attached::new(request, self.once().fallen);
        let socket = attached::socket(socket)?;
        let mut out = self.lock();
        // After its end there is nothing to read: whoever joins sees the end at once.
        if !out.ended {
            out.attached.push(attached.clone());
        }
        if out.ended {
            attached.end();
        }
        drop(out);
        attached::serve(attached, socket, self.clone());
        Ok(())
    }

    /// Somebody who was attached to standard input has sent all. `cut` says that all of the socket was closed: by a
    /// client that left, or by a daemon that fell and leaves the input open for the next one. `fallen` daemons had
    /// gone when it joined.
    fn sent_all(&self, cut: bool, fallen: u64) {
        let mut once = self.once();
        if cut && !once.over {
            once.cut |= fallen == once.fallen;
            return;
        }
        drop(once);
        self.end_input();
    }

    /// A daemon says that somebody who was attached to standard input has said all.
    pub(super) fn input_over(&self) {
        let mut once = self.once();
        once.over = true;
        // Of one whose socket still has something, the end comes behind that.
        let cut = once.cut;
        drop(once);
        if cut {
            self.end_input();
        }
    }

    /// Another daemon speaks from now on. It will not say what became of those whom the last one let in, and what it
    /// says is not about them.
    pub(super) fn other_daemon(&self) {
        let mut once = self.once();
        once.fallen += 1;
        once.cut = false;
    }

    fn once(&self) -> MutexGuard<'_, Once> {
        self.once.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end_input(&self) {
        if self.stdin_once
            && let Some(stdin) = &self.stdin
        {
            stdin.close();
        }
    }

    /// What happens at a key that stands for a signal.
    pub(super) fn on_key(&self, act: impl Fn(sampan_types::Signal) + Send + Sync + 'static) {
        if let Some(terminal) = &self.terminal {
            terminal.on_key(act);
        }
    }

    pub(super) fn resize(&self, size: TerminalSize) {
        if let Some(terminal) = &self.terminal {
            terminal.resize(size);
        }
    }

    /// The log goes on in this file.
    pub(super) fn log_into(&self, file: File) {
        if let Some(log) = &mut self.lock().log {
            log.go_on_in(file);
        }
    }

    /// Entries of the journal go on through this socket. Needs a runtime of tasks.
    pub(super) fn journal_into(&self, socket: OwnedFd) {
        if let Some(journal) = &mut self.lock().journal
            && let Err(error) = journal.go_on_through(socket)
        {
            tracing::debug!(%error, "a socket of the journal cannot be used");
        }
        self.entries.notify_one();
    }

    /// Copies what the guest writes to its terminal until its end is closed. `None` where it has no terminal.
    pub(super) fn pump(self: &Arc<Self>) -> Option<impl Future<Output = ()> + Send + use<>> {
        let terminal = self.terminal.clone()?;
        let streams = self.clone();
        Some(async move { streams.copy_from(&terminal).await })
    }

    async fn copy_from(&self, terminal: &Terminal) {
        let mut buffer = Vec::new();
        while terminal.read(&mut buffer).await.is_ok() && !buffer.is_empty() {
            let mut rest = buffer.as_slice();
            while !rest.is_empty() {
                match self.write(Which::Stdout, rest) {
                    Ok(n) => rest = &rest[n..],
                    Err(_) => std::future::poll_fn(|cx| self.poll_room(Which::Stdout, cx)).await,
                }
            }
        }
    }

    /// Nothing more comes: the last unfinished lines are written down, and those who are attached see the end. `None`
    /// where nobody is; else it resolves when they have been sent everything.
    pub(super) fn end(&self) -> Option<impl Future<Output = ()> + Send + use<>> {
        let mut out = self.lock();
        out.ended = true;
        if let Some(log) = &mut out.log {
            log.end();
        }
        out.log = None;
        let sending = out.journal.as_mut().and_then(Journal::end);
        self.entries.notify_one();
        let attached = std::mem::take(&mut out.attached);
        drop(out);
        for attached in &attached {
            attached.end();
        }
        if let Some(stdin) = &self.stdin {
            stdin.close();
        }
        self.room();
        (!attached.is_empty() || sending.is_some()).then_some(async move {
            for attached in attached {
                attached.served().await;
            }
            if let Some(sending) = sending {
                sending.await;
            }
        })
    }
}

impl Out {
    /// Whether the guest has to wait before it writes more.
    fn is_full(&self, which: Which) -> bool {
        self.journal.as_ref().is_some_and(Journal::is_full)
            || self.attached.iter().any(|a| !a.is_closed() && a.is_full(which))
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.entries.notify_one();
    }
}

/// One of a guest's outputs.
struct Outlet {
    streams: Arc<Streams>,
    which: Which,
}

impl Pipe for Outlet {
    fn try_read(&self, _: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.streams.write(self.which, bytes)
    }
    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.streams.poll_room(self.which, cx)
    }
}

#[cfg(test)]
mod tests;
