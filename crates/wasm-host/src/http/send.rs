//! Sends one request over a connection of HTTP/1.1, which others may have had before it.

use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt, Empty};
use hyper::body::Body as _;
use hyper::client::conn::http1::{self, SendRequest};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::body::ResponseBody;
use super::pool::Open;
use super::target::{Admitted, Target};
use super::{Client, Sent};

/// The longest wait for a connection, its TLS handshake included; a guest may ask for less.
const CONNECT: Duration = Duration::from_secs(60);
/// The longest wait for the head of a response, and for its body to go on; a guest may ask for less.
const SILENCE: Duration = Duration::from_secs(600);
/// The largest head of a response.
const HEAD: usize = 128 * 1024;
/// The most headers of a response.
const HEADERS: usize = 256;
/// How long a connection that rests may take until it can be used: its last response was read, so that it is about to be.
const RESTED: Duration = Duration::from_millis(10);

pub(super) async fn send(client: &Client, request: Request<WasiBody>, options: RequestOptions) -> Sent {
    let target = Target::of(request.uri())?;
    // A tunnel would carry what no rule sees.
    if request.method() == Method::CONNECT {
        return Err(Error::HttpRequestMethodInvalid);
    }
    let admitted = client.admit(&target)?;
    let permit = Arc::clone(&client.free)
        .try_acquire_owned()
        .map_err(|_| Error::ConnectionLimitReached)?;
    let at_most = |asked: Option<Duration>, most: Duration| asked.unwrap_or(most).min(most);
    let connect_time = at_most(options.connect_timeout, CONNECT);
    let first_byte = at_most(options.first_byte_timeout, SILENCE);
    let mut request = in_form(request, &target)?;
    let (response, open) = loop {
        let connecting = timeout(connect_time, connection(client, &target, admitted));
        let (mut open, rested) = connecting.await.map_err(|_| Error::ConnectionTimeout)??;
        let again = rested.then(|| copy(&request)).flatten();
        match timeout(first_byte, open.sender.try_send_request(request)).await {
            Err(_) => return Err(Error::ConnectionReadTimeout),
            Ok(Ok(response)) => break (response, open),
            // Its server closed it while it rested: nothing of the request has gone out, or it may be said twice.
            Ok(Err(mut failed)) => match failed.take_message().filter(|_| rested).or(again) {
                Some(request_again) => request = request_again,
                None => return Err(failed.into_error().into()),
            },
        }
    };
    let pause = at_most(options.between_bytes_timeout, SILENCE);
    let pool = Arc::clone(&client.pool);
    let response = response.map(|body| ResponseBody::new(body, pause, (open, pool), permit).boxed_unsync());
    // A task of its own moves the bytes of the connection, which may outlast this request.
    Ok((response, Box::new(ready(Ok(())))))
}

/// The request as HTTP/1.1 has it: its path, and the host that was checked.
fn in_form(mut request: Request<WasiBody>, target: &Target) -> Result<Request<WasiBody>, Error> {
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
    *request.uri_mut() = Uri::builder()
        .path_and_query(path)
        .build()
        .map_err(|_| Error::HttpRequestUriInvalid)?;
    let host = HeaderValue::try_from(target.authority()).map_err(|_| Error::HttpRequestUriInvalid)?;
    request.headers_mut().insert(header::HOST, host);
    Ok(request)
}

/// A request that may be sent a second time where nobody knows what became of the first (RFC 9110 section 9.2.2).
fn copy(request: &Request<WasiBody>) -> Option<Request<WasiBody>> {
    let idempotent = request.method().is_idempotent() && request.body().is_end_stream();
    idempotent.then(|| {
        let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
        let mut copy = Request::new(body);
        request.method().clone_into(copy.method_mut());
        request.uri().clone_into(copy.uri_mut());
        request.headers().clone_into(copy.headers_mut());
        copy
    })
}

/// A connection to the target: one that rests, or a new one. Its addresses are asked for in either case, since a name may
/// lead elsewhere by now, and somewhere that was not granted.
async fn connection(client: &Client, target: &Target, admitted: Admitted) -> Result<(Open, bool), Error> {
    let addresses = client.addresses(target, admitted).await?;
    while let Some(mut open) = client.pool.take(target, &addresses) {
        if let Ok(Ok(())) = timeout(RESTED, open.sender.ready()).await {
            return Ok((open, true));
        }
    }
    let (stream, address) = first_that_answers(&addresses).await?;
    // Requests are written whole; waiting for more only delays them.
    stream.set_nodelay(true).map_err(Error::Connect)?;
    let sender = match target.tls {
        false => begin(stream).await?,
        true => {
            let host = target.bare_host();
            let stream = client.tls.connect(&host, stream).await.map_err(Error::Tls)?;
            begin(stream).await?
        }
    };
    let target = target.clone();
    Ok((
        Open {
            sender,
            target,
            address,
        },
        false,
    ))
}

async fn begin<S>(stream: S) -> Result<SendRequest<WasiBody>, Error>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD)
        .max_headers(HEADERS)
        .handshake(TokioIo::new(stream))
        .await?;
    tokio::spawn(async move {
        // Who waits for a response hears of it there.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection of a guest ended early");
        }
    });
    Ok(sender)
}

async fn first_that_answers(addresses: &[SocketAddr]) -> Result<(TcpStream, SocketAddr), Error> {
    let mut failure = Error::DestinationNotFound;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok((stream, *address)),
            Err(error) => failure = Error::Connect(error),
        }
    }
    Err(failure)
}
