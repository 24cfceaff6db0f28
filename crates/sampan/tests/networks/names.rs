//! Names, and what they lead to.

use serde_json::json;

use crate::talk::{address, host, net, network, said};

#[test]
fn a_member_is_reached_by_all_of_its_names() {
    let host = host();
    network(
        &host,
        "one",
        &json!({ "IPAM": { "Config": [{ "Subnet": "10.231.7.0/24" }] } }),
    );
    network(&host, "two", &json!({}));
    net(&["serve-tcp", "0.0.0.0:80"], "one")
        .with("Hostname", json!("a-host"))
        .endpoint(json!({ "Aliases": ["service", "Other"], "IPAMConfig": { "IPv4Address": "10.231.7.77" } }))
        .runs(&host, "api");
    said(&host, "api", "listening on 10.231.7.77:80");
    let id = host.inspect("api")["Id"].as_str().unwrap()[..12].to_owned();
    for name in ["api", "API", "service", "other", "a-host", &id, "10.231.7.77"] {
        let (code, heard) = net(&["tcp-connect", &format!("{name}:80"), "hello"], "one").says(&host);
        assert_eq!((code, heard.trim()), (0, "a-host:hello"), "{name}");
    }
    // From another network, and from the one that all are in.
    for network in ["two", "default", "none"] {
        for name in ["api", "10.231.7.77"] {
            let (code, heard) = net(&["tcp-connect", &format!("{name}:80"), "hello"], network).says(&host);
            assert_eq!(code, 1, "{network} {name}: {heard}");
        }
    }
    let shown = host.done("GET", "/networks/one", "").json();
    let members = shown["Containers"].as_object().unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!(members.values().next().unwrap()["IPv4Address"], "10.231.7.77/24");
    // Names go with their containers.
    host.done("POST", "/containers/api/kill", "");
    let (code, heard) = net(&["resolve", "api"], "one").says(&host);
    assert_eq!(code, 1, "{heard}");
}

#[test]
fn datagrams_go_between_members() {
    let host = host();
    network(&host, "one", &json!({}));
    net(&["serve-udp", "0.0.0.0:53"], "one")
        .with("Hostname", json!("dns"))
        .runs(&host, "dns");
    said(&host, "dns", "listening");
    let asked = net(&["udp-ask", "dns:53", "hello"], "one").says(&host);
    assert_eq!(asked, (0, "dns:hello\n".to_owned()));
    let there = address(&host, "dns", "one");
    let (code, heard) = net(&["udp-ask", &format!("{there}:53"), "hello"], "default").says(&host);
    assert_eq!(code, 1, "{heard}");
}

#[test]
fn a_network_is_joined_and_left_while_a_guest_runs() {
    let host = host();
    network(&host, "one", &json!({}));
    network(&host, "two", &json!({}));
    net(&["serve-tcp", "0.0.0.0:80"], "one")
        .with("Hostname", json!("api"))
        .runs(&host, "api");
    said(&host, "api", "listening");
    let from_two = || net(&["tcp-connect", "late:80", "hello"], "two").says(&host);
    assert_eq!(from_two().0, 1);
    let body = json!({ "Container": "api", "EndpointConfig": { "Aliases": ["late"] } }).to_string();
    host.done("POST", "/networks/two/connect", &body);
    assert_eq!(from_two(), (0, "api:hello\n".to_owned()));
    // By the address that it has there, although it listens on another one.
    let there = address(&host, "api", "two");
    let by_address = net(&["tcp-connect", &format!("{there}:80"), "hello"], "two").says(&host);
    assert_eq!(by_address, (0, "api:hello\n".to_owned()));
    host.done(
        "POST",
        "/networks/two/disconnect",
        &json!({ "Container": "api" }).to_string(),
    );
    assert_eq!(from_two().0, 1);
    let from_one = net(&["tcp-connect", "api:80", "hello"], "one").says(&host);
    assert_eq!(from_one, (0, "api:hello\n".to_owned()));
}

#[test]
fn an_address_that_was_given_back_is_had_by_the_next() {
    let host = host();
    let subnet = json!({ "IPAM": { "Config": [{ "Subnet": "10.77.0.0/24" }] } });
    network(&host, "old", &subnet);
    net(&["serve-tcp", "0.0.0.0:80"], "old")
        .with("Hostname", json!("first"))
        .runs(&host, "first");
    said(&host, "first", "listening");
    let left = json!({ "Container": "first" }).to_string();
    host.done("POST", "/networks/old/disconnect", &left);
    host.done("DELETE", "/networks/old", "");
    network(&host, "new", &subnet);
    net(&["serve-tcp", "0.0.0.0:80"], "new")
        .with("Hostname", json!("second"))
        .runs(&host, "second");
    said(&host, "second", "listening");
    assert_eq!(address(&host, "second", "new"), "10.77.0.2");
    for to in ["second:80", "10.77.0.2:80"] {
        let heard = net(&["tcp-connect", to, "hello"], "new").says(&host);
        assert_eq!(heard, (0, "second:hello\n".to_owned()), "{to}");
    }
    // The first one comes back to another address, where its sockets are found.
    host.done("POST", "/networks/new/connect", &left);
    let heard = net(&["tcp-connect", "first:80", "hello"], "new").says(&host);
    assert_eq!(heard, (0, "first:hello\n".to_owned()));
}

#[test]
fn a_guest_that_runs_reaches_whom_it_joins() {
    let host = host();
    network(&host, "one", &json!({}));
    net(&["serve-tcp", "0.0.0.0:80"], "one")
        .with("Hostname", json!("api"))
        .runs(&host, "api");
    said(&host, "api", "listening");
    // It has sockets because of another network, and looks for the name until it is there.
    network(&host, "two", &json!({}));
    net(&["tcp-until", "api:80", "hello"], "two").runs(&host, "client");
    said(&host, "client", "not yet");
    host.done(
        "POST",
        "/networks/one/connect",
        &json!({ "Container": "client" }).to_string(),
    );
    said(&host, "client", "api:hello");
}

#[test]
fn names_are_given_by_hand_and_by_links() {
    let host = host();
    network(
        &host,
        "one",
        &json!({ "IPAM": { "Config": [{ "Subnet": "10.231.8.0/24" }] } }),
    );
    net(&["serve-tcp", "0.0.0.0:80"], "one")
        .with("Hostname", json!("api"))
        .endpoint(json!({ "IPAMConfig": { "IPv4Address": "10.231.8.5" } }))
        .runs(&host, "api");
    said(&host, "api", "listening");
    let by_hand = net(&["tcp-connect", "added:80", "hello"], "one")
        .host_config("ExtraHosts", json!(["added:10.231.8.5"]))
        .says(&host);
    assert_eq!(by_hand, (0, "api:hello\n".to_owned()));
    let linked = net(&["tcp-connect", "db:80", "hello"], "one")
        .endpoint(json!({ "Links": ["api:db"] }))
        .says(&host);
    assert_eq!(linked, (0, "api:hello\n".to_owned()));
    let refused = host.ask(
        "POST",
        "/containers/create",
        &json!({ "Image": "net", "HostConfig": { "ExtraHosts": ["nothing"] } }).to_string(),
    );
    assert_eq!(refused.status, 400);
    assert!(
        refused.text().contains("bad format for add-host"),
        "{}",
        refused.text()
    );
}
