//! What guests of these tests meet: servers on loopback, each on a port of its own, and programs in Rust.
//!
//! The test kit has the like; it stays out of here, because its features would build another Wasmtime.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "shared by several test binaries, each using a part"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A server of TCP that counts its clients.
pub struct Server {
    pub address: SocketAddr,
    met: Arc<AtomicUsize>,
}

impl Server {
    pub fn new(answer: impl Fn(TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let met = Arc::new(AtomicUsize::new(0));
        let count = met.clone();
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                count.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                std::thread::spawn(move || drop(answer(stream)));
            }
        });
        Self { address, met }
    }

    /// Sends back what it gets.
    pub fn echo() -> Self {
        Self::new(|mut stream| {
            let mut from = stream.try_clone()?;
            std::io::copy(&mut from, &mut stream).map(drop)
        })
    }

    /// Answers each request with 200.
    pub fn http() -> Self {
        Self::new(|mut stream| {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte)?;
                head.push(byte[0]);
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        })
    }

    /// How many clients it had: zero proves that a program did not reach it.
    pub fn met(&self) -> usize {
        self.met.load(Ordering::SeqCst)
    }
}

/// A server of UDP that sends each datagram back.
pub fn udp_echo() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut datagram = [0; 2048];
        while let Ok((n, from)) = socket.recv_from(&mut datagram) {
            let _ = socket.send_to(&datagram[..n], from);
        }
    });
    address
}

/// `guests/rust/NAME.rs` compiled for `target`. Each call compiles for itself, so that no two tests meet in
/// one file.
pub fn rust(name: &str, target: &str, flags: &[&str]) -> Vec<u8> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let output = dir.path().join("guest.wasm");
    let done = Command::new("rustc")
        // The folder decides which toolchain file holds.
        .current_dir(repository)
        .args(["--edition", "2024", "--target", target])
        .args(flags)
        .arg("-o")
        .arg(&output)
        .arg(format!("guests/rust/{name}.rs"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::read(output).unwrap()
}
