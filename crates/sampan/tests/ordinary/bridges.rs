//! Networks of an ordinary user's Linux containers: their bridges are in a namespace of their own, and what leads out of it is
//! carried.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::process::Signal;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use sampan_network::links::Links;
use sampan_network::namespace;
use serde_json::json;

use crate::host::{Role, kill};
use crate::machine::Machine;
use crate::sailor;

const SERVER: &str = "while :; do echo served | nc -l -p 80; done";
/// An address of the machine that is not its loopback.
const MACHINE: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 1);

fn ask(at: &str, port: u16) -> String {
    format!("echo | nc -w 3 {at} {port}")
}

fn on(network: &str) -> serde_json::Value {
    json!({ "HostConfig": { "NetworkMode": network } })
}

/// On a machine whose network is its own, with one address.
fn apart() -> Option<Machine> {
    own_network();
    sailor()
}

fn own_network() {
    let namespace = namespace::fresh().unwrap();
    move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
    let links = Links::here().unwrap();
    let lo = links.index("lo").unwrap().unwrap();
    links
        .add_address(lo, std::net::IpAddr::from(MACHINE).into())
        .unwrap();
}

fn said(at: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&at, Duration::from_secs(3)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(3))).ok()?;
    stream.write_all(b"\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    (!text.is_empty()).then_some(text)
}

fn published(machine: &Machine, name: &str) -> SocketAddr {
    let port = machine.inspect(name)["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"].clone();
    SocketAddr::from(([127, 0, 0, 1], port.as_str().unwrap().parse().unwrap()))
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn members_of_a_network_reach_each_other_by_name_and_nobody_else_does() {
    let Some(machine) = apart() else { return };
    machine.network("one", json!({}));
    machine.network("two", json!({}));
    let server = machine.begin(SERVER, on("one"));
    let client = machine.begin("sleep 1000", on("one"));
    let other = machine.begin("sleep 1000", on("two"));
    let by_name = ask(&server, 80);
    sampan_testkit::until("an answer", || {
        (machine.exec(&client, &by_name, json!({})).out == "served\n").then_some(())
    });
    let by_address = ask(&machine.address(&server, "one"), 80);
    assert_eq!(machine.exec(&other, &by_name, json!({})).out, "");
    assert_eq!(machine.exec(&other, &by_address, json!({})).out, "");
    // Nothing of it is the machine's.
    let links = Links::here().unwrap().all().unwrap();
    assert!(links.iter().all(|link| link.alias.is_empty()), "{links:?}");
    machine.done(
        "POST",
        "/networks/two/connect",
        &json!({ "Container": server }).to_string(),
    );
    sampan_testkit::until("an answer", || {
        (machine.exec(&other, &by_name, json!({})).out == "served\n").then_some(())
    });
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn ports_lead_in_and_connections_lead_out() {
    let Some(machine) = apart() else { return };
    let more = json!({ "HostConfig": { "NetworkMode": "bridge", "PortBindings": { "80/tcp": [{}] } } });
    let server = machine.begin(SERVER, more);
    let at = published(&machine, &server);
    sampan_testkit::until("the port to answer", || (said(at)? == "served\n").then_some(()));
    let listener = TcpListener::bind((MACHINE, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let outside = std::thread::spawn(move || {
        let (mut stream, from) = listener.accept().unwrap();
        // What is not read makes the end a reset, which takes along what was written.
        stream.read_exact(&mut [0]).unwrap();
        stream.write_all(b"from outside\n").unwrap();
        from
    });
    let got = machine.exec(&server, &ask(&MACHINE.to_string(), port), json!({}));
    assert_eq!(got.out, "from outside\n", "{got:?}");
    // It comes from this machine, whose user it is.
    assert_eq!(outside.join().unwrap().ip(), std::net::IpAddr::from(MACHINE));
    // Not out of an internal network.
    machine.network("closed", json!({ "Internal": true }));
    let closed = machine.begin("sleep 1000", on("closed"));
    let listener = TcpListener::bind((MACHINE, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let got = machine.exec(&closed, &ask(&MACHINE.to_string(), port), json!({}));
    assert_eq!(got.out, "");
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err());
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn networks_outlive_daemon_and_network_process() {
    let Some(mut machine) = apart() else { return };
    machine.network("one", json!({}));
    let more = json!({ "HostConfig": { "NetworkMode": "one", "PortBindings": { "80/tcp": [{}] } } });
    let server = machine.begin(SERVER, more);
    let client = machine.begin("sleep 1000", on("one"));
    let at = published(&machine, &server);
    let works = |machine: &Machine, when: &str| {
        sampan_testkit::until(&format!("the port to answer {when}"), || {
            (said(at)? == "served\n").then_some(())
        });
        sampan_testkit::until(&format!("the name to be known {when}"), || {
            (machine.exec(&client, &ask(&server, 80), json!({})).out == "served\n").then_some(())
        });
    };
    works(&machine, "at first");
    machine.fell();
    machine.start();
    works(&machine, "to the next daemon");
    for pid in machine.with_role(Role::Network) {
        kill(pid, Signal::KILL);
    }
    works(&machine, "with another network process");
    machine.fell();
    for pid in machine.with_role(Role::Network) {
        kill(pid, Signal::KILL);
    }
    machine.start();
    works(&machine, "when both fell");
    // Those who come now are in the same networks.
    let late = machine.begin("sleep 1000", on("one"));
    assert_eq!(machine.exec(&late, &ask(&server, 80), json!({})).out, "served\n");
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn both_kinds_reach_each_other_by_name() {
    own_network();
    let machine = Machine::dressed(|host| {
        let net = sampan_testkit::guest::rust("net", sampan_testkit::guest::Target::P2);
        host.pack(&net, "net");
        host.as_a_user_with_ids(54_321, 1_000_000_000);
    });
    let Some(machine) = machine else { return };
    machine.network("one", json!({}));
    let wasm = |name: &str, words: &[&str]| {
        let body = json!({ "Image": "net", "Cmd": words, "HostConfig": { "NetworkMode": "one" } });
        machine.runs(name, &body.to_string());
    };
    wasm("wasm", &["serve-tcp", "0.0.0.0:7"]);
    let guest = machine.begin(SERVER, on("one"));
    sampan_testkit::until("the Wasm container to answer", || {
        let told = machine.exec(&guest, "echo hello | nc -w 3 wasm 7", json!({}));
        told.out.contains("hello").then_some(())
    });
    // It sees who asks.
    machine.wrote("wasm", &format!("heard {}", machine.address(&guest, "one")));
    wasm("asker", &["tcp-until", &format!("{guest}:80"), "served"]);
    machine.wrote("asker", "served");
    wasm("dns", &["serve-udp", "0.0.0.0:53"]);
    machine.wrote("dns", "listening on");
    let at = SocketAddr::new(machine.address("dns", "one").parse().unwrap(), 53);
    let socket = machine.within(&guest, || Ok(std::net::UdpSocket::bind("0.0.0.0:0").unwrap()));
    socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    sampan_testkit::until("a datagram to be answered", || {
        socket.send_to(b"hello", at).unwrap();
        let mut bytes = [0; 100];
        let (got, from) = socket.recv_from(&mut bytes).ok()?;
        (from == at && bytes[..got].ends_with(b"hello")).then_some(())
    });
}
