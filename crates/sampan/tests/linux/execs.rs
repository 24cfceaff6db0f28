//! Other programs in a container that runs.

use std::io::{Read, Write};

use serde_json::json;

use crate::machine::{Machine, frames};

const STAYS: &str = "echo up; while :; do sleep 1; done";

#[test]
fn an_exec_shares_the_container_and_has_its_own_words() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(STAYS, json!({ "Env": ["A=1", "B=2"], "WorkingDir": "/tmp" }));
    let ended = machine.exec(
        &name,
        "echo $A $B; pwd; id -u; cat /proc/1/comm; echo err >&2; exit 5",
        json!({ "Env": ["B=3"], "User": "web" }),
    );
    assert_eq!((ended.code, ended.err.as_str()), (5, "err\n"));
    assert_eq!(ended.out, "1 3\n/tmp\n33\nsh\n");
    let elsewhere = machine.exec(&name, "pwd", json!({ "WorkingDir": "/data" }));
    assert_eq!(elsewhere.out, "/data\n");
}

#[test]
fn an_exec_is_as_confined_as_its_container() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(STAYS, json!({ "HostConfig": { "CapDrop": ["CHOWN"] } }));
    let script = "grep -E 'CapEff|CapBnd|Seccomp:' /proc/self/status; unshare -m true; chown web /tmp";
    let own = machine.exec(
        &name,
        "grep -E 'CapEff|CapBnd|Seccomp:' /proc/1/status",
        json!({}),
    );
    let ended = machine.exec(&name, script, json!({}));
    assert!(
        ended.out.starts_with(&own.out) && own.out.contains("Seccomp:\t2"),
        "{ended:?} {own:?}"
    );
    assert_ne!(ended.code, 0);
    assert_eq!(ended.err.matches("not permitted").count(), 2, "{ended:?}");
    let more = machine.exec(
        &name,
        "grep Seccomp: /proc/self/status; unshare -m true && echo may",
        json!({ "Privileged": true }),
    );
    assert_eq!(more.out, "Seccomp:\t0\nmay\n", "{more:?}");
}

#[test]
fn an_exec_that_cannot_be_is_told_and_leaves_nothing() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(STAYS, json!({}));
    for (program, code) in [("nosuch", 127), ("/etc/passwd", 126)] {
        let made = machine.done(
            "POST",
            &format!("/containers/{name}/exec"),
            &json!({ "Cmd": [program], "AttachStdout": true }).to_string(),
        );
        let id = made.json()["Id"].as_str().unwrap().to_owned();
        // It is told where its output would be.
        let (out, err) = frames(&machine.done("POST", &format!("/exec/{id}/start"), "{}").body);
        let why = out + &err;
        assert!(
            why.contains("OCI runtime exec failed") && why.contains(program),
            "{why}"
        );
        assert_eq!(
            machine.done("GET", &format!("/exec/{id}/json"), "").json()["ExitCode"],
            code
        );
    }
    assert_eq!(machine.exec(&name, "echo still", json!({})).out, "still\n");
}

#[test]
fn an_exec_has_a_terminal() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(STAYS, json!({}));
    let made = machine.done(
        "POST",
        &format!("/containers/{name}/exec"),
        &json!({
            "Cmd": ["sh"], "Tty": true, "AttachStdin": true, "AttachStdout": true, "ConsoleSize": [33, 99],
        })
        .to_string(),
    );
    let id = made.json()["Id"].as_str().unwrap().to_owned();
    let path = format!("/exec/{id}/start");
    let (answer, mut stream, mut heard) = machine
        .connection()
        .hijack(&path, r#"{"Tty":true,"ConsoleSize":[33,99]}"#)
        .unwrap();
    assert_eq!(answer.status, 101);
    stream
        .write_all(b"stty size; test -t 1 && echo is-a-tty; exit 4\n")
        .unwrap();
    stream.read_to_end(&mut heard).unwrap();
    let heard = String::from_utf8_lossy(&heard).into_owned();
    assert!(
        heard.contains("33 99\r\n") && heard.contains("is-a-tty\r\n"),
        "{heard:?}"
    );
    let code = sampan_testkit::until("the exec to end", || {
        machine.done("GET", &format!("/exec/{id}/json"), "").json()["ExitCode"].as_i64()
    });
    assert_eq!(code, 4);
}

#[test]
fn execs_end_with_their_container() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(STAYS, json!({}));
    let made = machine.done(
        "POST",
        &format!("/containers/{name}/exec"),
        &json!({ "Cmd": ["sleep", "1000"] }).to_string(),
    );
    let id = made.json()["Id"].as_str().unwrap().to_owned();
    machine.done("POST", &format!("/exec/{id}/start"), r#"{"Detach":true}"#);
    machine.done("POST", &format!("/containers/{name}/kill"), "");
    let code = sampan_testkit::until("the exec to end", || {
        machine.done("GET", &format!("/exec/{id}/json"), "").json()["ExitCode"].as_i64()
    });
    assert_eq!(code, 137);
}
