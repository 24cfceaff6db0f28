//! What must hold of a machine whose daemon came back.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::host::{Host, Role};
use crate::load::{Known, Stand};

/// How long what was begun may take to be done by itself.
const SETTLING: Duration = Duration::from_secs(20);
/// Workers that wait, and a shared one that may be empty.
const WAITING: usize = 3;

/// How a container stands.
pub(crate) fn stand(host: &Host, name: &str) -> Stand {
    let answer = host.ask("GET", &format!("/containers/{name}/json"), "");
    if answer.status == 404 {
        return Stand::Absent;
    }
    let state = &answer.json()["State"];
    match state["Status"].as_str() {
        Some("created") => Stand::Created,
        Some("running") => Stand::Running,
        Some("exited") => Stand::Exited(state["ExitCode"].as_i64().unwrap_or(-1)),
        _ => panic!("`{name}`: {state}"),
    }
}

/// Waits until the container is something that it may be, tries it out, and takes that for known.
pub(crate) fn settle(host: &Host, known: &mut Known) {
    let end = Instant::now() + SETTLING;
    let may = known.may_be();
    let found = loop {
        let found = stand(host, &known.name);
        if may.contains(&found) && !(known.passes(found)) {
            break found;
        }
        assert!(
            known.passes(found) && Instant::now() < end,
            "{known:?} is {found:?}\n{}",
            host.log()
        );
        std::thread::sleep(Duration::from_millis(2));
    };
    if found == Stand::Running {
        host.answers(&known.name);
    }
    known.stand = found;
    known.asked = None;
}

/// Every container by its name, and none beside them.
pub(crate) fn names(host: &Host) -> BTreeSet<String> {
    let list = host.done("GET", "/containers/json?all=1", "").json();
    let names = list.as_array().into_iter().flatten().map(|container| {
        let name = container["Names"][0].as_str().expect("a name");
        name.trim_start_matches('/').to_owned()
    });
    names.collect()
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// What is there that belongs to no container, volume or daemon.
fn left_over(host: &Host) -> Vec<String> {
    let mut left = Vec::new();
    let list = host.done("GET", "/containers/json?all=1", "").json();
    let containers: Vec<&Value> = list.as_array().into_iter().flatten().collect();
    let ids: BTreeSet<&str> = containers.iter().filter_map(|c| c["Id"].as_str()).collect();
    let of_none = |name: &String| !ids.iter().any(|id| name.contains(id));
    for folder in ["daemon/v1/logs", "v1/containers"] {
        let strange = files(&host.data().join(folder)).into_iter().filter(of_none);
        left.extend(strange.map(|name| format!("{folder}/{name}")));
    }
    let volumes = host.done("GET", "/volumes", "").json();
    let volumes: BTreeSet<&str> = volumes["Volumes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|volume| volume["Name"].as_str())
        .collect();
    let strange = files(&host.data().join("volumes"));
    let strange = strange.iter().filter(|name| !volumes.contains(name.as_str()));
    left.extend(strange.map(|name| format!("volumes/{name}")));
    let hosts: BTreeSet<u32> = containers
        .iter()
        .filter(|container| container["State"] == "running")
        .filter_map(|container| {
            let pid = host.ask(
                "GET",
                &format!("/containers/{}/json", container["Id"].as_str()?),
                "",
            );
            u32::try_from(pid.json()["State"]["Pid"].as_u64()?).ok()
        })
        .collect();
    let workers: BTreeSet<u32> = host.with_role(Role::Worker).into_iter().collect();
    if let Some(pid) = hosts.difference(&workers).next() {
        left.push(format!(
            "a container whose process {pid} is no worker of {workers:?}"
        ));
    }
    if workers.difference(&hosts).count() > WAITING {
        left.push(format!("workers {workers:?} for the containers of {hosts:?}"));
    }
    let zygotes = host.with_role(Role::Zygote);
    if zygotes.len() != 1 {
        left.push(format!("zygotes {zygotes:?}"));
    }
    left
}

/// Waits until nothing is left over.
#[track_caller]
pub(crate) fn nothing_left_over(host: &Host) {
    let end = Instant::now() + SETTLING;
    loop {
        let left = left_over(host);
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < end, "left over: {left:#?}\n{}", host.log());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until no half-written file is in the store, whose collection an image's removal begins.
#[cfg(feature = "failpoints")]
#[track_caller]
pub(crate) fn nothing_half_written(host: &Host) {
    let tmp = host.data().join("v1/tmp");
    sampan_testkit::until("half-written files to go", || {
        files(&tmp).is_empty().then_some(())
    });
}
