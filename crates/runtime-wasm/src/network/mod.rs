//! The process that makes the sockets of guests, knows names, and forwards ports.
//!
//! It is started by the zygote, commanded by the daemon and outlives it. No guest's code runs here; what workers
//! say is hostile. `docs/design/networks.md` has the whole.

mod book;
mod border;
mod carry;
pub(crate) mod client;
mod confine;
mod ferry;
mod forward;
mod hub;
mod names;
pub(crate) mod raw;
mod realm;
mod sockets;
pub(crate) mod wire;

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use rustix::net::RecvFlags;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs};

use crate::compiler::descriptors;
use crate::link::Link;
use crate::packet::{PacketError, Receiver};
use crate::worker::Summons;
use hub::Hub;

/// The name (`argv[0]`) under which the binary starts as the network process.
pub const ROLE: &str = "sampan-network";

/// For fuzzing: a question and the answers that it may get.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn names_of_strangers(bytes: &[u8]) {
    names::tried(bytes);
}

/// Runs it to its end. Standard input is the socket to its zygote.
pub fn run() -> u8 {
    match work() {
        Ok(()) => 0,
        Err(error) => {
            let text = format!("{ROLE}: {error}\n");
            // The one way to tell somebody; where nobody listens, the end says enough.
            let _ = rustix::io::write(io::stderr(), text.as_bytes());
            1
        }
    }
}

fn work() -> Result<(), PacketError> {
    descriptors::close_others()?;
    let zygote = io::stdin().as_fd().try_clone_to_owned()?;
    match Receiver::new().receive(&zygote, RecvFlags::empty()) {
        Ok((Summons::Become { .. }, _)) => {}
        Ok(_) => return Err(PacketError::Broken("is no summons")),
        Err(PacketError::Closed) => return Ok(()),
        Err(error) => return Err(error),
    }
    give_up()?;
    let tasks = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    tasks.block_on(obey(zygote))
}

/// Keeps what it needs of root until its namespaces are there, and then less: `confine`.
fn give_up() -> io::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    let files = getrlimit(Resource::Nofile).maximum;
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: files,
            maximum: files,
        },
    )?;
    let kept = CapabilitySet::SYS_ADMIN
        | CapabilitySet::SYS_PTRACE
        | CapabilitySet::NET_ADMIN
        | CapabilitySet::NET_BIND_SERVICE;
    let sets = CapabilitySets {
        effective: kept,
        permitted: kept,
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, sets)?;
    set_no_new_privs(true)?;
    Ok(())
}

/// Serves one daemon after the other, until neither a daemon nor a zygote is there.
async fn obey(zygote: OwnedFd) -> Result<(), PacketError> {
    let zygote = Link::<()>::new(zygote)?;
    let hub = Arc::new(Hub::default());
    let mut daemon: Option<Arc<Link<()>>> = None;
    let (mut from_zygote, mut from_daemon) = (Receiver::new(), Receiver::new());
    let mut led = true;
    while led || daemon.is_some() {
        tokio::select! {
            said = zygote.receive::<Summons>(&mut from_zygote), if led => match said {
                Ok((Summons::Speak, fds)) => {
                    let Some(fd) = fds.into_iter().next() else { continue };
                    let link = Arc::new(Link::new(fd)?);
                    daemon = match hub.greet(&link).await {
                        Ok(()) => Some(link),
                        // It went before it was greeted.
                        Err(_) => None,
                    };
                }
                Ok(_) => return Err(PacketError::Broken("is a second summons")),
                Err(_) => led = false,
            },
            said = heard(daemon.as_ref(), &mut from_daemon) => match (said, &daemon) {
                (Ok((order, fds)), Some(link)) => hub.obey(order, fds, link).await,
                _ => {
                    hub.alone();
                    daemon = None;
                }
            },
        }
    }
    Ok(())
}

async fn heard(
    daemon: Option<&Arc<Link<()>>>,
    receiver: &mut Receiver,
) -> Result<(wire::Order, Vec<OwnedFd>), PacketError> {
    match daemon {
        Some(link) => link.receive(receiver).await,
        None => std::future::pending().await,
    }
}
