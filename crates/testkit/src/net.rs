//! Servers on the loopback interface, each on a port of its own, that run until they are dropped.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A TCP server that sends back what it gets.
#[derive(Debug)]
pub struct EchoServer {
    address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl EchoServer {
    /// Listens.
    pub fn start() -> Self {
        let accepted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&accepted);
        let (address, stop) = serve(move |stream| {
            count.fetch_add(1, Ordering::SeqCst);
            let Ok(mut from) = stream.try_clone() else { return };
            let mut to = stream;
            let _ = std::io::copy(&mut from, &mut to);
        });
        Self {
            address,
            accepted,
            stop,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections it had: zero proves that a program did not reach it.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for EchoServer {
    fn drop(&mut self) {
        end(self.address, &self.stop);
    }
}

/// A UDP server that sends each datagram back.
#[derive(Debug)]
pub struct UdpEcho {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    heard: Arc<AtomicUsize>,
}

impl UdpEcho {
    /// Listens.
    pub fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on loopback");
        let address = socket.local_addr().expect("a bound socket has an address");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let heard = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&heard);
        std::thread::spawn(move || {
            let mut datagram = vec![0; 65536];
            while let Ok((n, from)) = socket.recv_from(&mut datagram) {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                count.fetch_add(1, Ordering::SeqCst);
                let _ = socket.send_to(&datagram[..n], from);
            }
        });
        Self { address, stop, heard }
    }

    /// How many datagrams came.
    pub fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for UdpEcho {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)) {
            let _ = socket.send_to(b"", self.address);
        }
    }
}

/// A request that an [`HttpServer`] got.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET` and the like.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: HashMap<String, String>,
    /// By its content length.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// Further headers; the length and `connection: close` come by themselves.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Response {
    /// 200 with a body.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// Another status, with an empty body.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }
}

/// An HTTP/1.1 server, one request to a connection, answered by a function.
#[derive(Debug)]
pub struct HttpServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stop: Arc<AtomicBool>,
}

impl HttpServer {
    /// Listens, and answers by `answer`.
    pub fn start(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let (address, stop) = serve(move |mut stream| {
            let Some(request) = read_request(&stream) else {
                return;
            };
            let response = answer(&request);
            let head_only = request.method == "HEAD";
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(request);
            let mut head = format!(
                "HTTP/1.1 {} Answer\r\ncontent-length: {}\r\nconnection: close\r\n",
                response.status,
                response.body.len()
            );
            for (name, value) in &response.headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            let _ = stream.write_all(head.as_bytes());
            if !head_only {
                let _ = stream.write_all(&response.body);
            }
        });
        Self {
            address,
            requests,
            stop,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        end(self.address, &self.stop);
    }
}

/// An address on loopback where nobody listens (the port was free a moment ago).
pub fn closed_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on loopback");
    listener.local_addr().expect("a bound socket has an address")
}

fn read_request(stream: &TcpStream) -> Option<Request> {
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut from = BufReader::new(stream);
    let mut line = String::new();
    from.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![
        0;
        headers
            .get("content-length")
            .and_then(|n| n.parse().ok())
            .unwrap_or(0)
    ];
    from.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        path,
        headers,
        body,
    })
}

fn serve(each: impl Fn(TcpStream) + Send + Sync + 'static) -> (SocketAddr, Arc<AtomicBool>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on loopback");
    let address = listener.local_addr().expect("a bound socket has an address");
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let each = Arc::new(each);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            if stopped.load(Ordering::SeqCst) {
                return;
            }
            if let Ok(stream) = stream {
                let each = Arc::clone(&each);
                std::thread::spawn(move || each(stream));
            }
        }
    });
    (address, stop)
}

fn end(address: SocketAddr, stop: &AtomicBool) {
    stop.store(true, Ordering::SeqCst);
    let _ = TcpStream::connect_timeout(&address, Duration::from_secs(1));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Shutdown;

    #[test]
    fn echoes_and_counts() {
        let server = EchoServer::start();
        assert_eq!(server.accepted(), 0);
        let mut stream = TcpStream::connect(server.address()).expect("it listens");
        stream.write_all(b"there and back").expect("it reads");
        stream.shutdown(Shutdown::Write).expect("half closes");
        let mut back = String::new();
        stream.read_to_string(&mut back).expect("it answers");
        assert_eq!((back.as_str(), server.accepted()), ("there and back", 1));
    }

    #[test]
    fn answers_http_and_keeps_the_requests() {
        let server = HttpServer::start(|request| Response::ok(request.body.clone()));
        let mut stream = TcpStream::connect(server.address()).expect("it listens");
        stream
            .write_all(b"POST /a?b HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody")
            .expect("it reads");
        let mut back = String::new();
        stream.read_to_string(&mut back).expect("it answers");
        assert!(
            back.starts_with("HTTP/1.1 200") && back.ends_with("\r\n\r\nbody"),
            "{back}"
        );
        assert_eq!(server.requests()[0].path, "/a?b");
    }
}
