//! Packets between the daemon, the zygote and workers: one JSON document each, with descriptors beside it.
//!
//! The other side may be hostile: a packet has a largest size, and so has a document that came in a file because it
//! fits no packet. Such a file is sealed, so that it cannot change or shrink under the reader.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{SealFlags, fcntl_get_seals};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::memory;

/// The largest packet, in bytes: below what a Unix socket takes with its usual buffer (`net.core.wmem_default`).
pub const PACKET_MAX: usize = 128 << 10;
/// The largest document, in bytes: arguments and environment of a container, with room to spare.
const DOCUMENT_MAX: u64 = 8 << 20;
/// The most descriptors beside one document.
pub const FDS_MAX: usize = 32;
/// A packet that says: the document is in the last descriptor.
const IN_FILE: &[u8] = b"@";

/// What is wrong with a packet or its way.
#[derive(Debug, thiserror::Error)]
pub enum PacketError {
    /// The other side is gone.
    #[error("the other side is gone")]
    Closed,
    /// It is there, and does not speak.
    #[error("the other side says nothing")]
    Silent,
    /// The socket fails.
    #[error("the socket fails")]
    Socket(#[from] io::Error),
    /// What came is no document of the kind that was expected.
    #[error("a document of the other side cannot be read")]
    Document(#[from] serde_json::Error),
    /// What came keeps no rule.
    #[error("a packet of the other side {0}")]
    Broken(&'static str),
}

impl From<Errno> for PacketError {
    fn from(error: Errno) -> Self {
        match error {
            Errno::PIPE | Errno::CONNRESET => Self::Closed,
            other => Self::Socket(other.into()),
        }
    }
}

impl PacketError {
    /// Nothing is there now, or nothing more fits now.
    pub fn would_block(&self) -> bool {
        matches!(self, Self::Socket(error) if error.kind() == io::ErrorKind::WouldBlock)
    }
}

/// Two ends of a connection that keeps packets apart.
pub fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(socketpair(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )?)
}

/// A document ready to be sent, with the file that holds it where it is too large for a packet.
#[derive(Debug)]
pub struct Packet {
    bytes: Vec<u8>,
    fds: Vec<OwnedFd>,
}

impl Packet {
    /// Puts it together.
    pub fn new(document: &impl Serialize, fds: Vec<OwnedFd>) -> io::Result<Self> {
        let bytes = serde_json::to_vec(document)?;
        if bytes.len() <= PACKET_MAX {
            return Ok(Self { bytes, fds });
        }
        let file = memory::sealed("document", &bytes)?;
        let mut fds = fds;
        fds.push(file.into());
        Ok(Self {
            bytes: IN_FILE.to_vec(),
            fds,
        })
    }

    /// One that somebody else put together.
    pub fn made(bytes: Vec<u8>, fds: Vec<OwnedFd>) -> Self {
        Self { bytes, fds }
    }

    /// Sends it whole or not at all. Never blocks where `flags` say so.
    pub fn send(&self, socket: impl AsFd, flags: SendFlags) -> Result<(), PacketError> {
        if self.fds.is_empty() {
            // In workers with network `sendmsg` goes another way: a filter cannot see where it leads.
            return loop {
                match rustix::net::send(&socket, &self.bytes, flags | SendFlags::NOSIGNAL) {
                    Ok(_) => break Ok(()),
                    Err(Errno::INTR) => {}
                    Err(error) => break Err(error.into()),
                }
            };
        }
        let fds: Vec<BorrowedFd<'_>> = self.fds.iter().map(AsFd::as_fd).collect();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(FDS_MAX))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !control.push(SendAncillaryMessage::ScmRights(&fds)) {
            return Err(PacketError::Broken("has too many descriptors"));
        }
        let bytes = [IoSlice::new(&self.bytes)];
        loop {
            match sendmsg(&socket, &bytes, &mut control, flags | SendFlags::NOSIGNAL) {
                Ok(_) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Sends a document and waits until it is taken.
pub fn send(socket: impl AsFd, document: &impl Serialize, fds: Vec<OwnedFd>) -> Result<(), PacketError> {
    Packet::new(document, fds)?.send(socket, SendFlags::empty())
}

/// Receives packets into a buffer of its own.
#[derive(Debug, Default)]
pub struct Receiver {
    buffer: Vec<u8>,
}

impl Receiver {
    /// A receiver without anything.
    pub fn new() -> Self {
        Self { buffer: Vec::new() }
    }

    /// One document with its descriptors. With `RecvFlags::DONTWAIT` it may be that none is there.
    pub fn receive<T: DeserializeOwned>(
        &mut self,
        socket: impl AsFd,
        flags: RecvFlags,
    ) -> Result<(T, Vec<OwnedFd>), PacketError> {
        self.buffer.resize(PACKET_MAX, 0);
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(FDS_MAX))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let got = loop {
            let bytes = &mut [IoSliceMut::new(&mut self.buffer)];
            match recvmsg(&socket, bytes, &mut control, flags | RecvFlags::CMSG_CLOEXEC) {
                Ok(got) => break got,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        };
        let mut fds: Vec<OwnedFd> = Vec::new();
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(rights) = message {
                fds.extend(rights);
            }
        }
        if got.bytes == 0 {
            return Err(PacketError::Closed);
        }
        if got.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC) {
            return Err(PacketError::Broken("is too large"));
        }
        let bytes = &self.buffer[..got.bytes];
        if bytes != IN_FILE {
            return Ok((serde_json::from_slice(bytes)?, fds));
        }
        let file = fds.pop().ok_or(PacketError::Broken("has no document"))?;
        Ok((serde_json::from_slice(&sealed_document(file)?)?, fds))
    }
}

fn sealed_document(file: OwnedFd) -> Result<Vec<u8>, PacketError> {
    let needed = SealFlags::SHRINK | SealFlags::WRITE;
    if !fcntl_get_seals(&file).is_ok_and(|seals| seals.contains(needed)) {
        return Err(PacketError::Broken("has a document that can change"));
    }
    let file = File::from(file);
    if file.metadata()?.len() > DOCUMENT_MAX {
        return Err(PacketError::Broken("has too large a document"));
    }
    let mut bytes = Vec::new();
    memory::from_start(&file)?
        .take(DOCUMENT_MAX)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_of_every_size_arrive_with_their_descriptors() {
        let (a, b) = pair().unwrap();
        let mut receiver = Receiver::new();
        for size in [0, 1, PACKET_MAX - 2, PACKET_MAX, 1 << 20] {
            let text = "x".repeat(size);
            let pipe = rustix::pipe::pipe().unwrap();
            send(&a, &text, vec![pipe.0]).unwrap();
            let (back, fds): (String, _) = receiver.receive(&b, RecvFlags::empty()).unwrap();
            assert_eq!((back.len(), fds.len()), (size, 1));
        }
    }

    #[test]
    fn what_is_hostile_is_refused() {
        let (a, b) = pair().unwrap();
        let mut receiver = Receiver::new();
        let mut next = || receiver.receive::<String>(&b, RecvFlags::DONTWAIT).unwrap_err();
        assert!(next().would_block());
        for bytes in [&b"{"[..], b"\xff", b"@", b"[1]", &[b'a'; PACKET_MAX + 1]] {
            rustix::net::send(&a, bytes, SendFlags::empty()).unwrap();
            assert!(
                matches!(next(), PacketError::Document(_) | PacketError::Broken(_)),
                "{} bytes",
                bytes.len()
            );
        }
        // A file that its sender could still change.
        let packet = Packet {
            bytes: IN_FILE.to_vec(),
            fds: vec![memory::holding("document", b"\"x\"").unwrap().into()],
        };
        packet.send(&a, SendFlags::empty()).unwrap();
        assert!(matches!(next(), PacketError::Broken(_)));
        drop(a);
        assert!(matches!(next(), PacketError::Closed));
    }
}
