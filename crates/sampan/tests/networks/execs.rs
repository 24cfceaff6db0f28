//! Programs that are executed in a container: they are where it is.

use sampan_testkit::guest;
use serde_json::{Value, json};

use crate::host::Host;
use crate::talk::{framed, host, made, net, network, pack, published, request, said};

/// Runs words in a container to their end: the exit code, and what they wrote.
#[track_caller]
pub(crate) fn exec(host: &Host, container: &str, words: &[&str]) -> (i64, String) {
    let id = prepared(host, container, words);
    let answer = host.done("POST", &format!("/exec/{id}/start"), "{}");
    let shown = sampan_testkit::until("its exit code", || {
        let shown = host.done("GET", &format!("/exec/{id}/json"), "").json();
        (shown["Running"] == false).then_some(shown)
    });
    (shown["ExitCode"].as_i64().unwrap(), framed(&answer.body))
}

fn prepared(host: &Host, container: &str, words: &[&str]) -> String {
    let body = json!({ "AttachStdout": true, "AttachStderr": true, "Cmd": words });
    let made = host.done(
        "POST",
        &format!("/containers/{container}/exec"),
        &body.to_string(),
    );
    made.json()["Id"].as_str().unwrap().to_owned()
}

/// The same, left to itself.
fn detached(host: &Host, container: &str, words: &[&str]) {
    let id = prepared(host, container, words);
    let start = json!({ "Detach": true }).to_string();
    host.done("POST", &format!("/exec/{id}/start"), &start);
}

/// A container that does nothing but be there.
fn idles(host: &Host, network: &str, name: &str) {
    net(&["tcp-until", "nobody:1", "x"], network).runs(host, name);
}

#[test]
fn an_exec_reaches_what_its_container_reaches() {
    let host = host();
    network(&host, "one", &json!({}));
    network(&host, "two", &json!({}));
    net(&["serve-tcp", "0.0.0.0:80"], "one")
        .with("Hostname", json!("api-host"))
        .runs(&host, "api");
    said(&host, "api", "listening");
    idles(&host, "one", "box");
    idles(&host, "two", "far");
    let heard = (0, "api-host:hello".to_owned());
    for to in ["api", "api-host"] {
        let line = format!("printf hello | nc {to} 80");
        assert_eq!(exec(&host, "box", &["sh", "-c", &line]), heard, "{to}");
    }
    // In its own container, by its own name and by that of everybody.
    for to in ["api", "localhost", "127.0.0.1"] {
        let line = format!("printf hello | nc {to} 80");
        assert_eq!(exec(&host, "api", &["sh", "-c", &line]), heard, "{to}");
    }
    let (code, text) = exec(&host, "box", &["nslookup", "api"]);
    let there = crate::talk::address(&host, "api", "one");
    assert!(code == 0 && text.contains(&there), "{text}");
    // A program that the shell starts is there as well.
    let started = exec(&host, "box", &["sh", "-c", "net tcp-connect api:80 hello"]);
    assert_eq!(started, (0, "api-host:hello\n".to_owned()));
    for words in [
        &["nc", "-z", "api", "80"][..],
        &["nc", "-z", &there, "80"],
        &["nslookup", "api"],
    ] {
        let (code, text) = exec(&host, "far", words);
        assert_eq!(code, 1, "{words:?}: {text}");
    }
    let (code, text) = exec(&host, "box", &["nc", "-z", "api", "81"]);
    assert!(code == 1 && text.contains("refused"), "{text}");
}

#[test]
fn an_exec_is_heard_under_its_containers_names() {
    let host = host();
    network(&host, "one", &json!({}));
    network(&host, "two", &json!({}));
    idles(&host, "one", "box");
    detached(
        &host,
        "box",
        &["sh", "-c", "HOSTNAME=inner net serve-tcp 0.0.0.0:81"],
    );
    let ask = |network: &str| net(&["tcp-connect", "box:81", "hello"], network).says(&host);
    let heard = sampan_testkit::until("an answer", || Some(ask("one")).filter(|(code, _)| *code == 0));
    assert_eq!(heard.1, "inner:hello\n");
    // It goes with its container where that one goes.
    assert_eq!(ask("two").0, 1);
    let body = json!({ "Container": "box" }).to_string();
    host.done("POST", "/networks/two/connect", &body);
    assert_eq!(ask("two"), (0, "inner:hello\n".to_owned()));
    host.done("POST", "/networks/one/disconnect", &body);
    assert_eq!(ask("one").0, 1);
    // And what starts now is still found at the address that the container listens on.
    let own = exec(&host, "box", &["sh", "-c", "printf hello | nc box 81"]);
    assert_eq!(own, (0, "inner:hello".to_owned()));
    host.done("POST", "/containers/box/kill", "");
    assert_eq!(ask("two").0, 1);
}

#[test]
fn a_published_component_is_found_on_localhost_inside() {
    let host = host();
    pack(&host, "server", &guest::http_server("hello"));
    made("server", &[], "default")
        .published("80/tcp")
        .runs(&host, "web");
    let outside = request(published(&host, "web", "80/tcp")).unwrap();
    assert!(
        outside.starts_with("HTTP/1.1 200") && outside.contains("hello"),
        "{outside}"
    );
    let got = exec(&host, "web", &["wget", "-q", "-O", "-", "http://localhost/"]);
    assert_eq!(got, (0, "hello\n".to_owned()));
    assert_eq!(
        exec(&host, "web", &["nc", "-z", "-w", "1", "localhost", "80"]).0,
        0
    );
    assert_eq!(
        exec(&host, "web", &["nc", "-z", "-w", "1", "localhost", "81"]).0,
        1
    );
    // Without a port, and without a network, there is nothing to be found.
    idles(&host, "default", "silent");
    assert_eq!(
        exec(&host, "silent", &["nc", "-z", "-w", "1", "localhost", "80"]).0,
        1
    );
}

#[test]
fn a_health_check_asks_the_container_that_it_checks() {
    let host = host();
    network(&host, "one", &json!({}));
    let check = |line: &str| json!({ "Test": ["CMD-SHELL", line], "Interval": 50_000_000, "Timeout": 10_000_000_000_u64, "Retries": 1 });
    let status = |name: &str, wanted: &str| {
        host.state(name, |state: &Value| state["Health"]["Status"] == wanted);
    };
    net(&["serve-tcp", "0.0.0.0:80"], "one")
        .with("Healthcheck", check("nc -z localhost 80"))
        .runs(&host, "well");
    net(&["serve-tcp", "0.0.0.0:81"], "one")
        .with("Healthcheck", check("nc -z localhost 80"))
        .runs(&host, "ill");
    status("well", "healthy");
    status("ill", "unhealthy");
}
