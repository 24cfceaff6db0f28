//! Versions that take each other's place while clients ask.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use sampan_testkit::guest;
use serde_json::json;

use crate::http::until;
use crate::service::{KeepAlive, Two, deployed, says, service, two};

const SWAPS: usize = 100;
/// Each has two connections of either version of HTTP.
const CLIENTS: usize = 50;
const CONNECTIONS: usize = CLIENTS * 4;
/// On each connection.
const ROUNDS: usize = 50;

/// How far the swaps and the requests have come.
#[derive(Default)]
struct Progress {
    begun: AtomicUsize,
    done: AtomicUsize,
    answered: AtomicUsize,
}

#[test]
fn ten_thousand_requests_over_two_hundred_connections_lose_nothing_across_a_hundred_swaps() {
    let (host, to) = two();
    let progress = Progress::default();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| client(to, &progress)))
            .collect();
        for swap in 0..SWAPS {
            // Spread over all of the requests.
            until("clients to come along", || {
                progress.answered.load(SeqCst) >= swap * 80 || clients.iter().all(|one| one.is_finished())
            });
            progress.begun.fetch_add(1, SeqCst);
            let image = ["two", "one"][swap % 2];
            deployed(&host, &json!({ "image": image }));
            progress.done.fetch_add(1, SeqCst);
        }
        for client in clients {
            client.join().unwrap();
        }
    });
    assert_eq!(progress.answered.load(SeqCst), CONNECTIONS * ROUNDS);
    assert_eq!(says(to), "one-1\n");
    let shown = host.inspect("web");
    assert_eq!(shown["Config"]["Image"], "one");
    assert_eq!(shown["State"]["Status"], "running");
    assert_eq!(shown["RestartCount"], 0);
}

/// Asks on four connections in turn; each answer is whole, and of the version that answers then.
fn client(to: SocketAddr, progress: &Progress) {
    let (mut old, mut new) = (
        [KeepAlive::new(to), KeepAlive::new(to)],
        [Two::new(to), Two::new(to)],
    );
    for round in 0..ROUNDS {
        until("swaps to come along", || progress.done.load(SeqCst) >= round * 2);
        for at in 0..2 {
            whole(progress, || old[at].get());
            whole(progress, || new[at].get());
        }
    }
}

fn whole(progress: &Progress, get: impl FnOnce() -> std::io::Result<(u16, String)>) {
    let before = progress.done.load(SeqCst);
    let (status, body) = get().expect("no answer is cut");
    let after = progress.begun.load(SeqCst);
    assert_eq!(status, 200, "{body}");
    if before == after {
        // No swap was under way.
        assert_eq!(body, ["one-1\n", "two-2\n"][before % 2], "after {before} swaps");
    } else {
        assert!(["one-1\n", "two-2\n"].contains(&body.as_str()), "{body}");
    }
    progress.answered.fetch_add(1, SeqCst);
}

#[test]
fn a_container_starts_with_the_version_that_answered_last() {
    let (mut host, to) = two();
    let before = host.inspect("web");
    let shown = deployed(&host, &json!({ "image": "two" }));
    assert_eq!(shown["versions"].as_array().unwrap().len(), 1, "{shown}");
    assert_eq!(
        (&shown["versions"][0]["version"], &shown["versions"][0]["image"]),
        (&json!(1), &json!("two"))
    );
    let after = host.inspect("web");
    for same in ["Id", "Name", "Created", "HostConfig", "NetworkSettings", "Mounts"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_eq!(
        before["State"]["Pid"], after["State"]["Pid"],
        "its process is the same"
    );
    assert_eq!(before["State"]["StartedAt"], after["State"]["StartedAt"]);
    assert_ne!(before["Image"], after["Image"]);
    host.done("POST", "/containers/web/restart", "");
    let again = crate::talk::published(&host, "web", "80/tcp");
    assert_eq!(says(again), "two-2\n");
    // Another daemon goes on with what runs, and changes it too.
    host.fell();
    host.start();
    assert_eq!(says(again), "two-2\n");
    deployed(&host, &json!({ "image": "one" }));
    assert_eq!(says(again), "one-1\n");
    assert_ne!(to.port(), 0);
}

#[test]
fn what_the_image_says_changes_with_it_and_what_was_asked_for_stays() {
    let (host, _) = two();
    host.done(
        "POST",
        "/containers/create?name=own",
        &json!({ "Image": "one", "Env": ["MINE=1"], "Labels": { "mine": "yes" }, "ExposedPorts": { "80/tcp": {} } }).to_string(),
    );
    host.done("POST", "/containers/own/start", "");
    host.done("POST", "/sampan/v1/containers/own/deploy", r#"{"image": "two"}"#);
    let config = host.inspect("own")["Config"].clone();
    assert_eq!(config["Image"], "two");
    assert_eq!(config["Labels"]["mine"], "yes");
    assert!(
        config["Env"].as_array().unwrap().contains(&json!("MINE=1")),
        "{config}"
    );
    // An image that a container answers with stays.
    let removed = host.ask("DELETE", "/images/two", "");
    assert_eq!(removed.status, 409, "{}", removed.text());
    host.done("DELETE", "/images/one?force=1", "");
}

#[test]
fn handlers_of_both_versions_of_wasi_http_take_each_others_place() {
    let (host, to) = service(&[
        ("old", crate::service::saying("of0.2")),
        ("new", guest::http_service(202)),
        ("newer", guest::http_service(203)),
    ]);
    let mut client = KeepAlive::new(to);
    for (image, status) in [("new", 202), ("newer", 203), ("old", 200), ("new", 202)] {
        deployed(&host, &json!({ "image": image, "check": "/" }));
        assert_eq!(client.get().unwrap().0, status, "{image}\n{}", host.log());
    }
}
