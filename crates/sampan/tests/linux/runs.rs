//! From a create body to a program that ends.

use serde_json::json;

use crate::machine::{Machine, body};

#[test]
fn a_program_writes_and_ends_with_its_own_code() {
    let Some(machine) = Machine::new() else { return };
    let ended = machine.run("echo out; echo err >&2; exit 7", json!({}));
    assert_eq!(
        (ended.code, ended.out.as_str(), ended.err.as_str()),
        (7, "out\n", "err\n")
    );
    let killed = machine.run(
        "kill -9 $$",
        json!({ "Entrypoint": ["busybox"] , "Cmd": ["sh", "-c", "sh -c 'kill -9 $$'; exit $?"] }),
    );
    assert_eq!(killed.code, 137);
}

#[test]
fn it_finds_what_it_was_told() {
    let Some(machine) = Machine::new() else { return };
    let ended = machine.run(
        "echo $A $HOME; pwd; hostname; cat /etc/hostname; echo $$; cat /proc/1/comm; true",
        json!({ "Env": ["A=b c"], "WorkingDir": "/made/here", "Hostname": "machine" }),
    );
    assert_eq!(ended.err, "");
    assert_eq!(ended.out, "b c /root\n/made/here\nmachine\nmachine\n1\nsh\n");
    let hosts = machine.run(
        "cat /etc/hosts",
        json!({ "HostConfig": { "ExtraHosts": ["db:10.1.2.3"] } }),
    );
    assert!(
        hosts.out.contains("127.0.0.1\tlocalhost") && hosts.out.contains("10.1.2.3\tdb"),
        "{}",
        hosts.out
    );
}

#[test]
fn users_and_groups_are_those_of_the_image() {
    let Some(machine) = Machine::new() else { return };
    for (user, told) in [
        ("", "uid=0(root) gid=0(root) groups=0(root)"),
        ("web", "uid=33(web) gid=44(www) groups=44(www),55(extra)"),
        ("33:55", "uid=33(web) gid=55(extra) groups=55(extra)"),
        ("1234", "uid=1234 gid=0(root) groups=0(root)"),
    ] {
        let ended = machine.run("id; echo to >/dev/stdout", json!({ "User": user }));
        assert_eq!(ended.out, format!("{told}\nto\n"), "{user} {}", ended.err);
    }
    let added = machine.run(
        "id -G",
        json!({ "User": "web", "HostConfig": { "GroupAdd": ["www", "77"] } }),
    );
    assert_eq!(added.out, "44 55 77\n");
    let name = machine.create("id", json!({ "User": "nobody" }));
    let (_, why) = machine.refused("POST", &format!("/containers/{name}/start"), "");
    assert!(
        why.contains("unable to find user nobody: no matching entries in passwd file"),
        "{why}"
    );
}

#[test]
fn a_program_that_is_not_there_is_127_and_one_that_cannot_be_executed_126() {
    let Some(machine) = Machine::new() else { return };
    for (program, code, why) in [
        ("nosuch", 127, "executable file not found in $PATH"),
        ("/bin/nosuch", 127, "no such file or directory"),
        ("/etc/passwd", 126, "permission denied"),
        ("/etc", 126, "is a directory"),
    ] {
        let name = machine.create("", json!({ "Cmd": [program] }));
        let (status, said) = machine.refused("POST", &format!("/containers/{name}/start"), "");
        assert_eq!(status, 400, "{said}");
        assert!(said.contains(why), "{said}");
        assert_eq!(machine.inspect(&name)["State"]["ExitCode"], code, "{program}");
    }
    // Nothing of them is left: what waits there is of nobody yet.
    let folders = std::fs::read_dir(machine.run_dir().join("linux")).unwrap();
    let names = folders.map(|one| one.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = names.filter(|name| !name.starts_with("spare.")).collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn signals_arrive_and_a_stop_kills_at_last() {
    let Some(machine) = Machine::new() else { return };
    let script = "trap 'echo hup' HUP; trap 'echo term; exit 3' TERM; echo up; while :; do sleep 0.05; done";
    let name = machine.begin(script, json!({}));
    machine.wrote(&name, "up");
    machine.done("POST", &format!("/containers/{name}/kill?signal=HUP"), "");
    machine.wrote(&name, "hup");
    machine.done("POST", &format!("/containers/{name}/stop?t=20"), "");
    let ended = machine.end_of(&name);
    assert_eq!((ended.code, ended.out.as_str()), (3, "up\nhup\nterm\n"));

    let deaf = machine.begin("trap '' TERM; echo up; while :; do sleep 0.05; done", json!({}));
    machine.wrote(&deaf, "up");
    machine.done("POST", &format!("/containers/{deaf}/stop?t=0"), "");
    assert_eq!(machine.end_of(&deaf).code, 137);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_made() {
    let Some(machine) = Machine::new() else { return };
    for (more, status, why) in [
        (
            json!({ "UsernsMode": "private" }),
            400,
            "invalid user namespace mode: private",
        ),
        (json!({ "CapAdd": ["nosuch"] }), 400, "unknown capability"),
        (json!({ "Memory": 4096 }), 400, "6MB"),
        (json!({ "SecurityOpt": ["seccomp={"] }), 400, "seccomp profile"),
    ] {
        let body = body("true", json!({ "HostConfig": more }));
        let (told, said) = machine.refused("POST", "/containers/create", &body.to_string());
        assert!(told == status && said.contains(why), "{told} {said}");
    }
}

#[test]
fn a_container_runs_again_with_what_it_wrote() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin("cat /mark; echo again >/mark", json!({}));
    assert_eq!(machine.end_of(&name).out, "");
    machine.done("POST", &format!("/containers/{name}/start"), "");
    assert_eq!(machine.end_of(&name).out, "again\n");
    let policy =
        json!({ "HostConfig": { "RestartPolicy": { "Name": "on-failure", "MaximumRetryCount": 2 } } });
    let failing = machine.begin("exit 1", policy);
    machine.state(&failing, |state| state["Status"] == "exited");
    assert_eq!(machine.inspect(&failing)["RestartCount"], 2);
}

#[test]
fn an_image_may_have_links_to_nothing_where_the_engine_mounts() {
    let Some(machine) = Machine::new() else { return };
    machine.image("links", |layer| {
        layer
            .symlink("etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf")
            .symlink("etc/hosts", "/nowhere/at/all")
            .symlink("loop", "loop")
    });
    let script = "grep -c localhost /etc/hosts; test -L /etc/hosts && test -r /etc/resolv.conf && echo there";
    let ended = machine.run(script, json!({ "Image": "links" }));
    assert!(
        ended.out.ends_with("there\n") && !ended.out.starts_with('0'),
        "{ended:?}"
    );
    // What a link leads to is in the container, and not on the host.
    assert!(!std::path::Path::new("/nowhere").exists());
}
