//! What survives what.

use rustix::process::Signal;
use serde_json::json;

use crate::host::{Host, Role, kill};
use crate::talk::{ask, ask_by_datagrams, host, net, network, published, said};

fn the_network_process(host: &Host) -> u32 {
    let all = host.with_role(Role::Network);
    assert_eq!(all.len(), 1, "{:?}", host.processes());
    all[0]
}

#[test]
fn a_killed_network_process_is_replaced_and_what_it_led_leads_again() {
    let mut host = host();
    network(&host, "one", &json!({}));
    net(&["serve-tcp", "0.0.0.0:80"], "one")
        .published("80/tcp")
        .with("Hostname", json!("api"))
        .runs(&host, "api");
    net(&["serve-udp", "0.0.0.0:53"], "one")
        .published("53/udp")
        .with("Hostname", json!("dns"))
        .runs(&host, "dns");
    said(&host, "api", "listening");
    said(&host, "dns", "listening");
    let (tcp, udp) = (
        published(&host, "api", "80/tcp"),
        published(&host, "dns", "53/udp"),
    );
    let all_well = |host: &Host| {
        // Until the next one has everything, a connection may wait or break.
        sampan_testkit::until("an answer", || {
            ask(tcp, "hello").ok().filter(|heard| heard == "api:hello")
        });
        assert_eq!(ask_by_datagrams(udp, "hello"), "dns:hello");
        let inside = net(&["tcp-connect", "api:80", "hello"], "one").says(host);
        assert_eq!(inside, (0, "api:hello\n".to_owned()));
    };
    all_well(&host);
    for _ in 0..3 {
        let first = the_network_process(&host);
        kill(first, Signal::KILL);
        sampan_testkit::until("another one", || {
            host.with_role(Role::Network)
                .iter()
                .any(|pid| *pid != first)
                .then_some(())
        });
        all_well(&host);
    }
    // Also by a daemon that was not there when the descriptors were made.
    host.fell();
    host.start();
    let first = the_network_process(&host);
    kill(first, Signal::KILL);
    sampan_testkit::until("another one", || {
        host.with_role(Role::Network)
            .iter()
            .any(|pid| *pid != first)
            .then_some(())
    });
    all_well(&host);
}

#[test]
fn a_killed_worker_takes_its_names_and_ports() {
    let host = host();
    network(&host, "one", &json!({}));
    net(&["serve-tcp", "0.0.0.0:80"], "one")
        .published("80/tcp")
        .runs(&host, "api");
    said(&host, "api", "listening");
    let to = published(&host, "api", "80/tcp");
    let pid = host.inspect("api")["State"]["Pid"].as_u64().unwrap();
    kill(u32::try_from(pid).unwrap(), Signal::KILL);
    host.state("api", |state| state["Running"] == false);
    assert!(ask(to, "hello").is_err());
    std::net::TcpListener::bind(to).expect("the port is free");
    let (code, heard) = net(&["resolve", "api"], "one").says(&host);
    assert_eq!(code, 1, "{heard}");
    the_network_process(&host);
}

#[test]
fn a_worker_that_dies_without_a_daemon_takes_its_ports() {
    let mut host = host();
    net(&["serve-tcp", "0.0.0.0:80"], "default")
        .published("80/tcp")
        .runs(&host, "api");
    said(&host, "api", "listening");
    let to = published(&host, "api", "80/tcp");
    let pid = host.inspect("api")["State"]["Pid"].as_u64().unwrap();
    host.fell();
    kill(u32::try_from(pid).unwrap(), Signal::KILL);
    sampan_testkit::until("the port to be free", || std::net::TcpListener::bind(to).ok());
    host.start();
    host.state("api", |state| state["Running"] == false);
}

#[test]
fn nobody_is_started_for_containers_without_sockets() {
    let host = host();
    let (code, _) = net(&["resolve", "127.0.0.1"], "default").says(&host);
    assert_eq!(code, 0);
    assert!(host.with_role(Role::Network).is_empty());
}
