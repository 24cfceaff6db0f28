//! The daemon's side of the network process, and what it keeps so that another one can take its place.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Relaxed, SeqCst},
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use sampan_process::users;
use sampan_runtime::NetworkPlace;
use sampan_types::ContainerId;

use super::raw;
use super::wire::{Admission, Answer, Order, Say};
use crate::link::Link;
use crate::packet::{PacketError, Receiver};
use crate::zygote::client::{ZygoteClient, ZygoteError};

/// How long it may take to say its first words.
const GREETING: Duration = Duration::from_secs(10);

/// What can go wrong with it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NetworkError {
    #[error("the process for networks cannot be had")]
    Zygote(#[from] ZygoteError),
    #[error("the process for networks does not answer")]
    Lost(#[from] PacketError),
    #[error("the container cannot join its networks: {0}")]
    Refused(String),
    #[error("a socket of the container cannot be handed on")]
    Socket(#[from] io::Error),
}

/// A container's descriptors, of which the network process has copies.
pub(crate) struct Kept {
    pub(crate) admission: Admission,
    /// The network process's end of the worker's socket.
    pub(crate) socket: Option<OwnedFd>,
    pub(crate) notify: Option<OwnedFd>,
    pub(crate) forwards: Vec<OwnedFd>,
    /// Where a container whose sockets are its own asks for names.
    pub(crate) asks: Vec<OwnedFd>,
}

impl Kept {
    fn copies(&self) -> io::Result<Vec<OwnedFd>> {
        let own = self.socket.iter().chain(&self.notify);
        let all = own.chain(&self.forwards).chain(&self.asks);
        all.map(OwnedFd::try_clone).collect()
    }

    /// Reads what a network process tells of one that it has.
    fn told(admission: Admission, fds: Vec<OwnedFd>) -> Self {
        let mut fds = fds.into_iter();
        Self {
            socket: admission.socket.then(|| fds.next()).flatten(),
            notify: admission.notify.then(|| fds.next()).flatten(),
            forwards: fds.by_ref().take(admission.forwards.len()).collect(),
            asks: fds.collect(),
            admission,
        }
    }
}

/// Where the kernel leads what is for containers of workers.
pub(crate) struct Doorway {
    pub(crate) tcp: TcpListener,
    /// `None` where the kernel does not tell where a datagram was going.
    pub(crate) udp: Option<UdpSocket>,
}

impl Doorway {
    /// On both families, in the namespace of bridges; whoever comes by himself and was not led here is turned away.
    pub(crate) fn open(yard: Option<OwnedFd>) -> io::Result<Self> {
        let Some(yard) = yard else {
            return Self::here();
        };
        // On a thread that ends with it.
        std::thread::scope(|scope| {
            let opened = scope.spawn(move || {
                move_into_link_name_space(yard.as_fd(), Some(LinkNameSpaceType::Network))?;
                Self::here()
            });
            let gone = |_| Err(io::Error::other("the thread that was to listen fell"));
            opened.join().unwrap_or_else(gone)
        })
    }

    fn here() -> io::Result<Self> {
        let tcp = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0))
            .or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)))?;
        let udp = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).and_then(|udp| {
            raw::tell_of_led(udp.as_fd())?;
            Ok(udp)
        });
        if let Err(error) = &udp {
            tracing::warn!(%error, "containers of different kinds exchange no datagrams here");
        }
        Ok(Self { tcp, udp: udp.ok() })
    }

    fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            tcp: self.tcp.try_clone()?,
            udp: self.udp.as_ref().map(UdpSocket::try_clone).transpose()?,
        })
    }

    fn descriptors(self) -> Vec<OwnedFd> {
        let udp = self.udp.map(OwnedFd::from);
        std::iter::once(self.tcp.into()).chain(udp).collect()
    }
}

/// What outlives a network process, in the daemon.
#[derive(Default)]
pub(crate) struct Holdings {
    kept: Mutex<HashMap<u64, Kept>>,
    namespace: Mutex<Option<OwnedFd>>,
    /// The namespace that has the bridges of containers with interfaces, where that is not the host's.
    yard: Mutex<Option<OwnedFd>>,
    /// Where connections and datagrams come that are for containers of workers.
    doorway: Mutex<Option<Doorway>>,
    last: AtomicU64,
}

impl Holdings {
    /// A number that no container had or will have, in this daemon or another one.
    pub(crate) fn entry(&self) -> u64 {
        let next = self.last.fetch_add(1, Relaxed) + 1;
        (next << 32) | u64::from(std::process::id())
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<u64, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn namespace(&self) -> MutexGuard<'_, Option<OwnedFd>> {
        self.namespace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn own_yard(&self) -> MutexGuard<'_, Option<OwnedFd>> {
        self.yard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The namespace of bridges, if it is known.
    pub(crate) fn yard(&self) -> io::Result<Option<OwnedFd>> {
        self.own_yard().as_ref().map(OwnedFd::try_clone).transpose()
    }

    /// Notes the namespace of bridges in which containers are that run, unless one is known.
    pub(crate) fn offer_yard(&self, yard: OwnedFd) {
        self.own_yard().get_or_insert(yard);
    }

    /// Where connections come that are for containers of workers, if there is such a place.
    pub(crate) fn doorway(&self) -> io::Result<Option<Doorway>> {
        let held = self.doorway.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().map(Doorway::try_clone).transpose()
    }

    fn hold_doorway(&self, doorway: Doorway) {
        *self.doorway.lock().unwrap_or_else(PoisonError::into_inner) = Some(doorway);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kept().is_empty()
    }

    /// The entry of a container, and what it was told of its networks.
    pub(crate) fn entry_of(&self, id: &ContainerId) -> Option<u64> {
        let kept = self.kept();
        let of = |(entry, kept): (&u64, &Kept)| (kept.admission.id == *id).then_some(*entry);
        kept.iter().filter_map(of).max()
    }

    /// All entries of containers that workers have.
    pub(crate) fn entries(&self) -> Vec<(u64, ContainerId)> {
        let kept = self.kept();
        kept.iter()
            .filter(|(_, kept)| kept.admission.apart.is_none())
            .map(|(entry, kept)| (*entry, kept.admission.id.clone()))
            .collect()
    }

    /// The containers whose sockets are their own.
    pub(crate) fn apart(&self) -> Vec<(u64, ContainerId)> {
        let kept = self.kept();
        let apart = kept.iter().filter(|(_, kept)| kept.admission.apart.is_some());
        apart
            .map(|(entry, kept)| (*entry, kept.admission.id.clone()))
            .collect()
    }

    /// Notes other places of a container. Its admission as it now is.
    pub(crate) fn moved(&self, entry: u64, places: &[NetworkPlace]) -> Option<Admission> {
        let mut all = self.kept();
        let admission = &mut all.get_mut(&entry)?.admission;
        admission.places = places.to_vec();
        Some(admission.clone())
    }

    /// Lets go of a container. Ports of the host are free again when the network process lets go as well.
    pub(crate) fn forget(&self, entry: u64) -> bool {
        self.kept().remove(&entry).is_some()
    }
}

/// A connection to a network process.
pub(crate) struct NetworkClient {
    link: Link<Answer>,
    gone: AtomicBool,
    holdings: Arc<Holdings>,
}

impl NetworkClient {
    /// Connects to a network process, hears what it has, and tells it what it has not. `lost` is called when it is gone.
    pub(crate) async fn connect(
        zygote: &ZygoteClient,
        number: u64,
        holdings: Arc<Holdings>,
        lost: impl FnOnce() + Send + 'static,
    ) -> Result<Arc<Self>, NetworkError> {
        let link = Link::new(zygote.open(number).await?)?;
        let mut receiver = Receiver::new();
        let mut there = Vec::new();
        let open;
        loop {
            let said = tokio::time::timeout(GREETING, link.receive::<Say>(&mut receiver)).await;
            match said.unwrap_or(Err(PacketError::Silent))? {
                (Say::Known { admission }, fds) => {
                    there.push(admission.entry);
                    holdings
                        .kept()
                        .insert(admission.entry, Kept::told(*admission, fds));
                }
                (Say::Ready { yard }, fds) => {
                    let mut fds = fds.into_iter();
                    if let Some(namespace) = fds.next() {
                        *holdings.namespace() = Some(namespace);
                    }
                    if yard {
                        *holdings.own_yard() = fds.next();
                    }
                    open = fds.next().map(|tcp| Doorway {
                        tcp: tcp.into(),
                        udp: fds.next().map(UdpSocket::from),
                    });
                    break;
                }
                _ => return Err(PacketError::Broken("came before the first words were over").into()),
            }
        }
        let client = Arc::new(Self {
            link,
            gone: AtomicBool::new(false),
            holdings,
        });
        let reader = client.clone();
        tokio::spawn(async move {
            reader.read(receiver).await;
            lost();
        });
        client.settle().await?;
        client.restore(&there).await;
        match open {
            Some(doorway) => client.holdings.hold_doorway(doorway),
            None => {
                if let Some(doorway) = client.holdings.doorway()? {
                    client.open_doorway(doorway).await?;
                }
            }
        }
        Ok(client)
    }

    async fn settle(&self) -> Result<(), NetworkError> {
        let given = self
            .holdings
            .namespace()
            .as_ref()
            .map(OwnedFd::try_clone)
            .transpose()?;
        let yard = self.holdings.yard()?;
        let known = yard.is_some();
        let settle = |order| Order::Settle {
            order,
            apart: !users::is_root(),
            known,
        };
        let fds = given.into_iter().chain(yard).collect();
        let mut answered = self.ask(settle, fds).await?.into_iter();
        *self.holdings.namespace() = answered.next();
        *self.holdings.own_yard() = answered.next();
        Ok(())
    }

    /// Tells it all containers that an earlier one had.
    async fn restore(&self, there: &[u64]) {
        let lost: Vec<_> = {
            let kept = self.holdings.kept();
            let lost = kept.iter().filter(|(entry, _)| !there.contains(entry));
            lost.map(|(_, kept)| (kept.admission.clone(), kept.copies()))
                .collect()
        };
        for (admission, copies) in lost {
            let id = admission.id.clone();
            let told = match copies {
                Ok(fds) => self.introduce(admission, fds).await,
                Err(error) => Err(error.into()),
            };
            if let Err(error) = told {
                tracing::error!(%error, id = id.short(), "a container has lost its networks");
            }
        }
    }

    async fn read(&self, mut receiver: Receiver) {
        loop {
            match self.link.receive::<Say>(&mut receiver).await {
                Ok((Say::Answer { order, answer }, fds)) => {
                    if self.link.answered(order, answer, fds).is_err() {
                        break;
                    }
                }
                Ok((Say::Hailed { entry }, fds)) => {
                    if let Some(kept) = self.holdings.kept().get_mut(&entry) {
                        kept.notify = fds.into_iter().next();
                        kept.admission.notify = kept.notify.is_some();
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the process for networks is gone");
                    break;
                }
            }
        }
        self.gone.store(true, SeqCst);
        self.link.close();
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.gone.load(SeqCst)
    }

    async fn ask(
        &self,
        order: impl FnOnce(u64) -> Order,
        fds: Vec<OwnedFd>,
    ) -> Result<Vec<OwnedFd>, NetworkError> {
        match self.link.ask(order, fds).await? {
            (Answer::Done, fds) => Ok(fds),
            (Answer::Gone, _) => Err(NetworkError::Refused("it is not there any more".to_owned())),
            (Answer::Failed { what }, _) => Err(NetworkError::Refused(what)),
        }
    }

    async fn introduce(&self, admission: Admission, fds: Vec<OwnedFd>) -> Result<(), NetworkError> {
        let admission = Box::new(admission);
        self.ask(|order| Order::Admit { order, admission }, fds)
            .await
            .map(drop)
    }

    /// A container comes.
    pub(crate) async fn admit(&self, kept: Kept) -> Result<(), NetworkError> {
        let (entry, admission, fds) = (kept.admission.entry, kept.admission.clone(), kept.copies()?);
        self.holdings.kept().insert(entry, kept);
        let admitted = self.introduce(admission, fds).await;
        if admitted.is_err() {
            self.holdings.forget(entry);
        }
        admitted
    }

    /// Lets it take what comes for containers of workers.
    pub(crate) async fn open_doorway(&self, doorway: Doorway) -> Result<(), NetworkError> {
        let copies = doorway.try_clone()?.descriptors();
        self.holdings.hold_doorway(doorway);
        self.ask(|order| Order::Doorway { order }, copies).await.map(drop)
    }

    /// A container has other places.
    pub(crate) async fn places(&self, entry: u64, places: Vec<NetworkPlace>) -> Result<(), NetworkError> {
        let order = |order| Order::Places { order, entry, places };
        self.ask(order, Vec::new()).await.map(drop)
    }

    /// Listeners on ports of a container's own address.
    pub(crate) async fn listen(&self, entry: u64, ports: Vec<u16>) -> Result<Vec<OwnedFd>, NetworkError> {
        self.ask(|order| Order::Listen { order, entry, ports }, Vec::new())
            .await
    }

    /// A container has gone, and its ports are free when this is over.
    pub(crate) async fn dismiss(&self, entry: u64) {
        self.holdings.forget(entry);
        // One that is gone has let go of everything.
        let _ = self
            .ask(|order| Order::Dismiss { order, entry }, Vec::new())
            .await;
    }
}
