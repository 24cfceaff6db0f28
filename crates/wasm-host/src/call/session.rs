//! Instances that callers keep, and the resources that they hold in them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use wasmtime::Store;
use wasmtime::component::ResourceAny;

use super::json::Handles;
use crate::entry::Instance;
use crate::state::GuestState;

/// How many sessions a container keeps. The one that was idle for longest makes room.
const KEPT: usize = 64;
/// The longest name of one.
const NAME: usize = 128;

/// An instance with its store.
pub(super) struct Living {
    pub(super) store: Store<GuestState>,
    pub(super) instance: Instance,
    pub(super) held: Held,
}

/// The resources that a caller holds.
#[derive(Default)]
pub(super) struct Held {
    /// Whether anything is kept after the call.
    pub(super) keeps: bool,
    resources: HashMap<u64, ResourceAny>,
    /// The next number. Numbers of a session that came to its end are not used by the next one of its name.
    next: u64,
    given: Vec<u64>,
}

impl Held {
    /// Resources that the last call took are no longer the caller's.
    pub(super) fn settle(&mut self) {
        for number in self.given.drain(..) {
            self.resources.remove(&number);
        }
    }

    /// The values could not be read: nothing was given.
    pub(super) fn undo(&mut self) {
        self.given.clear();
    }
}

impl Handles for Held {
    fn get(&self, number: u64) -> Option<ResourceAny> {
        if self.given.contains(&number) {
            return None;
        }
        self.resources.get(&number).copied()
    }

    fn give(&mut self, number: u64) {
        self.given.push(number);
    }

    fn keep(&mut self, resource: ResourceAny) -> Option<u64> {
        if !self.keeps {
            return None;
        }
        self.next += 1;
        self.resources.insert(self.next, resource);
        Some(self.next)
    }
}

/// A place for a session: calls in it come one after the other. It is empty before the first, and after one that did
/// not return.
pub(super) type Place = Arc<tokio::sync::Mutex<Option<Box<Living>>>>;

/// All sessions of a container.
#[derive(Default)]
pub(super) struct Sessions(Mutex<HashMap<String, (Place, Instant)>>);

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Place, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place of a name. Of one that is longer than a name may be there is none.
    pub(super) fn place(&self, name: &str) -> Option<Place> {
        if name.is_empty() || name.len() > NAME {
            return None;
        }
        let mut all = self.lock();
        if !all.contains_key(name) && all.len() >= KEPT {
            // One that is in use is dropped when its call has ended.
            let oldest = all.iter().min_by_key(|(_, (_, used))| *used);
            if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
                all.remove(&oldest);
            }
        }
        let (place, used) = all
            .entry(name.to_owned())
            .or_insert_with(|| (Place::default(), Instant::now()));
        *used = Instant::now();
        Some(place.clone())
    }

    pub(super) fn end(&self, name: &str) {
        self.lock().remove(name);
    }
}
