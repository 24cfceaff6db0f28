//! One connection: requests until it ends, is idle for too long while others wait, or the daemon goes.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, watch};

use crate::dispatch::handle;
use crate::peer::Peer;
use crate::state::State;

/// All open connections, to know which of them is idle.
#[derive(Default)]
pub(crate) struct Connections {
    open: Mutex<HashMap<u64, Arc<Open>>>,
    next: AtomicU64,
    clock: AtomicU64,
}

struct Open {
    /// When a request on it began or ended the last time, by the clock of [`Connections`].
    touched: AtomicU64,
    /// How many requests are being answered; above 0 it is not idle.
    busy: AtomicU64,
    cut: Notify,
}

/// A place among the open connections, given back when it is dropped.
struct Place<'c> {
    all: &'c Connections,
    state: &'c State,
    number: u64,
    open: Arc<Open>,
}

impl Connections {
    fn enter<'c>(&'c self, state: &'c State) -> Place<'c> {
        let open = Arc::new(Open {
            touched: AtomicU64::new(self.clock.fetch_add(1, Relaxed)),
            busy: AtomicU64::new(0),
            cut: Notify::new(),
        });
        let number = self.next.fetch_add(1, Relaxed);
        let mut all = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= state.config.bounds.connections {
            let idle = all.iter().filter(|(_, open)| open.busy.load(Relaxed) == 0);
            if let Some(number) = idle
                .min_by_key(|(_, open)| open.touched.load(Relaxed))
                .map(|(number, _)| *number)
                && let Some(open) = all.remove(&number)
            {
                state.metrics.evicted.fetch_add(1, Relaxed);
                open.cut.notify_one();
            }
        }
        all.insert(number, Arc::clone(&open));
        state.metrics.connections.store(all.len() as u64, Relaxed);
        state.metrics.accepted.fetch_add(1, Relaxed);
        drop(all);
        Place {
            all: self,
            state,
            number,
            open,
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut all = self.all.open.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.number);
        self.state.metrics.connections.store(all.len() as u64, Relaxed);
    }
}

/// Counts a request as long as it is answered.
struct Busy<'o>(&'o Open, u64);

impl<'o> Busy<'o> {
    fn new(open: &'o Open, clock: &AtomicU64) -> Self {
        open.busy.fetch_add(1, Relaxed);
        Self(open, clock.fetch_add(1, Relaxed))
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.touched.store(self.1, Relaxed);
        self.0.busy.fetch_sub(1, Relaxed);
    }
}

/// Serves a connection to its end, or to the end of the request that runs when `leaving` turns true.
pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: Peer,
    state: Arc<State>,
    connections: Arc<Connections>,
    mut leaving: watch::Receiver<bool>,
) {
    let place = connections.enter(&state);
    let peer = Arc::new(peer);
    let open = Arc::clone(&place.open);
    let (clock, shared) = (Arc::clone(&connections), Arc::clone(&state));
    let service = service_fn(move |request| {
        let (state, peer) = (Arc::clone(&shared), Arc::clone(&peer));
        let (open, clock) = (Arc::clone(&open), Arc::clone(&clock));
        async move {
            let _busy = Busy::new(&open, &clock.clock);
            handle(state, peer, request).await
        }
    });
    let bounds = &state.config.bounds;
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(bounds.head)
            .max_buf_size(bounds.head_size.max(8192))
            // A client that has said all may still want the answer: it closed its side of an attached stream.
            .half_close(true)
            .title_case_headers(true)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
    );
    let outcome = tokio::select! {
        outcome = &mut connection => outcome,
        () = place.open.cut.notified() => return,
        () = async { drop(leaving.wait_for(|leaving| *leaving).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended");
    }
}
