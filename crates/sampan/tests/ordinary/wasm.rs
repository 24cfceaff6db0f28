//! Wasm containers of an ordinary user.

use serde_json::json;

use crate::host::{Host, Role};

fn machine() -> Host {
    let mut host = Host::new();
    host.as_an_ordinary_user();
    host.start();
    host
}

#[test]
fn a_command_needs_no_daemon() {
    let mut host = Host::new();
    host.as_an_ordinary_user();
    let path = host.run_dir().with_file_name("exit.wat");
    std::fs::copy(sampan_testkit::guest::wat("hello"), &path).unwrap();
    let done = host.sampan(&["run", &path.display().to_string()]);
    assert!(done.status.success(), "{done:?}");
    assert!(!done.stdout.is_empty(), "{done:?}");
}

#[test]
fn containers_live_through_all_that_is_done_with_them() {
    let host = machine();
    host.done("POST", "/volumes/create", r#"{"Name":"kept"}"#);
    host.done("POST", "/networks/create", r#"{"Name":"n"}"#);
    let body = json!({
        "Image": "cat", "OpenStdin": true,
        "HostConfig": { "Binds": ["kept:/data"], "NetworkMode": "n", "Memory": 64 << 20 },
    });
    host.runs("one", &body.to_string());
    host.answers("one");
    let command = json!({ "Cmd": ["sh", "-c", "echo kept >/data/x; cat /data/x"], "AttachStdout": true });
    let exec = host
        .done("POST", "/containers/one/exec", &command.to_string())
        .json();
    let id = exec["Id"].as_str().unwrap();
    let said = host.done("POST", &format!("/exec/{id}/start"), "{}").text();
    assert!(said.ends_with("kept"), "{said:?}");
    for what in ["pause", "unpause", "restart?t=1"] {
        host.done("POST", &format!("/containers/one/{what}"), "");
    }
    host.answers("one");
    let stats = host
        .done("GET", "/containers/one/stats?stream=0&one-shot=1", "")
        .json();
    assert!(stats["memory_stats"]["usage"].as_u64() > Some(0), "{stats}");
    host.done("POST", "/commit?container=one&repo=other", "");
    host.done("POST", "/containers/one/kill", "");
    let state = host.state("one", |state| state["Running"] == false);
    assert_eq!(state["ExitCode"], 137);
    host.done("DELETE", "/containers/one?v=1", "");
}

#[test]
fn containers_outlive_their_daemon_and_obey_the_next() {
    let mut host = machine();
    host.runs("one", r#"{"Image":"cat","OpenStdin":true}"#);
    host.answers("one");
    host.fell();
    host.start();
    host.answers("one");
    host.runs(
        "two",
        r#"{"Image":"cat","OpenStdin":true,"HostConfig":{"Binds":["kept:/data"]}}"#,
    );
    host.answers("two");
    host.done("POST", "/containers/one/kill", "");
    host.state("one", |state| state["Running"] == false);
    assert_eq!(host.with_role(Role::Daemon).len(), 1);
}

#[test]
fn the_command_line_speaks_with_the_daemon() {
    let host = machine();
    let done = host.sampan(&["run", "-d", "--name", "one", "-i", "cat"]);
    assert!(done.status.success(), "{done:?}");
    let listed = host.sampan(&["ps"]);
    assert!(
        String::from_utf8_lossy(&listed.stdout).contains("one"),
        "{listed:?}"
    );
    let ended = host.sampan(&["rm", "--force", "one"]);
    assert!(ended.status.success(), "{ended:?}");
}
