//! Events as one listener wants them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use sampan_api::Time;
use sampan_api::container::Filters;
use sampan_api::event::Message;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::supervisor::EventQuery;
use crate::supervisor::error::Result;
use crate::supervisor::filters::Wanted;

const KNOWN: [&str; 15] = [
    "event",
    "type",
    "scope",
    "daemon",
    "container",
    "plugin",
    "volume",
    "network",
    "image",
    "node",
    "service",
    "secret",
    "config",
    "label",
    "builder",
];

/// Events, past ones first. A listener that is too slow misses some.
pub struct EventStream {
    past: VecDeque<Arc<Message>>,
    live: Receiver<Arc<Message>>,
    until: Option<Time>,
    filters: Filters,
}

impl std::fmt::Debug for EventStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventStream").finish_non_exhaustive()
    }
}

impl EventStream {
    pub(super) fn new(
        past: Vec<Arc<Message>>,
        live: Receiver<Arc<Message>>,
        query: EventQuery,
    ) -> Result<Self> {
        Wanted::of(&query.filters, &KNOWN)?;
        let past = match (query.since, query.until) {
            (None, None) => VecDeque::new(),
            // Without a beginning, an end in the past tells nothing.
            (None, Some(_)) => VecDeque::new(),
            (Some(since), _) => past
                .into_iter()
                .filter(|m| m.time_nano >= since.unix_nanos())
                .collect(),
        };
        Ok(Self {
            past,
            live,
            until: query.until,
            filters: query.filters,
        })
    }

    /// The next event; `None` when the time that was asked for is over. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Arc<Message>> {
        loop {
            let message = match self.past.pop_front() {
                Some(message) => message,
                None => self.coming().await?,
            };
            if self
                .until
                .is_some_and(|until| message.time_nano > until.unix_nanos())
            {
                return None;
            }
            if includes(&self.filters, &message) {
                return Some(message);
            }
        }
    }

    async fn coming(&mut self) -> Option<Arc<Message>> {
        let left = self.until.map(|until| until.since(Time::now()));
        let end = async {
            match left {
                Some(left) => tokio::time::sleep(left).await,
                None => std::future::pending().await,
            }
        };
        if left == Some(Duration::ZERO) {
            return self.live.try_recv().ok();
        }
        tokio::pin!(end);
        loop {
            tokio::select! {
                biased;
                message = self.live.recv() => match message {
                    Ok(message) => return Some(message),
                    Err(RecvError::Lagged(missed)) => {
                        tracing::warn!(missed, "a listener is too slow and misses events");
                    }
                    Err(RecvError::Closed) => return None,
                },
                () = &mut end => return None,
            }
        }
    }
}

fn includes(filters: &Filters, message: &Message) -> bool {
    let Ok(wanted) = Wanted::of(filters, &KNOWN) else {
        return false;
    };
    let actor = &message.actor;
    let name = actor.attributes.get("name").map_or("", String::as_str);
    let action = message.action.as_str();
    let event = wanted.get("event");
    let loose = event
        .iter()
        .any(|e| matches!(e.as_str(), "health_status" | "exec_create" | "exec_start"));
    let about = |key: &str| {
        // Each of these keys speaks of the actors of its own type; other types do not have them.
        wanted.get(key).is_empty()
            || (message.kind == key && (wanted.begins(key, &actor.id) || wanted.begins(key, name)))
    };
    let image = || {
        let of = match message.kind.as_str() {
            "image" => name,
            _ => actor.attributes.get("image").map_or("", String::as_str),
        };
        let bare = |text: &str| {
            text.rsplit_once(':')
                .map_or(text.to_owned(), |(bare, _)| bare.to_owned())
        };
        wanted.get("image").is_empty()
            || [actor.id.clone(), of.to_owned(), bare(&actor.id), bare(of)]
                .iter()
                .any(|text| !text.is_empty() && wanted.exact("image", text))
    };
    (if loose {
        wanted.begins("event", action)
    } else {
        wanted.exact("event", action)
    }) && wanted.exact("type", &message.kind)
        && wanted.exact("scope", &message.scope)
        && ["daemon", "container", "volume", "network"]
            .iter()
            .all(|key| about(key))
        && image()
        && wanted.labels("label", &actor.attributes)
}
