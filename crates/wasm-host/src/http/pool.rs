//! Connections of one guest that rest between two requests.
//!
//! Which connection a request takes is decided after its grants and addresses were: only one to the same host, port and
//! scheme, and to an address that the name leads to now, so that a rest grants nothing. Each guest has a pool of its own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use hyper::client::conn::http1::SendRequest;
use wasmtime_wasi_http::WasiBody;

use super::target::Target;

/// How long a connection rests at the most.
const REST: Duration = Duration::from_secs(15);
/// How many connections of one guest rest at a time.
const RESTING: usize = 32;

/// An open connection of HTTP/1.1, and where it leads.
pub(super) struct Open {
    pub(super) sender: SendRequest<WasiBody>,
    pub(super) target: Target,
    pub(super) address: SocketAddr,
}

struct Resting {
    open: Open,
    since: Instant,
}

/// Connections that rest.
#[derive(Default)]
pub(super) struct Pool {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    resting: Vec<Resting>,
    /// Whether somebody looks for those that have rested too long.
    swept: bool,
}

impl Pool {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection to a target by one of these addresses.
    pub(super) fn take(&self, target: &Target, addresses: &[SocketAddr]) -> Option<Open> {
        let mut state = self.state();
        state.resting.retain(Resting::is_fresh);
        let fits =
            |resting: &Resting| resting.open.target == *target && addresses.contains(&resting.open.address);
        // The one that rested least: it is the least likely to be closed by its server at this moment. One that is not
        // ready has just been read to its end.
        let ready = |resting: &Resting| fits(resting) && resting.open.sender.is_ready();
        let index = state.resting.iter().rposition(ready);
        let index = index.or_else(|| state.resting.iter().rposition(fits))?;
        Some(state.resting.remove(index).open)
    }

    /// Keeps a connection whose response was read to its end.
    pub(super) fn put(self: &Arc<Self>, open: Open) {
        let mut state = self.state();
        state.resting.retain(Resting::is_fresh);
        if open.sender.is_closed() {
            return;
        }
        if state.resting.len() >= RESTING {
            // The one that rested longest.
            state.resting.remove(0);
        }
        state.resting.push(Resting {
            open,
            since: Instant::now(),
        });
        if !std::mem::replace(&mut state.swept, true) {
            tokio::spawn(sweep(Arc::downgrade(self)));
        }
    }
}

impl Resting {
    fn is_fresh(&self) -> bool {
        !self.open.sender.is_closed() && self.since.elapsed() < REST
    }
}

/// Closes connections that have rested too long, until none is left or their guest is gone.
async fn sweep(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(REST).await;
        let Some(pool) = pool.upgrade() else { return };
        let mut state = pool.state();
        state.resting.retain(Resting::is_fresh);
        if state.resting.is_empty() {
            state.swept = false;
            return;
        }
    }
}
