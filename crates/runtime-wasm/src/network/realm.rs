//! The two network namespaces in which sockets of guests live, and the containers' addresses in theirs.

use std::cell::Cell;
use std::fs::File;
use std::io;
use std::mem::size_of;
use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with};
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};
use sampan_types::grants::Cidr;

use super::raw;

/// Where a socket lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Realm {
    /// Where the containers' addresses are.
    Containers,
    /// Where the engine was started.
    Host,
}

thread_local! {
    /// The namespace of this thread, where that is known.
    static HERE: Cell<Option<Realm>> = const { Cell::new(None) };
}

/// Both namespaces.
#[derive(Debug)]
pub(crate) struct Realms {
    containers: OwnedFd,
    host: OwnedFd,
    /// By which the kernel tells the containers' namespace.
    cookie: u64,
}

/// The loopback interface, in each namespace.
const LO: u32 = 1;

impl Realms {
    /// Takes up the containers' namespace, or makes it. On the first and only thread of the process, which stays in it.
    pub(crate) fn settle(given: Option<OwnedFd>) -> io::Result<Self> {
        let host = current()?;
        let containers = match given {
            Some(given) => {
                move_into_link_name_space(given.as_fd(), Some(LinkNameSpaceType::Network))?;
                given
            }
            None => {
                new_namespace()?;
                current()?
            }
        };
        HERE.set(Some(Realm::Containers));
        link_up()?;
        let probe = stream_socket()?;
        Ok(Self {
            containers,
            host,
            cookie: raw::namespace_of(probe.as_fd())?,
        })
    }

    /// The containers' namespace, to be handed on.
    pub(crate) fn containers(&self) -> io::Result<OwnedFd> {
        self.containers.try_clone()
    }

    /// Brings this thread into a namespace: sockets that it makes from now on live there.
    pub(crate) fn enter(&self, realm: Realm) -> io::Result<()> {
        if HERE.get() == Some(realm) {
            return Ok(());
        }
        let fd = match realm {
            Realm::Containers => &self.containers,
            Realm::Host => &self.host,
        };
        HERE.set(None);
        move_into_link_name_space(fd.as_fd(), Some(LinkNameSpaceType::Network))?;
        HERE.set(Some(realm));
        Ok(())
    }

    /// Where a socket lives.
    pub(crate) fn of(&self, socket: impl AsFd) -> io::Result<Realm> {
        let here = raw::namespace_of(socket.as_fd())? == self.cookie;
        Ok(if here { Realm::Containers } else { Realm::Host })
    }

    /// Makes all addresses of a subnet addresses of the containers' namespace.
    pub(crate) fn add(&self, subnet: Cidr) -> io::Result<()> {
        self.enter(Realm::Containers)?;
        ask_kernel(&local_route(subnet))
    }
}

#[allow(unsafe_code)]
fn new_namespace() -> io::Result<()> {
    // SAFETY: descriptors stay as they are; only sockets that are made later live elsewhere.
    Ok(unsafe { unshare_unsafe(UnshareFlags::NEWNET) }?)
}

fn current() -> io::Result<OwnedFd> {
    Ok(File::open("/proc/thread-self/ns/net")?.into())
}

fn stream_socket() -> io::Result<OwnedFd> {
    Ok(socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )?)
}

/// Asks the kernel for a change of its network (`rtnetlink`). What is so already is no error.
fn ask_kernel(message: &[u8]) -> io::Result<()> {
    let kernel = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        // `NETLINK_ROUTE`.
        None,
    )?;
    send(&kernel, message, SendFlags::empty())?;
    let mut answer = [0; 1_024];
    let (got, _) = recv(&kernel, &mut answer[..], RecvFlags::empty())?;
    let code = answer[..got]
        .get(HEAD..HEAD + 4)
        .and_then(|bytes| bytes.try_into().ok())
        .map(i32::from_ne_bytes)
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
    match code.checked_neg() {
        Some(0) => Ok(()),
        Some(libc::EEXIST) => Ok(()),
        Some(code) => Err(Errno::from_raw_os_error(code).into()),
        None => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// The size of a `nlmsghdr`.
const HEAD: usize = size_of::<libc::nlmsghdr>();

/// A message of `rtnetlink` with its head, that wants an answer.
fn message(kind: u16, flags: i32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(HEAD + body.len()).unwrap_or(u32::MAX);
    let flags = (libc::NLM_F_REQUEST | libc::NLM_F_ACK | flags) as u16;
    let mut bytes = Vec::with_capacity(HEAD + body.len());
    bytes.extend(length.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    // Sequence and sender: one question for each socket.
    bytes.extend([0; 8]);
    bytes.extend(body);
    bytes
}

fn link_up() -> io::Result<()> {
    let up = (libc::IFF_UP as u32).to_ne_bytes();
    // An `ifinfomsg`: family, padding, type, index, flags, and which of them change.
    let mut body = vec![0; 4];
    body.extend(LO.to_ne_bytes());
    body.extend(up);
    body.extend(up);
    ask_kernel(&message(libc::RTM_NEWLINK, 0, &body))
}

/// `ip route add local SUBNET dev lo`.
fn local_route(subnet: Cidr) -> Vec<u8> {
    let (family, address): (i32, Vec<u8>) = match subnet.network() {
        std::net::IpAddr::V4(v4) => (libc::AF_INET, v4.octets().to_vec()),
        std::net::IpAddr::V6(v6) => (libc::AF_INET6, v6.octets().to_vec()),
    };
    // An `rtmsg`: family, lengths of destination and source, service, table, protocol, scope, type, flags.
    let mut body = vec![
        family as u8,
        subnet.prefix_len(),
        0,
        0,
        libc::RT_TABLE_LOCAL,
        libc::RTPROT_STATIC,
        libc::RT_SCOPE_HOST,
        libc::RTN_LOCAL,
    ];
    body.extend([0; 4]);
    for (kind, value) in [
        (libc::RTA_DST, address),
        (libc::RTA_OIF, LO.to_ne_bytes().to_vec()),
    ] {
        body.extend(((4 + value.len()) as u16).to_ne_bytes());
        body.extend(kind.to_ne_bytes());
        body.extend(value);
    }
    message(libc::RTM_NEWROUTE, libc::NLM_F_CREATE, &body)
}
