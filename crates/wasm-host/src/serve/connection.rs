//! One connection: its handshake, its version of HTTP, its requests.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::Watcher;
use sampan_types::HttpLimits;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::access::AccessLog;
use super::address::name_the_host;
use super::answer::Answer;
use super::link::Link;
use super::refusal::{self, Refusal};
use super::routes::Table;
use super::service::Service;
use super::watched::Watched;

/// What all connections of a port have in common.
pub(super) struct Port {
    pub(super) servers: Table<Service>,
    pub(super) limits: HttpLimits,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) log: Option<Arc<AccessLog>>,
    builder: auto::Builder<TokioExecutor>,
}

/// The versions that a client may begin with.
#[derive(Clone, Copy)]
enum Versions {
    /// Whatever its first bytes say.
    Either,
    /// That to which it agreed in its handshake.
    One,
    Two,
}

impl Port {
    pub(super) fn new(
        servers: Table<Service>,
        limits: HttpLimits,
        tls: Option<TlsAcceptor>,
        log: Option<Arc<AccessLog>>,
    ) -> Self {
        let head = limits.head_size.as_usize();
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_time)
            .max_buf_size(head);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(u32::try_from(limits.streams).ok())
            .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX))
            .keep_alive_interval(limits.head_time)
            .keep_alive_timeout(limits.head_time);
        Self {
            servers,
            limits,
            tls,
            log,
            builder,
        }
    }

    /// Serves one client until it goes, is cut, or all is over.
    pub(super) async fn serve(self: Arc<Self>, stream: TcpStream, client: SocketAddr, watcher: Watcher) {
        let link = Link::new();
        let stream = Watched::new(stream, Arc::clone(&link));
        let work = Arc::clone(&self).talk(stream, client, Arc::clone(&link), watcher);
        tokio::select! {
            biased;
            () = work => {}
            why = link.overdue(&self.limits) => tracing::debug!(?why, %client, "a connection was cut"),
        }
    }

    async fn talk(self: Arc<Self>, stream: Watched, client: SocketAddr, link: Arc<Link>, watcher: Watcher) {
        let Some(tls) = &self.tls else {
            return self
                .exchange(stream, Versions::Either, client, link, watcher)
                .await;
        };
        match tls.accept(stream).await {
            Ok(stream) => {
                let versions = match stream.get_ref().1.alpn_protocol() {
                    Some(b"h2") => Versions::Two,
                    _ => Versions::One,
                };
                self.exchange(stream, versions, client, link, watcher).await;
            }
            Err(error) => tracing::debug!(%error, %client, "a client's handshake failed"),
        }
    }

    async fn exchange<S>(
        self: Arc<Self>,
        stream: S,
        versions: Versions,
        client: SocketAddr,
        link: Arc<Link>,
        watcher: Watcher,
    ) where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let port = Arc::clone(&self);
        let answer = service_fn(move |request| {
            let (port, link) = (Arc::clone(&port), Arc::clone(&link));
            async move { Ok::<_, Infallible>(port.answer(request, client, &link).await) }
        });
        let chosen;
        let builder = match versions {
            Versions::Either => &self.builder,
            Versions::One => {
                chosen = self.builder.clone().http1_only();
                &chosen
            }
            Versions::Two => {
                chosen = self.builder.clone().http2_only();
                &chosen
            }
        };
        let connection = builder
            .serve_connection(TokioIo::new(stream), answer)
            .into_owned();
        if let Err(error) = watcher.watch(connection).await {
            // The client's fault, or its going away: nothing that the container's owner must know.
            tracing::debug!(%error, %client, "a connection ended early");
        }
    }

    /// Finds out whose a request is, and has it answered.
    async fn answer(
        &self,
        mut request: Request<Incoming>,
        client: SocketAddr,
        link: &Arc<Link>,
    ) -> Response<Answer> {
        link.begin();
        let mut entry = self.log.as_ref().map(|log| log.begin(&mut request, client));
        let Some(taking) = link.answer() else {
            return Answer::of_server(Refusal::busy(), entry);
        };
        if let Some(refusal) = refusal::unsupported(&request) {
            return Answer::of_server(refusal, entry);
        }
        if let Err(why) = name_the_host(&mut request, self.tls.is_some()) {
            return Answer::of_server(Refusal::bad(why), entry);
        }
        if let Some(entry) = &mut entry {
            entry.has_address(request.uri());
        }
        let server = match self.servers.find(request.uri()) {
            Ok(server) => server,
            Err(why) => return Answer::of_server(Refusal::no_route(why), entry),
        };
        let method = request.method().clone();
        match server.answer(request, link).await {
            Ok((response, turn)) => Answer::of_program(response, &method, turn, Some(taking), entry),
            Err(refusal) => Answer::of_server(refusal, entry),
        }
    }
}
