//! Networks under attack: many at once, removal while others start, floods. What cannot be done says
//! so once, and nothing is left.

use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use sampan_network::links::Links;
use serde_json::{Value, json};

use crate::client::Client;
use crate::machine::Machine;

fn within(network: &str) -> Value {
    json!({ "HostConfig": { "NetworkMode": network } })
}

/// The names of all interfaces of the host but its loopback.
fn links() -> Vec<String> {
    let all = Links::here().unwrap().all().unwrap();
    all.into_iter()
        .map(|link| link.name)
        .filter(|name| name != "lo")
        .collect()
}

/// Starts that many at once in a network, from several clients.
fn crowd(count: usize) {
    let Some(machine) = Machine::apart() else { return };
    machine.network(
        "one",
        json!({ "IPAM": { "Config": [{ "Subnet": "10.66.0.0/16" }] } }),
    );
    let names: Vec<String> = (0..count)
        .map(|_| machine.create("sleep 4321", within("one")))
        .collect();
    let socket = machine.socket();
    let each = |what: &(dyn Fn(&mut Client, &str) + Sync)| {
        std::thread::scope(|scope| {
            for some in names.chunks(count.div_ceil(4)) {
                let socket = &socket;
                scope.spawn(move || {
                    let mut client = Client::connect(socket).unwrap();
                    some.iter().for_each(|name| what(&mut client, name));
                });
            }
        });
    };
    each(&|client, name| {
        let answer = client
            .ask("POST", &format!("/containers/{name}/start"), "")
            .unwrap();
        assert!(answer.status < 300, "{name}: {}", answer.text());
    });
    let mut addresses: Vec<String> = names.iter().map(|name| machine.address(name, "one")).collect();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), count, "each has an address of its own");
    assert_eq!(links().len(), count + 1, "each has a cable, and all a bridge");
    // The first and the last one find each other by name.
    let ping = format!("ping -c 1 -W 5 {}", names[count - 1]);
    assert_eq!(machine.exec(&names[0], &ping, json!({})).code, 0);
    each(&|client, name| {
        let path = format!("/containers/{name}?force=1");
        let answer = client.ask("DELETE", &path, "").unwrap();
        assert!(answer.status < 300, "{name}: {}", answer.text());
    });
    machine.done("DELETE", "/networks/one", "");
    assert_eq!(links(), Vec::<String>::new());
}

#[test]
fn thirty_start_at_once_in_one_network_and_leave_nothing() {
    crowd(30);
}

#[test]
#[ignore = "accept: two hundred containers take minutes"]
fn two_hundred_start_at_once_in_one_network_and_leave_nothing() {
    crowd(200);
}

#[test]
fn a_network_that_is_removed_while_containers_start_is_there_or_is_not() {
    let Some(machine) = Machine::apart() else { return };
    let socket = machine.socket();
    for round in 0..8 {
        let network = format!("net{round}");
        machine.network(&network, json!({}));
        let name = machine.create("sleep 4321", within(&network));
        let removed = std::thread::scope(|scope| {
            let remover = scope.spawn(|| {
                let mut client = Client::connect(&socket).unwrap();
                let answer = client.ask("DELETE", &format!("/networks/{network}"), "").unwrap();
                (answer.status, answer.text())
            });
            let started = machine.ask("POST", &format!("/containers/{name}/start"), "");
            let (status, why) = remover.join().unwrap();
            match (started.status, status) {
                // It was used, or it was gone: one of both, and who did not get his way is told so.
                (204, 403) => assert!(why.contains("active endpoints"), "{why}"),
                (404, 204) => {
                    let why = started.text();
                    assert!(why.contains(&format!("network {network} not found")), "{why}");
                }
                other => panic!("{other:?}: {} and {why}", started.text()),
            }
            status == 204
        });
        machine.done("DELETE", &format!("/containers/{name}?force=1"), "");
        if !removed {
            machine.done("DELETE", &format!("/networks/{network}"), "");
        }
        assert_eq!(links(), Vec::<String>::new());
    }
}

#[test]
fn who_floods_the_name_server_keeps_nobody_else_from_it() {
    let Some(machine) = Machine::apart() else { return };
    machine.network("one", json!({}));
    // Nobody answers there, so that each question is waited for.
    let mut more = within("one");
    more["HostConfig"]["Dns"] = json!(["192.0.2.1"]);
    let flooder = machine.begin("sleep 4321", more);
    let server = machine.begin("sleep 4321", within("one"));
    let guest = machine.begin("sleep 4321", within("one"));
    let asking = machine.within(&flooder, || Ok(UdpSocket::bind("127.0.0.1:0").unwrap()));
    // A question for the addresses of `far`.
    let question = *b"\0\0\x01\0\0\x01\0\0\0\0\0\0\x03far\0\0\x01\0\x01";
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Relaxed) {
                // What does not fit is dropped.
                let _ = asking.send_to(&question, "127.0.0.11:53");
            }
        });
        for _ in 0..5 {
            let told = machine.exec(&guest, &format!("nslookup {server}"), json!({}));
            assert!(told.out.contains(&machine.address(&server, "one")), "{told:?}");
        }
        over.store(true, Relaxed);
    });
}
