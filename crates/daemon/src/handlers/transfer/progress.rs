//! How far a transfer is, in the lines that Docker's clients draw.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sampan_api::progress::{Detail, Message};
use sampan_distribution::client::Progress;
use sampan_types::Digest;
use tokio::sync::mpsc;

/// How often the position of one blob is told.
const EVERY: Duration = Duration::from_millis(100);
/// How many lines wait for a slow client; what is more is left out.
const QUEUE: usize = 256;

/// Where blobs travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Here.
    In,
    /// To a registry.
    Out,
}

/// Tells lines to one client.
#[derive(Clone)]
pub(super) struct Lines {
    direction: Direction,
    to: mpsc::Sender<Bytes>,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    /// Said before the first other line, and not before it is sure that there is something to say.
    begin: Option<Message>,
    blobs: HashMap<Digest, (i64, Option<Instant>)>,
}

impl Lines {
    pub(super) fn new(direction: Direction) -> (Self, mpsc::Receiver<Bytes>) {
        let (to, lines) = mpsc::channel(QUEUE);
        (
            Self {
                direction,
                to,
                shared: Arc::default(),
            },
            lines,
        )
    }

    /// What is said before the next line.
    pub(super) fn next(&self, message: Message) {
        self.lock().begin = Some(message);
    }

    /// What is said whatever comes: from here on the answer's status is success, and a failure is its last line.
    pub(super) fn at_once(self, message: &Message) -> Self {
        let _ = self.to.try_send(line(message));
        self
    }

    /// What was to be said first and was not, because nothing was to tell.
    pub(super) fn unsaid(&self) -> Vec<Message> {
        self.lock().begin.take().into_iter().collect()
    }

    /// Resolves when the client is gone.
    pub(super) async fn nobody_listens(&self) {
        self.to.closed().await;
    }

    /// A line of its own. One that does not fit is no loss: the next tells more.
    pub(super) fn tell(&self, message: &Message) {
        let _ = self.to.try_send(line(message));
    }

    /// A line that must not be lost: whoever tells it waits for a slow client.
    pub(super) async fn send(&self, message: &Message) {
        let _ = self.to.send(line(message)).await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, item: &Digest, status: &str, detail: Option<Detail>) {
        if let Some(begin) = self.lock().begin.take() {
            let _ = self.to.try_send(line(&begin));
        }
        let message = Message {
            status: status.to_owned(),
            id: short(item),
            progress_detail: Some(detail.unwrap_or_default()),
            ..Message::default()
        };
        // A line that does not fit is no loss: the next tells more.
        let _ = self.to.try_send(line(&message));
    }
}

/// The twelve digits that people know a blob by.
fn short(digest: &Digest) -> String {
    let text = digest.to_string();
    let digits = text.rsplit(':').next().unwrap_or_default();
    digits.get(..12).unwrap_or(digits).to_owned()
}

/// One document and the end of its line. Clients of the time before JSON lines want the carriage return.
pub(super) fn line(message: &Message) -> Bytes {
    let mut line = serde_json::to_vec(message).unwrap_or_default();
    line.extend_from_slice(b"\r\n");
    line.into()
}

/// Whether people are told of it: they know of layers, and of what Sampan's own images hold in their place.
fn shown(what: &str) -> bool {
    !matches!(what, "manifest" | "index" | "config" | "configuration")
}

impl Progress for Lines {
    fn start(&self, item: &Digest, what: &str, total: Option<u64>) {
        if !shown(what) {
            return;
        }
        let total = total.map_or(0, |total| i64::try_from(total).unwrap_or(i64::MAX));
        self.lock().blobs.insert(item.clone(), (total, None));
        let status = match self.direction {
            Direction::In => "Pulling fs layer",
            Direction::Out => "Preparing",
        };
        self.say(item, status, None);
    }

    fn advance(&self, item: &Digest, position: u64) {
        let total = {
            let mut shared = self.lock();
            let Some((total, last)) = shared.blobs.get_mut(item) else {
                return;
            };
            let now = Instant::now();
            if last.is_some_and(|last| now.duration_since(last) < EVERY) {
                return;
            }
            *last = Some(now);
            *total
        };
        let status = match self.direction {
            Direction::In => "Downloading",
            Direction::Out => "Pushing",
        };
        let current = i64::try_from(position).unwrap_or(i64::MAX);
        self.say(item, status, Some(Detail { current, total }));
    }

    fn done(&self, item: &Digest) {
        if self.lock().blobs.remove(item).is_none() {
            return;
        }
        match self.direction {
            Direction::In => {
                self.say(item, "Download complete", None);
                self.say(item, "Pull complete", None);
            }
            Direction::Out => self.say(item, "Pushed", None),
        }
    }

    fn already(&self, item: &Digest, what: &str) {
        if shown(what) {
            let status = match self.direction {
                Direction::In => "Already exists",
                Direction::Out => "Layer already exists",
            };
            self.say(item, status, None);
        }
    }

    fn retry(&self, item: Option<&Digest>, cause: &str, _attempt: u32, wait: Duration) {
        tracing::debug!(cause, "a transfer is tried again");
        if let Some(item) = item.filter(|item| self.lock().blobs.contains_key(item)) {
            self.say(
                item,
                &format!("Retrying in {} seconds", wait.as_secs().max(1)),
                None,
            );
        }
    }
}

/// Parts of an archive for a client.
pub(super) struct Parts(pub(super) mpsc::Sender<io::Result<Bytes>>);

impl io::Write for Parts {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.0
            .blocking_send(Ok(Bytes::copy_from_slice(part)))
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
