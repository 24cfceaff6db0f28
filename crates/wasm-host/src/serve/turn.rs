//! One request on its way through an instance.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};

use tokio::sync::OwnedSemaphorePermit;

use crate::control::{Control, Ended};
use crate::outcome;
use crate::ticker::OwnedBusy;

/// What the connection and the instance both know of a request. While it lives, its place is taken.
pub(super) struct Turn {
    what: String,
    control: Arc<Control>,
    answered: AtomicBool,
    read: AtomicBool,
    told: AtomicBool,
    /// Its place, and that its code is to be looked at.
    _held: (OwnedSemaphorePermit, OwnedBusy),
}

impl Turn {
    /// `what`: the method and path, for the log.
    pub(super) fn new(
        what: String,
        control: Arc<Control>,
        held: (OwnedSemaphorePermit, OwnedBusy),
    ) -> Arc<Self> {
        Arc::new(Self {
            what,
            control,
            answered: AtomicBool::new(false),
            read: AtomicBool::new(false),
            told: AtomicBool::new(false),
            _held: held,
        })
    }

    /// The answer has begun.
    pub(super) fn answered(&self) {
        self.answered.store(true, SeqCst);
    }

    pub(super) fn is_answered(&self) -> bool {
        self.answered.load(SeqCst)
    }

    /// The answer was read to its end, or its reader has left.
    pub(super) fn read(&self) {
        self.read.store(true, SeqCst);
    }

    pub(super) fn is_read(&self) -> bool {
        self.read.load(SeqCst)
    }

    /// Says once why the request failed, unless all of the container ends.
    pub(super) fn failed(&self, error: &wasmtime::Error) {
        let ends = self.control.cause().is_some() || error.is::<Ended>();
        // A guest that is cut off while nobody reads has not failed.
        if ends || self.is_read() || self.told.swap(true, SeqCst) {
            return;
        }
        tracing::warn!("the request `{}` failed: {}", self.what, outcome::reason(error));
    }
}

/// Where an instance finds its request, once it has one.
#[derive(Clone, Default)]
pub(super) struct Slot(Arc<OnceLock<Arc<Turn>>>);

impl Slot {
    pub(super) fn set(&self, turn: Arc<Turn>) {
        // An instance takes one request alone.
        let _ = self.0.set(turn);
    }

    pub(super) fn get(&self) -> Option<&Arc<Turn>> {
        self.0.get()
    }
}
