//! What servers have together that answer on the same ports: those who listen wait until all of them can answer, and
//! those who do not go when the ports have.

use std::sync::{Arc, Mutex, PoisonError};

use sampan_types::Route;
use tokio::sync::{Notify, watch};

use super::service::Service;

/// The ports of a server, by which others answer there too.
#[derive(Clone)]
pub struct Front(Arc<Shared>);

type Seated = (Vec<Route>, Arc<Service>);

struct Shared {
    seats: Mutex<Seats>,
    changed: Notify,
    over: watch::Sender<bool>,
}

#[derive(Default)]
struct Seats {
    /// Servers that were made and cannot answer yet.
    awaited: usize,
    taken: Vec<Seated>,
}

impl Front {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Shared {
            seats: Mutex::default(),
            changed: Notify::new(),
            over: watch::Sender::new(false),
        }))
    }

    fn seats(&self) -> std::sync::MutexGuard<'_, Seats> {
        self.0.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A server will answer here.
    pub(crate) fn expect_one(&self) {
        self.seats().awaited += 1;
    }

    /// It can.
    pub(super) fn take_seat(&self, routes: Vec<Route>, service: Arc<Service>) {
        let mut seats = self.seats();
        seats.awaited = seats.awaited.saturating_sub(1);
        seats.taken.push((routes, service));
        drop(seats);
        self.0.changed.notify_one();
    }

    /// All that answer here, once they can.
    pub(super) async fn all(&self) -> Vec<Seated> {
        loop {
            let changed = self.0.changed.notified();
            {
                let mut seats = self.seats();
                if seats.awaited == 0 {
                    return std::mem::take(&mut seats.taken);
                }
            }
            changed.await;
        }
    }

    /// The ports are closed and their requests have ended, as soon as this is dropped.
    pub(super) fn over_on_drop(&self) -> impl Drop + use<> {
        Over(self.clone())
    }

    /// Resolves when the ports are closed and their requests have ended.
    pub(super) async fn over(&self) {
        // The sender is part of `self`, so waiting for it cannot fail.
        let _ = self.0.over.subscribe().wait_for(|over| *over).await;
    }
}

struct Over(Front);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.0.over.send_replace(true);
    }
}

impl std::fmt::Debug for Front {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Front").finish_non_exhaustive()
    }
}
