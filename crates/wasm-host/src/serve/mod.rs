//! Answers HTTP requests with a component, an instance for each. See `docs/design/serving.md`.

mod answer;
mod instance;
mod pace;
mod turn;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use futures::future::select_all;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use wasmtime_wasi_http::handler::ProxyHandler;

use crate::control::Control;
use crate::guest::Template;
use crate::link::Handler;
use crate::ticker::Need;
use instance::Instances;
pub(crate) use pace::Pace;

/// How many requests are under way at a time, answers included that are being read.
pub const REQUESTS_AT_A_TIME: usize = 128;
/// How many clients are connected at a time.
pub const CONNECTIONS: usize = 1024;
/// How long a guest may take until its answer begins.
pub const REQUEST_TIME: Duration = Duration::from_secs(60);
/// How long requests that are under way may take once the server was asked to leave.
pub const DRAIN: Duration = Duration::from_secs(10);

/// How many requests one connection of HTTP/2 has under way at a time.
const STREAMS: u32 = 32;
/// How long a client may take to send the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// The largest head of a request.
const HEAD: usize = 64 << 10;

/// What answers requests of one container.
pub(crate) struct Server {
    template: Template,
    handler: Handler,
    listeners: Vec<TcpListener>,
}

/// What connections share.
struct Service {
    handler: ProxyHandler<Instances>,
    places: Arc<Semaphore>,
    control: Arc<Control>,
    pace: Option<Arc<Pace>>,
    need: Need,
}

impl Server {
    pub(crate) fn new(template: Template, handler: Handler, listeners: Vec<TcpListener>) -> Self {
        Self {
            template,
            handler,
            listeners,
        }
    }

    /// Answers until it is asked to leave and has finished what is under way. Dropping this ends all of it.
    pub(crate) async fn run(self, need: Need) -> wasmtime::Result<u8> {
        let listeners = self.listeners.into_iter().map(listening);
        let listeners = listeners.collect::<io::Result<Vec<_>>>()?;
        let (control, pace) = (self.template.control.clone(), self.template.pace.clone());
        // While this lives, instances may.
        let (_open, closing) = watch::channel(());
        let instances = Instances::new(self.template, self.handler, closing);
        // What cannot start at all shall not answer each request with that.
        drop(instances.make().await?);
        let service = Arc::new(Service {
            handler: ProxyHandler::new(instances),
            places: Arc::new(Semaphore::new(REQUESTS_AT_A_TIME)),
            control: control.clone(),
            pace,
            need,
        });
        let graceful = GracefulShutdown::new();
        let connections = Arc::new(Semaphore::new(CONNECTIONS));
        let mut tasks = JoinSet::new();
        loop {
            tokio::select! {
                () = control.asked() => break,
                (stream, place) = accept(&listeners, &connections) => {
                    let (service, watcher) = (service.clone(), graceful.watcher());
                    tasks.spawn(async move {
                        connection(stream, service, watcher).await;
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
        drop(listeners);
        if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
            tracing::warn!(left = tasks.len(), "cutting connections that did not end");
        }
        Ok(0)
    }
}

fn listening(listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}

/// The next connection of any listener, once there is a place for it.
async fn accept(
    listeners: &[tokio::net::TcpListener],
    places: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let place = places.clone().acquire_owned().await.ok();
    loop {
        let (accepted, ..) = select_all(listeners.iter().map(|l| Box::pin(l.accept()))).await;
        match accepted {
            Ok((stream, _)) => {
                // Small parts of an answer shall not wait for each other; without this they are only slower.
                let _ = stream.set_nodelay(true);
                return (stream, place);
            }
            Err(error) => {
                // Out of descriptors or memory: those come back when connections end.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, service: Arc<Service>, watcher: Watcher) {
    let answer = service_fn(move |request| {
        let service = service.clone();
        async move { Ok::<_, std::convert::Infallible>(service.answer(request).await) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD as u32)
        .keep_alive_interval(HEAD_TIME);
    let connection = builder
        .serve_connection(TokioIo::new(stream), answer)
        .into_owned();
    if let Err(error) = watcher.watch(connection).await {
        // The client's fault, or its going away: nothing that the container's owner must know.
        tracing::debug!(%error, "a connection ended early");
    }
}
