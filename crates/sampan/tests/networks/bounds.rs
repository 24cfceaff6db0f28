//! What leads nowhere.

use sampan_testkit::net::{EchoServer, UdpEcho};
use serde_json::json;

use crate::host::Role;
use crate::talk::{address, ask, host, net, network, published, said};

#[test]
fn the_usual_network_gives_published_ports_and_nothing_else() {
    let host = host();
    net(&["serve-tcp", "0.0.0.0:80"], "default")
        .published("80/tcp")
        .with("Hostname", json!("web"))
        .runs(&host, "web");
    said(&host, "web", "listening");
    let there = address(&host, "web", "bridge");
    for to in [format!("{there}:80"), "web:80".to_owned()] {
        for client in [
            net(&["tcp-connect", &to, "hello"], "default"),
            net(&["tcp-connect", &to, "hello"], "default").published("81/tcp"),
        ] {
            let (code, heard) = client.says(&host);
            assert_eq!(code, 1, "{to}: {heard}");
        }
    }
    // Another port than the published one is not its to listen on.
    let (code, heard) = net(&["tcp-listen", "0.0.0.0:82"], "default")
        .published("80/tcp")
        .says(&host);
    assert_eq!(code, 1, "{heard}");
    // A program without a network at all costs none: the first one with sockets begins the process for them.
}

#[test]
fn a_grant_leads_to_the_host_and_no_further() {
    let host = host();
    let (granted, other) = (EchoServer::start(), EchoServer::start());
    let grant = format!("wasm.net={}", granted.address());
    network(&host, "one", &json!({}));
    for network in ["one", "default", "host"] {
        let to = |server: &EchoServer| {
            let to = server.address().to_string();
            net(&["tcp-connect", &to, "hello"], network)
                .option(&grant)
                .says(&host)
        };
        assert_eq!(to(&granted), (0, "hello\n".to_owned()), "{network}");
        assert_eq!(to(&other).0, 1, "{network}");
    }
    assert_eq!(other.accepted(), 0);
    let datagrams = UdpEcho::start();
    let to = datagrams.address().to_string();
    let ask = |option: &str| {
        net(&["udp-send", &to, "hello"], "default")
            .option(option)
            .says(&host)
    };
    assert_eq!(ask(&format!("wasm.net={to}/udp")), (0, "hello\n".to_owned()));
    assert_eq!(ask("wasm.net=127.0.0.1:1/udp").0, 1);
}

#[test]
fn a_grant_to_listen_is_one_of_the_host() {
    let host = host();
    net(&["serve-tcp", "127.0.0.1:0"], "default")
        .option("wasm.listen=0")
        .with("Hostname", json!("h"))
        .runs(&host, "on-host");
    said(&host, "on-host", "listening");
    let line = crate::talk::lines(&host, "on-host");
    let to = line.trim().rsplit(' ').next().unwrap().parse().unwrap();
    assert_eq!(ask(to, "hello").unwrap(), "h:hello");
}

#[test]
fn an_internal_network_leads_nowhere_else() {
    let host = host();
    network(&host, "inner", &json!({ "Internal": true }));
    net(&["serve-tcp", "0.0.0.0:80"], "inner")
        .published("80/tcp")
        .with("Hostname", json!("web"))
        .runs(&host, "web");
    said(&host, "web", "listening");
    let inside = net(&["tcp-connect", "web:80", "hello"], "inner").says(&host);
    assert_eq!(inside, (0, "web:hello\n".to_owned()));
    assert_ne!(
        ask(published(&host, "web", "80/tcp"), "hello").ok().as_deref(),
        Some("web:hello")
    );
    let server = EchoServer::start();
    let to = server.address().to_string();
    let (code, heard) = net(&["tcp-connect", &to, "hello"], "inner")
        .option(&format!("wasm.net={to}"))
        .says(&host);
    assert_eq!(code, 1, "{heard}");
    let (code, heard) = net(&["resolve", "localhost"], "inner")
        .option("wasm.net=localhost:*")
        .says(&host);
    assert_eq!(code, 1, "{heard}");
    assert_eq!(server.accepted(), 0);
}

#[test]
fn the_network_process_keeps_little_of_root() {
    let host = host();
    network(&host, "one", &json!({}));
    let (code, heard) = net(&["resolve", "nobody"], "one").says(&host);
    assert_eq!(code, 1, "{heard}");
    let pid = host.with_role(Role::Network)[0];
    let of = |thread: &std::path::Path, key: &str| {
        let text = std::fs::read_to_string(thread.join("status")).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        line.trim().to_owned()
    };
    let mut names = Vec::new();
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
        let thread = thread.unwrap().path();
        let name = of(&thread, "Name:");
        // `CAP_NET_BIND_SERVICE` and `CAP_SYS_PTRACE`; of the thread in the host's namespace none.
        let kept = if name == "host" { 0 } else { 1 << 10 | 1 << 19 };
        for set in ["CapEff:", "CapPrm:"] {
            assert_eq!(
                u64::from_str_radix(&of(&thread, set), 16).unwrap(),
                kept,
                "{name} {set}"
            );
        }
        assert_eq!(of(&thread, "Seccomp:"), "2", "{name}");
        assert_eq!(of(&thread, "NoNewPrivs:"), "1", "{name}");
        names.push(name);
    }
    assert!(names.iter().any(|name| name == "host"), "{names:?}");
}
