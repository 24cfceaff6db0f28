//! Datagrams between containers whose sockets are made here and those whose sockets are their own.
//!
//! Whoever has a socket of its own is represented in the containers' namespace by a *face*: a socket that has its address and
//! port, so that both sides see each other as they are. What comes to a face is sent on from the host. What comes from the
//! other side is led to the doorway on the host by the kernel, and goes on from the face. Who may send to whom was decided
//! before.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{SendFlags, sendto};
use sampan_types::grants::Transport;
use tokio::net::UdpSocket;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::raw;
use super::realm::{Realm, Realms};
use super::sockets;

/// Crossings of one container at a time. One more takes the place of the one that has been silent the longest.
const CROSSINGS: usize = 1_024;
/// Those of all.
const ALL_CROSSINGS: usize = 4_096;
/// How long one is remembered on which nobody says anything, as with published ports.
const SILENCE: Duration = Duration::from_secs(90);
/// The largest datagram.
const DATAGRAM: usize = 65_535;

/// All of them.
pub(super) struct Ferry {
    tasks: Handle,
    realms: Arc<Realms>,
    faces: Mutex<HashMap<SocketAddr, Face>>,
}

/// Whoever has sockets of its own, in the containers' namespace.
struct Face {
    socket: Arc<UdpSocket>,
    /// By the sockets of the others.
    crossings: HashMap<SocketAddr, Crossing>,
    task: AbortHandle,
}

/// Two sockets that talk, one of either kind.
struct Crossing {
    /// Whose socket of ours it is.
    entry: u64,
    /// Where the other one has sent to, if it came through the doorway; answers come from there.
    asked: Option<(Arc<UdpSocket>, SocketAddr)>,
    /// From where on the host it is asked, if ours was the first to say something.
    asks: Option<Own>,
    last: Instant,
}

/// A socket on the host for one crossing.
struct Own {
    socket: Arc<UdpSocket>,
    task: AbortHandle,
}

impl Drop for Own {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Drop for Face {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Ferry {
    /// On a task of the process.
    pub(super) fn new(realms: Arc<Realms>) -> Arc<Self> {
        Arc::new(Self {
            tasks: Handle::current(),
            realms,
            faces: Mutex::default(),
        })
    }

    fn faces(&self) -> MutexGuard<'_, HashMap<SocketAddr, Face>> {
        self.faces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a way for datagrams from a socket of ours to one of the other kind, as `place`. They are sent to the same
    /// address, where a face is by then.
    pub(super) fn outward(
        self: &Arc<Self>,
        entry: u64,
        own: SocketAddr,
        place: Option<IpAddr>,
        peer: SocketAddr,
    ) -> Result<(), Errno> {
        let mut faces = self.faces();
        if let Some(crossing) = faces.get_mut(&peer).and_then(|face| face.crossings.get_mut(&own)) {
            crossing.last = Instant::now();
            return Ok(());
        }
        let face = self.face(&mut faces, peer)?;
        let socket = self.realms.make(Realm::Yard, peer.is_ipv4(), Transport::Udp)?;
        if let Some(place) = place {
            match sockets::bind_at(&socket, SocketAddr::new(place, 0)) {
                // It has just come: then it is the host that is seen.
                Ok(()) | Err(Errno::ADDRNOTAVAIL) => {}
                Err(error) => return Err(error),
            }
        }
        // Nobody else is heard there.
        rustix::net::connect(&socket, &peer)?;
        let socket = Arc::new(self.awaited(socket.into())?);
        let back = back(Arc::downgrade(self), socket.clone(), face, own, peer);
        let task = self.tasks.spawn(back).abort_handle();
        self.add(
            &mut faces,
            peer,
            own,
            Crossing {
                entry,
                asked: None,
                asks: Some(Own { socket, task }),
                last: Instant::now(),
            },
        );
        Ok(())
    }

    /// Carries a datagram that came through the doorway for `at`, on to the socket of ours that is `own`.
    pub(super) fn inward(
        self: &Arc<Self>,
        entry: u64,
        doorway: &Arc<UdpSocket>,
        (peer, at, own): (SocketAddr, SocketAddr, SocketAddr),
        bytes: &[u8],
    ) -> Result<(), Errno> {
        let mut faces = self.faces();
        let face = self.face(&mut faces, peer)?;
        let asked = Some((doorway.clone(), at));
        let known = faces.get_mut(&peer).and_then(|face| face.crossings.get_mut(&own));
        match known {
            Some(crossing) => (crossing.asked, crossing.last) = (asked, Instant::now()),
            None => self.add(
                &mut faces,
                peer,
                own,
                Crossing {
                    entry,
                    asked,
                    asks: None,
                    last: Instant::now(),
                },
            ),
        }
        drop(faces);
        say(&face, bytes, own);
        Ok(())
    }

    /// A container has gone, with all of its sockets.
    pub(super) fn dismiss(&self, entry: u64) {
        self.faces().retain(|_, face| {
            face.crossings.retain(|_, crossing| crossing.entry != entry);
            !face.crossings.is_empty()
        });
    }

    /// The face of a socket of the other kind, which is made where it is not there.
    fn face(
        self: &Arc<Self>,
        faces: &mut HashMap<SocketAddr, Face>,
        peer: SocketAddr,
    ) -> Result<Arc<UdpSocket>, Errno> {
        if let Some(face) = faces.get(&peer) {
            return Ok(face.socket.clone());
        }
        let socket = self
            .realms
            .make(Realm::Containers, peer.is_ipv4(), Transport::Udp)?;
        sockets::bind_at(&socket, peer)?;
        let socket = Arc::new(self.awaited(socket.into())?);
        let task = self
            .tasks
            .spawn(there(Arc::downgrade(self), socket.clone(), peer))
            .abort_handle();
        let face = Face {
            socket: socket.clone(),
            crossings: HashMap::new(),
            task,
        };
        faces.insert(peer, face);
        Ok(socket)
    }

    fn awaited(&self, socket: std::net::UdpSocket) -> Result<UdpSocket, Errno> {
        // Who asks may be a thread that has no tasks.
        let _entered = self.tasks.enter();
        UdpSocket::from_std(socket).map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::NOBUFS))
    }

    /// Notes a crossing of a face that is there. Where there are too many, the one that has been silent the longest goes.
    fn add(
        &self,
        faces: &mut HashMap<SocketAddr, Face>,
        peer: SocketAddr,
        own: SocketAddr,
        crossing: Crossing,
    ) {
        let every = || {
            let of = |(peer, face): (&SocketAddr, &'_ Face)| {
                let all = face.crossings.iter();
                let told = all.map(|(own, crossing)| (crossing.last, crossing.entry, *peer, *own));
                told.collect::<Vec<_>>()
            };
            faces.iter().flat_map(of)
        };
        let kin = every().filter(|(_, entry, ..)| *entry == crossing.entry).count();
        let oldest = match (kin >= CROSSINGS, every().count() >= ALL_CROSSINGS) {
            (true, _) => every().filter(|(_, entry, ..)| *entry == crossing.entry).min(),
            (false, true) => every().min(),
            (false, false) => None,
        };
        if let Some((_, _, at, of)) = oldest
            && let Some(face) = faces.get_mut(&at)
        {
            face.crossings.remove(&of);
            if face.crossings.is_empty() && at != peer {
                faces.remove(&at);
            }
        }
        if let Some(face) = faces.get_mut(&peer) {
            face.crossings.insert(own, crossing);
        }
    }

    /// Sends on what a container has sent to a face.
    fn onward(&self, peer: SocketAddr, own: SocketAddr, bytes: &[u8]) {
        let mut faces = self.faces();
        let crossing = faces.get_mut(&peer).and_then(|face| face.crossings.get_mut(&own));
        let Some(crossing) = crossing else { return };
        crossing.last = Instant::now();
        // Datagrams may get lost.
        match (&crossing.asked, &crossing.asks) {
            (Some((doorway, at)), _) => drop(raw::say_as(doorway.as_fd(), bytes, at.ip(), peer)),
            (None, Some(own)) => say(&own.socket, bytes, peer),
            (None, None) => {}
        }
    }

    /// Forgets crossings of a face on which nobody says anything, and the face with the last one. Where ours began, its
    /// socket may wait for an answer as long as it is there.
    fn tidy(&self, peer: SocketAddr) {
        let mut faces = self.faces();
        let Some(face) = faces.get_mut(&peer) else { return };
        face.crossings.retain(|own, crossing| {
            crossing.last.elapsed() < SILENCE || crossing.asks.is_some() && is_bound(*own)
        });
        if face.crossings.is_empty() {
            faces.remove(&peer);
        }
    }
}

/// Whether somebody has a socket there, in the containers' namespace, where this process lives.
fn is_bound(own: SocketAddr) -> bool {
    let tried =
        sockets::make(own.is_ipv4(), Transport::Udp).and_then(|socket| sockets::bind_at(&socket, own));
    tried == Err(Errno::ADDRINUSE)
}

/// Sends at once, also from a socket that is so new that no task knows yet whether it can. Datagrams may get lost.
fn say(socket: &UdpSocket, bytes: &[u8], to: SocketAddr) {
    let _ = sendto(socket, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL, &to);
}

thread_local! {
    /// Where datagrams are on their way: one for all, because there is room for the largest in it.
    static BYTES: RefCell<Vec<u8>> = RefCell::new(vec![0; DATAGRAM]);
}

/// What containers send to a face.
async fn there(ferry: Weak<Ferry>, face: Arc<UdpSocket>, peer: SocketAddr) {
    loop {
        let heard = tokio::time::timeout(SILENCE, face.readable()).await;
        let Some(ferry) = ferry.upgrade() else { return };
        match heard {
            Ok(Ok(())) => BYTES.with_borrow_mut(|bytes| {
                // An earlier datagram may not have arrived.
                if let Ok((got, own)) = face.try_recv_from(bytes) {
                    ferry.onward(peer, own, &bytes[..got]);
                }
            }),
            Ok(Err(_)) => return,
            Err(_) => ferry.tidy(peer),
        }
    }
}

/// What the other side answers.
async fn back(
    ferry: Weak<Ferry>,
    socket: Arc<UdpSocket>,
    face: Arc<UdpSocket>,
    own: SocketAddr,
    peer: SocketAddr,
) {
    while socket.readable().await.is_ok() {
        let Some(ferry) = ferry.upgrade() else { return };
        BYTES.with_borrow_mut(|bytes| {
            // Nobody may have listened yet when a datagram came.
            if let Ok(got) = socket.try_recv(bytes) {
                say(&face, &bytes[..got], own);
            }
        });
        if let Some(crossing) = ferry
            .faces()
            .get_mut(&peer)
            .and_then(|face| face.crossings.get_mut(&own))
        {
            crossing.last = Instant::now();
        }
    }
}
