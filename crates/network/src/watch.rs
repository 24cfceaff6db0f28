//! What others do to links and tables, as the kernel tells it.

use std::io;
use std::os::fd::OwnedFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::net::netlink::{NETFILTER, SocketAddrNetlink};
use rustix::net::{AddressFamily, Protocol, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};

use crate::NetworkError;
use crate::nft::batch::{HEAD, NFTABLES, head_of};

/// `RTMGRP_LINK`, `RTMGRP_IPV4_IFADDR` and `RTMGRP_IPV6_IFADDR`.
const LINKS: u32 = 1 | 0x10 | 0x100;
/// The bit of `NFNLGRP_NFTABLES`.
const TABLES: u32 = 1 << 6;
/// What of a table is told to be gone: `NFT_MSG_DELTABLE`, `DELCHAIN`, `DELRULE`, `DELSET`.
const GONE: [u16; 4] = [2, 5, 8, 11];
/// As much as the kernel says in one go.
const SAID: usize = 64 << 10;

/// An ear for what is taken away in one namespace.
#[derive(Debug)]
pub struct Watch {
    links: OwnedFd,
    tables: OwnedFd,
}

/// What may have been taken away, by whomever.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Tables of which something is gone, or all.
    pub tables: Vec<String>,
    /// The numbers of links that are gone, are down or have lost an address.
    pub links: Vec<u32>,
    /// Whether there was so much that not all was heard.
    pub more: bool,
}

impl Watch {
    /// For the namespace that the calling thread is in, whoever listens later.
    pub fn here() -> Result<Self, NetworkError> {
        let open = || {
            Ok(Self {
                links: ear(None, LINKS)?,
                tables: ear(Some(NETFILTER), TABLES)?,
            })
        };
        open().map_err(NetworkError::at("watch the networks of this machine"))
    }

    /// Waits until something was taken away.
    pub fn wait(&self) -> Result<Taken, NetworkError> {
        let step = "watch the networks of this machine";
        let mut bytes = vec![0; SAID];
        loop {
            let mut ears = [
                PollFd::new(&self.links, PollFlags::IN),
                PollFd::new(&self.tables, PollFlags::IN),
            ];
            match poll(&mut ears, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(NetworkError::at(step)(error.into())),
            }
            let mut taken = Taken::default();
            drain(&self.links, &mut bytes, &mut taken, link).map_err(NetworkError::at(step))?;
            drain(&self.tables, &mut bytes, &mut taken, table).map_err(NetworkError::at(step))?;
            if taken != Taken::default() {
                return Ok(taken);
            }
        }
    }
}

fn ear(protocol: Option<Protocol>, groups: u32) -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, protocol)?;
    bind(&socket, &SocketAddrNetlink::new(0, groups))?;
    Ok(socket)
}

/// Takes all that was said.
fn drain(
    ear: &OwnedFd,
    bytes: &mut [u8],
    taken: &mut Taken,
    read: fn(u16, &[u8], &mut Taken),
) -> io::Result<()> {
    loop {
        let mut heard = match recv(ear, &mut *bytes, RecvFlags::empty()) {
            Ok((got, _)) => bytes.get(..got).unwrap_or_default(),
            Err(Errno::AGAIN | Errno::INTR) => return Ok(()),
            Err(Errno::NOBUFS) => {
                taken.more = true;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        while let Some((length, kind)) = head_of(heard) {
            read(kind, heard.get(HEAD..length).unwrap_or_default(), taken);
            heard = heard.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
    }
}

fn link(kind: u16, body: &[u8], taken: &mut Taken) {
    let number = |at: usize| -> Option<u32> {
        let bytes = body.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_ne_bytes(bytes))
    };
    let gone = match kind {
        libc::RTM_DELLINK | libc::RTM_DELADDR => true,
        libc::RTM_NEWLINK => number(8).is_some_and(|flags| flags & libc::IFF_UP as u32 == 0),
        _ => false,
    };
    // Both kinds of messages have the number there.
    if gone && let Some(index) = number(4) {
        taken.links.push(index);
    }
}

fn table(kind: u16, body: &[u8], taken: &mut Taken) {
    if kind >> 8 != NFTABLES || !GONE.contains(&(kind & 0xff)) {
        return;
    }
    // Behind a head of four bytes: the length and number of each attribute, of which the first is the table.
    let name = || {
        let pair =
            |at: usize| -> Option<u16> { Some(u16::from_ne_bytes(body.get(at..at + 2)?.try_into().ok()?)) };
        let name = (pair(6)? == 1).then_some(body.get(8..4 + usize::from(pair(4)?))?)?;
        std::str::from_utf8(name)
            .ok()
            .map(|name| name.trim_end_matches('\0').to_owned())
    };
    if let Some(name) = name()
        && !taken.tables.contains(&name)
    {
        taken.tables.push(name);
    }
}
