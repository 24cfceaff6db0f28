//! Entries of the machine's journal, in systemd's native protocol: one datagram for each line.
//!
//! The socket was connected by the daemon, so that a worker needs no way to the journal of its own and goes on when
//! the daemon is gone. Nothing here waits for the journal on a guest's thread.

use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram as StdDatagram;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

use rustix::net::{SendFlags, send};
use sampan_types::time::rfc3339_nanos;
use tokio::net::UnixDatagram;
use tokio::sync::Notify;

use super::{JournalOrder, Streams, Which};

/// The longest line, in bytes: longer ones are cut into several (dockerd's own limit).
const LINE_MAX: usize = 16 << 10;
/// The most that waits for a journal that is slow before the guest waits too, in bytes.
const ROOM: usize = 1 << 20;
/// How often another socket is asked for while the journal cannot be reached.
const ASKING: Duration = Duration::from_secs(1);
/// The field that tells the runs of a container from one another, which names cut lines.
const EPOCH: &str = "CONTAINER_LOG_EPOCH";

/// The entries of one guest.
pub(super) struct Journal {
    socket: Arc<UnixDatagram>,
    /// The fields that each entry has, as they go over the wire.
    head: Vec<u8>,
    epoch: String,
    lossy_buffer: Option<usize>,
    /// How many entries were made, lost ones included: a gap in the numbers shows a loss.
    ordinal: u64,
    begun: [Begun; 2],
    queue: VecDeque<Vec<u8>>,
    queued: usize,
    /// When another socket was asked for.
    asked: Option<Instant>,
    ended: bool,
    drained: Arc<Notify>,
}

/// A line that has no end yet.
#[derive(Default)]
struct Begun {
    text: Vec<u8>,
    /// Which line it is a part of, where a part was written already, and how many were.
    parts: Option<(String, u32)>,
}

/// What became of entries.
pub(super) enum Sent {
    All,
    /// The journal is slow: some wait until the socket takes more.
    Waiting(Arc<UnixDatagram>),
    /// The journal is gone. Said once a second at the most; what comes until it is back is lost, as in dockerd.
    Unreachable,
}

impl Journal {
    /// Needs a runtime of tasks.
    pub(super) fn new(socket: OwnedFd, order: JournalOrder) -> io::Result<Self> {
        let mut head = Vec::new();
        for (name, value) in &order.fields {
            field(&mut head, name, value.as_bytes());
        }
        let epoch = order.fields.into_iter().find(|(name, _)| name == EPOCH);
        Ok(Self {
            socket: datagram(socket)?,
            head,
            epoch: epoch.map(|(_, value)| value).unwrap_or_default(),
            lossy_buffer: order
                .lossy_buffer
                .map(|n| usize::try_from(n).unwrap_or(usize::MAX)),
            ordinal: 0,
            begun: Default::default(),
            queue: VecDeque::new(),
            queued: 0,
            asked: None,
            ended: false,
            drained: Arc::default(),
        })
    }

    /// Whether the guest has to wait.
    pub(super) fn is_full(&self) -> bool {
        self.lossy_buffer.is_none() && self.queued >= ROOM
    }

    /// Sends whole lines and keeps the begun one.
    pub(super) fn write(&mut self, which: Which, bytes: &[u8]) -> Sent {
        let index = which as usize - 1;
        let mut begun = std::mem::take(&mut self.begun[index]);
        let time = rfc3339_nanos(SystemTime::now());
        let mut sent = Sent::All;
        for part in bytes.split_inclusive(|b| *b == b'\n') {
            let (mut part, whole) = match part.strip_suffix(b"\n") {
                Some(line) => (line, true),
                None => (part, false),
            };
            while begun.text.len() + part.len() > LINE_MAX {
                let (now, later) = part.split_at(LINE_MAX - begun.text.len());
                begun.text.extend_from_slice(now);
                sent = sent.or(self.entry(which, &mut begun, false, &time));
                part = later;
            }
            begun.text.extend_from_slice(part);
            if whole {
                sent = sent.or(self.entry(which, &mut begun, true, &time));
            }
        }
        self.begun[index] = begun;
        sent
    }

    /// One entry of what was begun, which is empty then.
    fn entry(&mut self, which: Which, begun: &mut Begun, last: bool, time: &str) -> Sent {
        let Begun { text, parts } = begun;
        self.ordinal += 1;
        let mut entry = Vec::with_capacity(text.len() + self.head.len() + 256);
        let priority: &[u8] = match which {
            Which::Stdout => b"6",
            Which::Stderr => b"3",
        };
        field(&mut entry, "PRIORITY", priority);
        field(&mut entry, "MESSAGE", text);
        entry.extend_from_slice(&self.head);
        field(&mut entry, "SYSLOG_TIMESTAMP", time.as_bytes());
        field(
            &mut entry,
            "CONTAINER_LOG_ORDINAL",
            self.ordinal.to_string().as_bytes(),
        );
        if !last || parts.is_some() {
            let (id, number) = parts.get_or_insert_with(|| (format!("{}-{}", self.epoch, self.ordinal), 0));
            *number += 1;
            field(&mut entry, "CONTAINER_PARTIAL_ID", id.as_bytes());
            field(
                &mut entry,
                "CONTAINER_PARTIAL_ORDINAL",
                number.to_string().as_bytes(),
            );
            field(
                &mut entry,
                "CONTAINER_PARTIAL_LAST",
                if last { b"true" } else { b"false" },
            );
            if !last {
                field(&mut entry, "CONTAINER_PARTIAL_MESSAGE", b"true");
            }
        }
        text.clear();
        if last {
            *parts = None;
        }
        self.send(entry)
    }

    /// Sends at once where nothing waits, else puts it at the end of what does.
    fn send(&mut self, entry: Vec<u8>) -> Sent {
        if self.queue.is_empty() {
            match send(&self.socket, &entry, SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
                Ok(_) => return Sent::All,
                Err(error) if is_slow(io::Error::from(error).kind()) => {}
                Err(error) => return self.not_sent(io::Error::from(error).kind()),
            }
        }
        if self
            .lossy_buffer
            .is_some_and(|most| self.queued + entry.len() > most)
        {
            return Sent::Waiting(self.socket.clone());
        }
        self.queued += entry.len();
        self.queue.push_back(entry);
        Sent::Waiting(self.socket.clone())
    }

    /// Sends what waits, as far as the journal takes it.
    fn send_waiting(&mut self) -> Sent {
        while let Some(entry) = self.queue.front() {
            let sent = match self.socket.try_send(entry) {
                Err(error) if is_slow(error.kind()) => return Sent::Waiting(self.socket.clone()),
                other => other,
            };
            self.queued -= entry.len();
            self.queue.pop_front();
            if let Err(error) = sent
                && let Sent::Unreachable = self.not_sent(error.kind())
            {
                return Sent::Unreachable;
            }
        }
        self.drained.notify_waiters();
        Sent::All
    }

    fn not_sent(&mut self, why: io::ErrorKind) -> Sent {
        use io::ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset, NotConnected};
        // Another failure, such as an entry that is larger than the journal takes, concerns this entry alone.
        if !matches!(
            why,
            BrokenPipe | ConnectionRefused | ConnectionReset | NotConnected
        ) {
            return Sent::All;
        }
        if self.asked.is_some_and(|asked| asked.elapsed() < ASKING) {
            return Sent::All;
        }
        self.asked = Some(Instant::now());
        Sent::Unreachable
    }

    pub(super) fn go_on_through(&mut self, socket: OwnedFd) -> io::Result<()> {
        self.socket = datagram(socket)?;
        self.asked = None;
        Ok(())
    }

    /// Sends the begun lines as they are. Where some wait, it resolves when they are sent.
    pub(super) fn end(&mut self) -> Option<impl Future<Output = ()> + Send + use<>> {
        let time = rfc3339_nanos(SystemTime::now());
        for which in [Which::Stdout, Which::Stderr] {
            let mut begun = std::mem::take(&mut self.begun[which as usize - 1]);
            if !begun.text.is_empty() {
                self.entry(which, &mut begun, true, &time);
            }
        }
        self.ended = true;
        let mut drained = Box::pin(self.drained.clone().notified_owned());
        // Heard from now on, so that they are not sent between the look and the wait.
        drained.as_mut().enable();
        (!self.queue.is_empty()).then_some(drained)
    }
}

impl Sent {
    /// The one of both that asks for more.
    fn or(self, later: Self) -> Self {
        match (self, later) {
            (Self::Unreachable, _) | (_, Self::Unreachable) => Self::Unreachable,
            (Self::All, later) => later,
            (earlier, _) => earlier,
        }
    }
}

/// Sends what waits whenever the journal takes more, for as long as the guest is there.
pub(super) async fn pump(streams: Weak<Streams>, entries: Arc<Notify>) {
    loop {
        entries.notified().await;
        loop {
            let Some(here) = streams.upgrade() else { return };
            let sent = {
                let mut out = here.lock();
                let Some(journal) = &mut out.journal else { return };
                let sent = journal.send_waiting();
                if journal.ended && journal.queue.is_empty() {
                    out.journal = None;
                }
                sent
            };
            here.room();
            match sent {
                Sent::All => break,
                Sent::Unreachable => (here.renew)(true),
                Sent::Waiting(socket) => {
                    drop(here);
                    // Its end, too, is seen by the next try.
                    let _ = socket.writable().await;
                }
            }
        }
    }
}

fn is_slow(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

fn datagram(socket: OwnedFd) -> io::Result<Arc<UnixDatagram>> {
    let socket = StdDatagram::from(socket);
    socket.set_nonblocking(true)?;
    Ok(Arc::new(UnixDatagram::from_std(socket)?))
}

/// One field, in the form that its value needs: `NAME=VALUE`, or with its length where there are line feeds.
fn field(entry: &mut Vec<u8>, name: &str, value: &[u8]) {
    entry.extend_from_slice(name.as_bytes());
    if value.contains(&b'\n') {
        entry.push(b'\n');
        entry.extend_from_slice(&(value.len() as u64).to_le_bytes());
    } else {
        entry.push(b'=');
    }
    entry.extend_from_slice(value);
    entry.push(b'\n');
}

#[cfg(test)]
mod tests;
