//! IPv6 between containers.

use std::net::Ipv6Addr;

use serde_json::json;

use crate::execs::exec;
use crate::talk::{ask, host, net, network, published, said};

#[test]
fn members_of_a_network_reach_each_other_over_ipv6() {
    let host = host();
    network(
        &host,
        "six",
        &json!({ "EnableIPv6": true, "IPAM": { "Config": [{ "Subnet": "fd00:231:7::/64" }] } }),
    );
    network(&host, "four", &json!({}));
    net(&["serve-tcp", "[::]:80"], "six")
        .endpoint(json!({ "IPAMConfig": { "IPv6Address": "fd00:231:7::f00d" } }))
        .with("Hostname", json!("api"))
        .published("80/tcp")
        .runs(&host, "api");
    said(&host, "api", "listening on [fd00:231:7::f00d]:80");
    let place = host.inspect("api")["NetworkSettings"]["Networks"]["six"].clone();
    assert_eq!(place["GlobalIPv6Address"], "fd00:231:7::f00d");
    assert_eq!(place["GlobalIPv6PrefixLen"], 64);
    assert_eq!(place["IPv6Gateway"], "fd00:231:7::1");
    assert_eq!(place["IPAMConfig"]["IPv6Address"], "fd00:231:7::f00d");
    let heard = (0, "api:hello\n".to_owned());
    for to in ["[fd00:231:7::f00d]:80", "api:80"] {
        assert_eq!(
            net(&["tcp-connect", to, "hello"], "six").says(&host),
            heard,
            "{to}"
        );
        assert_eq!(
            net(&["tcp-connect", to, "hello"], "four").says(&host).0,
            1,
            "{to}"
        );
    }
    let (code, found) = net(&["resolve", "api"], "six").says(&host);
    assert!(
        code == 0 && found.lines().any(|line| line == "fd00:231:7::f00d"),
        "{found}"
    );
    assert_eq!(found.lines().count(), 2, "and its address of IPv4: {found}");
    // From outside it is found although it listens on IPv6 alone.
    assert_eq!(
        ask(published(&host, "api", "80/tcp"), "hello").unwrap(),
        "api:hello"
    );
    let inside = exec(&host, "api", &["sh", "-c", "printf hello | nc ::1 80"]);
    assert_eq!(inside, (0, "api:hello".to_owned()));
    let members = host.done("GET", "/networks/six", "").json();
    assert_eq!(members["EnableIPv6"], true);
    let member = members["Containers"]
        .as_object()
        .unwrap()
        .values()
        .next()
        .unwrap();
    assert_eq!(member["IPv6Address"], "fd00:231:7::f00d/64");
}

#[test]
fn a_network_of_ipv6_alone_has_a_subnet_of_its_own() {
    let host = host();
    network(&host, "six", &json!({ "EnableIPv4": false, "EnableIPv6": true }));
    net(&["serve-udp", "[::]:53"], "six")
        .with("Hostname", json!("dns"))
        .runs(&host, "dns");
    said(&host, "dns", "listening");
    let place = host.inspect("dns")["NetworkSettings"]["Networks"]["six"].clone();
    assert_eq!(place["IPAddress"], "");
    let address: Ipv6Addr = place["GlobalIPv6Address"].as_str().unwrap().parse().unwrap();
    assert!(address.is_unique_local(), "{address}");
    let config = host.done("GET", "/networks/six", "").json()["IPAM"]["Config"].clone();
    assert_eq!(config.as_array().unwrap().len(), 1, "{config}");
    let asked = net(&["udp-ask6", "dns:53", "hello"], "six").says(&host);
    assert_eq!(asked, (0, "dns:hello\n".to_owned()));
    let refused = host.ask(
        "POST",
        "/networks/create",
        &json!({ "Name": "neither", "EnableIPv4": false, "EnableIPv6": false }).to_string(),
    );
    assert_eq!(refused.status, 400, "{}", refused.text());
}
