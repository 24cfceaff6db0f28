//! Connections to one daemon, and which version of the API both sides speak.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{HOST, HeaderValue};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use sampan_api::routes::ApiVersion;
use tokio::net::UnixStream;

use crate::call::Call;
use crate::{Address, ClientError};

/// The body of a request.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// The most bytes of a head, which hyper keeps whole.
const HEAD_MAX: usize = 64 << 10;
/// How long a daemon may take for its first word. Other calls may last as long as a container lives.
const FIRST_WORD: Duration = Duration::from_secs(30);

/// A daemon that answered.
#[derive(Debug)]
pub struct Client {
    address: Address,
    version: ApiVersion,
    /// A connection that waits for its next request.
    idle: Mutex<Option<SendRequest<Body>>>,
}

impl Client {
    /// Asks the daemon at an address which version it speaks, and settles on the newest that both do.
    pub async fn connect(address: Address) -> Result<Self, ClientError> {
        let mut client = Self {
            address,
            version: ApiVersion::MAX,
            idle: Mutex::default(),
        };
        let ping = Call::unversioned(&client, Method::GET, &["_ping"]);
        let answer = tokio::time::timeout(FIRST_WORD, ping.send())
            .await
            .map_err(|_| ClientError::Silent {
                path: client.address.path().to_path_buf(),
            })??;
        let server = answer
            .headers()
            .get("Api-Version")
            .and_then(|version| version.to_str().ok())
            // A daemon that names none is older than the header.
            .map_or(ApiVersion::MIN, ApiVersion::lenient);
        if server < ApiVersion::MIN {
            return Err(ClientError::TooOld {
                server,
                min: ApiVersion::MIN,
            });
        }
        answer.bytes().await?;
        client.version = server.min(ApiVersion::MAX);
        Ok(client)
    }

    /// The version that both sides speak.
    pub fn version(&self) -> ApiVersion {
        self.version
    }

    /// Where the daemon listens.
    pub fn address(&self) -> &Address {
        &self.address
    }

    async fn open(&self) -> Result<SendRequest<Body>, ClientError> {
        let path = self.address.path();
        let stream = UnixStream::connect(path).await.map_err(|source| {
            let path = path.to_path_buf();
            match source.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                    ClientError::NoDaemon { path, source }
                }
                io::ErrorKind::PermissionDenied => ClientError::SocketDenied { path },
                _ => ClientError::Connect { path, source },
            }
        })?;
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(HEAD_MAX)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(ClientError::Http)?;
        // What breaks is told to those who wait for an answer.
        tokio::spawn(async move { drop(connection.with_upgrades().await) });
        Ok(sender)
    }

    /// Sends a request, over the connection that waits where there is one and `fresh` is not asked for. A request
    /// that a closed connection gave back was never sent, and goes over another.
    pub(crate) async fn send(
        &self,
        mut request: Request<Body>,
        fresh: bool,
    ) -> Result<(Response<Incoming>, SendRequest<Body>), ClientError> {
        request
            .headers_mut()
            .insert(HOST, HeaderValue::from_static("localhost"));
        let waiting = if fresh { None } else { self.take_idle() };
        if let Some(mut sender) = waiting {
            match sender.try_send_request(request).await {
                Ok(answer) => return Ok((answer, sender)),
                Err(mut error) => match error.take_message() {
                    Some(back) => request = back,
                    None => return Err(ClientError::Http(error.into_error())),
                },
            }
        }
        let mut sender = self.open().await?;
        let answer = sender.send_request(request).await.map_err(ClientError::Http)?;
        Ok((answer, sender))
    }

    fn take_idle(&self) -> Option<SendRequest<Body>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.take().filter(SendRequest::is_ready)
    }

    /// Keeps a connection whose answer was read to its end.
    pub(crate) fn keep(&self, sender: SendRequest<Body>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        *idle = Some(sender);
    }
}
