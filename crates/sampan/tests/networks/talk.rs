//! A daemon with programs that talk, and ways to talk with them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use sampan_testkit::guest::{self, Target};
use serde_json::{Value, json};

use crate::host::Host;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A daemon with the image `net` of `guests/rust/net.rs`.
pub(crate) fn host() -> Host {
    let mut host = Host::new();
    host.pack(&guest::rust("net", Target::P2), "net");
    host.start();
    host
}

/// Makes an image of a program.
pub(crate) fn pack(host: &Host, name: &str, bytes: &[u8]) {
    let file = tempfile::NamedTempFile::with_suffix(".wasm").unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    host.pack(file.path(), name);
}

/// What a container is made of.
pub(crate) struct Made(Value);

/// One of `net` in a network.
pub(crate) fn net(words: &[&str], network: &str) -> Made {
    made("net", words, network)
}

pub(crate) fn made(image: &str, words: &[&str], network: &str) -> Made {
    Made(json!({
        "Image": image,
        "Cmd": words,
        "HostConfig": { "NetworkMode": network },
    }))
}

impl Made {
    /// Publishes a port on one of the host that the engine picks.
    pub(crate) fn published(mut self, port: &str) -> Self {
        self.0["HostConfig"]["PortBindings"][port] = json!([{ "HostPort": "" }]);
        self
    }

    pub(crate) fn option(mut self, text: &str) -> Self {
        let options = &mut self.0["HostConfig"]["SecurityOpt"];
        match options.as_array_mut() {
            Some(options) => options.push(text.into()),
            None => *options = json!([text]),
        }
        self
    }

    pub(crate) fn host_config(mut self, key: &str, value: Value) -> Self {
        self.0["HostConfig"][key] = value;
        self
    }

    pub(crate) fn with(mut self, key: &str, value: Value) -> Self {
        self.0[key] = value;
        self
    }

    /// What is wanted of its place in its network.
    pub(crate) fn endpoint(mut self, settings: Value) -> Self {
        let network = self.0["HostConfig"]["NetworkMode"].as_str().unwrap().to_owned();
        self.0["NetworkingConfig"] = json!({ "EndpointsConfig": { network: settings } });
        self
    }

    /// Runs it under a name.
    #[track_caller]
    pub(crate) fn runs(self, host: &Host, name: &str) {
        host.runs(name, &self.0.to_string());
    }

    /// Runs it to its end: its exit code, and what it wrote.
    #[track_caller]
    pub(crate) fn says(self, host: &Host) -> (i64, String) {
        let made = host
            .done("POST", "/containers/create", &self.0.to_string())
            .json();
        let id = made["Id"].as_str().unwrap();
        host.done("POST", &format!("/containers/{id}/start"), "");
        let waited = host.done("POST", &format!("/containers/{id}/wait"), "").json();
        let written = lines(host, id);
        host.done("DELETE", &format!("/containers/{id}"), "");
        (waited["StatusCode"].as_i64().unwrap(), written)
    }
}

pub(crate) fn network(host: &Host, name: &str, more: &Value) {
    let mut body = json!({ "Name": name });
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    host.done("POST", "/networks/create", &body.to_string());
}

/// All that a container wrote.
#[track_caller]
pub(crate) fn lines(host: &Host, name: &str) -> String {
    let path = format!("/containers/{name}/logs?stdout=1&stderr=1");
    framed(&host.done("GET", &path, "").body)
}

/// What is in Docker's frames.
pub(crate) fn framed(body: &[u8]) -> String {
    let (mut text, mut rest) = (Vec::new(), body);
    while let Some((head, body)) = rest.split_first_chunk::<8>() {
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        text.extend_from_slice(&body[..length]);
        rest = &body[length..];
    }
    String::from_utf8(text).unwrap()
}

/// Waits until a container has said something.
#[track_caller]
pub(crate) fn said(host: &Host, name: &str, text: &str) {
    sampan_testkit::until(&format!("`{name}` to say {text:?}"), || {
        lines(host, name).contains(text).then_some(())
    });
}

/// Where a port of a container is published.
#[track_caller]
pub(crate) fn published(host: &Host, name: &str, port: &str) -> SocketAddr {
    let shown = host.inspect(name);
    let binding = &shown["NetworkSettings"]["Ports"][port][0];
    let port: u16 = binding["HostPort"].as_str().unwrap().parse().unwrap();
    SocketAddr::new(binding["HostIp"].as_str().unwrap().parse().unwrap(), port)
}

#[track_caller]
pub(crate) fn address(host: &Host, name: &str, network: &str) -> String {
    let shown = host.inspect(name);
    let address = &shown["NetworkSettings"]["Networks"][network]["IPAddress"];
    address.as_str().unwrap().to_owned()
}

/// Says something over TCP, and hears the answer.
pub(crate) fn ask(to: SocketAddr, text: &str) -> std::io::Result<String> {
    let stream = say(to, text)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    hear(stream)
}

/// Asks a server of HTTP, which takes the end of what is said for a client that has gone.
pub(crate) fn request(to: SocketAddr) -> std::io::Result<String> {
    hear(say(to, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?)
}

fn say(to: SocketAddr, text: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&to, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(text.as_bytes())?;
    Ok(stream)
}

fn hear(mut stream: TcpStream) -> std::io::Result<String> {
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Says something over UDP until there is an answer.
#[track_caller]
pub(crate) fn ask_by_datagrams(to: SocketAddr, text: &str) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    sampan_testkit::until("an answer", || {
        socket.send_to(text.as_bytes(), to).unwrap();
        let mut bytes = [0; 1_000];
        let (n, _) = socket.recv_from(&mut bytes).ok()?;
        Some(String::from_utf8(bytes[..n].to_vec()).unwrap())
    })
}
