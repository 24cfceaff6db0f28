//! One connection: requests until it ends, is idle for too long while others wait, or the daemon goes.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, Interest};
use tokio::sync::{Notify, watch};

use crate::dispatch::handle;
use crate::eager::Eager;
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

/// Counts a request until the last byte of its answer is on its way.
pub(crate) struct Busy {
    open: Arc<Open>,
    connections: Arc<Connections>,
}

impl Busy {
    fn new(open: &Arc<Open>, connections: &Arc<Connections>) -> Self {
        open.busy.fetch_add(1, Relaxed);
        Self {
            open: Arc::clone(open),
            connections: Arc::clone(connections),
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.open
            .touched
            .store(self.connections.clock.fetch_add(1, Relaxed), Relaxed);
        self.open.busy.fetch_sub(1, Relaxed);
    }
}

/// Tells that the other side is gone, and not just has said all: a Unix socket hangs up only then.
#[derive(Clone)]
pub(crate) struct Hangup(Arc<OwnedFd>);

impl Hangup {
    /// Of a Unix socket.
    pub(crate) fn of(socket: impl AsFd) -> io::Result<Self> {
        // The same descriptor cannot be waited for twice.
        Ok(Self(Arc::new(socket.as_fd().try_clone_to_owned()?)))
    }

    /// Resolves when the other side is gone.
    pub(crate) async fn wait(self) {
        // Nothing is ever urgent on a Unix socket, and a hang-up is told whatever was asked for.
        #[expect(
            deprecated,
            reason = "its successor is unsafe for descriptors that are not owned; this one is"
        )]
        let socket = AsyncFd::with_interest(self.0, Interest::PRIORITY);
        match socket {
            Ok(socket) => drop(socket.ready(Interest::PRIORITY).await),
            Err(error) => {
                tracing::debug!(%error, "a hang-up cannot be waited for");
                std::future::pending().await
            }
        }
    }
}

/// Serves a connection to its end, or to the end of the request that runs when `leaving` turns true.
pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: Peer,
    hangup: Option<Hangup>,
    state: Arc<State>,
    connections: Arc<Connections>,
    mut leaving: watch::Receiver<bool>,
) {
    let place = connections.enter(&state);
    let peer = Arc::new(peer);
    let open = Arc::clone(&place.open);
    let (shared, all) = (Arc::clone(&state), Arc::clone(&connections));
    // With TLS over TCP nobody can tell one from the other, and a client that is gone is the common case.
    let half_close = hangup.is_some();
    let eager = Arc::new(Eager::default());
    let service = service_fn(move |request| {
        let (state, peer, hangup) = (Arc::clone(&shared), Arc::clone(&peer), hangup.clone());
        let eager = Arc::clone(&eager);
        eager.asked();
        let busy = Busy::new(&open, &all);
        async move {
            let mut reply = handle(state, peer, request).await?;
            let content = reply.body_mut();
            if content.lasts()
                && let Some(hangup) = hangup
            {
                // Nothing may ever be written to a client that follows a silent container, so writing does not tell
                // that it has gone.
                content.end_at(hangup.wait());
            }
            content.keep(busy);
            eager.answered();
            Ok::<_, Infallible>(reply)
        }
    });
    let bounds = &state.config.bounds;
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(bounds.head)
            .max_buf_size(bounds.head_size.max(8192))
            // A client that has said all may still want the answer: it closed its side of an attached stream.
            .half_close(half_close)
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
