//! Names for containers whose sockets are their own: they ask as they would ask any name server.
//!
//! What they ask is hostile. A name that one of their networks knows is answered here; everything else goes to their
//! name servers or the machine's as it came, and the answer goes back as it came.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use sampan_types::grants::Transport;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};

use super::super::names::{Asked, Question};
use super::servers::{LARGEST, Said, Servers, read, write};
use super::{Hub, lock, missing};

/// Questions of one container that are on their way at a time; more wait.
const QUESTIONS: usize = 256;
/// Connections of one container at a time.
const CONNECTIONS: usize = 64;
/// How long a connection may say nothing.
const SILENCE: Duration = Duration::from_secs(30);
const BREATH: Duration = Duration::from_millis(50);

/// One container that asks.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) entry: u64,
    pub(super) hub: Arc<Hub>,
    pub(super) servers: Servers,
    /// Whether its own resolver puts domains behind names without a dot.
    pub(super) searches: bool,
}

impl Asker {
    /// Begins to answer at a container's sockets: one for UDP, one for TCP, or none.
    pub(super) fn answer(self, sockets: &[OwnedFd]) -> io::Result<Vec<AbortHandle>> {
        let [udp, tcp] = sockets else {
            return match sockets {
                [] => Ok(Vec::new()),
                _ => Err(missing()),
            };
        };
        let udp = Arc::new(UdpSocket::from_std(udp.try_clone()?.into())?);
        let tcp = TcpListener::from_std(tcp.try_clone()?.into())?;
        Ok(vec![
            tokio::spawn(self.clone().datagrams(udp)).abort_handle(),
            tokio::spawn(self.connections(tcp)).abort_handle(),
        ])
    }

    async fn datagrams(self, socket: Arc<UdpSocket>) {
        let room = Arc::new(Semaphore::new(QUESTIONS));
        let mut open = JoinSet::new();
        let mut bytes = vec![0; LARGEST];
        loop {
            while open.try_join_next().is_some() {}
            let Ok(permit) = room.clone().acquire_owned().await else {
                return;
            };
            let (got, from) = match socket.recv_from(&mut bytes).await {
                Ok(got) => got,
                Err(error) => {
                    // An earlier answer did not arrive, or the container is gone.
                    tracing::debug!(%error, "a question for a name was not heard");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            };
            let (asker, socket, question) = (self.clone(), socket.clone(), bytes[..got].to_vec());
            open.spawn(async move {
                let _permit = permit;
                if let Some(answer) = asker.ask(&question, Transport::Udp).await {
                    // Who does not wait hears nothing.
                    let _ = socket.send_to(&answer, from).await;
                }
            });
        }
    }

    async fn connections(self, listener: TcpListener) {
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                Some(_) = open.join_next() => {}
                accepted = listener.accept(), if open.len() < CONNECTIONS => match accepted {
                    Ok((stream, _)) => {
                        let asker = self.clone();
                        // One that breaks is its client's news.
                        open.spawn(async move { drop(asker.converse(stream).await) });
                    }
                    Err(error) => {
                        tracing::debug!(%error, "a connection for names was not taken");
                        tokio::time::sleep(BREATH).await;
                    }
                },
            }
        }
    }

    async fn converse(&self, mut stream: TcpStream) -> io::Result<()> {
        loop {
            let question = tokio::time::timeout(SILENCE, read(&mut stream)).await??;
            let Some(answer) = self.ask(&question, Transport::Tcp).await else {
                return Ok(());
            };
            write(&mut stream, &answer).await?;
        }
    }

    /// Answers one question. `None` where it is none.
    async fn ask(&self, bytes: &[u8], transport: Transport) -> Option<Vec<u8>> {
        let question = Question::read(bytes)?;
        match self.here(&question) {
            Some(asked) => question.answer(&asked, transport),
            None => match self.servers.ask(bytes, transport).await {
                Said::Answer(answer) => Some(answer),
                Said::Nothing => question.answer(&Asked::Nobody, transport),
                Said::Busy => question.answer(&Asked::Busy, transport),
            },
        }
    }

    /// What the container's networks know. `None` where others are to be asked.
    fn here(&self, question: &Question) -> Option<Asked> {
        let book = lock(&self.hub.book);
        let member = book.get(self.entry)?;
        let goes_out = member.goes_out();
        let found = match question {
            Question::Addresses { name, .. } => {
                let known = book.named(self.entry, name);
                (!known.is_empty()).then_some(Asked::Addresses(known))
            }
            // Whoever sends mail then asks for addresses.
            Question::Mail { name, .. } => {
                let known = book.named(self.entry, name);
                (!known.is_empty()).then(|| Asked::Addresses(Vec::new()))
            }
            Question::Name { address, .. } => book.name_of(self.entry, *address).map(Asked::Name),
            Question::Other { .. } => None,
            Question::Wrong { .. } => return Some(Asked::Wrong),
        };
        match found {
            Some(found) => Some(found),
            // From networks that lead nowhere nothing is asked, which would be a way out as well.
            None if !goes_out => Some(Asked::Nobody),
            // It asks again, with a domain behind it.
            None if self.searches && question.is_short() => Some(Asked::Addresses(Vec::new())),
            None => None,
        }
    }
}
