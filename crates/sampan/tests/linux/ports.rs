//! Published ports of Linux containers.

use std::io::Read;
use std::net::{Shutdown, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::host::{Role, kill};
use crate::machine::Machine;
use crate::networks::{SERVER, ask};

fn published(bindings: Value) -> Value {
    json!({ "HostConfig": { "NetworkMode": "bridge", "PortBindings": bindings } })
}

/// What a server says to whoever connects.
fn said(at: &str) -> Option<String> {
    let at: SocketAddr = at.parse().unwrap();
    let mut stream = TcpStream::connect_timeout(&at, Duration::from_secs(3)).ok()?;
    stream.shutdown(Shutdown::Write).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(3))).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    (!text.is_empty()).then_some(text)
}

fn port_of(machine: &Machine, name: &str, at: usize) -> String {
    let shown = machine
        .done("GET", &format!("/containers/{name}/json"), "")
        .json();
    let port = &shown["NetworkSettings"]["Ports"]["80/tcp"][at]["HostPort"];
    port.as_str().unwrap().to_owned()
}

#[test]
fn a_port_leads_in_from_loopback_and_from_where_an_address_says() {
    let Some(machine) = Machine::apart() else { return };
    let bindings = json!({ "80/tcp": [{}, { "HostIp": "0.0.0.0" }] });
    let server = machine.begin(SERVER, published(bindings));
    let (own, all) = (port_of(&machine, &server, 0), port_of(&machine, &server, 1));
    let shown = machine.done("GET", "/networks/bridge", "").json();
    let host = shown["IPAM"]["Config"][0]["Gateway"].as_str().unwrap().to_owned();
    for at in [
        format!("127.0.0.1:{own}"),
        format!("127.0.0.1:{all}"),
        format!("{host}:{all}"),
    ] {
        sampan_testkit::until(&format!("{at} to answer"), || {
            (said(&at)? == "served\n").then_some(())
        });
    }
    assert_eq!(said(&format!("{host}:{own}")), None);
    // Also for others beside it and in other networks, and for itself.
    machine.network("two", json!({}));
    let beside = machine.begin("sleep 1000", published(json!({})));
    let other = machine.begin("sleep 1000", json!({ "HostConfig": { "NetworkMode": "two" } }));
    for from in [&beside, &other, &server] {
        sampan_testkit::until(&format!("it to answer {from}"), || {
            let script = ask(&host, all.parse().unwrap());
            (machine.exec(from, &script, json!({})).out == "served\n").then_some(())
        });
    }
    let listed = machine.done("GET", "/containers/json", "").text();
    assert!(listed.contains(&format!("\"PublicPort\":{own}")), "{listed}");
}

#[test]
fn datagrams_are_carried_and_answered() {
    let Some(machine) = Machine::apart() else { return };
    let bindings = json!({ "90/udp": [{}] });
    let server = machine.begin("sleep 1000", published(bindings));
    // No tool of busybox answers datagrams.
    let answering = machine.within(&server, || Ok(UdpSocket::bind("0.0.0.0:90").unwrap()));
    std::thread::spawn(move || {
        let mut bytes = [0; 64];
        while let Ok((_, from)) = answering.recv_from(&mut bytes) {
            answering.send_to(b"heard\n", from).unwrap();
        }
    });
    let shown = machine
        .done("GET", &format!("/containers/{server}/json"), "")
        .json();
    let port = &shown["NetworkSettings"]["Ports"]["90/udp"][0]["HostPort"];
    let port: u16 = port.as_str().unwrap().parse().unwrap();
    sampan_testkit::until("an answer", || {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(("127.0.0.1", port)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        socket.send(b"hello\n").ok()?;
        let mut bytes = [0; 64];
        let got = socket.recv(&mut bytes).ok()?;
        (&bytes[..got] == b"heard\n").then_some(())
    });
}

#[test]
fn a_port_is_held_by_one_and_free_behind_its_end() {
    let Some(machine) = Machine::apart() else { return };
    let first = machine.begin(SERVER, published(json!({ "80/tcp": [{ "HostIp": "0.0.0.0" }] })));
    let port = port_of(&machine, &first, 0);
    let same = published(json!({ "80/tcp": [{ "HostIp": "0.0.0.0", "HostPort": port }] }));
    let second = machine.create(SERVER, same);
    let start = format!("/containers/{second}/start");
    let (status, why) = machine.refused("POST", &start, "");
    assert!(
        status == 500 && why.contains("port is already allocated"),
        "{why}"
    );
    machine.done("DELETE", &format!("/containers/{first}?force=1"), "");
    machine.done("POST", &start, "");
    let at = format!("127.0.0.1:{port}");
    sampan_testkit::until("the second to answer", || {
        (said(&at)? == "served\n").then_some(())
    });
}

#[test]
fn ports_lead_in_behind_the_death_of_the_daemon_and_of_the_network_process() {
    let Some(mut machine) = Machine::apart() else {
        return;
    };
    let bindings = json!({ "80/tcp": [{}, { "HostIp": "0.0.0.0" }] });
    let server = machine.begin(SERVER, published(bindings));
    let own = format!("127.0.0.1:{}", port_of(&machine, &server, 0));
    let shown = machine.done("GET", "/networks/bridge", "").json();
    let host = shown["IPAM"]["Config"][0]["Gateway"].as_str().unwrap().to_owned();
    let all = format!("{host}:{}", port_of(&machine, &server, 1));
    let leads = || {
        for at in [&own, &all] {
            sampan_testkit::until(&format!("{at} to answer"), || {
                (said(at)? == "served\n").then_some(())
            });
        }
    };
    leads();
    machine.fell();
    leads();
    machine.start();
    leads();
    for pid in machine.with_role(Role::Network) {
        kill(pid, Signal::KILL);
    }
    leads();
    // With nobody left who knows of them but the container's own monitor.
    for with in [Role::Zygote, Role::Network] {
        machine.fell();
        for pid in [machine.with_role(with), machine.with_role(Role::Network)].concat() {
            kill(pid, Signal::KILL);
        }
        sampan_testkit::until("the network process to end", || {
            machine.with_role(Role::Network).is_empty().then_some(())
        });
        machine.start();
        leads();
    }
}
