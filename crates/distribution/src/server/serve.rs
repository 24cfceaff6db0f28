//! Binding, accepting, and the way out: drain, then cut.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use sampan_store::Store;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::auth::Access;
use super::config::ServerConfig;
use super::conn;
use super::error::ServerError;
use super::state::State;
use super::tls;

/// How often old upload sessions and garbage are looked for.
const TIDY: Duration = Duration::from_secs(300);

/// A server that listens but does not answer yet.
pub struct Server {
    listener: TcpListener,
    local: SocketAddr,
    tls: Option<TlsAcceptor>,
    connections: Arc<Semaphore>,
    state: Arc<State>,
}

impl Server {
    /// Checks the configuration, reads passwords and keys, and binds.
    ///
    /// # Errors
    /// [`ServerError::Exposed`] for an address beyond loopback without both TLS and authentication.
    pub async fn bind(store: Store, config: ServerConfig) -> Result<Self, ServerError> {
        refuse_exposure(&config)?;
        let tls = config.tls.as_ref().map(tls::acceptor).transpose()?;
        let access = Access::new(&config)?;
        let bind = |source| ServerError::Bind {
            listen: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(bind)?;
        let local = listener.local_addr().map_err(bind)?;
        Ok(Self {
            listener,
            local,
            tls,
            connections: Arc::new(Semaphore::new(config.bounds.connections)),
            state: Arc::new(State::new(store, access, config.bounds)),
        })
    }

    /// The address that it listens on, with the real port.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// `http://…` or `https://…` with that address.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.local)
    }

    /// Answers until `shutdown` is ready; then takes no more connections, lets running requests end for
    /// [`crate::server::Bounds::drain`], and cuts the rest. An upload that is cut can be resumed.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> Result<(), ServerError> {
        let graceful = GracefulShutdown::new();
        let mut tasks = JoinSet::new();
        let mut tidying = tokio::time::interval(TIDY);
        tokio::pin!(shutdown);
        let outcome = loop {
            tokio::select! {
                () = &mut shutdown => break Ok(()),
                accepted = accept(&self.listener, &self.connections) => match accepted {
                    Ok((stream, place)) => {
                        let (tls, state) = (self.tls.clone(), Arc::clone(&self.state));
                        let watcher = graceful.watcher();
                        tasks.spawn(async move {
                            conn::serve(stream, tls, state, watcher).await;
                            drop(place);
                        });
                    }
                    Err(source) => break Err(ServerError::Accept { source }),
                },
                Some(ended) = tasks.join_next() => {
                    if let Err(lost) = ended {
                        tracing::error!(%lost, "a connection was lost");
                    }
                }
                _ = tidying.tick() => tidy(&self.state),
            }
        };
        // No new connections: the port is free from here on.
        drop(self.listener);
        if tokio::time::timeout(self.state.bounds.drain, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!(left = tasks.len(), "cutting connections that did not end");
        }
        tasks.shutdown().await;
        outcome
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("local", &self.local)
            .finish_non_exhaustive()
    }
}

/// [`Server::bind`] and [`Server::serve`] in one, for callers that know the port.
pub async fn serve(
    store: Store,
    config: ServerConfig,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServerError> {
    Server::bind(store, config).await?.serve(shutdown).await
}

fn refuse_exposure(config: &ServerConfig) -> Result<(), ServerError> {
    let missing = match (&config.auth, &config.tls) {
        _ if config.listen.ip().to_canonical().is_loopback() => return Ok(()),
        (Some(_), Some(_)) => return Ok(()),
        (None, None) => "neither authentication nor TLS",
        (None, Some(_)) => "no authentication",
        (Some(_), None) => "no TLS",
    };
    Err(ServerError::Exposed {
        listen: config.listen,
        missing,
    })
}

type Place = tokio::sync::OwnedSemaphorePermit;

/// The next connection, once there is a place for it.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<(TcpStream, Place)> {
    let place = Arc::clone(places)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return Ok((stream, place)),
            Err(error) if passing(&error) => {
                // Out of descriptors or memory: those come back when connections end.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether accepting may work again later. Everything but a listener that is no listener.
fn passing(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}

/// Ends sessions that nobody touched for long, and collects what deletes left when that is due: a server may
/// be the only program that ever opens this store.
fn tidy(state: &Arc<State>) {
    let state = Arc::clone(state);
    tokio::task::spawn_blocking(move || {
        let age = state.bounds.upload_age;
        match state.store.registry().expire_uploads(age) {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "uploads expired"),
            Err(error) => tracing::warn!(%error, "cannot look for old uploads"),
        }
        if let Err(error) = state.store.maybe_gc() {
            tracing::warn!(%error, "cannot collect garbage");
        }
    });
}
