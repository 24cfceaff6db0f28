//! Two versions that answer beside each other.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::http::until;
use crate::service::{KeepAlive, Two, deployed, says, two, versions};
use crate::talk::published;

/// How often each answer came, of so many that several clients ask for at once.
fn answers(to: SocketAddr, clients: usize, each: usize) -> BTreeMap<String, usize> {
    let ask = |client: usize| {
        let mut said = Vec::new();
        let (mut old, mut new) = (KeepAlive::new(to), Two::new(to));
        for n in 0..each {
            let (status, body) = if (client + n).is_multiple_of(2) {
                old.get()
            } else {
                new.get()
            }
            .unwrap();
            assert_eq!(status, 200, "{body}");
            said.push(body.trim().to_owned());
        }
        said
    };
    let mut counts = BTreeMap::new();
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..clients)
            .map(|client| scope.spawn(move || ask(client)))
            .collect();
        for said in asking.into_iter().flat_map(|one| one.join().unwrap()) {
            *counts.entry(said).or_insert(0) += 1;
        }
    });
    counts
}

fn weights(shown: &Value) -> Vec<(u64, u64)> {
    let number = |value: &Value| value.as_u64().unwrap();
    let each = shown["versions"].as_array().unwrap().iter();
    each.map(|version| (number(&version["version"]), number(&version["weight"])))
        .collect()
}

#[test]
fn each_version_answers_its_part_until_one_answers_all() {
    let (host, to) = two();
    let shown = deployed(&host, &json!({ "image": "two", "split": "90:10" }));
    assert_eq!(weights(&shown), [(0, 90), (1, 10)]);
    let counts = answers(to, 8, 125);
    // Of any thousand in a row a hundred, whoever asked them.
    assert_eq!((counts["one-1"], counts["two-2"]), (900, 100));
    let shown = host.inspect("web");
    assert_eq!(shown["Config"]["Image"], "one");
    let listed: Vec<_> = shown["Sampan"]["Versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (&v["Image"], &v["Weight"]))
        .collect();
    assert_eq!(listed, [(&json!("one"), &json!(90)), (&json!("two"), &json!(10))]);
    assert_eq!(
        weights(&deployed(&host, &json!({ "split": "1:2" }))),
        [(0, 1), (1, 2)]
    );
    let counts = answers(to, 4, 75);
    assert_eq!((counts["one-1"], counts["two-2"]), (100, 200));
    // Back, and then for good.
    assert_eq!(weights(&deployed(&host, &json!({ "split": "100:0" }))), [(0, 1)]);
    assert_eq!(answers(to, 2, 20)["one-1"], 40);
    deployed(&host, &json!({ "image": "two", "split": "50:50" }));
    let shown = deployed(&host, &json!({ "split": "0:100" }));
    assert_eq!(weights(&shown).len(), 1);
    assert_eq!(answers(to, 2, 20)["two-2"], 40);
    assert_eq!(host.inspect("web")["Config"]["Image"], "two");
}

#[test]
fn both_versions_come_back_after_a_restart_and_with_another_daemon() {
    let (mut host, to) = two();
    deployed(&host, &json!({ "image": "two", "split": "50:50" }));
    // The image of the newer one is used as well.
    assert_eq!(host.ask("DELETE", "/images/two", "").status, 409);
    host.fell();
    host.start();
    let counts = answers(to, 2, 50);
    assert_eq!((counts["one-1"], counts["two-2"]), (50, 50));
    host.done("POST", "/containers/web/restart", "");
    let to = published(&host, "web", "80/tcp");
    until("both versions", || weights(&versions(&host)).len() == 2);
    let counts = answers(to, 2, 50);
    assert_eq!((counts["one-1"], counts["two-2"]), (50, 50));
    // A third one takes the place of both.
    deployed(&host, &json!({ "image": "one" }));
    assert_eq!(says(to), "one-1\n");
    assert_eq!(weights(&versions(&host)).len(), 1);
}
