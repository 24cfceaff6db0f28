//! gRPC over connections that are there already, in both directions.

use std::task::{Context, Poll};

use futures::future::BoxFuture;
use hyper::body::Incoming;
use hyper::client::conn::http2 as client;
use hyper::rt::{Read, Write};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tonic::body::Body;
use tonic::codegen::Service;

use crate::error::BuildkitError;

/// How often a silent client is asked whether it is still there, and how long it may take to answer.
const ALIVE: std::time::Duration = std::time::Duration::from_secs(20);
/// How many bytes may be on their way to us: contexts are large, and clients may be far.
const WINDOW: u32 = 1 << 20;

/// A connection on which the other side answers.
#[derive(Clone, Debug)]
pub(crate) struct Channel(client::SendRequest<Body>);

impl Service<http::Request<Body>> for Channel {
    type Response = http::Response<Incoming>;
    type Error = hyper::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, to: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(to)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

/// Begins to ask on a connection. The future is the connection: it ends with it.
pub(crate) async fn ask<T>(
    connection: T,
) -> Result<(Channel, impl Future<Output = Result<(), hyper::Error>> + Send), BuildkitError>
where
    T: Read + Write + Unpin + Send + 'static,
{
    let (sender, carrying) = client::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(ALIVE)
        .keep_alive_timeout(ALIVE)
        .keep_alive_while_idle(true)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(2 * WINDOW)
        .handshake(connection)
        .await
        .map_err(BuildkitError::Connection)?;
    Ok((Channel(sender), carrying))
}

/// Answers on a connection until it ends.
pub(crate) async fn answer<T, F>(
    connection: T,
    service: impl Fn(http::Request<Incoming>) -> F,
) -> Result<(), BuildkitError>
where
    T: Read + Write + Unpin,
    F: Future<Output = http::Response<Body>> + Send + 'static,
{
    let service = hyper::service::service_fn(move |request| {
        let answering = service(request);
        async move { Ok::<_, std::convert::Infallible>(answering.await) }
    });
    hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(ALIVE)
        .keep_alive_timeout(ALIVE)
        .max_concurrent_streams(64)
        .serve_connection(connection, service)
        .await
        .map_err(BuildkitError::Connection)
}
