//! A line between client and registry that breaks once.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the client to the registry.
    Up,
    /// From the registry to the client.
    Down,
}

pub(crate) struct Relay {
    address: SocketAddr,
    passed: Arc<AtomicU64>,
}

struct Line {
    broken: AtomicBool,
    passed: Arc<AtomicU64>,
    after: u64,
}

impl Relay {
    /// The first connection that carries more than `after` bytes in this direction breaks there.
    pub(crate) fn start(to: SocketAddr, direction: Direction, after: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let passed = Arc::new(AtomicU64::new(0));
        let line = Arc::new(Line {
            broken: AtomicBool::new(false),
            passed: Arc::clone(&passed),
            after,
        });
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(to) else {
                    continue;
                };
                for (way, from, to) in [
                    (Direction::Up, &client, &server),
                    (Direction::Down, &server, &client),
                ] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let line = (way == direction).then(|| Arc::clone(&line));
                    std::thread::spawn(move || copy(from, to, line.as_deref()));
                }
            }
        });
        Self { address, passed }
    }

    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// Bytes that arrived on the other side.
    pub(crate) fn passed(&self) -> u64 {
        self.passed.load(Ordering::SeqCst)
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, line: Option<&Line>) {
    let mut buffer = vec![0; 64 << 10];
    let mut own = 0;
    loop {
        let n = match from.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(n) => n,
        };
        if to.write_all(&buffer[..n]).is_err() {
            break;
        }
        own += n as u64;
        if let Some(line) = line {
            line.passed.fetch_add(n as u64, Ordering::SeqCst);
            if own > line.after && !line.broken.swap(true, Ordering::SeqCst) {
                let _ = from.shutdown(Shutdown::Both);
                break;
            }
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
