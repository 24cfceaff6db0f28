//! What others take away of the networks comes back by itself, while all that runs runs on.

use sampan_network::links::Links;
use sampan_network::nft::{Batch, rules};
use serde_json::json;

use crate::machine::Machine;
use crate::networks::{SERVER, ask};

/// A server with a published port, and somebody in another network who reaches that port alone.
struct Shop {
    machine: Machine,
    server: String,
    guest: String,
    neighbour: String,
    at: String,
    port: u16,
}

impl Shop {
    fn new() -> Option<Self> {
        let machine = Machine::apart()?;
        machine.network("one", json!({}));
        machine.network("two", json!({}));
        let more = json!({ "HostConfig": {
            "NetworkMode": "one", "PortBindings": { "80/tcp": [{ "HostIp": "0.0.0.0" }] },
        } });
        let server = machine.begin(SERVER, more);
        let within = |network: &str| json!({ "HostConfig": { "NetworkMode": network } });
        let guest = machine.begin("sleep 1000", within("two"));
        let neighbour = machine.begin("sleep 1000", within("one"));
        let shown = machine.inspect(&server);
        let port = &shown["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"];
        let at = &shown["NetworkSettings"]["Networks"]["one"]["Gateway"];
        let (port, at) = (
            port.as_str().unwrap().parse().unwrap(),
            at.as_str().unwrap().to_owned(),
        );
        let shop = Self {
            machine,
            server,
            guest,
            neighbour,
            at,
            port,
        };
        shop.is_open();
        Some(shop)
    }

    /// The port leads in, names are known, and the networks are apart.
    #[track_caller]
    fn is_open(&self) {
        let (asked, named) = (ask(&self.at, self.port), ask(&self.server, 80));
        for (from, script) in [(&self.guest, asked), (&self.neighbour, named)] {
            sampan_testkit::until("the server to answer", || {
                let told = self.machine.exec(from, &script, json!({}));
                (told.out == "served\n").then_some(())
            });
        }
        let past = ask(&self.machine.address(&self.server, "one"), 80);
        assert_eq!(self.machine.exec(&self.guest, &past, json!({})).out, "");
    }

    fn bridge(&self, network: &str) -> String {
        let shown = self
            .machine
            .done("GET", &format!("/networks/{network}"), "")
            .json();
        format!("sp-{}", &shown["Id"].as_str().unwrap()[..10])
    }
}

#[test]
fn rules_that_somebody_flushes_come_back_at_once() {
    let Some(shop) = Shop::new() else { return };
    let whole = rules("sampan").unwrap();
    assert!(whole > 10, "{whole}");
    for _ in 0..3 {
        // As `nft flush ruleset` does.
        let mut batch = Batch::new("sampan");
        batch.remove_table();
        batch.commit().unwrap();
        sampan_testkit::until("the rules to come back", || {
            (rules("sampan").unwrap() == whole).then_some(())
        });
        shop.is_open();
    }
    // What others have is nobody's business here.
    let mut other = Batch::new("other");
    other.add_table();
    other.commit().unwrap();
    let mut other = Batch::new("other");
    other.remove_table();
    other.commit().unwrap();
    shop.is_open();
    assert_eq!(rules("sampan").unwrap(), whole);
}

#[test]
fn a_bridge_that_somebody_removes_or_sets_down_comes_back_at_once() {
    let Some(shop) = Shop::new() else { return };
    let links = Links::here().unwrap();
    let name = shop.bridge("one");
    let members = |bridge: u32| {
        let all = links.all().unwrap();
        all.iter().filter(|link| link.bridge == Some(bridge)).count()
    };
    let gone = links.find(&name).unwrap().unwrap().index;
    assert_eq!(members(gone), 2);
    links.delete(gone).unwrap();
    let made = sampan_testkit::until("another one", || {
        let link = links.find(&name).unwrap()?;
        (members(link.index) == 2).then_some(link.index)
    });
    assert_ne!(made, gone);
    shop.is_open();

    let addresses = links.addresses(made).unwrap();
    let own = addresses
        .iter()
        .find(|net| net.addr().to_string() == shop.at)
        .unwrap();
    links.remove_address(made, *own).unwrap();
    sampan_testkit::until("its address to come back", || {
        links.addresses(made).unwrap().contains(own).then_some(())
    });
    shop.is_open();

    // Nothing of it is left behind.
    for name in [&shop.server, &shop.guest, &shop.neighbour] {
        shop.machine
            .done("DELETE", &format!("/containers/{name}?force=1"), "");
    }
    for network in ["one", "two"] {
        shop.machine.done("DELETE", &format!("/networks/{network}"), "");
    }
    sampan_testkit::until("all interfaces to go", || {
        let left = links.all().unwrap();
        left.iter().all(|link| link.name == "lo").then_some(())
    });
}

#[test]
fn what_was_taken_away_while_no_daemon_was_there_comes_back_with_the_next() {
    let Some(mut shop) = Shop::new() else { return };
    shop.machine.fell();
    let links = Links::here().unwrap();
    for network in ["one", "two"] {
        // The networks are the engine's to know; their bridges have its names.
        let all = links.all().unwrap();
        let bridge = all.iter().find(|link| link.name.starts_with("sp-")).unwrap();
        links
            .delete(bridge.index)
            .unwrap_or_else(|error| panic!("{network}: {error}"));
    }
    let mut batch = Batch::new("sampan");
    batch.remove_table();
    batch.commit().unwrap();
    shop.machine.start();
    shop.is_open();
}
