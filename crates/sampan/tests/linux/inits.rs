//! `--init`: a first process that is not the program.

use serde_json::{Value, json};

use crate::machine::Machine;

fn init() -> Value {
    json!({ "HostConfig": { "Init": true } })
}

#[test]
fn the_program_is_a_child_of_an_init_and_ends_the_container() {
    let Some(machine) = Machine::new() else { return };
    let ended = machine.run("echo $$ $PPID; cat /proc/1/comm; exit 7", init());
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (7, "2 1\ndocker-init\n"),
        "{ended:?}"
    );
    let ended = machine.run("kill -9 $$", init());
    assert_eq!(ended.code, 137, "{ended:?}");
    let missing = machine.create(
        "",
        json!({ "Entrypoint": ["/none"], "HostConfig": { "Init": true } }),
    );
    let (_, why) = machine.refused("POST", &format!("/containers/{missing}/start"), "");
    assert!(why.contains("no such file or directory"), "{why}");
}

#[test]
fn an_init_takes_in_orphans() {
    let Some(machine) = Machine::new() else { return };
    // The inner shell ends at once, and its child some time later.
    let script = "sh -c 'sleep 0.2 & echo $! >/tmp/orphan'; while test -e /proc/$(cat /tmp/orphan); do sleep 0.05; done; echo gone";
    let ended = machine.run(script, init());
    assert_eq!((ended.code, ended.out.as_str()), (0, "gone\n"), "{ended:?}");
}

#[test]
fn an_init_hands_signals_on() {
    let Some(machine) = Machine::new() else { return };
    let script = "trap 'echo asked; exit 3' TERM; echo up; while :; do sleep 0.1; done";
    let name = machine.begin(script, init());
    machine.wrote(&name, "up");
    machine.done("POST", &format!("/containers/{name}/stop?t=30"), "");
    let ended = machine.end_of(&name);
    assert_eq!((ended.code, ended.out.as_str()), (3, "up\nasked\n"), "{ended:?}");
    let name = machine.begin("echo up; exec sleep 1000", init());
    machine.wrote(&name, "up");
    machine.done("POST", &format!("/containers/{name}/kill?signal=TERM"), "");
    assert_eq!(machine.end_of(&name).code, 143);
}

#[test]
fn a_terminal_belongs_to_the_program_of_an_init() {
    let Some(machine) = Machine::new() else { return };
    let more = json!({ "Tty": true, "HostConfig": { "Init": true } });
    let name = machine.begin("set -m; sleep 0.01 & wait; tty; stat -c %n /dev/tty", more);
    let waited = machine
        .done("POST", &format!("/containers/{name}/wait"), "")
        .json();
    let shown = machine
        .done("GET", &format!("/containers/{name}/logs?stdout=1"), "")
        .text();
    assert_eq!(waited["StatusCode"], 0, "{shown}");
    assert!(!shown.contains("can't access tty"), "{shown}");
}

#[test]
fn what_comes_from_an_init_s_descriptors_is_nothing_of_the_host() {
    let Some(machine) = Machine::new() else { return };
    let more = json!({ "HostConfig": { "Init": true, "CapAdd": ["SYS_PTRACE"] } });
    let ended = machine.run("ls /proc/1/fd", more);
    assert_eq!(ended.out, "0\n1\n2\n", "{ended:?}");
}
