//! Takes connections in, and sees them out.

use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::connection::Port;
use super::{DRAIN, places};
use crate::control::Control;

/// The listeners of a server.
pub(super) struct Doors {
    listeners: Vec<tokio::net::TcpListener>,
    port: Arc<Port>,
    places: Arc<Semaphore>,
}

impl Doors {
    pub(super) fn new(listeners: Vec<TcpListener>, port: Arc<Port>) -> io::Result<Self> {
        let listening = |listener: TcpListener| {
            listener.set_nonblocking(true)?;
            tokio::net::TcpListener::from_std(listener)
        };
        Ok(Self {
            listeners: listeners.into_iter().map(listening).collect::<io::Result<_>>()?,
            places: places(port.limits.connections),
            port,
        })
    }

    /// Answers until the server is asked to leave and what is under way has ended.
    pub(super) async fn answer(self, control: &Control) {
        let graceful = GracefulShutdown::new();
        let mut tasks = JoinSet::new();
        let mut asked = std::pin::pin!(control.asked());
        loop {
            tokio::select! {
                () = &mut asked => break,
                (stream, client, place) = self.accept() => {
                    let serving = self.port.clone().serve(stream, client, graceful.watcher());
                    tasks.spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                Some(ended) = tasks.join_next() => {
                    if let Err(lost) = ended {
                        tracing::error!(%lost, "a connection was lost");
                    }
                }
            }
        }
        // No new connections: the ports are free from here on.
        drop(self.listeners);
        if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
            tracing::warn!(left = tasks.len(), "cutting connections that did not end");
        }
    }

    /// The next connection of any listener, once there is a place for it.
    async fn accept(&self) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
        // The semaphore is never closed.
        let place = self.places.clone().acquire_owned().await.ok();
        loop {
            let accepted = poll_fn(|cx| {
                for listener in &self.listeners {
                    if let Poll::Ready(accepted) = listener.poll_accept(cx) {
                        return Poll::Ready(accepted);
                    }
                }
                Poll::Pending
            });
            match accepted.await {
                Ok((stream, client)) => {
                    // Small parts of an answer shall not wait for each other; without this they are only slower.
                    let _ = stream.set_nodelay(true);
                    return (stream, client, place);
                }
                Err(error) => {
                    // Out of descriptors or memory: those come back when connections end.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
}
