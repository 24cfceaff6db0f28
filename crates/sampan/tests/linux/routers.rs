//! Packets between other interfaces of a host on which there are networks.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use sampan_network::links::{Bridge, Links, Pair};
use sampan_network::namespace;
use serde_json::json;

use crate::machine::Machine;

/// How long somebody waits who is not answered.
const PATIENCE: Duration = Duration::from_secs(2);

/// Another machine, on a cable of its own.
struct Neighbour {
    namespace: OwnedFd,
    address: String,
}

impl Neighbour {
    fn new(number: u8) -> Self {
        let links = Links::here().unwrap();
        let name = format!("lan{number}");
        let bridge = links
            .make_bridge(&Bridge {
                name: &name,
                alias: "a cable",
                mtu: None,
                mac: [2, 0, 0, 0, 0, number],
            })
            .unwrap();
        let net = |host: u8| format!("10.50.{number}.{host}/24").parse().unwrap();
        links.add_address(bridge, net(1)).unwrap();
        let namespace = namespace::fresh().unwrap();
        links
            .make_pair(&Pair {
                name: &format!("end{number}"),
                alias: "a cable",
                bridge,
                apart: false,
                peer: "eth0",
                namespace: namespace.as_fd(),
                mac: None,
                mtu: None,
            })
            .unwrap();
        namespace::within(&namespace, || {
            let links = Links::here()?;
            let index = links.index("eth0")?.unwrap();
            links.add_address(index, net(2))?;
            links.set_up("eth0")?;
            links.set_default_route(index, format!("10.50.{number}.1").parse().unwrap())
        })
        .unwrap();
        Self {
            namespace,
            address: format!("10.50.{number}.2"),
        }
    }

    fn listen(&self) -> (TcpListener, SocketAddr) {
        let address = format!("{}:0", self.address);
        let listener =
            namespace::within(&self.namespace, || Ok(TcpListener::bind(address).unwrap())).unwrap();
        let at = listener.local_addr().unwrap();
        (listener, at)
    }

    fn reaches(&self, at: SocketAddr) -> bool {
        namespace::within(&self.namespace, || Ok(reaches(at))).unwrap()
    }
}

fn reaches(at: SocketAddr) -> bool {
    TcpStream::connect_timeout(&at, PATIENCE).is_ok()
}

/// A host with two neighbours and a container in the network `bridge`, which reaches both.
fn host(machine: &Machine) -> (Neighbour, Neighbour) {
    let (one, other) = (Neighbour::new(1), Neighbour::new(2));
    let id = machine.begin("sleep 4321", json!({ "HostConfig": { "NetworkMode": "bridge" } }));
    let (listener, at) = other.listen();
    assert!(
        machine.within(&id, || Ok(reaches(at))),
        "the container is cut off"
    );
    // It seems to be the host.
    let (_, from) = listener.accept().unwrap();
    assert_eq!(from.ip().to_string(), "10.50.2.1");
    (one, other)
}

#[test]
fn a_host_does_not_become_a_router_for_its_containers() {
    let Some(mut machine) = Machine::apart() else {
        return;
    };
    namespace::set_parameter("ipv4/ip_forward", "0").unwrap();
    let (one, other) = host(&machine);
    assert_eq!(namespace::parameter("ipv4/ip_forward").unwrap(), "1");
    let (_listener, at) = other.listen();
    assert!(!one.reaches(at), "one neighbour reaches the other");
    // The next daemon knows it still.
    machine.stop();
    machine.start();
    machine.run("true", json!({ "HostConfig": { "NetworkMode": "bridge" } }));
    assert!(!one.reaches(at), "one neighbour reaches the other");
}

#[test]
fn a_host_becomes_a_router_where_the_settings_say_so() {
    let Some(mut machine) = Machine::apart() else {
        return;
    };
    machine.stop();
    machine.more.push("--ip-forward-no-drop".to_owned());
    machine.start();
    namespace::set_parameter("ipv4/ip_forward", "0").unwrap();
    let (one, other) = host(&machine);
    let (_listener, at) = other.listen();
    assert!(one.reaches(at), "the neighbours are cut off");
}

#[test]
fn a_host_whose_forwarding_is_somebody_elses_is_left_as_it_is() {
    let Some(mut machine) = Machine::apart() else {
        return;
    };
    machine.stop();
    machine.more.push("--ip-forward=false".to_owned());
    machine.start();
    namespace::set_parameter("ipv4/ip_forward", "0").unwrap();
    let network = json!({ "HostConfig": { "NetworkMode": "bridge" } });
    let one = machine.begin("sleep 4321", network.clone());
    let other = machine.begin("sleep 4321", network);
    assert_eq!(namespace::parameter("ipv4/ip_forward").unwrap(), "0");
    // Members reach each other without it.
    let ping = format!("ping -c 1 -W 3 {}", machine.address(&other, "bridge"));
    assert_eq!(machine.exec(&one, &ping, json!({})).code, 0);
}

#[test]
fn a_host_that_is_a_router_stays_one() {
    let Some(machine) = Machine::apart() else { return };
    namespace::set_parameter("ipv4/ip_forward", "1").unwrap();
    let (one, other) = host(&machine);
    let (_listener, at) = other.listen();
    assert!(one.reaches(at), "the neighbours are cut off");
}
