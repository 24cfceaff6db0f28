//! Without root outside, and with it in a namespace of users.

use serde_json::json;

use crate::host::Host;
use crate::talk::{ask, net, network, published, said};

#[test]
fn networks_carry_for_whoever_is_root_in_a_namespace_of_users() {
    carry(Host::in_a_namespace_of_users);
}

#[test]
fn networks_carry_for_an_ordinary_user_who_may_have_such_a_namespace() {
    carry(Host::as_an_ordinary_user);
}

fn carry(become_somebody: impl FnOnce(&mut Host)) {
    let mut host = Host::new();
    host.pack(
        &sampan_testkit::guest::rust("net", sampan_testkit::guest::Target::P2),
        "net",
    );
    become_somebody(&mut host);
    host.start();
    let info = host.done("GET", "/info", "").json();
    assert!(!info["Warnings"].to_string().contains("Networks"), "{info}");
    network(&host, "one", &json!({}));
    net(&["serve-tcp", "0.0.0.0:80"], "one")
        .published("80/tcp")
        .with("Hostname", json!("api"))
        .runs(&host, "api");
    said(&host, "api", "listening");
    assert_eq!(
        ask(published(&host, "api", "80/tcp"), "hello").unwrap(),
        "api:hello"
    );
    let inside = net(&["tcp-connect", "api:80", "hello"], "one").says(&host);
    assert_eq!(inside, (0, "api:hello\n".to_owned()));
    // The host's side is reached by the thread that stayed there.
    let server = sampan_testkit::net::EchoServer::start();
    let to = server.address().to_string();
    let granted = net(&["tcp-connect", &to, "hello"], "one")
        .option(&format!("wasm.net={to}"))
        .says(&host);
    assert_eq!(granted, (0, "hello\n".to_owned()));
}
