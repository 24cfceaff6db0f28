//! What outlives whom, and what is left behind.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rustix::process::Signal;
use serde_json::json;

use crate::host::{Role, kill};
use crate::machine::Machine;

const COUNTS: &str = "x=0; while :; do x=$((x+1)); echo line $x; sleep 0.02; done";

#[test]
fn a_container_runs_on_without_a_daemon_and_is_found_again() {
    let Some(mut machine) = Machine::new() else { return };
    let counting = machine.begin(COUNTS, json!({}));
    let asked = machine.begin("cat; exit 3", json!({ "OpenStdin": true }));
    machine.wrote(&counting, "line 3\n");
    let pid = machine.inspect(&counting)["State"]["Pid"].clone();
    let log = machine.inspect(&counting)["LogPath"].as_str().unwrap().to_owned();
    let written = || fs::metadata(&log).unwrap().len();
    machine.fell();
    let seen = written();
    sampan_testkit::until("output without a daemon", || (written() > seen).then_some(()));
    machine.start();
    assert_eq!(machine.inspect(&counting)["State"]["Pid"], pid);
    assert_eq!(machine.exec(&counting, "echo in", json!({})).out, "in\n");
    machine.answers(&asked);
    machine.done("POST", &format!("/containers/{counting}/kill"), "");
    assert_eq!(machine.end_of(&counting).code, 137);
}

#[test]
fn an_end_without_a_daemon_is_not_lost() {
    let Some(mut machine) = Machine::new() else { return };
    let host = tempfile::tempdir().unwrap();
    let bind = format!("{}:/go", host.path().display());
    let more = json!({ "HostConfig": { "Binds": [bind] } });
    let name = machine.begin(
        "while [ ! -e /go/on ]; do sleep 0.02; done; echo last words; exit 9",
        more,
    );
    let pid = machine.inspect(&name)["State"]["Pid"].as_u64().unwrap();
    machine.fell();
    for pid in machine.with_role(Role::Zygote) {
        kill(pid, Signal::KILL);
    }
    fs::write(host.path().join("on"), "").unwrap();
    sampan_testkit::until("the container to end", || {
        (!Path::new(&format!("/proc/{pid}")).exists()).then_some(())
    });
    machine.start();
    let ended = machine.end_of(&name);
    assert_eq!((ended.code, ended.out.as_str()), (9, "last words\n"));
    sampan_testkit::until("the monitor to go", || {
        machine.with_role(Role::Monitor).is_empty().then_some(())
    });
}

#[test]
fn a_monitor_that_is_lost_takes_its_container_with_it() {
    let Some(mut machine) = Machine::new() else { return };
    machine.loses_monitors();
}

#[test]
fn a_monitor_that_answers_no_daemon_ends_with_its_container() {
    let Some(mut machine) = Machine::new() else { return };
    let name = machine.begin("sleep 1000", json!({}));
    let pid = machine.inspect(&name)["State"]["Pid"].as_u64().unwrap();
    let monitors = machine.with_role(Role::Monitor);
    for monitor in &monitors {
        kill(*monitor, Signal::STOP);
    }
    machine.fell();
    machine.start();
    let state = machine.state(&name, |state| state["Status"] == "exited");
    assert_eq!(state["ExitCode"], 137, "{state}");
    sampan_testkit::until("both to end", || {
        let now = machine.with_role(Role::Monitor);
        let gone = monitors.iter().all(|monitor| !now.contains(monitor));
        (gone && !Path::new(&format!("/proc/{pid}")).exists()).then_some(())
    });
}

#[test]
fn nothing_is_left_behind() {
    rounds(10);
}

#[test]
#[ignore = "accept: hundreds of rounds take minutes"]
fn nothing_is_left_behind_after_hundreds_of_rounds() {
    rounds(sampan_testkit::rounds(200));
}

fn rounds(count: u32) {
    let Some(machine) = Machine::apart() else { return };
    let ids = RefCell::new(BTreeSet::new());
    let remove = |name: &str| {
        let id = machine.inspect(name)["Id"].as_str().unwrap().to_owned();
        ids.borrow_mut().insert(id);
        machine.done("DELETE", &format!("/containers/{name}"), "");
    };
    let round = || {
        let more = json!({
            "ExposedPorts": { "80/tcp": {} },
            "HostConfig": { "NetworkMode": "bridge", "Tmpfs": { "/t": "" }, "PortBindings": { "80/tcp": [{}] } }
        });
        let name = machine.begin("sleep 0.01 & exit 4", more);
        assert_eq!(machine.end_of(&name).code, 4);
        remove(&name);
        let name = machine.create("", json!({ "Cmd": ["nosuch"] }));
        machine.refused("POST", &format!("/containers/{name}/start"), "");
        remove(&name);
    };
    // What is opened once stays.
    round();
    let before = Left::behind(&machine, &ids.borrow());
    (0..count).for_each(|_| round());
    sampan_testkit::until("all monitors to end", || {
        machine.with_role(Role::Monitor).is_empty().then_some(())
    });
    let host = |left: &Left| {
        (
            left.mounts,
            left.cgroups.clone(),
            left.folders,
            left.links.clone(),
        )
    };
    // Interfaces go a moment behind their containers.
    let after = sampan_testkit::until("nothing but what was there before", || {
        let after = Left::behind(&machine, &ids.borrow());
        (host(&after) == host(&before)).then_some(after)
    });
    // One may wait for the next container.
    let (now, then) = (after.namespaces.len(), before.namespaces.len());
    assert!(
        now <= then + 1,
        "{:?} after {:?}",
        after.namespaces,
        before.namespaces
    );
    // Connections of clients come and go; starts that left one each would be seen.
    let (now, then) = (after.descriptors, before.descriptors);
    assert!(now < then + 10, "{now} descriptors after {then}");
}

/// What containers could leave on the host.
struct Left {
    mounts: usize,
    cgroups: BTreeSet<String>,
    folders: usize,
    /// Those that a process of the machine is in, or holds open. Others would be held by a mount.
    namespaces: BTreeSet<String>,
    /// Of the machine's own network.
    links: BTreeSet<String>,
    /// Of daemon and zygote.
    descriptors: usize,
}

impl Left {
    /// `ids` are all containers that there were.
    fn behind(machine: &Machine, ids: &BTreeSet<String>) -> Self {
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let ours = machine.run_dir().parent().unwrap().display().to_string();
        let of_containers = |folder: &Path| {
            let names = fs::read_dir(folder).into_iter().flatten().flatten();
            let spare = |name: &str| name.starts_with("spare.");
            names
                .filter(|entry| !spare(&entry.file_name().to_string_lossy()))
                .count()
        };
        let held = |pid: &u32, folder: &str| {
            let entries = fs::read_dir(format!("/proc/{pid}/{folder}"))
                .into_iter()
                .flatten()
                .flatten();
            let links: Vec<String> = entries
                .filter_map(|entry| Some(fs::read_link(entry.path()).ok()?.to_string_lossy().into_owned()))
                .collect();
            links
        };
        let stay = [machine.with_role(Role::Daemon), machine.with_role(Role::Zygote)].concat();
        let links = stay
            .iter()
            .flat_map(|pid| [held(pid, "ns"), held(pid, "fd")].concat());
        let of_kind = |link: &String| {
            ["mnt:[", "net:[", "pid:[", "ipc:[", "uts:[", "cgroup:["]
                .iter()
                .any(|kind| link.starts_with(kind))
        };
        // The thread's, since the machine's network is that of the test alone.
        let links_there = fs::read_to_string("/proc/thread-self/net/dev").unwrap();
        let links_there = links_there.lines().filter_map(|line| line.split_once(':'));
        let mut cgroups = BTreeSet::new();
        for controller in fs::read_dir("/sys/fs/cgroup").unwrap().flatten() {
            for one in fs::read_dir(controller.path().join("sampan"))
                .into_iter()
                .flatten()
                .flatten()
            {
                let name = one.file_name().to_string_lossy().into_owned();
                if ids.contains(&name) {
                    cgroups.insert(name);
                }
            }
        }
        Self {
            mounts: mounts.lines().filter(|line| line.contains(&ours)).count(),
            cgroups,
            folders: of_containers(&machine.run_dir().join("linux")),
            namespaces: links.filter(of_kind).collect(),
            links: links_there.map(|(name, _)| name.trim().to_owned()).collect(),
            descriptors: stay.iter().map(|pid| held(pid, "fd").len()).sum(),
        }
    }
}

#[test]
fn a_monitor_that_waits_is_used_by_the_next_and_ends_with_its_daemon() {
    let Some(mut machine) = Machine::new() else { return };
    let spares = |machine: &Machine| machine.with_role(Role::Spare);
    let waiting = |machine: &Machine| {
        sampan_testkit::until("a monitor that waits", || spares(machine).first().copied())
    };
    let folders = |machine: &Machine| fs::read_dir(machine.run_dir().join("linux")).unwrap().count();
    let first = machine.begin("sleep 1000", json!({}));
    let spare = waiting(&machine);
    machine.begin("sleep 1000", json!({}));
    assert!(machine.with_role(Role::Monitor).contains(&spare));
    let ids = machine.ids();
    for monitor in machine.with_role(Role::Monitor) {
        let words = fs::read_to_string(format!("/proc/{monitor}/cmdline")).unwrap();
        assert!(ids.iter().any(|id| words.contains(id.as_str())), "{words:?}");
    }

    // One that was killed is nobody's loss.
    kill(waiting(&machine), Signal::KILL);
    sampan_testkit::until("it to be gone", || spares(&machine).is_empty().then_some(()));
    machine.begin("sleep 1000", json!({}));
    waiting(&machine);
    assert_eq!(
        folders(&machine),
        4,
        "of three containers and of the one that waits"
    );

    machine.fell();
    sampan_testkit::until("the one that waits to go", || {
        spares(&machine).is_empty().then_some(())
    });
    machine.start();
    assert_eq!(folders(&machine), 3);
    assert_eq!(machine.exec(&first, "echo in", json!({})).out, "in\n");
}

#[test]
fn a_network_namespace_that_waits_is_used_once() {
    let Some(machine) = Machine::new() else { return };
    let daemon = || machine.with_role(Role::Daemon)[0];
    let held = || {
        let entries = fs::read_dir(format!("/proc/{}/fd", daemon())).unwrap().flatten();
        let links = entries.filter_map(|entry| fs::read_link(entry.path()).ok());
        let of_networks = links.map(|link| link.to_string_lossy().into_owned());
        of_networks
            .filter(|link| link.starts_with("net:["))
            .collect::<BTreeSet<_>>()
    };
    let of = |name: &str| {
        let pid = machine.inspect(name)["State"]["Pid"].as_u64().unwrap();
        let link = fs::read_link(format!("/proc/{pid}/ns/net")).unwrap();
        link.to_string_lossy().into_owned()
    };
    machine.done("POST", "/networks/create", r#"{"Name":"own"}"#);
    for network in ["none", "bridge", "own"] {
        let host = json!({ "HostConfig": { "NetworkMode": network } });
        let begin = || machine.begin("sleep 1000", host.clone());
        let first = of(&begin());
        let used = sampan_testkit::until("a namespace that waits to be used", || {
            let waiting = held();
            let next = begin();
            let its = of(&next);
            // It has what any other has.
            let seen = machine.exec(&next, "cat /proc/net/dev", json!({})).out;
            assert!(seen.contains("lo:"), "{seen}");
            assert_eq!(seen.contains("eth0:"), network != "none", "{seen}");
            assert_ne!(its, first);
            waiting.contains(&its).then_some(its)
        });
        assert!(!held().contains(&used), "{network}: it would be used twice");
    }
}
