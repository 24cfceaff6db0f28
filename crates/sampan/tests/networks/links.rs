//! Links, and the host under a name.

use sampan_testkit::net::EchoServer;
use serde_json::json;

use crate::execs::exec;
use crate::talk::{host, lines, net, said};

#[test]
fn a_link_in_the_usual_network_leads_to_one_container() {
    let host = host();
    for name in ["db", "other"] {
        net(&["serve-tcp", "0.0.0.0:80"], "default")
            .with("Hostname", json!(name))
            .with("Env", json!(["KIND=store"]))
            .with("ExposedPorts", json!({ "80/tcp": {} }))
            .runs(&host, name);
        said(&host, name, "listening");
    }
    let other = crate::talk::address(&host, "other", "bridge");
    let linked = |words: &[&str]| net(words, "default").host_config("Links", json!(["db:store"]));
    let heard = (0, "db:hello\n".to_owned());
    for to in ["store:80", "db:80"] {
        assert_eq!(linked(&["tcp-connect", to, "hello"]).says(&host), heard, "{to}");
    }
    // To nobody else, on no other port, and from nobody else.
    let elsewhere = format!("{other}:80");
    for to in [elsewhere.as_str(), "other:80", "store:81"] {
        let (code, text) = linked(&["tcp-connect", to, "hello"]).says(&host);
        assert_eq!(code, 1, "{to}: {text}");
    }
    assert_eq!(
        net(&["tcp-connect", "db:80", "hello"], "default").says(&host).0,
        1
    );
    // What is linked is told in the environment, shown, and found by the whole name.
    linked(&["tcp-until", "nobody:1", "x"]).runs(&host, "web");
    let (_, env) = exec(&host, "web", &["env"]);
    let address = crate::talk::address(&host, "db", "bridge");
    for line in [
        "STORE_NAME=/web/store",
        "STORE_ENV_KIND=store",
        &format!("STORE_PORT_80_TCP_ADDR={address}"),
    ] {
        assert!(env.lines().any(|known| known == line), "{line}: {env}");
    }
    assert_eq!(
        host.inspect("web")["HostConfig"]["Links"],
        json!(["/db:/web/store"])
    );
    assert_eq!(host.inspect("web/store")["Name"], "/db");
    let listed = host.done("GET", "/containers/json", "").json();
    let names = listed.as_array().unwrap().iter().map(|one| one["Names"].clone());
    assert!(
        names
            .into_iter()
            .any(|names| names == json!(["/db", "/web/store"])),
        "{listed}"
    );
    // It goes away while its parent runs, and the container that it led to does not.
    assert_eq!(exec(&host, "web", &["nc", "-z", "store", "80"]).0, 0);
    host.done("DELETE", "/containers/web/store?link=1", "");
    assert_eq!(exec(&host, "web", &["nc", "-z", "store", "80"]).0, 1);
    assert_eq!(host.inspect("db")["State"]["Running"], true);
    assert!(host.inspect("web")["HostConfig"]["Links"].is_null());
}

#[test]
fn a_link_to_one_that_does_not_run_is_refused() {
    let host = host();
    let create = |name: &str, links: serde_json::Value| {
        let body =
            json!({ "Image": "net", "Cmd": ["resolve", "127.0.0.1"], "HostConfig": { "Links": links } });
        host.ask(
            "POST",
            &format!("/containers/create?name={name}"),
            &body.to_string(),
        )
    };
    let refused = create("one", json!(["nothing:alias"]));
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert!(
        refused.text().contains("could not get container for nothing"),
        "{}",
        refused.text()
    );
    assert_eq!(create("db", json!([])).status, 201);
    assert_eq!(create("web", json!(["db:store"])).status, 201);
    let refused = host.ask("POST", "/containers/web/start", "");
    assert_eq!(refused.status, 500);
    let words = "Cannot link to a non running container: /db AS /web/store";
    assert!(refused.text().contains(words), "{}", refused.text());
}

#[test]
fn the_host_has_a_name_and_answers_where_that_is_granted() {
    let host = host();
    let (granted, other) = (EchoServer::start(), EchoServer::start());
    let port = granted.address().port();
    let ask = |port: u16, network: &str| {
        net(&["tcp-connect", &format!("machine:{port}"), "hello"], network)
            .host_config("ExtraHosts", json!(["machine:host-gateway"]))
            .option(&format!("wasm.net=machine:{}", granted.address().port()))
            .says(&host)
    };
    crate::talk::network(&host, "one", &json!({}));
    for network in ["default", "one"] {
        assert_eq!(ask(port, network), (0, "hello\n".to_owned()), "{network}");
        assert_eq!(ask(other.address().port(), network).0, 1, "{network}");
    }
    assert_eq!(other.accepted(), 0);
    let bridge = host.done("GET", "/networks/bridge", "").json();
    let gateway = bridge["IPAM"]["Config"][0]["Gateway"]
        .as_str()
        .unwrap()
        .to_owned();
    net(&["resolve", "machine"], "one")
        .host_config("ExtraHosts", json!(["machine:host-gateway"]))
        .option("wasm.net=machine:1")
        .runs(&host, "asks");
    said(&host, "asks", &gateway);
    assert_eq!(lines(&host, "asks").trim(), gateway);
}
