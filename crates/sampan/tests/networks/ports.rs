//! Ports of the host that lead into containers.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream, UdpSocket};

use serde_json::json;

use crate::talk::{ask, ask_by_datagrams, host, net, network, published, said};

#[test]
fn a_published_port_leads_to_a_program_that_listens() {
    let mut host = host();
    net(&["serve-tcp", "0.0.0.0:80"], "default")
        .published("80/tcp")
        .with("Hostname", json!("web"))
        .runs(&host, "web");
    said(&host, "web", "listening");
    let to = published(&host, "web", "80/tcp");
    assert_eq!(ask(to, "hello").unwrap(), "web:hello");
    let listed = host.done("GET", "/containers/json", "").json();
    assert_eq!(listed[0]["Ports"][0]["PrivatePort"], 80);
    assert_eq!(listed[0]["Ports"][0]["PublicPort"], to.port());
    // It goes on without a daemon, and with the next one.
    host.fell();
    assert_eq!(ask(to, "alone").unwrap(), "web:alone");
    host.start();
    assert_eq!(ask(to, "again").unwrap(), "web:again");
    assert_eq!(published(&host, "web", "80/tcp"), to);
    // Its port is free when it has ended, and is its again at the next start.
    host.done("POST", "/containers/web/restart", "");
    let to = published(&host, "web", "80/tcp");
    // Its log says since the first start that it listens.
    let heard = sampan_testkit::until("it to listen again", || ask(to, "anew").ok());
    assert_eq!(heard, "web:anew");
    host.done("POST", "/containers/web/kill", "");
    assert!(ask(to, "gone").is_err());
    std::net::TcpListener::bind(to).expect("the port is free");
}

#[test]
fn a_port_of_datagrams_leads_to_a_program_that_hears_them() {
    let host = host();
    net(&["serve-udp", "0.0.0.0:53"], "default")
        .published("53/udp")
        .with("Hostname", json!("dns"))
        .runs(&host, "dns");
    said(&host, "dns", "listening");
    let to = published(&host, "dns", "53/udp");
    assert_eq!(ask_by_datagrams(to, "hello"), "dns:hello");
    // Each client has its own answers.
    assert_eq!(ask_by_datagrams(to, "other"), "dns:other");
    let shown = host.done("GET", "/containers/json", "").json();
    assert_eq!(shown[0]["Ports"][0]["Type"], "udp");
    host.done("POST", "/containers/dns/kill", "");
    UdpSocket::bind(to).expect("the port is free");
}

#[test]
fn a_port_is_taken_once_and_says_so_as_docker_does() {
    let host = host();
    net(&["serve-tcp", "0.0.0.0:80"], "default")
        .published("80/tcp")
        .runs(&host, "one");
    let to = published(&host, "one", "80/tcp");
    let body = json!({
        "Image": "net",
        "HostConfig": { "PortBindings": { "80/tcp": [{ "HostPort": to.port().to_string() }] } },
    });
    host.done("POST", "/containers/create?name=two", &body.to_string());
    let refused = host.ask("POST", "/containers/two/start", "");
    assert_eq!(refused.status, 500);
    assert!(
        refused.text().contains("port is already allocated"),
        "{}",
        refused.text()
    );
    // Nobody listens behind it: the connection ends, and nothing else.
    net(&["resolve", "127.0.0.1"], "default")
        .published("81/tcp")
        .says(&host);
}

#[test]
fn a_thousand_connections_go_through_a_port() {
    let host = host();
    network(&host, "many", &json!({}));
    net(&["serve-tcp", "0.0.0.0:80"], "many")
        .published("80/tcp")
        .with("Hostname", json!("web"))
        .runs(&host, "web");
    said(&host, "web", "listening");
    let to = published(&host, "web", "80/tcp");
    // All open at a time, and each served in its turn.
    let mut open: Vec<TcpStream> = (0..1_000).map(|_| TcpStream::connect(to).unwrap()).collect();
    for (n, stream) in open.iter_mut().enumerate() {
        stream
            .set_read_timeout(Some(std::time::Duration::from_secs(60)))
            .unwrap();
        stream.write_all(format!("{n}").as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
    }
    for (n, mut stream) in open.into_iter().enumerate() {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, format!("web:{n}"));
    }
}

#[test]
fn a_burst_that_nobody_takes_yet_loses_nothing() {
    // More than wait in the container's own queue, so that some wait behind it.
    const CLIENTS: usize = 1_500;
    let host = host();
    net(&["serve-tcp", "0.0.0.0:80"], "default")
        .published("80/tcp")
        .with("Hostname", json!("web"))
        .runs(&host, "web");
    said(&host, "web", "listening");
    let to = published(&host, "web", "80/tcp");
    host.done("POST", "/containers/web/pause", "");
    let open: Vec<TcpStream> = (0..CLIENTS)
        .map(|n| {
            let mut stream = TcpStream::connect(to).unwrap();
            // As few bytes as a kernel that counts with cookies would take for none at all.
            stream.write_all(format!("{}", n % 1_000).as_bytes()).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            stream
        })
        .collect();
    host.done("POST", "/containers/web/unpause", "");
    for (n, mut stream) in open.into_iter().enumerate() {
        stream
            .set_read_timeout(Some(std::time::Duration::from_secs(60)))
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, format!("web:{}", n % 1_000));
    }
}
