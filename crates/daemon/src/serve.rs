//! Listening, accepting, and the way out: drain, then cut.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sampan_engine::supervisor::Supervisor;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::config::{DaemonConfig, Listen};
use crate::conn::{self, Connections, Hangup};
use crate::error::DaemonError;
use crate::listen::{Client, SocketFile, TlsDoor, acceptor, bind_tcp, bind_unix};
use crate::peer::{Door, Peer, Who};
use crate::state::State;

/// A daemon that listens but does not answer yet.
pub struct Server {
    doors: Vec<Listener>,
    /// Removed when the server is dropped.
    files: Vec<SocketFile>,
    places: Vec<String>,
    state: Arc<State>,
}

enum Listener {
    Unix(UnixListener, Door),
    Tls(TcpListener, TlsDoor),
    Metrics(TcpListener),
}

impl Server {
    /// Checks the configuration, reads keys, and listens.
    ///
    /// # Errors
    /// [`DaemonError::Answered`] where another daemon has the socket.
    pub async fn bind(config: DaemonConfig, supervisor: Arc<Supervisor>) -> Result<Self, DaemonError> {
        if config.listen.is_empty() {
            return Err(DaemonError::Nowhere);
        }
        let (mut doors, mut files, mut places) = (Vec::new(), Vec::new(), Vec::new());
        let mut unix = async |path: &PathBuf, mode, group: Option<&str>, door| {
            let (listener, file) = bind_unix(path, mode, group).await?;
            files.push(file);
            Ok::<_, DaemonError>((
                Listener::Unix(listener, door),
                format!("unix://{}", path.display()),
            ))
        };
        for listen in &config.listen {
            let (door, place) = match listen {
                Listen::Unix { path, group } => unix(path, 0o660, group.as_deref(), Door::Full).await?,
                Listen::WasmOnly { path } => unix(path, 0o666, None, Door::WasmOnly).await?,
                Listen::Tcp { address, tls } => {
                    let tls = acceptor(tls)?;
                    let listener = bind_tcp(*address).await?;
                    let place = local(&listener, *address);
                    (Listener::Tls(listener, tls), format!("tcp://{place}"))
                }
                Listen::Metrics { address } => {
                    let listener = bind_tcp(*address).await?;
                    let place = local(&listener, *address);
                    (Listener::Metrics(listener), format!("http://{place}/metrics"))
                }
            };
            doors.push(door);
            places.push(place);
        }
        Ok(Self {
            doors,
            files,
            places,
            state: Arc::new(State::new(config, supervisor)),
        })
    }

    /// Where it listens, with the real ports: `unix:///PATH`, `tcp://ADDRESS`, `http://ADDRESS/metrics`.
    pub fn places(&self) -> &[String] {
        &self.places
    }

    /// Answers until `shutdown` is ready; then takes no more connections, lets running requests end for
    /// [`crate::Bounds::drain`], and cuts the rest.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), DaemonError> {
        let Self {
            doors,
            files,
            places,
            state,
        } = self;
        let connections = Arc::new(Connections::default());
        let mut accepting = JoinSet::new();
        for door in doors {
            accepting.spawn(accept(
                door,
                Arc::clone(&state),
                Arc::clone(&connections),
                state.leaving(),
            ));
        }
        tracing::info!(places = places.join(" "), "the daemon answers");
        let outcome = tokio::select! {
            () = shutdown => Ok(()),
            Some(ended) = accepting.join_next() => match ended {
                Ok(error) => Err(DaemonError::Accept(error)),
                Err(lost) => Err(DaemonError::Accept(io::Error::other(lost))),
            },
        };
        // No new connections, and the places are free for the next daemon.
        accepting.shutdown().await;
        drop(files);
        if tokio::time::timeout(state.config.bounds.drain, state.leave())
            .await
            .is_err()
        {
            tracing::warn!("connections did not end and are cut");
        }
        outcome
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}

/// [`Server::bind`] and [`Server::run`] in one.
pub async fn serve(
    config: DaemonConfig,
    supervisor: Arc<Supervisor>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), DaemonError> {
    Server::bind(config, supervisor).await?.run(shutdown).await
}

fn local(listener: &TcpListener, asked: SocketAddr) -> SocketAddr {
    listener.local_addr().unwrap_or(asked)
}

/// Takes connections until it cannot any more, which is the error that it gives.
async fn accept(
    door: Listener,
    state: Arc<State>,
    connections: Arc<Connections>,
    leaving: watch::Receiver<bool>,
) -> io::Error {
    loop {
        let (state, connections, leaving) = (Arc::clone(&state), Arc::clone(&connections), leaving.clone());
        let outcome = match &door {
            Listener::Unix(listener, door) => listener.accept().await.map(|(stream, _)| {
                let door = *door;
                let who = match stream.peer_cred() {
                    Ok(peer) => Who::Process {
                        uid: peer.uid(),
                        gid: peer.gid(),
                        pid: peer.pid(),
                    },
                    Err(error) => {
                        tracing::warn!(%error, "a peer without credentials was turned away");
                        return;
                    }
                };
                let hangup = Hangup::of(&stream).ok();
                let client = match Client::new(stream) {
                    Ok(client) => client,
                    Err(error) => {
                        tracing::warn!(%error, "a connection cannot be waited for");
                        return;
                    }
                };
                tokio::spawn(conn::serve(
                    client,
                    Peer { who, door },
                    hangup,
                    state,
                    connections,
                    leaving,
                ));
            }),
            Listener::Tls(listener, tls) => listener.accept().await.map(|(stream, address)| {
                let tls = tls.clone();
                tokio::spawn(async move {
                    // Answers are small; waiting to fill a packet only adds latency.
                    let _ = stream.set_nodelay(true);
                    let within = state.config.bounds.handshake;
                    match tokio::time::timeout(within, tls.accept(stream, address)).await {
                        Ok(Ok((stream, peer))) => {
                            conn::serve(stream, peer, None, state, connections, leaving).await
                        }
                        Ok(Err(error)) => tracing::debug!(%address, %error, "a TLS handshake failed"),
                        Err(_) => tracing::debug!(%address, "a TLS handshake took too long"),
                    }
                });
            }),
            Listener::Metrics(listener) => listener.accept().await.map(|(stream, address)| {
                let peer = Peer {
                    who: Who::Anyone(address),
                    door: Door::Metrics,
                };
                tokio::spawn(conn::serve(stream, peer, None, state, connections, leaving));
            }),
        };
        if let Err(error) = outcome {
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) {
                return error;
            }
            // Out of descriptors or memory: those come back when connections end.
            tracing::warn!(%error, "cannot take a connection");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
