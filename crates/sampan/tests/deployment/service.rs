//! A daemon with a service, its versions, and clients that keep their connections.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use sampan_testkit::guest;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::frames::{self, ACK, DATA, END_HEADERS, END_STREAM, GET, HEADERS, SETTINGS};
use crate::host::Host;
use crate::http::connect;
use crate::talk::{made, pack, published};

/// What a program of `guests/http/hello.wat` answers.
const HELLO: &[u8; 6] = b"hello\n";

/// The same program with another answer of five characters.
pub(crate) fn saying(text: &str) -> Vec<u8> {
    let mut bytes = guest::http_server("hello");
    let at = bytes.windows(HELLO.len()).position(|part| part == HELLO).unwrap();
    bytes[at..at + 5].copy_from_slice(text.as_bytes());
    bytes
}

/// A daemon with these images, of which the first runs as `web`.
pub(crate) fn service(images: &[(&str, Vec<u8>)]) -> (Host, SocketAddr) {
    let mut host = Host::new();
    for (name, bytes) in images {
        pack(&host, name, bytes);
    }
    host.start();
    made(images[0].0, &[], "default")
        .published("80/tcp")
        .host_config("RestartPolicy", json!({ "Name": "always" }))
        .runs(&host, "web");
    let to = published(&host, "web", "80/tcp");
    (host, to)
}

/// Two versions that say their names.
pub(crate) fn two() -> (Host, SocketAddr) {
    service(&[("one", saying("one-1")), ("two", saying("two-2"))])
}

/// Asks for a deployment of `web`.
pub(crate) fn asked(host: &Host, body: &Value) -> Answer {
    host.ask("POST", "/sampan/v1/containers/web/deploy", &body.to_string())
}

#[track_caller]
pub(crate) fn deployed(host: &Host, body: &Value) -> Value {
    let answer = asked(host, body);
    assert_eq!(answer.status, 200, "{body}: {}\n{}", answer.text(), host.log());
    answer.json()
}

/// One that is refused with this status, and why.
#[track_caller]
pub(crate) fn refused(host: &Host, body: &Value, status: u16) -> String {
    let answer = asked(host, body);
    assert_eq!(answer.status, status, "{body}: {}", answer.text());
    answer.json()["message"].as_str().unwrap().to_owned()
}

pub(crate) fn versions(host: &Host) -> Value {
    host.done("GET", "/sampan/v1/containers/web/versions", "").json()
}

/// What one request is answered.
#[track_caller]
pub(crate) fn says(to: SocketAddr) -> String {
    let (status, body) = KeepAlive::new(to).get().unwrap();
    assert_eq!(status, 200, "{body}");
    body
}

/// A connection of HTTP/1.1 for one request after the other.
pub(crate) struct KeepAlive(TcpStream);

impl KeepAlive {
    pub(crate) fn new(to: SocketAddr) -> Self {
        Self(connect(to))
    }

    /// Status and body of the next answer; an error where it is cut.
    pub(crate) fn get(&mut self) -> io::Result<(u16, String)> {
        self.0.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")?;
        self.answer()
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    /// Reads until what came holds something.
    pub(crate) fn until(&mut self, text: &str) -> io::Result<String> {
        let mut came = Vec::new();
        let mut byte = [0];
        while !came.ends_with(text.as_bytes()) {
            self.0.read_exact(&mut byte)?;
            came.push(byte[0]);
        }
        Ok(String::from_utf8_lossy(&came).into_owned())
    }

    pub(crate) fn answer(&mut self) -> io::Result<(u16, String)> {
        let head = self.until("\r\n\r\n")?;
        let status = crate::http::status(&head);
        let head = head.to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map(|length| length.parse::<usize>().unwrap());
        if let Some(length) = length {
            let mut body = vec![0; length];
            self.0.read_exact(&mut body)?;
            return Ok((status, String::from_utf8_lossy(&body).into_owned()));
        }
        let mut body = String::new();
        loop {
            let size = self.until("\r\n")?;
            let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            let mut chunk = vec![0; size + 2];
            self.0.read_exact(&mut chunk)?;
            if size == 0 {
                return Ok((status, body));
            }
            body.push_str(&String::from_utf8_lossy(&chunk[..size]));
        }
    }
}

/// A connection of HTTP/2 for the same.
pub(crate) struct Two {
    client: frames::Client,
    stream: u32,
}

impl Two {
    pub(crate) fn new(to: SocketAddr) -> Self {
        Self {
            client: frames::Client::new(to),
            stream: 1,
        }
    }

    pub(crate) fn get(&mut self) -> io::Result<(u16, String)> {
        let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let stream = self.stream;
        self.stream += 2;
        if !self.client.send(HEADERS, END_HEADERS | END_STREAM, stream, &GET) {
            return Err(cut());
        }
        let (mut status, mut body) = (0, Vec::new());
        loop {
            let frame = self.client.next().ok_or_else(cut)?;
            match frame.kind {
                SETTINGS if frame.flags & ACK == 0 => {
                    self.client.send(SETTINGS, ACK, 0, &[]);
                }
                // `:status: 200` is the eighth of HPACK's table.
                HEADERS if frame.stream == stream => {
                    status = if frame.payload.first() == Some(&0x88) {
                        200
                    } else {
                        1
                    };
                }
                DATA if frame.stream == stream => body.extend(frame.payload),
                frames::RST_STREAM | frames::GOAWAY => return Err(cut()),
                _ => {}
            }
            if frame.stream == stream && matches!(frame.kind, DATA | HEADERS) && frame.flags & END_STREAM != 0
            {
                return Ok((status, String::from_utf8_lossy(&body).into_owned()));
            }
        }
    }
}
