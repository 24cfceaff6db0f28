//! The streams of a container: output goes into the log and to those who are attached, input comes from those who are
//! attached.

mod attached;
mod journal;
mod log;
mod orders;
mod packets;
mod stdin;
mod terminal;

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use sampan_runtime::{Attach, TerminalSize};
use tokio::io::Interest;
use tokio::sync::Notify;

use crate::awaited::awaited_for;
use attached::Attached;
use journal::{Journal, Sent};
use log::{Log, PATIENCE};
pub use orders::{JournalOrder, LogOrder};
pub use stdin::StdinQueue;
use terminal::Terminal;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Standard output.
    Stdout = 1,
    /// Standard error.
    Stderr = 2,
}

/// The most that is taken of a write at once, in bytes.
const PORTION: usize = 64 << 10;

/// All streams of one guest.
pub struct Streams {
    out: Mutex<Out>,
    stdin: Option<Arc<StdinQueue>>,
    stdin_once: bool,
    once: Mutex<Once>,
    terminal: Option<Arc<Terminal>>,
    /// Wakes what sends to the journal.
    entries: Arc<Notify>,
    /// Wakes what looks how long the guest waits for the next file of its log.
    full: Arc<Notify>,
    /// Called for each log file that is full, with `true` for a journal that cannot be reached.
    renew: Box<dyn Fn(bool) + Send + Sync>,
}

#[derive(Default)]
struct Out {
    log: Option<Log>,
    journal: Option<Journal>,
    attached: Vec<Arc<Attached>>,
    /// The guest's writers that wait until those who are attached have read, or the log has its next file.
    waiting: Vec<Waker>,
    /// Bytes that were taken so far.
    taken: u64,
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
pub struct Parts {
    /// Whether standard input is open for those who attach.
    pub stdin: bool,
    /// Whether it ends with the first of them who has said all.
    pub stdin_once: bool,
    /// The file of its log.
    pub log: Option<(File, LogOrder)>,
    /// The socket of its journal.
    pub journal: Option<(OwnedFd, JournalOrder)>,
    /// The master of its terminal.
    pub terminal: Option<OwnedFd>,
    /// Called for each log file that is full, with `true` for a journal that cannot be reached.
    pub renew: Box<dyn Fn(bool) + Send + Sync>,
}

impl Streams {
    /// Needs a runtime of tasks.
    pub fn new(parts: Parts) -> io::Result<Arc<Self>> {
        let terminal = parts.terminal.map(Terminal::new).transpose()?.map(Arc::new);
        let journal = parts
            .journal
            .map(|(socket, order)| Journal::new(socket, order))
            .transpose()?;
        let sends = journal.is_some();
        let turns = parts
            .log
            .as_ref()
            .is_some_and(|(_, order)| order.max_size.is_some());
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
            full: Arc::default(),
            renew: parts.renew,
        });
        if sends {
            tokio::spawn(journal::pump(Arc::downgrade(&streams), streams.entries.clone()));
        }
        if turns {
            tokio::spawn(until_patience_ends(
                Arc::downgrade(&streams),
                streams.full.clone(),
            ));
        }
        Ok(streams)
    }

    /// What comes in for the guest, where its input is open and no terminal.
    pub fn stdin(&self) -> Option<&Arc<StdinQueue>> {
        self.stdin.as_ref()
    }

    fn lock(&self) -> MutexGuard<'_, Out> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes as much as it can without blocking: nothing while somebody who is attached has too much to read, or the next
    /// file of the log is on its way.
    pub fn write(&self, which: Which, bytes: &[u8]) -> io::Result<usize> {
        let bytes = &bytes[..bytes.len().min(PORTION)];
        let mut out = self.lock();
        out.attached.retain(|a| !a.is_closed());
        if out.is_full(which) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let portion = out.log.as_ref().map_or(bytes.len(), |log| log.portion(bytes));
        let bytes = &bytes[..portion];
        out.taken += portion as u64;
        let full = out.log.as_mut().is_some_and(|log| log.write(which, bytes));
        let sent = out.journal.as_mut().map(|journal| journal.write(which, bytes));
        let framed = self.terminal.is_none();
        for attached in &out.attached {
            attached.write(which, bytes, framed);
        }
        drop(out);
        if full {
            (self.renew)(false);
            self.full.notify_one();
        }
        match sent {
            Some(Sent::Waiting(_)) => self.entries.notify_one(),
            Some(Sent::Unreachable) => (self.renew)(true),
            Some(Sent::All) | None => {}
        }
        Ok(bytes.len())
    }

    /// How many bytes were taken so far, and whether more wait for the next file of the log alone.
    pub fn progress(&self) -> (u64, bool) {
        let out = self.lock();
        (out.taken, out.log.as_ref().is_some_and(Log::waits))
    }

    /// Resolves when [`Streams::write`] takes something.
    pub fn poll_room(&self, which: Which, cx: &mut Context<'_>) -> Poll<()> {
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
    pub fn attach(self: &Arc<Self>, request: Attach, socket: OwnedFd) -> io::Result<()> {
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
    pub fn input_over(&self) {
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
    pub fn other_daemon(&self) {
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
    pub fn on_key(&self, act: impl Fn(sampan_types::Signal) + Send + Sync + 'static) {
        if let Some(terminal) = &self.terminal {
            terminal.on_key(act);
        }
    }

    /// Another size of its terminal.
    pub fn resize(&self, size: TerminalSize) {
        if let Some(terminal) = &self.terminal {
            terminal.resize(size);
        }
    }

    /// The log goes on in this file.
    pub fn log_into(&self, file: File) {
        if let Some(log) = &mut self.lock().log {
            log.go_on_in(file);
        }
        self.room();
    }

    /// Entries of the journal go on through this socket. Needs a runtime of tasks.
    pub fn journal_into(&self, socket: OwnedFd) {
        if let Some(journal) = &mut self.lock().journal
            && let Err(error) = journal.go_on_through(socket)
        {
            tracing::debug!(%error, "a socket of the journal cannot be used");
        }
        self.entries.notify_one();
    }

    /// Copies what the guest writes to its terminal until its end is closed. `None` where it has no terminal.
    pub fn pump(self: &Arc<Self>) -> Option<impl Future<Output = ()> + Send + use<>> {
        let terminal = self.terminal.clone()?;
        let streams = self.clone();
        Some(async move { streams.copy_from(&terminal).await })
    }

    async fn copy_from(&self, terminal: &Terminal) {
        let mut buffer = Vec::new();
        while terminal.read(&mut buffer).await.is_ok() && !buffer.is_empty() {
            self.write_all(Which::Stdout, &buffer).await;
        }
    }

    async fn write_all(&self, which: Which, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.write(which, rest) {
                Ok(n) => rest = &rest[n..],
                Err(_) => std::future::poll_fn(|cx| self.poll_room(which, cx)).await,
            }
        }
    }

    /// Copies what a process writes to one of its outputs, of which this is the end to read, until nobody can write
    /// to it any more. Needs a runtime of tasks.
    pub fn pump_from(
        self: &Arc<Self>,
        which: Which,
        pipe: OwnedFd,
    ) -> io::Result<impl Future<Output = ()> + Send + use<>> {
        let pipe = awaited_for(pipe, Interest::READABLE)?;
        let streams = self.clone();
        Ok(async move {
            let mut buffer = vec![0; 16 << 10];
            let read = |buffer: &mut [u8]| move_bytes(rustix::io::read(&pipe, buffer));
            loop {
                let got = pipe.async_io(Interest::READABLE, |_| read(&mut buffer)).await;
                match got {
                    Ok(n @ 1..) => streams.write_all(which, &buffer[..n]).await,
                    Ok(0) | Err(_) => return,
                }
            }
        })
    }

    /// Copies what comes in to a process's standard input, of which this is the end to write, and closes it behind the
    /// end. `None` where its input is not open. Needs a runtime of tasks.
    pub fn pump_into(&self, pipe: OwnedFd) -> io::Result<Option<impl Future<Output = ()> + Send + use<>>> {
        let Some(stdin) = self.stdin.clone() else {
            return Ok(None);
        };
        let pipe = awaited_for(pipe, Interest::WRITABLE)?;
        Ok(Some(async move {
            let mut buffer = vec![0; 16 << 10];
            loop {
                let n = stdin.read(&mut buffer).await;
                let mut rest = &buffer[..n];
                if rest.is_empty() {
                    return;
                }
                while !rest.is_empty() {
                    let wrote = pipe.async_io(Interest::WRITABLE, |pipe| {
                        move_bytes(rustix::io::write(pipe, rest))
                    });
                    match wrote.await {
                        Ok(n) => rest = &rest[n..],
                        Err(_) => {
                            // Nobody reads it any more.
                            stdin.close();
                            return;
                        }
                    }
                }
            }
        }))
    }

    /// Nothing more comes: the last unfinished lines are written down, and those who are attached see the end. `None`
    /// where nobody is; else it resolves when they have been sent everything.
    pub fn end(&self) -> Option<impl Future<Output = ()> + Send + use<>> {
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

/// Lets the guest go on where nobody gives its log another file.
async fn until_patience_ends(streams: Weak<Streams>, full: Arc<Notify>) {
    loop {
        full.notified().await;
        if streams.strong_count() == 0 {
            return;
        }
        tokio::time::sleep(PATIENCE).await;
        match streams.upgrade() {
            Some(streams) => streams.room(),
            None => return,
        }
    }
}

fn move_bytes(moved: rustix::io::Result<usize>) -> io::Result<usize> {
    Ok(moved?)
}

impl Out {
    /// Whether the guest has to wait before it writes more.
    fn is_full(&self, which: Which) -> bool {
        self.journal.as_ref().is_some_and(Journal::is_full)
            || self.log.as_ref().is_some_and(Log::waits)
            || self.attached.iter().any(|a| !a.is_closed() && a.is_full(which))
    }
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streams").finish_non_exhaustive()
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.entries.notify_one();
        self.full.notify_one();
    }
}

#[cfg(test)]
mod tests;
