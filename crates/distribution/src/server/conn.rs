//! One connection: handshake, then requests until it ends.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::dispatch::handle;
use super::stall::Stall;
use super::state::State;

/// The largest head of a request: path, headers and a token fit.
const MAX_HEAD: usize = 64 * 1024;

/// Serves a connection to its end, or to the end of the request that runs when the watcher says so.
pub(crate) async fn serve(stream: TcpStream, tls: Option<TlsAcceptor>, state: Arc<State>, watcher: Watcher) {
    // Answers are small; waiting to fill a packet only adds latency. That it cannot be set is no matter.
    let _ = stream.set_nodelay(true);
    match tls {
        None => requests(stream, state, watcher).await,
        Some(acceptor) => {
            let head = state.bounds.head;
            match tokio::time::timeout(head, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => requests(stream, state, watcher).await,
                Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
                Err(_) => tracing::debug!("TLS handshake took too long"),
            }
        }
    }
}

async fn requests<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    state: Arc<State>,
    watcher: Watcher,
) {
    let io = TokioIo::new(Stall::new(stream, state.bounds.idle));
    let head: Duration = state.bounds.head;
    let service = service_fn(move |request| handle(Arc::clone(&state), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(MAX_HEAD)
        .serve_connection(io, service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "connection ended");
    }
}
