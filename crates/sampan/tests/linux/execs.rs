//! Other programs in a container that runs.

use std::io::{Read, Write};
use std::process::Command;

use rustix::process::Signal;
use serde_json::json;

use crate::host::{Role, kill};

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
fn an_exec_is_never_seen_with_more_than_its_container_has() {
    let Some(machine) = Machine::new() else { return };
    // Who may trace others is shown where they are.
    let script = "while :; do for p in /proc/[0-9]*; do grep CapEff $p/status; busybox readlink $p/ns/mnt; done; done \
                  >/seen 2>/dev/null";
    let name = machine.begin(script, json!({ "HostConfig": { "CapAdd": ["SYS_PTRACE"] } }));
    for _ in 0..40 {
        assert_eq!(machine.exec(&name, "exit 3", json!({})).code, 3);
    }
    machine.done("POST", &format!("/containers/{name}/kill"), "");
    machine.done("POST", &format!("/containers/{name}/wait"), "");
    let seen = machine
        .done("GET", &format!("/containers/{name}/archive?path=/seen"), "")
        .text();
    let lines = seen
        .lines()
        .filter(|line| line.starts_with("mnt:[") || line.starts_with("CapEff:"));
    let kinds: std::collections::BTreeSet<_> = lines.collect();
    assert_eq!(kinds.len(), 2, "{kinds:?}");
}

#[test]
fn an_exec_that_is_stopped_on_its_way_holds_up_nobody() {
    let Some(machine) = Machine::new() else { return };
    // It stops what comes next, before that is a program or when it is one.
    let script = "while :; do n=$(sh -c 'echo $$'); i=0; \
                  while [ $i -lt 3000 ]; do kill -STOP $((n + 1)) 2>/dev/null && echo held && break; i=$((i + 1)); done; done";
    let name = machine.begin(script, json!({}));
    std::thread::scope(|threads| {
        for round in 1..=12 {
            let machine = &machine;
            sampan_testkit::until("what is written to be heard", || {
                let path = format!("/containers/{name}/exec");
                let made = machine.done("POST", &path, &json!({ "Cmd": ["true"] }).to_string());
                let id = made.json()["Id"].as_str().unwrap().to_owned();
                // Whoever asked for it waits, and is told when its container ends.
                threads.spawn(move || {
                    machine.ask(
                        "POST",
                        &format!("/exec/{id}/start"),
                        &json!({ "Detach": true }).to_string(),
                    )
                });
                let held = machine.logs(&name).0.matches("held").count();
                (held >= round).then_some(())
            });
        }
        machine.done("POST", &format!("/containers/{name}/kill"), "");
        machine.done("POST", &format!("/containers/{name}/wait"), "");
    });
}

#[test]
fn an_exec_is_ended_for_memory_as_its_container_is_and_has_its_own_terminal() {
    let Some(machine) = Machine::new() else { return };
    let more = json!({ "Tty": true, "HostConfig": { "OomScoreAdj": 300 } });
    let name = machine.begin(STAYS, more);
    let seen = machine.exec(&name, "cat /proc/self/oom_score_adj; echo \"$TERM\"", json!({}));
    assert_eq!(seen.out, "300\n\n");
}

#[test]
fn a_folder_of_an_exec_and_a_name_of_the_host_are_refused_where_they_make_no_sense() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(STAYS, json!({}));
    let body = json!({ "Cmd": ["pwd"], "WorkingDir": "tmp" }).to_string();
    let made = machine.done("POST", &format!("/containers/{name}/exec"), &body);
    let path = format!("/exec/{}/start", made.json()["Id"].as_str().unwrap());
    let (_, why) = machine.refused("POST", &path, &json!({ "Detach": true }).to_string());
    assert!(why.contains("Cwd must be an absolute path"), "{why}");
    let body = crate::machine::body(
        "true",
        json!({ "Hostname": "x", "HostConfig": { "UTSMode": "host" } }),
    );
    let (status, why) = machine.refused("POST", "/containers/create", &body.to_string());
    assert_eq!(status, 400, "{why}");
    assert!(
        why.contains("conflicting options: hostname and the UTS mode"),
        "{why}"
    );
}

#[test]
fn who_has_no_number_is_nobody() {
    let Some(machine) = Machine::new() else { return };
    for user in ["4294967295", "2147483648", "0:4294967295", "-1"] {
        let name = machine.create("id -u", json!({ "User": user }));
        let (_, why) = machine.refused("POST", &format!("/containers/{name}/start"), "");
        assert!(
            why.contains("uids and gids must be in range 0-2147483647"),
            "{user}: {why}"
        );
    }
    let name = machine.begin(STAYS, json!({}));
    let body = json!({ "Cmd": ["id"], "User": "4294967295" }).to_string();
    let made = machine.done("POST", &format!("/containers/{name}/exec"), &body);
    let path = format!("/exec/{}/start", made.json()["Id"].as_str().unwrap());
    let (_, why) = machine.refused("POST", &path, &json!({ "Detach": true }).to_string());
    assert!(why.contains("uids and gids"), "{why}");
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
fn an_exec_without_input_has_the_containers_own_null_and_leaves_nothing() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(STAYS, json!({}));
    let script = "stat -L -c '%d %i %t' /proc/self/fd/0 /dev/null; cat; echo written >&0 && echo taken";
    for _ in 0..3 {
        let ended = machine.exec(&name, script, json!({}));
        let lines: Vec<&str> = ended.out.lines().collect();
        let [input, null, "taken"] = lines.as_slice() else {
            panic!("{ended:?}")
        };
        assert_eq!(input, null);
    }
    // One that is something else is not taken for it.
    let hostile = "mv /dev/null /dev/was; mknod /dev/null c 1 5; stat -c %F -L /proc/self/fd/0";
    machine.exec(&name, hostile, json!({}));
    let ended = machine.exec(&name, "stat -L -c %F /proc/self/fd/0; cat; echo end", json!({}));
    assert_eq!(ended.out, "fifo\nend\n", "{ended:?}");
    let sockets = Command::new("find")
        .arg(machine.run_dir().join("linux"))
        .args(["-name", "tenant-notify*"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&sockets.stdout), "");
}

#[test]
fn a_working_folder_that_is_not_there_is_named() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(STAYS, json!({}));
    let made = json!({ "Cmd": ["pwd"], "AttachStdout": true, "WorkingDir": "/nowhere" });
    let made = machine.done("POST", &format!("/containers/{name}/exec"), &made.to_string());
    let id = made.json()["Id"].as_str().unwrap().to_owned();
    let (out, err) = frames(&machine.done("POST", &format!("/exec/{id}/start"), "{}").body);
    let why = out + &err;
    assert!(
        why.contains("/nowhere") && why.contains("no such file or directory"),
        "{why}"
    );
    let shown = machine.done("GET", &format!("/exec/{id}/json"), "").json();
    assert_eq!(shown["ExitCode"], 126);
}

#[test]
fn signals_do_what_they_do_usually_whoever_started_the_daemon() {
    let Some(mut machine) = Machine::new() else { return };
    machine.fell();
    for pid in machine.with_role(Role::Zygote) {
        kill(pid, Signal::KILL);
    }
    machine.ignoring = true;
    machine.start();
    // No shell, which has ideas of its own.
    let program = json!(["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"]);
    let none = "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n";
    for init in [false, true] {
        let host = json!({ "Init": init });
        let ended = machine.run("", json!({ "Cmd": program, "HostConfig": host }));
        assert_eq!(ended.out, none, "init {init}");
        let name = machine.begin(STAYS, json!({ "HostConfig": host }));
        let ended = machine.exec(&name, "", json!({ "Cmd": program }));
        assert_eq!(ended.out, none, "init {init}");
    }
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
