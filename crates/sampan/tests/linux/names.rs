//! Names for Linux containers: those of their networks, and those that others know.

use std::net::{TcpListener, UdpSocket};

use serde_json::{Value, json};

use crate::machine::Machine;

fn named(network: &str, aliases: &[&str]) -> Value {
    json!({
        "HostConfig": { "NetworkMode": network },
        "NetworkingConfig": { "EndpointsConfig": { network: { "Aliases": aliases } } },
    })
}

#[test]
fn members_are_known_by_name_alias_and_short_id() {
    let Some(machine) = Machine::apart() else { return };
    machine.network("one", json!({}));
    let server = machine.begin("sleep 1000", named("one", &["db", "Store"]));
    let guest = machine.begin("sleep 1000", named("one", &[]));
    let shown = machine
        .done("GET", &format!("/containers/{server}/json"), "")
        .json();
    let id = &shown["Id"].as_str().unwrap()[..12];
    let address = machine.address(&server, "one");
    for name in [server.as_str(), "db", "store", "DB", id] {
        let told = machine.exec(&guest, &format!("nslookup {name}"), json!({}));
        assert!(told.out.contains(&address), "{name}: {told:?}");
    }
    let told = machine
        .exec(&guest, &format!("nslookup {address}"), json!({}))
        .out;
    assert!(told.contains(&format!("name = {server}")), "{told}");
    // Another's namespace is not asked.
    machine.network("two", json!({}));
    let other = machine.begin("sleep 1000", named("two", &[]));
    assert!(
        !machine
            .exec(&other, "nslookup db", json!({}))
            .out
            .contains(&address)
    );
    // Whoever leaves is forgotten.
    machine.done("DELETE", &format!("/containers/{server}?force=1"), "");
    let told = machine.exec(&guest, "nslookup db", json!({}));
    assert!(!told.out.contains(&address), "{told:?}");
}

#[test]
fn names_are_answered_while_no_daemon_is_there() {
    let Some(mut machine) = Machine::apart() else {
        return;
    };
    machine.network("one", json!({}));
    let server = machine.begin("sleep 1000", named("one", &["db"]));
    let script = "while :; do nslookup db; test -e /tmp/go && echo behind; sleep 0.1; done";
    let guest = machine.begin(script, named("one", &[]));
    let address = machine.address(&server, "one");
    machine.wrote(&guest, &address);
    machine.exec(&guest, "touch /tmp/go", json!({}));
    machine.fell();
    machine.start();
    machine.wrote(&guest, "behind");
    let told = machine.exec(&guest, "nslookup db", json!({}));
    assert!(told.out.contains(&address), "{told:?}");
}

#[test]
fn what_no_network_knows_is_asked_of_others_and_not_from_internal_networks() {
    let Some(machine) = Machine::apart() else { return };
    // A name server of the machine, which has one answer.
    let server = UdpSocket::bind("127.0.0.1:53").unwrap();
    std::thread::spawn(move || {
        let mut bytes = [0; 512];
        while let Ok((got, from)) = server.recv_from(&mut bytes) {
            let mut answer = bytes[..got].to_vec();
            // An answer, with one record that points to the question's name.
            (answer[2], answer[3]) = (0x81, 0x80);
            let kind = answer[got - 3];
            if kind == 1 {
                answer[7] = 1;
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 77]);
            }
            server.send_to(&answer, from).unwrap();
        }
    });
    machine.network("one", json!({}));
    machine.network("inner", json!({ "Internal": true }));
    let asked = |network: &str| {
        let more = json!({ "HostConfig": { "NetworkMode": network, "Dns": ["127.0.0.1"] } });
        machine.run("nslookup far.example", more)
    };
    let told = asked("one");
    assert!(told.out.contains("192.0.2.77"), "{told:?}");
    let told = asked("inner");
    assert!(!told.out.contains("192.0.2.77"), "{told:?}");
}

#[test]
fn a_program_may_answer_names_itself() {
    let Some(machine) = Machine::apart() else { return };
    machine.network("one", json!({}));
    // The port is the container's, on every address, and the engine's names are found all the same.
    let guest = machine.begin("sleep 1000", named("one", &[]));
    let held = machine.within(&guest, || {
        let (udp, tcp) = (UdpSocket::bind("0.0.0.0:53"), TcpListener::bind("0.0.0.0:53"));
        Ok((udp.unwrap(), tcp.unwrap()))
    });
    let told = machine.exec(&guest, &format!("nslookup {guest}"), json!({}));
    assert!(told.out.contains(&machine.address(&guest, "one")), "{told:?}");
    drop(held);
}

#[test]
fn links_and_hosts_are_found_on_the_usual_network() {
    let Some(machine) = Machine::apart() else { return };
    let server = machine.begin("sleep 1000", named("bridge", &[]));
    let more = json!({ "HostConfig": {
        "NetworkMode": "bridge", "Links": [format!("{server}:db")], "ExtraHosts": ["far:192.0.2.1"],
    } });
    let told = machine.run("cat /etc/hosts", more).out;
    let address = machine.address(&server, "bridge");
    assert!(told.contains(&format!("{address}\tdb ")), "{told}");
    assert!(told.contains("192.0.2.1\tfar\n"), "{told}");
}
