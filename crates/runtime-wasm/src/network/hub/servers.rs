//! Name servers beyond the networks: those that a container was given, or the machine's. They are asked from the host.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use sampan_types::grants::Transport;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream, UdpSocket};
use tokio::sync::Semaphore;

use super::super::names;
use super::super::realm::{Realm, Realms};

/// How long a name server may take where nothing else was said; dockerd waits as long.
pub(super) const PATIENCE: Duration = Duration::from_secs(4);
/// Name servers that are asked one after the other.
const SERVERS: usize = 3;
const PORT: u16 = 53;
/// The largest question or answer.
pub(super) const LARGEST: usize = 65_535;

/// Questions of all containers that are on their way at a time. Each has a socket of its own, which nobody can guess.
static ROOM: Semaphore = Semaphore::const_new(1_024);

/// Who is asked, one after the other.
#[derive(Clone)]
pub(super) struct Servers {
    realms: Arc<Realms>,
    list: Arc<[IpAddr]>,
    patience: Duration,
    attempts: u8,
}

/// What they say.
pub(super) enum Said {
    Answer(Vec<u8>),
    /// None of them has an answer.
    Nothing,
    /// They were not asked: too many others are waited for.
    Busy,
}

impl Servers {
    pub(super) fn new(realms: Arc<Realms>, list: &[IpAddr]) -> Self {
        Self {
            realms,
            list: list.iter().take(SERVERS).copied().collect(),
            patience: PATIENCE,
            attempts: 1,
        }
    }

    /// Lets each be asked as often and waited for as long.
    pub(super) fn tried(self, attempts: u8, patience: Duration) -> Self {
        Self {
            attempts,
            patience,
            ..self
        }
    }

    /// The first answer of one that can say something.
    pub(super) async fn ask(&self, question: &[u8], transport: Transport) -> Said {
        let Ok(Ok(_room)) = tokio::time::timeout(PATIENCE, ROOM.acquire()).await else {
            return Said::Busy;
        };
        let rounds = std::iter::repeat_n(&self.list, self.attempts.into());
        for server in rounds.flat_map(|list| list.iter()) {
            let at = SocketAddr::new(*server, PORT);
            let told = async {
                match transport {
                    Transport::Udp => self.by_datagram(question, at).await,
                    Transport::Tcp => self.by_connection(question, at).await,
                }
            };
            match tokio::time::timeout(self.patience, told).await {
                // The next one may know more.
                Ok(Ok(answer)) if names::is_failure(&answer) => {
                    tracing::debug!(%server, "a name server has no answer");
                }
                Ok(Ok(answer)) => return Said::Answer(answer),
                Ok(Err(error)) => tracing::debug!(%error, %server, "a name server does not answer"),
                Err(_) => tracing::debug!(%server, "a name server takes its time"),
            }
        }
        Said::Nothing
    }

    async fn by_datagram(&self, question: &[u8], at: SocketAddr) -> io::Result<Vec<u8>> {
        let socket = self.realms.make(Realm::Host, at.is_ipv4(), Transport::Udp)?;
        // The kernel drops what comes from anybody else.
        rustix::net::connect(&socket, &at)?;
        let socket = UdpSocket::from_std(socket.into())?;
        socket.send(question).await?;
        let mut answer = vec![0; LARGEST];
        loop {
            let got = socket.recv(&mut answer).await?;
            // The number of the question.
            if answer[..got].get(..2) == question.get(..2) {
                answer.truncate(got);
                return Ok(answer);
            }
        }
    }

    async fn by_connection(&self, question: &[u8], at: SocketAddr) -> io::Result<Vec<u8>> {
        let socket = self.realms.make(Realm::Host, at.is_ipv4(), Transport::Tcp)?;
        let mut stream = TcpSocket::from_std_stream(socket.into()).connect(at).await?;
        write(&mut stream, question).await?;
        read(&mut stream).await
    }
}

/// Reads one message with its length in front.
pub(super) async fn read(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = stream.read_u16().await?;
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// Writes one.
pub(super) async fn write(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    let length = u16::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    let mut message = length.to_be_bytes().to_vec();
    message.extend(bytes);
    stream.write_all(&message).await
}
