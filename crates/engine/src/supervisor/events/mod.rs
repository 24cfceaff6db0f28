//! What happened, told to everybody who listens, and the last of it kept for those who come later.

mod stream;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use sampan_api::event::{Actor, Message};
use sampan_api::{Strings, Time};
use tokio::sync::broadcast;

use super::cell::Cell;
use super::record::Record;
use super::{EventQuery, Result, Supervisor};

pub use stream::EventStream;

/// How many events are kept.
const KEPT: usize = 256;
/// How many wait for a slow listener, before it misses some.
const QUEUE: usize = 4096;

/// All events.
pub(crate) struct Events {
    past: Mutex<VecDeque<Arc<Message>>>,
    live: broadcast::Sender<Arc<Message>>,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            past: Mutex::new(VecDeque::with_capacity(KEPT)),
            live: broadcast::channel(QUEUE).0,
        }
    }
}

impl Events {
    /// Tells of something.
    pub(crate) fn tell(&self, kind: &str, action: &str, id: &str, attributes: Strings) {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock, so that the order in the list is the order of the times.
        let now = Time::now();
        let old = matches!(kind, "container" | "image");
        let from = attributes.get("image").filter(|_| kind == "container");
        let message = Arc::new(Message {
            status: if old { action.to_owned() } else { String::new() },
            id: if old { id.to_owned() } else { String::new() },
            from: from.cloned().unwrap_or_default(),
            kind: kind.to_owned(),
            action: action.to_owned(),
            actor: Actor {
                id: id.to_owned(),
                attributes,
            },
            scope: "local".to_owned(),
            time: now.unix(),
            time_nano: now.unix_nanos(),
        });
        if past.len() == KEPT {
            past.pop_front();
        }
        past.push_back(message.clone());
        // An error means that nobody listens.
        let _ = self.live.send(message);
    }

    /// How many listen.
    pub(crate) fn listeners(&self) -> usize {
        self.live.receiver_count()
    }
}

impl Supervisor {
    /// Past and coming events.
    pub fn events(&self, query: EventQuery) -> Result<EventStream> {
        let events = &self.shared.events;
        let past = events.past.lock().unwrap_or_else(PoisonError::into_inner);
        let live = events.live.subscribe();
        EventStream::new(past.iter().cloned().collect(), live, query)
    }

    /// Tells of what happened to an image: `pull`, `tag`, `untag`, `delete`, `push`, `load`, `save`, `import`,
    /// `prune`.
    pub fn image_event(&self, action: &str, id: &str, name: &str) {
        let mut attributes = Strings::new();
        if !name.is_empty() {
            attributes.insert("name".to_owned(), name.to_owned());
        }
        self.shared.events.tell("image", action, id, attributes);
    }

    /// Tells that images were removed which nobody used, and how many bytes went with them.
    pub fn images_pruned(&self, reclaimed: u64) {
        let attributes = Strings::from([("reclaimed".to_owned(), reclaimed.to_string())]);
        self.shared.events.tell("image", "prune", "", attributes);
    }

    pub(crate) fn container_event(&self, cell: &Cell, action: &str, more: &[(&str, String)]) {
        self.record_event(&cell.record(), action, more);
    }

    pub(crate) fn record_event(&self, record: &Record, action: &str, more: &[(&str, String)]) {
        let mut attributes = record.config.labels.clone();
        attributes.insert("image".to_owned(), record.config.image.clone());
        attributes.insert("name".to_owned(), record.name.to_string());
        for (key, value) in more {
            attributes.insert((*key).to_owned(), value.clone());
        }
        self.shared
            .events
            .tell("container", action, record.id.as_str(), attributes);
    }
}
