//! HTTP/2 by hand: frames as an honest client would never send them (RFC 9113).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::http::connect;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

pub(crate) const END_STREAM: u8 = 1;
pub(crate) const ACK: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// `GET http://x/`, as HPACK has it without its table.
pub(crate) const GET: [u8; 6] = [0x82, 0x86, 0x84, 0x41, 1, b'x'];
/// `POST http://x/`.
pub(crate) const POST: [u8; 6] = [0x83, 0x86, 0x84, 0x41, 1, b'x'];

/// One frame.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

/// A connection that has begun.
pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let mut client = Self(connect(address));
        client.0.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
        assert!(client.send(SETTINGS, 0, 0, &[]));
        client
    }

    /// Sends a frame; false where the connection is closed.
    pub(crate) fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> bool {
        let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = vec![a, b, c, kind, flags];
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.0.write_all(&frame).is_ok()
    }

    /// The next frame, unless the connection ends before it.
    pub(crate) fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).ok()?;
        let [a, b, c, kind, flags, d, e, f, g] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        self.0.read_exact(&mut payload).ok()?;
        Some(Frame {
            kind,
            flags,
            stream: u32::from_be_bytes([d, e, f, g]),
            payload,
        })
    }

    /// The next frame that is wanted; `None` where the connection ends before it.
    pub(crate) fn find(&mut self, wanted: impl Fn(&Frame) -> bool) -> Option<Frame> {
        loop {
            let frame = self.next()?;
            if wanted(&frame) {
                return Some(frame);
            }
        }
    }

    /// Reads in a thread of its own and keeps nothing, so that no full buffer holds the server up.
    pub(crate) fn drain(&self) -> std::thread::JoinHandle<()> {
        let mut stream = self.0.try_clone().unwrap();
        std::thread::spawn(move || drop(std::io::copy(&mut stream, &mut std::io::sink())))
    }
}
