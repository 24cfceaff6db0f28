//! A conversation with the kernel: one socket, one question at a time.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage;
use rustix::io::Errno;
use rustix::net::sockopt::{
    Timeout, set_socket_recv_buffer_size, set_socket_recv_buffer_size_force, set_socket_send_buffer_size,
    set_socket_send_buffer_size_force, set_socket_timeout,
};
use rustix::net::{AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType};
use rustix::net::{recv, send, socket_with};

/// The kernel answers at once. Whoever waits longer waits for an answer that does not come.
const PATIENCE: Duration = Duration::from_secs(10);
/// As much as the kernel says in one go.
const ANSWER: usize = 64 << 10;

/// A netlink socket in the namespace of the thread that made it. It may be used on others.
pub(crate) struct Kernel {
    socket: OwnedFd,
}

impl Kernel {
    pub(crate) fn new(protocol: Option<Protocol>) -> io::Result<Self> {
        let family = AddressFamily::NETLINK;
        let socket = socket_with(family, SocketType::RAW, SocketFlags::CLOEXEC, protocol)?;
        set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE))?;
        Ok(Self { socket })
    }

    /// Lets a message of this size through, with the answers to all of its parts.
    pub(crate) fn make_room(&self, size: usize) -> io::Result<()> {
        // The kernel counts what it keeps besides.
        let size = size.saturating_mul(2).max(256 << 10);
        let answers = size.saturating_mul(4);
        let forced = set_socket_send_buffer_size_force(&self.socket, size)
            .and_then(|()| set_socket_recv_buffer_size_force(&self.socket, answers));
        match forced {
            // Who is root in a namespace of users alone has as much as everybody.
            Err(Errno::PERM) => {
                set_socket_send_buffer_size(&self.socket, size)?;
                Ok(set_socket_recv_buffer_size(&self.socket, answers)?)
            }
            other => Ok(other?),
        }
    }

    pub(crate) fn say(&self, bytes: &[u8]) -> io::Result<()> {
        send(&self.socket, bytes, SendFlags::empty())?;
        Ok(())
    }

    pub(crate) fn hear<'a>(&self, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        buffer.resize(ANSWER, 0);
        let (got, _) = recv(&self.socket, &mut buffer[..], RecvFlags::empty())?;
        Ok(&buffer[..got])
    }

    /// Asks for one thing to be done.
    pub(crate) fn ask(&self, what: RouteNetlinkMessage, flags: u16) -> io::Result<()> {
        self.talk(what, flags | NLM_F_ACK).map(drop)
    }

    /// Asks for all of a kind.
    pub(crate) fn list(&self, what: RouteNetlinkMessage) -> io::Result<Vec<RouteNetlinkMessage>> {
        self.talk(what, NLM_F_DUMP)
    }

    /// Asks for one thing, which is the answer.
    pub(crate) fn talk_once(&self, what: RouteNetlinkMessage) -> io::Result<RouteNetlinkMessage> {
        let answers = self.talk(what, NLM_F_ACK)?;
        answers
            .into_iter()
            .next()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn talk(&self, what: RouteNetlinkMessage, flags: u16) -> io::Result<Vec<RouteNetlinkMessage>> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | flags;
        let mut message = NetlinkMessage::new(header, NetlinkPayload::from(what));
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.say(&bytes)?;
        let (mut all, mut buffer) = (Vec::new(), Vec::new());
        loop {
            let mut heard = self.hear(&mut buffer)?;
            while !heard.is_empty() {
                let answer = NetlinkMessage::<RouteNetlinkMessage>::deserialize(heard)
                    .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
                // Each begins at a multiple of four.
                let length = (answer.header.length as usize).next_multiple_of(4);
                heard = heard.get(length.max(4)..).unwrap_or_default();
                match answer.payload {
                    NetlinkPayload::Error(error) => match error.code {
                        None => return Ok(all),
                        Some(_) => return Err(error.to_io()),
                    },
                    NetlinkPayload::Done(_) => return Ok(all),
                    NetlinkPayload::InnerMessage(message) => all.push(message),
                    _ => {}
                }
            }
        }
    }
}
