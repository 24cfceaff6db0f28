//! Networks of Linux containers: who reaches whom, and what is left behind.

use std::fs;

use sampan_network::links::{Link, Links};
use serde_json::json;

use crate::machine::Machine;

/// A server that answers each connection with one line.
pub(crate) const SERVER: &str = "while :; do echo served | nc -l -p 80; done";

/// Asks a server; nothing where it is not reached.
pub(crate) fn ask(at: &str, port: u16) -> String {
    format!("echo | nc -w 3 {at} {port}")
}

fn within(network: &str) -> serde_json::Value {
    json!({ "HostConfig": { "NetworkMode": network } })
}

fn links() -> Vec<Link> {
    let mut links = Links::here().unwrap().all().unwrap();
    links.retain(|link| !link.alias.is_empty());
    links
}

#[test]
fn a_container_has_the_interface_that_inspect_shows() {
    let Some(machine) = Machine::apart() else { return };
    let name = machine.begin(
        "ip addr show eth0; ip route; cat /etc/hosts; sleep 1000",
        within("bridge"),
    );
    machine.wrote(&name, "link  src");
    let shown = machine
        .done("GET", &format!("/containers/{name}/json"), "")
        .json();
    let place = &shown["NetworkSettings"]["Networks"]["bridge"];
    let (address, mac) = (
        place["IPAddress"].as_str().unwrap(),
        place["MacAddress"].as_str().unwrap(),
    );
    machine.wrote(
        &name,
        &format!("{address}\t{}", shown["Config"]["Hostname"].as_str().unwrap()),
    );
    let (out, _) = machine.logs(&name);
    for part in [
        format!("inet {address}/16"),
        format!("link/ether {mac}"),
        "mtu 1500".to_owned(),
        format!("default via {}", place["Gateway"].as_str().unwrap()),
    ] {
        assert!(out.contains(&part), "no `{part}` in {out}");
    }
}

#[test]
fn an_address_that_was_asked_for_is_given() {
    let Some(machine) = Machine::apart() else { return };
    let options = json!({
        "IPAM": { "Config": [{ "Subnet": "10.77.0.0/24", "Gateway": "10.77.0.254" }] },
        "Options": { "com.docker.network.driver.mtu": "1400", "com.docker.network.bridge.name": "brown" },
    });
    machine.network("own", options);
    let more = json!({
        "HostConfig": { "NetworkMode": "own" },
        "NetworkingConfig": { "EndpointsConfig": { "own": {
            "IPAMConfig": { "IPv4Address": "10.77.0.9" }, "MacAddress": "02:11:22:33:44:55",
        } } },
    });
    let out = machine.run("ip addr show eth0; ip route", more).out;
    for part in ["10.77.0.9/24", "02:11:22:33:44:55", "mtu 1400", "via 10.77.0.254"] {
        assert!(out.contains(part), "no `{part}` in {out}");
    }
    assert!(links().iter().any(|link| link.name == "brown"));
    machine.done("DELETE", "/networks/own", "");
    assert!(links().iter().all(|link| link.name != "brown"));
}

#[test]
fn members_reach_each_other_and_nobody_else_does() {
    let Some(machine) = Machine::apart() else { return };
    machine.network("one", json!({}));
    machine.network("two", json!({}));
    let server = machine.begin(SERVER, within("one"));
    let (one, two) = (
        machine.begin("sleep 1000", within("one")),
        machine.begin("sleep 1000", within("two")),
    );
    let asked = ask(&machine.address(&server, "one"), 80);
    sampan_testkit::until("the server to answer", || {
        (machine.exec(&one, &asked, json!({})).out == "served\n").then_some(())
    });
    assert_eq!(machine.exec(&two, &asked, json!({})).out, "");
    // The way that leads past its own network is closed both ways.
    assert_eq!(
        machine
            .exec(&one, &ask(&machine.address(&two, "two"), 80), json!({}))
            .out,
        ""
    );
}

#[test]
fn a_container_joins_a_network_and_leaves_it_while_it_runs() {
    let Some(machine) = Machine::apart() else { return };
    machine.network("one", json!({}));
    machine.network("two", json!({}));
    let server = machine.begin(SERVER, within("one"));
    let guest = machine.begin("sleep 1000", within("two"));
    let asked = ask(&machine.address(&server, "one"), 80);
    let body = json!({ "Container": guest }).to_string();
    machine.done("POST", "/networks/one/connect", &body);
    sampan_testkit::until("the server to answer", || {
        (machine.exec(&guest, &asked, json!({})).out == "served\n").then_some(())
    });
    let shown = machine
        .exec(&guest, "ip addr show eth1; cat /etc/hosts", json!({}))
        .out;
    let own = machine.address(&guest, "one");
    assert!(
        shown.contains(&format!("inet {own}/16")) && shown.contains(&format!("{own}\t")),
        "{shown}"
    );
    machine.done("POST", "/networks/one/disconnect", &body);
    assert_eq!(machine.exec(&guest, &asked, json!({})).out, "");
    assert_ne!(machine.exec(&guest, "ip addr show eth1", json!({})).code, 0);
    // What it had before stays.
    let route = machine.exec(&guest, "ip route", json!({})).out;
    assert!(
        route.contains("default via") && route.contains("dev eth0"),
        "{route}"
    );
}

#[test]
fn an_internal_network_leads_nowhere() {
    let Some(machine) = Machine::apart() else { return };
    machine.network("inner", json!({ "Internal": true }));
    let server = machine.begin(SERVER, within("inner"));
    let guest = machine.begin("sleep 1000", within("inner"));
    let asked = ask(&machine.address(&server, "inner"), 80);
    sampan_testkit::until("the server to answer", || {
        (machine.exec(&guest, &asked, json!({})).out == "served\n").then_some(())
    });
    let shown = machine.done("GET", "/networks/inner", "").json();
    let gateway = shown["IPAM"]["Config"][0]["Gateway"].as_str().unwrap().to_owned();
    assert!(
        !machine
            .exec(&guest, "ip route", json!({}))
            .out
            .contains("default")
    );
    assert_ne!(
        machine
            .exec(&guest, &format!("ping -c 1 -W 1 {gateway}"), json!({}))
            .code,
        0
    );
    // Nor by a port that a member of another network has on all addresses of the host.
    let more = json!({ "HostConfig": {
        "NetworkMode": "bridge", "PortBindings": { "80/tcp": [{ "HostIp": "0.0.0.0" }] },
    } });
    let other = machine.begin(SERVER, more);
    let ports = machine.inspect(&other)["NetworkSettings"]["Ports"].clone();
    let port = ports["80/tcp"][0]["HostPort"].as_str().unwrap().parse().unwrap();
    let outside = machine.begin("sleep 1000", within("bridge"));
    sampan_testkit::until("the other server to answer", || {
        (machine.exec(&outside, &ask(&gateway, port), json!({})).out == "served\n").then_some(())
    });
    assert_eq!(machine.exec(&guest, &ask(&gateway, port), json!({})).out, "");
}

#[test]
fn members_that_are_kept_apart_reach_the_host_alone() {
    let Some(machine) = Machine::apart() else { return };
    let options = json!({ "Options": { "com.docker.network.bridge.enable_icc": "false" } });
    machine.network("apart", options);
    let server = machine.begin("sleep 1000", within("apart"));
    let guest = machine.begin("sleep 1000", within("apart"));
    let ping = |to: &str| format!("ping -c 1 -W 1 {to}");
    let shown = machine.done("GET", "/networks/apart", "").json();
    let gateway = shown["IPAM"]["Config"][0]["Gateway"].as_str().unwrap().to_owned();
    assert_eq!(machine.exec(&guest, &ping(&gateway), json!({})).code, 0);
    assert_ne!(
        machine
            .exec(&guest, &ping(&machine.address(&server, "apart")), json!({}))
            .code,
        0
    );
}

#[test]
fn the_network_of_another_container_is_shared() {
    let Some(machine) = Machine::apart() else { return };
    let server = machine.begin(SERVER, within("bridge"));
    let mode = within(&format!("container:{server}"));
    let guest = machine.begin("sleep 1000", mode.clone());
    sampan_testkit::until("the server to answer", || {
        (machine.exec(&guest, &ask("127.0.0.1", 80), json!({})).out == "served\n").then_some(())
    });
    let own = machine.address(&server, "bridge");
    let seen = machine.exec(&guest, "ip addr; cat /etc/hosts", json!({})).out;
    assert!(
        seen.contains(&format!("inet {own}/")) && seen.contains(&format!("{own}\t")),
        "{seen}"
    );
    let mut published = crate::machine::body("true", mode);
    published["HostConfig"]["PortBindings"] = json!({ "80/tcp": [{}] });
    let (status, why) = machine.refused("POST", "/containers/create", &published.to_string());
    assert!(status == 400 && why.contains("conflicting options"), "{why}");
}

#[test]
fn both_families_are_wired_where_a_network_has_both() {
    let Some(machine) = Machine::apart() else { return };
    if !fs::exists("/proc/sys/net/ipv6").unwrap() {
        return;
    }
    let config = json!([{ "Subnet": "fd00:77::/64" }]);
    machine.network("six", json!({ "EnableIPv6": true, "IPAM": { "Config": config } }));
    let one = machine.begin("sleep 1000", within("six"));
    let two = machine.begin("ip -6 route; sleep 1000", within("six"));
    machine.wrote(&two, "default via fd00:77::1");
    let shown = machine.done("GET", &format!("/containers/{one}/json"), "").json();
    let six = &shown["NetworkSettings"]["Networks"]["six"]["GlobalIPv6Address"];
    let six = six.as_str().unwrap();
    let pinged = machine.exec(&two, &format!("ping -c 1 -W 3 {six}"), json!({}));
    assert_eq!(pinged.code, 0, "{pinged:?}");
}

#[test]
fn networks_outlive_a_daemon_that_is_killed() {
    let Some(mut machine) = Machine::apart() else {
        return;
    };
    machine.network("one", json!({}));
    let server = machine.begin(SERVER, within("one"));
    let guest = machine.begin("sleep 1000", within("one"));
    let asked = ask(&server, 80);
    sampan_testkit::until("the server to answer", || {
        (machine.exec(&guest, &asked, json!({})).out == "served\n").then_some(())
    });
    let before = links();
    machine.fell();
    machine.start();
    assert_eq!(links(), before);
    sampan_testkit::until("the server to answer again", || {
        (machine.exec(&guest, &asked, json!({})).out == "served\n").then_some(())
    });
    for name in [&server, &guest] {
        machine.done("DELETE", &format!("/containers/{name}?force=1"), "");
    }
    machine.done("DELETE", "/networks/one", "");
    assert_eq!(links(), []);
}

#[test]
fn what_a_container_had_goes_while_no_daemon_is_there() {
    let Some(mut machine) = Machine::apart() else {
        return;
    };
    machine.network("one", json!({}));
    let guest = machine.begin("sleep 1000", within("one"));
    let shown = machine
        .done("GET", &format!("/containers/{guest}/json"), "")
        .json();
    let pid = u32::try_from(shown["State"]["Pid"].as_i64().unwrap()).unwrap();
    machine.fell();
    crate::host::kill(pid, rustix::process::Signal::KILL);
    machine.start();
    sampan_testkit::until("its end to be known", || {
        let shown = machine
            .done("GET", &format!("/containers/{guest}/json"), "")
            .json();
        (shown["State"]["Status"] == "exited").then_some(())
    });
    sampan_testkit::until("its interface to go", || {
        links()
            .iter()
            .all(|link| link.name.starts_with("sp-"))
            .then_some(())
    });
    machine.done("DELETE", &format!("/containers/{guest}"), "");
    machine.done("DELETE", "/networks/one", "");
    assert_eq!(links(), []);
}

#[test]
fn fifty_that_come_and_go_leave_nothing() {
    let Some(machine) = Machine::apart() else { return };
    machine.network("one", json!({}));
    let more = json!({ "HostConfig": {
        "NetworkMode": "one", "AutoRemove": true, "PortBindings": { "80/tcp": [{ "HostIp": "0.0.0.0" }] },
    } });
    // The bridge comes with the first one and stays.
    machine.run("true", within("one"));
    let monitors = || machine.with_role(crate::host::Role::Monitor);
    sampan_testkit::until("its monitor to go", || monitors().is_empty().then_some(()));
    let before = links();
    for _ in 0..50 {
        let name = machine.begin("true", more.clone());
        sampan_testkit::until("it to be gone", || {
            let answer = machine.ask("GET", &format!("/containers/{name}/json"), "");
            (answer.status == 404).then_some(())
        });
    }
    sampan_testkit::until("nothing to be left", || {
        (links() == before && monitors().is_empty()).then_some(())
    });
}

#[test]
fn both_kinds_reach_each_other_by_name() {
    let Some(mut machine) = Machine::apart() else {
        return;
    };
    machine.pack(
        &sampan_testkit::guest::rust("net", sampan_testkit::guest::Target::P2),
        "net",
    );
    machine.network("one", json!({}));
    machine.network("two", json!({}));
    let wasm = |name: &str, words: &[&str], network: &str| {
        let body = json!({ "Image": "net", "Cmd": words, "HostConfig": { "NetworkMode": network } });
        machine.runs(name, &body.to_string());
    };
    // Linux to Wasm, whoever was there first.
    wasm("early", &["serve-tcp", "0.0.0.0:7"], "one");
    let guest = machine.begin("sleep 1000", within("one"));
    let stranger = machine.begin("sleep 1000", within("two"));
    wasm("late", &["serve-tcp", "0.0.0.0:7"], "one");
    let asked = |name: &str| format!("echo hello | nc -w 3 {name} 7");
    for name in ["early", "late"] {
        machine.wrote(name, "listening on");
        sampan_testkit::until(&format!("`{name}` to answer"), || {
            let told = machine.exec(&guest, &asked(name), json!({}));
            told.out.contains("hello").then_some(())
        });
        // It sees who asks.
        machine.wrote(name, &format!("heard {}", machine.address(&guest, "one")));
        let address = machine.address(name, "one");
        assert_eq!(machine.exec(&stranger, &asked(&address), json!({})).out, "");
        // Where nobody listens, nobody answers.
        let closed = machine.exec(&guest, &format!("echo | nc -w 3 {address} 8"), json!({}));
        assert!(closed.out.is_empty());
    }
    // Wasm to Linux.
    let server = machine.begin(
        SERVER,
        json!({
            "HostConfig": { "NetworkMode": "one" },
            "NetworkingConfig": { "EndpointsConfig": { "one": { "Aliases": ["db"] } } },
        }),
    );
    sampan_testkit::until("the server to listen", || {
        let told = machine.exec(&guest, &ask("db", 80), json!({}));
        (told.out == "served\n").then_some(())
    });
    wasm("asker", &["tcp-until", "db:80", "served"], "one");
    machine.wrote("asker", "served");
    wasm(
        "other",
        &[
            "tcp-connect",
            &format!("{}:80", machine.address(&server, "one")),
            "x",
        ],
        "two",
    );
    let ended = machine.end_of("other");
    assert!(ended.code != 0 && !ended.out.contains("served"), "{ended:?}");
    // And behind the death of the daemon, while which one of them ended.
    let late = machine.address("late", "one");
    let has = || {
        let links = Links::here().unwrap();
        let bridge = links.all().unwrap().into_iter();
        let bridge = bridge
            .filter(|link| link.name.starts_with("sp-"))
            .map(|link| link.index);
        let mut all = bridge.flat_map(|index| links.addresses(index).unwrap());
        all.any(|address| address.addr().to_string() == late)
    };
    assert!(has());
    let worker = u32::try_from(machine.inspect("late")["State"]["Pid"].as_u64().unwrap()).unwrap();
    machine.fell();
    crate::host::kill(worker, rustix::process::Signal::KILL);
    machine.start();
    sampan_testkit::until("it to answer once more", || {
        let told = machine.exec(&guest, &asked("early"), json!({}));
        told.out.contains("hello").then_some(())
    });
    sampan_testkit::until("the address to go", || (!has()).then_some(()));
}

#[test]
fn ports_of_a_container_that_is_in_internal_networks_alone_are_not_published() {
    let Some(machine) = Machine::apart() else { return };
    machine.network("closed", json!({ "Internal": true }));
    machine.network("open", json!({}));
    let more = json!({
        "ExposedPorts": { "80/tcp": {} },
        "HostConfig": { "NetworkMode": "closed", "PortBindings": { "80/tcp": [{ "HostPort": "19671" }] } },
    });
    let name = machine.create(SERVER, more);
    let ports = || {
        let shown = machine
            .done("GET", &format!("/containers/{name}/json"), "")
            .json();
        shown["NetworkSettings"]["Ports"].clone()
    };
    machine.done("POST", &format!("/containers/{name}/start"), "");
    assert_eq!(ports(), json!({ "80/tcp": null }));
    // And nobody holds it.
    drop(std::net::TcpListener::bind("127.0.0.1:19671").unwrap());
    machine.done("POST", &format!("/containers/{name}/kill"), "");
    machine.done("POST", &format!("/containers/{name}/wait"), "");
    let body = json!({ "Container": name }).to_string();
    machine.done("POST", "/networks/open/connect", &body);
    machine.done("POST", &format!("/containers/{name}/start"), "");
    assert_eq!(ports()["80/tcp"][0]["HostPort"], "19671");
}

#[test]
fn an_address_is_chosen_only_in_networks_that_people_make() {
    let Some(machine) = Machine::apart() else { return };
    let wanted = json!({ "IPAMConfig": { "IPv4Address": "172.17.0.99" } });
    let body = crate::machine::body(
        "true",
        json!({
            "HostConfig": { "NetworkMode": "bridge" },
            "NetworkingConfig": { "EndpointsConfig": { "bridge": wanted } },
        }),
    );
    let why = "user specified IP address is supported on user defined networks only";
    let refused = (400, why.to_owned());
    assert_eq!(
        machine.refused("POST", "/containers/create", &body.to_string()),
        refused
    );
    let name = machine.create("true", json!({}));
    let body = json!({ "Container": name, "EndpointConfig": wanted }).to_string();
    assert_eq!(
        machine.refused("POST", "/networks/bridge/connect", &body),
        refused
    );
}

#[test]
fn whose_network_it_shares_matters_when_it_starts() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.create(
        "true",
        json!({ "HostConfig": { "NetworkMode": "container:nobody" } }),
    );
    let told = machine.refused("POST", &format!("/containers/{name}/start"), "");
    assert_eq!(told, (404, "No such container: nobody".to_owned()));
    let body = crate::machine::body("sleep 1000", json!({})).to_string();
    machine.done("POST", "/containers/create?name=nobody", &body);
    machine.done("POST", "/containers/nobody/start", "");
    machine.done("POST", &format!("/containers/{name}/start"), "");
}
