//! What outlives whom, and what is left behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;
use sampan_testkit::until;
use serde_json::json;

use crate::host::{Role, kill};
use crate::machine::Machine;
use crate::sailor;

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn containers_outlive_their_daemon_and_are_found_again() {
    let Some(mut machine) = sailor() else { return };
    let asked = machine.begin("cat; exit 3", json!({ "OpenStdin": true }));
    let short = machine.begin("read x; exit 9", json!({ "OpenStdin": true }));
    let pid = machine.inspect(&asked)["State"]["Pid"].clone();
    let its = machine.inspect(&short)["State"]["Pid"].as_u64().unwrap();
    machine.fell();
    // Also one that ends meanwhile.
    kill(u32::try_from(its).unwrap(), Signal::KILL);
    machine.start();
    assert_eq!(machine.inspect(&asked)["State"]["Pid"], pid);
    assert_eq!(machine.end_of(&short).code, 137);
    machine.answers(&asked);
    assert_eq!(machine.exec(&asked, "id -u", json!({})).out, "0\n");
    machine.done("POST", &format!("/containers/{asked}/kill"), "");
    assert_eq!(machine.end_of(&asked).code, 137);
    let later = machine.run("echo still", json!({}));
    assert_eq!(later.out, "still\n");
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn a_monitor_that_is_lost_takes_its_container_with_it() {
    let Some(mut machine) = sailor() else { return };
    machine.loses_monitors();
}

/// A process of that user which says of itself what those of a daemon do, in namespaces of its own.
fn pretender(folder: &Path) -> Child {
    let words = format!(
        "exec -a sampan-monitor bash -c 'read x' '{}/linux/x'",
        folder.display()
    );
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", "54321", "--regid", "54321", "--clear-groups"])
        .args([
            "unshare",
            "--user",
            "--map-root-user",
            "--pid",
            "--fork",
            "--kill-child",
        ])
        .args(["bash", "-c", &words])
        .stdin(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn a_daemon_goes_into_no_namespace_that_somebody_else_made() {
    let Some(mut machine) = sailor() else { return };
    machine.pull_the_plug();
    let mut pretender = pretender(&machine.run_dir());
    until("the pretender", || {
        let text = fs::read_dir("/proc").unwrap().flatten().any(|entry| {
            let words = fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
            words.starts_with("sampan-monitor\0") && words.contains(machine.run_dir().to_str().unwrap())
        });
        text.then_some(())
    });
    machine.start();
    let daemon = machine.with_role(Role::Daemon)[0];
    let ids = fs::read_to_string(format!("/proc/{daemon}/uid_map")).unwrap();
    assert_eq!(ids.lines().count(), 2, "{ids}");
    assert_eq!(machine.run("echo still", json!({})).out, "still\n");
    drop(pretender.stdin.take());
    pretender.wait().unwrap();
}

/// Everything of the machine that containers may leave something in: mounts as the daemon sees them, processes and folders.
fn things(machine: &Machine) -> BTreeSet<String> {
    let daemon = machine.with_role(Role::Daemon)[0];
    let mounts = fs::read_to_string(format!("/proc/{daemon}/mounts")).unwrap();
    let mut all: BTreeSet<String> = mounts.lines().map(str::to_owned).collect();
    let status = |pid: &str| fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let pid = entry.file_name().to_string_lossy().into_owned();
        let own = |line: &str| line.starts_with("Uid:\t54321\t") || line.starts_with("Uid:\t10000000");
        if status(&pid).lines().any(own) {
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            all.insert(format!("process {}", name.trim()));
        }
    }
    for folder in ["linux", "filters"] {
        let entries = fs::read_dir(machine.run_dir().join(folder))
            .into_iter()
            .flatten()
            .flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        all.extend(
            names
                .filter(|name| !name.starts_with("spare."))
                .map(|name| format!("{folder}/{name}")),
        );
    }
    for folder in ["containers", "volumes"] {
        for root in fs::read_dir(machine.data()).unwrap().flatten() {
            let entries = fs::read_dir(root.path().join(folder))
                .into_iter()
                .flatten()
                .flatten();
            all.extend(entries.map(|entry| format!("{folder}/{}", entry.file_name().to_string_lossy())));
        }
    }
    all
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn nothing_is_left_of_containers_that_were_removed() {
    let Some(machine) = sailor() else { return };
    let round = || {
        machine.network("n", json!({}));
        let body = json!({ "HostConfig": { "NetworkMode": "n", "Binds": ["kept:/data"] } });
        let one = machine.begin("sleep 1000 & sleep 1000", body);
        machine.exec(&one, "touch /x; chown 33 /x", json!({}));
        let two = machine.run("echo x", json!({}));
        assert_eq!(two.out, "x\n");
        for id in machine.ids() {
            machine.done("DELETE", &format!("/containers/{id}?force=1&v=1"), "");
        }
        machine.done("DELETE", "/volumes/kept", "");
        machine.done("DELETE", "/networks/n", "");
    };
    // What is made once stays: the process for networks, the filter of system calls.
    round();
    let before = things(&machine);
    for _ in 0..3 {
        round();
    }
    sampan_testkit::until("everything to be as before", || {
        (things(&machine) == before).then_some(())
    });
}
