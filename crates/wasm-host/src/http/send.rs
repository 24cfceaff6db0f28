//! Sends one request over one connection of HTTP/1.1.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::{HeaderValue, Method, Request, Uri, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::body::ResponseBody;
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

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub(super) async fn send(client: &Client, mut request: Request<WasiBody>, options: RequestOptions) -> Sent {
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
    let stream = timeout(
        at_most(options.connect_timeout, CONNECT),
        connect(client, &target, admitted),
    )
    .await
    .map_err(|_| Error::ConnectionTimeout)??;
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD)
        .max_headers(HEADERS)
        .handshake(TokioIo::new(stream))
        .await?;

    let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
    *request.uri_mut() = Uri::builder()
        .path_and_query(path)
        .build()
        .map_err(|_| Error::HttpRequestUriInvalid)?;
    let host = HeaderValue::try_from(target.authority()).map_err(|_| Error::HttpRequestUriInvalid)?;
    request.headers_mut().insert(header::HOST, host);

    let first_byte = at_most(options.first_byte_timeout, SILENCE);
    let response = async {
        match timeout(first_byte, sender.send_request(request)).await {
            Ok(response) => response.map_err(Error::from),
            Err(_) => Err(Error::ConnectionReadTimeout),
        }
    };
    let mut connection = Box::pin(connection);
    let (response, finished) = drive(response, connection.as_mut()).await?;
    let pause = at_most(options.between_bytes_timeout, SILENCE);
    let response = response.map(|body| ResponseBody::new(body, pause, permit).boxed_unsync());
    let rest = async move {
        if !finished {
            connection.await?;
        }
        Ok(())
    };
    Ok((response, Box::new(rest)))
}

/// Waits for the response while moving the bytes of the connection. Tells whether the connection ended.
async fn drive<C>(
    response: impl Future<Output = Result<http::Response<Incoming>, Error>>,
    mut connection: Pin<&mut C>,
) -> Result<(http::Response<Incoming>, bool), Error>
where
    C: Future<Output = Result<(), hyper::Error>>,
{
    let mut response = pin!(response);
    let mut finished = false;
    poll_fn(|cx| {
        if let Poll::Ready(result) = response.as_mut().poll(cx) {
            return Poll::Ready(result.map(|r| (r, finished)));
        }
        if finished {
            return Poll::Pending;
        }
        let Poll::Ready(end) = connection.as_mut().poll(cx) else {
            return Poll::Pending;
        };
        finished = true;
        // The end of the connection may have brought the response, whole although the end was not clean.
        match (response.as_mut().poll(cx), end) {
            (Poll::Ready(Ok(response)), _) => Poll::Ready(Ok((response, true))),
            (_, Err(error)) => Poll::Ready(Err(error.into())),
            (other, Ok(())) => other.map(|r| r.map(|r| (r, true))),
        }
    })
    .await
}

async fn connect(client: &Client, target: &Target, admitted: Admitted) -> Result<Box<dyn Stream>, Error> {
    let stream = first_that_answers(&client.addresses(target, admitted).await?).await?;
    // Requests are written whole; waiting for more only delays them.
    stream.set_nodelay(true).map_err(Error::Connect)?;
    if !target.tls {
        return Ok(Box::new(stream));
    }
    let stream = client
        .tls
        .connect(&target.bare_host(), stream)
        .await
        .map_err(Error::Tls)?;
    Ok(Box::new(stream))
}

async fn first_that_answers(addresses: &[SocketAddr]) -> Result<TcpStream, Error> {
    let mut failure = Error::DestinationNotFound;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = Error::Connect(error),
        }
    }
    Err(failure)
}
