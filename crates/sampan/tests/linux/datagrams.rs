//! Datagrams between Linux and Wasm containers of one network.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use rustix::net::{AddressFamily, SendFlags, SocketType, ipproto, sendto, socket};
use rustix::process::Signal;
use sampan_testkit::guest::{Target, rust};
use serde_json::{Value, json};

use crate::host::{Role, kill};
use crate::machine::Machine;

/// A machine with the image `net`.
fn machine() -> Option<Machine> {
    let machine = Machine::apart()?;
    machine.pack(&rust("net", Target::P2), "net");
    Some(machine)
}

fn within(network: &str) -> Value {
    json!({ "HostConfig": { "NetworkMode": network } })
}

/// Runs the program `net`, whose words begin with what it does.
fn wasm(machine: &Machine, name: &str, words: &[&str], network: &str) {
    let body = json!({
        "Image": "net", "Cmd": words, "Hostname": name, "HostConfig": { "NetworkMode": network },
    });
    machine.runs(name, &body.to_string());
}

/// A socket of a container.
fn socket_in(machine: &Machine, container: &str, at: SocketAddr) -> UdpSocket {
    let socket = machine.within(container, || Ok(UdpSocket::bind(at).unwrap()));
    socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    socket
}

/// What somebody answers who may have missed the first datagrams.
#[track_caller]
fn answer(socket: &UdpSocket, to: SocketAddr, text: &str) -> String {
    sampan_testkit::until(&format!("{to} to answer"), || {
        socket.send_to(text.as_bytes(), to).unwrap();
        let mut bytes = [0; 1_000];
        let (got, from) = socket.recv_from(&mut bytes).ok()?;
        assert_eq!(from, to, "whoever was asked answers");
        Some(String::from_utf8_lossy(&bytes[..got]).into_owned())
    })
}

fn address(machine: &Machine, container: &str, network: &str, v4: bool) -> IpAddr {
    let shown = machine.inspect(container);
    let place = &shown["NetworkSettings"]["Networks"][network];
    let key = if v4 { "IPAddress" } else { "GlobalIPv6Address" };
    place[key].as_str().unwrap().parse().unwrap()
}

fn any(v4: bool, port: u16) -> SocketAddr {
    let any: IpAddr = if v4 { [0; 4].into() } else { [0_u16; 8].into() };
    SocketAddr::new(any, port)
}

#[test]
fn datagrams_go_between_both_kinds_by_name_and_over_both_families() {
    let Some(machine) = machine() else { return };
    let config = json!([{ "Subnet": "10.231.9.0/24" }, { "Subnet": "fd00:231:9::/64" }]);
    machine.network("one", json!({ "EnableIPv6": true, "IPAM": { "Config": config } }));
    let guest = machine.begin("sleep 1000", within("one"));
    for (v4, server, asker, all, ask) in [
        (true, "dns", "asker", "0.0.0.0:53", "udp-ask"),
        (false, "dns6", "asker6", "[::]:53", "udp-ask6"),
    ] {
        // Linux to Wasm.
        wasm(&machine, server, &["serve-udp", all], "one");
        machine.wrote(server, "listening on");
        let told = machine.exec(&guest, &format!("nslookup {server}"), json!({})).out;
        let there = address(&machine, server, "one", v4);
        assert!(told.contains(&there.to_string()), "{told}");
        for _ in 0..2 {
            // Two clients at a time, and each hears its own.
            let clients = [(); 2].map(|()| socket_in(&machine, &guest, any(v4, 0)));
            for (number, client) in clients.iter().enumerate() {
                let text = format!("hello {number}");
                let heard = answer(client, SocketAddr::new(there, 53), &text);
                assert_eq!(heard, format!("{server}:{text}"));
            }
        }
        // Wasm to Linux: it is seen by its own address.
        let port = 90;
        let listening = socket_in(&machine, &guest, any(v4, port));
        let to = match v4 {
            true => format!("{guest}:{port}"),
            false => SocketAddr::new(address(&machine, &guest, "one", false), port).to_string(),
        };
        wasm(&machine, asker, &[ask, &to, "anybody?"], "one");
        let mut bytes = [0; 100];
        let (got, from) = sampan_testkit::until("it to ask", || listening.recv_from(&mut bytes).ok());
        assert_eq!(&bytes[..got], b"anybody?");
        assert_eq!(from.ip(), address(&machine, asker, "one", v4));
        listening.send_to(b"somebody!", from).unwrap();
        assert_eq!(machine.end_of(asker).out, "somebody!\n");
    }
}

#[test]
fn datagrams_go_on_behind_the_death_of_the_daemon_and_of_the_network_process() {
    let Some(mut machine) = machine() else { return };
    machine.network("one", json!({}));
    let guest = machine.begin("sleep 1000", within("one"));
    wasm(&machine, "dns", &["serve-udp", "0.0.0.0:53"], "one");
    machine.wrote("dns", "listening on");
    let at = SocketAddr::new(address(&machine, "dns", "one", true), 53);
    let client = socket_in(&machine, &guest, any(true, 0));
    answer(&client, at, "first");
    machine.fell();
    answer(&client, at, "without a daemon");
    machine.start();
    answer(&client, at, "with the next one");
    for pid in machine.with_role(Role::Network) {
        kill(pid, Signal::KILL);
    }
    answer(&client, at, "with another process");
}

/// A datagram with a source that its sender says, as a program with raw sockets sends it.
fn forged(from: SocketAddr, to: SocketAddr, text: &[u8]) -> Vec<u8> {
    let (IpAddr::V4(source), IpAddr::V4(target)) = (from.ip(), to.ip()) else {
        panic!("IPv4 alone is forged")
    };
    let length = (28 + text.len()) as u16;
    let mut bytes = vec![0x45, 0];
    bytes.extend(length.to_be_bytes());
    // Number and sum are filled in by the kernel.
    bytes.extend([0, 0, 0, 0, 64, 17, 0, 0]);
    bytes.extend(source.octets());
    bytes.extend(target.octets());
    bytes.extend(from.port().to_be_bytes());
    bytes.extend(to.port().to_be_bytes());
    bytes.extend((length - 20).to_be_bytes());
    // Without a sum, which UDP allows.
    bytes.extend([0, 0]);
    bytes.extend(text);
    bytes
}

#[test]
fn who_is_in_another_network_is_not_heard_also_under_a_false_address() {
    let Some(machine) = machine() else { return };
    machine.network("one", json!({}));
    machine.network("two", json!({}));
    let (member, stranger) = (
        machine.begin("sleep 1000", within("one")),
        machine.begin("sleep 1000", within("two")),
    );
    wasm(&machine, "dns", &["serve-udp", "0.0.0.0:53"], "one");
    machine.wrote("dns", "listening on");
    let at = SocketAddr::new(address(&machine, "dns", "one", true), 53);
    let inside = socket_in(&machine, &member, any(true, 5_000));
    let own = SocketAddr::new(address(&machine, &member, "one", true), 5_000);
    assert_eq!(answer(&inside, at, "hello"), "dns:hello");

    let outside = socket_in(&machine, &stranger, any(true, 0));
    outside.send_to(b"from another network", at).unwrap();
    machine.within(&stranger, || {
        let raw = socket(AddressFamily::INET, SocketType::RAW, Some(ipproto::RAW)).unwrap();
        sendto(&raw, &forged(own, at, b"false"), SendFlags::empty(), &at).unwrap();
        Ok(())
    });
    // Whatever of it was heard was answered before this.
    assert_eq!(answer(&inside, at, "again"), "dns:again");
    for nobody in [&inside, &outside] {
        nobody.set_nonblocking(true).unwrap();
        let error = nobody.recv(&mut [0; 100]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }
    // What is in the same network is what its addresses say.
    let raw = machine.within(&member, || {
        Ok(socket(AddressFamily::INET, SocketType::RAW, Some(ipproto::RAW)).unwrap())
    });
    inside.set_nonblocking(false).unwrap();
    let heard = sampan_testkit::until("the way to be right", || {
        sendto(&raw, &forged(own, at, b"true"), SendFlags::empty(), &at).unwrap();
        let mut bytes = [0; 100];
        let got = inside.recv(&mut bytes).ok()?;
        Some(bytes[..got].to_vec())
    });
    assert_eq!(heard, b"dns:true");
}
