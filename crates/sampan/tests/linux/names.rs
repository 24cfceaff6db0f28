//! Names for Linux containers: those of their networks, and those that others know.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::host::{Role, kill};
use crate::machine::Machine;

fn named(network: &str, aliases: &[&str]) -> Value {
    json!({
        "HostConfig": { "NetworkMode": network },
        "NetworkingConfig": { "EndpointsConfig": { network: { "Aliases": aliases } } },
    })
}

/// The daemon falls with all that the next one could find again, and that one starts.
fn all_fall(machine: &mut Machine) {
    machine.fell();
    for pid in [machine.with_role(Role::Zygote), machine.with_role(Role::Network)].concat() {
        kill(pid, Signal::KILL);
    }
    sampan_testkit::until("the network process to end", || {
        machine.with_role(Role::Network).is_empty().then_some(())
    });
    machine.start();
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
    // As dockerd has it, with the network behind it.
    assert!(told.contains(&format!("name = {server}.one\n")), "{told}");
    for name in [format!("{server}.one"), "db.one".to_owned(), "DB.One".to_owned()] {
        let told = machine.exec(&guest, &format!("nslookup {name}"), json!({}));
        assert!(told.out.contains(&address), "{name}: {told:?}");
    }
    let told = machine.exec(&guest, "nslookup db.two", json!({}));
    assert!(!told.out.contains(&address), "{told:?}");
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
fn another_name_is_known_at_once_and_the_old_one_no_longer() {
    let Some(mut machine) = Machine::apart() else {
        return;
    };
    machine.network("one", json!({}));
    let server = machine.begin("sleep 1000", named("one", &["db"]));
    let guest = machine.begin("sleep 1000", named("one", &[]));
    let address = machine.address(&server, "one");
    let knows = |machine: &Machine, name: &str| {
        let told = machine.exec(&guest, &format!("nslookup {name}"), json!({})).out;
        told.contains(&address)
    };
    assert!(knows(&machine, &server) && !knows(&machine, "other"));
    machine.done("POST", &format!("/containers/{server}/rename?name=other"), "");
    assert!(knows(&machine, "other") && knows(&machine, "db"));
    assert!(!knows(&machine, &server));
    // Its old name is another's now.
    let body = crate::machine::body("sleep 1000", named("one", &[])).to_string();
    machine.done("POST", &format!("/containers/create?name={server}"), &body);
    machine.done("POST", &format!("/containers/{server}/start"), "");
    let told = machine.exec(&guest, &format!("nslookup {server}"), json!({})).out;
    assert!(told.contains(&machine.address(&server, "one")), "{told}");
    machine.done("DELETE", &format!("/containers/{server}?force=1"), "");
    // The next daemon knows the same, also where whoever answers fell with the last one.
    machine.stop();
    machine.start();
    assert!(knows(&machine, "other") && !knows(&machine, &server));
    all_fall(&mut machine);
    sampan_testkit::until("its name to be known again", || {
        knows(&machine, "other").then_some(())
    });
    assert!(knows(&machine, "db") && !knows(&machine, &server));
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
    all_fall(&mut machine);
    let told = machine.exec(&guest, "nslookup db", json!({}));
    assert!(told.out.contains(&address), "{told:?}");
}

/// The kind of question that asks for addresses of IPv4, and others that are asked here.
const A: u8 = 1;
const PTR: u8 = 12;
const MX: u8 = 15;

/// A question as it stands in a message.
fn question(name: &str, kind: u8) -> Vec<u8> {
    let mut bytes = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        bytes.push(label.len() as u8);
        bytes.extend(label.as_bytes());
    }
    bytes.extend([0, 0, kind, 0, 1]);
    bytes
}

/// The name in a question.
fn name_in(bytes: &[u8]) -> String {
    let (mut labels, mut at) = (Vec::new(), 12);
    while let Some(length) = bytes.get(at).copied().filter(|length| *length > 0) {
        let label = &bytes[at + 1..at + 1 + usize::from(length)];
        labels.push(String::from_utf8_lossy(label).into_owned());
        at += 1 + usize::from(length);
    }
    labels.join(".")
}

/// The failure that an answer tells, and how many answers it has.
fn told(answer: &[u8]) -> (u8, u8) {
    (answer[3] & 0xf, answer[7])
}

/// A name server of the machine. To questions for addresses it answers with 192.0.2.77, or with a failure.
fn name_server(at: &str, failure: u8) -> Arc<Mutex<Vec<String>>> {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (server, log) = (UdpSocket::bind((at, 53)).unwrap(), asked.clone());
    std::thread::spawn(move || {
        let mut bytes = [0; 512];
        while let Ok((got, from)) = server.recv_from(&mut bytes) {
            log.lock().unwrap().push(name_in(&bytes[..got]));
            let mut answer = bytes[..got].to_vec();
            // An answer, with one record that points to the question's name.
            (answer[2], answer[3]) = (0x81, 0x80 | failure);
            let kind = answer[got - 3];
            if kind == A && failure == 0 {
                answer[7] = 1;
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 77]);
            }
            server.send_to(&answer, from).unwrap();
        }
    });
    asked
}

#[test]
fn what_no_network_knows_is_asked_of_others_and_not_from_internal_networks() {
    let Some(machine) = Machine::apart() else { return };
    name_server("127.0.0.1", 0);
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
fn a_server_that_fails_is_followed_by_the_next_and_short_names_stay_here() {
    let Some(machine) = Machine::apart() else { return };
    const SERVFAIL: u8 = 2;
    let failing = name_server("127.0.0.2", SERVFAIL);
    let asked = name_server("127.0.0.3", 0);
    machine.network("one", json!({}));
    let run = |name: &str, options: &[&str]| {
        let more = json!({ "HostConfig": {
            "NetworkMode": "one", "Dns": ["127.0.0.2", "127.0.0.3"], "DnsSearch": ["shop.example"],
            "DnsOptions": options,
        } });
        let script = format!("cat /etc/resolv.conf; ping -c 1 -W 1 {name}; true");
        machine.run(&script, more).out
    };
    let out = run("far", &["ndots:1"]);
    assert!(out.contains("search shop.example\noptions ndots:1\n"), "{out}");
    assert!(out.contains("192.0.2.77"), "{out}");
    assert!(failing.lock().unwrap().contains(&"far.shop.example".to_owned()));
    // With `ndots` a name without a dot goes out with a domain alone, as in Docker.
    let names = std::mem::take(&mut *asked.lock().unwrap());
    assert!(names.iter().all(|name| name == "far.shop.example"), "{names:?}");
    let out = run("far", &[]);
    assert!(out.contains("192.0.2.77"), "{out}");
    assert!(asked.lock().unwrap().contains(&"far".to_owned()));
}

#[test]
fn names_are_answered_over_tcp_too_and_mail_finds_addresses() {
    let Some(machine) = Machine::apart() else { return };
    let asked = name_server("127.0.0.1", 0);
    machine.network("one", json!({}));
    let mut more = named("one", &[]);
    more["HostConfig"]["Dns"] = json!(["127.0.0.1"]);
    let guest = machine.begin("sleep 1000", more);
    let address: std::net::Ipv4Addr = machine.address(&guest, "one").parse().unwrap();
    let over_tcp = |question: Vec<u8>| {
        machine.within(&guest, || {
            let mut stream = TcpStream::connect("127.0.0.11:53").unwrap();
            stream.write_all(&(question.len() as u16).to_be_bytes()).unwrap();
            stream.write_all(&question).unwrap();
            let mut length = [0; 2];
            stream.read_exact(&mut length).unwrap();
            let mut answer = vec![0; u16::from_be_bytes(length).into()];
            stream.read_exact(&mut answer).unwrap();
            Ok(answer)
        })
    };
    let answer = over_tcp(question(&guest, A));
    assert_eq!(told(&answer), (0, 1));
    assert!(answer.ends_with(&address.octets()), "{answer:?}");
    let [a, b, c, d] = address.octets();
    let answer = over_tcp(question(&format!("{d}.{c}.{b}.{a}.in-addr.arpa"), PTR));
    assert_eq!(told(&answer), (0, 1));
    // A name that is there has no records of mail, and nobody else is asked.
    assert_eq!(told(&over_tcp(question(&guest, MX))), (0, 0));
    assert_eq!(*asked.lock().unwrap(), Vec::<String>::new());
    // Nobody answers there by TCP.
    const SERVFAIL: u8 = 2;
    assert_eq!(told(&over_tcp(question("far.example", A))), (SERVFAIL, 0));
}

#[test]
fn wasm_containers_ask_the_servers_that_they_were_given() {
    let Some(machine) = Machine::apart() else { return };
    use sampan_testkit::guest::{Target, rust};
    machine.pack(&rust("net", Target::P2), "net");
    let asked = name_server("127.0.0.4", 0);
    let body = json!({ "Image": "net", "Cmd": ["resolve", "far"], "HostConfig": {
        "NetworkMode": "bridge", "Dns": ["127.0.0.4"], "DnsSearch": ["shop.example"],
        "SecurityOpt": ["wasm.net=far:80"],
    } });
    machine.runs("asker", &body.to_string());
    let ended = machine.end_of("asker");
    assert_eq!((ended.code, ended.out.as_str()), (0, "192.0.2.77\n"), "{ended:?}");
    let names = asked.lock().unwrap().clone();
    assert!(names.iter().all(|name| name == "far.shop.example"), "{names:?}");
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
