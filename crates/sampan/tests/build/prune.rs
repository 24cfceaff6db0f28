//! What builds keep has a bound, and can be thrown away by what it is.

use crate::builds::{build, context};
use crate::machine::Machine;

const STEP: &str =
    "FROM box\nRUN --mount=type=cache,target=/c dd if=/dev/zero of=/c/x bs=1M count=2 && echo x > /x\n";

fn entries(machine: &Machine, kind: &str) -> Vec<serde_json::Value> {
    let used = machine.done("GET", "/system/df?type=build-cache", "").json();
    let all = used["BuildCache"].as_array().unwrap().iter();
    all.filter(|one| one["Type"] == kind).cloned().collect()
}

#[test]
fn filters_choose_what_goes() {
    let Some(machine) = Machine::new() else { return };
    build(&machine, "", context(STEP)).id();
    assert_eq!(entries(&machine, "exec.cachemount").len(), 1);
    assert_eq!(entries(&machine, "regular").len(), 1);
    let mount = &entries(&machine, "exec.cachemount")[0];
    assert_eq!(
        (mount["Size"].as_u64(), mount["InUse"].as_bool()),
        (Some(2 << 20), Some(false))
    );
    assert_eq!(mount["UsageCount"], 1);
    let prune = |filters: &str| {
        let filters: String = filters
            .chars()
            .map(|letter| match letter {
                '"' | '{' | '}' | '[' | ']' => format!("%{:02X}", u32::from(letter)),
                plain => plain.to_string(),
            })
            .collect();
        machine
            .done("POST", &format!("/build/prune?filters={filters}"), "")
            .json()
    };
    assert!(prune(r#"{"until":["1h"]}"#)["CachesDeleted"].is_null());
    // Nothing here has a label; `docker system prune` passes the filter on nevertheless.
    assert!(prune(r#"{"label":["x=y"]}"#)["CachesDeleted"].is_null());
    let gone = prune(r#"{"type":["regular"],"label!":["x"]}"#);
    assert_eq!(gone["CachesDeleted"].as_array().map(Vec::len), Some(1), "{gone}");
    assert_eq!(entries(&machine, "exec.cachemount").len(), 1);
    let id = entries(&machine, "exec.cachemount")[0]["ID"]
        .as_str()
        .unwrap()
        .to_owned();
    let gone = prune(&format!(r#"{{"id":["{id}"]}}"#));
    assert_eq!(gone["CachesDeleted"], serde_json::json!([id]));
    assert!(gone["SpaceReclaimed"].as_u64().unwrap() >= 2 << 20, "{gone}");
    let (status, why) = machine.refused("POST", "/build/prune?filters=%7B%22x%22%3A%5B%22y%22%5D%7D", "");
    assert_eq!((status, why.as_str()), (400, "invalid filter 'x'"));
}

#[test]
fn the_oldest_go_where_only_so_much_is_kept() {
    let Some(machine) = Machine::new() else { return };
    for name in ["a", "b", "c"] {
        let step = STEP.replace("target=/c", &format!("target=/c,id={name}"));
        build(&machine, "", context(&step)).id();
    }
    let pruned = machine
        .done("POST", "/build/prune?keep-storage=5000000", "")
        .json();
    assert!(pruned["CachesDeleted"].as_array().is_some(), "{pruned}");
    let mut left: Vec<String> = entries(&machine, "exec.cachemount")
        .iter()
        .map(|one| one["Description"].as_str().unwrap().to_owned())
        .collect();
    left.sort();
    assert_eq!(left, ["cache of RUN b", "cache of RUN c"]);
    let (status, _) = machine.refused("POST", "/build/prune?keep-storage=much", "");
    assert_eq!(status, 400);
}

#[test]
fn a_budget_is_kept_after_each_build() {
    let Some(mut machine) = Machine::new() else { return };
    machine.fell();
    let file = machine.data().join("daemon.json");
    let text = r#"{"builder":{"gc":{"enabled":true,"defaultKeepStorage":"3MB"}}}"#;
    std::fs::write(&file, text).unwrap();
    machine
        .more
        .extend(["--config-file".to_owned(), file.display().to_string()]);
    machine.start();
    for name in ["a", "b", "c"] {
        let step = STEP.replace("target=/c", &format!("target=/c,id={name}"));
        build(&machine, "", context(&step)).id();
    }
    let left = entries(&machine, "exec.cachemount");
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0]["Description"], "cache of RUN c");
}

#[test]
fn a_prune_takes_nothing_from_builds_on_their_way() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box AS a\nARG N\nCOPY one /src\nRUN true\nFROM box\nCOPY --from=a /src /src\n\
        RUN echo 1 > /o\nRUN cat /o /src\n";
    let over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|threads| {
        let builds: Vec<_> = (0..3)
            .map(|number| {
                let machine = &machine;
                threads.spawn(move || {
                    for round in 0..3 {
                        let files = context(dockerfile).file("one", format!("{round}"));
                        build(machine, &format!("version={}", 1 + number % 2), files).id();
                    }
                })
            })
            .collect();
        // Two at once, so that one finds what the other takes away.
        for _ in 0..2 {
            threads.spawn(|| {
                while !over.load(std::sync::atomic::Ordering::SeqCst) {
                    machine.done("POST", "/build/prune?all=1", "");
                }
            });
        }
        let ended: Vec<_> = builds
            .into_iter()
            .map(std::thread::ScopedJoinHandle::join)
            .collect();
        over.store(true, std::sync::atomic::Ordering::SeqCst);
        assert!(ended.iter().all(Result::is_ok), "a build failed");
    });
}
