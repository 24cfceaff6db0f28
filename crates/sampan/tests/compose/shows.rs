//! What of a project others are told: its images at a registry, its events, its ports.

use std::io::{Read as _, Write as _};
use std::process::{Child, Stdio};

use sampan_testkit::{guest, until};

use crate::host::Host;

/// A registry on loopback; it ends with this.
struct Registry {
    process: Child,
    address: String,
}

impl Registry {
    fn start(host: &Host) -> Self {
        let log = host.path("registry.log");
        let process = host
            .command(&["registry", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let address = until("the registry", || {
            let said = std::fs::read_to_string(&log).unwrap();
            let (_, address) = said.trim_end().rsplit_once("http://")?;
            Some(address.to_owned())
        });
        Self { process, address }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn images_are_pushed_and_pulled() {
    let host = Host::new("services: {}\n");
    let registry = Registry::start(&host);
    let image = format!("{}/shop/app:1", registry.address);
    host.write(
        "compose.yaml",
        format!("services:\n  a: {{image: '{image}', build: .}}\n  local: {{build: .}}\n"),
    );
    host.write("Dockerfile", "FROM box\nLABEL made=here\n");
    host.compose("build").ok();
    host.compose("push a").ok();
    host.sampan(&["rmi", &image]).ok();
    host.sampan(&["image", "inspect", &image]).failed();
    host.compose("pull --ignore-buildable").ok();
    host.sampan(&["image", "inspect", &image]).failed();
    host.compose("pull a").ok();
    let label = host.sampan(&["image", "inspect", &image]).ok();
    assert!(label.contains("\"made\": \"here\""), "{label}");
    let gone = format!("{}/shop/none:1", registry.address);
    host.write("compose.yaml", format!("services: {{a: {{image: '{gone}'}}}}\n"));
    let said = host.compose("pull").failed();
    assert!(
        said.contains("service `a`") && said.contains("shop/none:1"),
        "{said}"
    );
}

#[test]
fn events_are_those_of_the_project() {
    let host = Host::new("services:\n  a: {image: stays, stop_grace_period: 0s}\n  b: {image: hello}\n");
    host.sampan(&["run", "-d", "--name", "other", "stays"]).ok();
    host.compose("up -d").ok();
    host.compose("stop").ok();
    let seen = |services: &str| -> Vec<(String, String)> {
        let told = host
            .compose(&format!("events --json --since 10m --until 0s {services}"))
            .ok();
        let events = told.lines().map(|line| {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |name: &str| event[name].as_str().unwrap().to_owned();
            assert_ne!(event["attributes"]["name"], "other");
            (text("service"), text("action"))
        });
        events.collect()
    };
    let all = seen("");
    for (service, action) in [("a", "create"), ("a", "start"), ("a", "stop"), ("b", "die")] {
        let wanted = (service.to_owned(), action.to_owned());
        assert!(all.contains(&wanted), "{wanted:?}: {all:?}");
    }
    assert!(seen("b").iter().all(|(service, _)| service == "b"));
    host.sampan(&["rm", "-f", "other"]).ok();
}

#[test]
fn a_port_is_where_it_is_said_to_be() {
    let host = Host::new("services:\n  web: {image: web, ports: ['80']}\n");
    host.write("web.wasm", guest::http_server("hello"));
    host.sampan(&["image", "pack", "web.wasm", "web"]).ok();
    host.compose("up -d").ok();
    let address = host.compose("port web 80").ok();
    let answer = until("an answer", || {
        let mut stream = std::net::TcpStream::connect(address.trim()).ok()?;
        stream.write_all(b"GET / HTTP/1.0\r\nHost: web\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer).filter(|answer| !answer.is_empty())
    });
    assert!(
        answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200"),
        "{answer}"
    );
    host.compose("port web 81").failed();
}
