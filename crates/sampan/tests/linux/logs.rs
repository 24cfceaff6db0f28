//! Logs in files: their size, a disk that was full, and what requests leave in the daemon's own.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use crate::machine::Machine;

/// The log files of a container, the present one first.
fn files(machine: &Machine, name: &str) -> Vec<PathBuf> {
    let shown = machine
        .done("GET", &format!("/containers/{name}/json"), "")
        .json();
    let id = shown["Id"].as_str().unwrap().to_owned();
    let mut found = Vec::new();
    let mut folders = vec![machine.data()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let of_log = path.to_string_lossy().contains(&format!("{id}-json.log"));
            match entry.file_type().unwrap().is_dir() {
                true if !path.ends_with("upper") && !path.ends_with("layers") => folders.push(path),
                false if of_log => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_fast_writer_does_not_overshoot_the_size_of_its_log() {
    let Some(machine) = Machine::new() else { return };
    for (size, most) in [("100k", 100_000), ("1k", 1_000)] {
        let log = json!({ "HostConfig": { "LogConfig": {
            "Type": "json-file", "Config": { "max-size": size, "max-file": "3" },
        } } });
        let lines = most / 2;
        let name = machine.begin(&format!("seq 1 {lines}"), log);
        let waited = machine
            .done("POST", &format!("/containers/{name}/wait"), "")
            .json();
        assert_eq!(waited["StatusCode"], 0);
        let lengths: Vec<u64> = files(&machine, &name)
            .iter()
            .map(|path| fs::metadata(path).unwrap().len())
            .collect();
        assert_eq!(lengths.len(), 3, "{lengths:?}");
        // Each ends with the line that reached its size.
        let bounds = 0..=most + 200;
        assert!(
            lengths.iter().all(|length| bounds.contains(length)),
            "{lengths:?}"
        );
        // What is left are the last lines, all of them.
        let (out, _) = machine.logs(&name);
        let numbers: Vec<u64> = out.lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(numbers.last(), Some(&lines));
        assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    }
}

#[test]
fn behind_a_full_disk_the_next_line_is_there() {
    let Some(machine) = Machine::on_a_small_disk("96m") else {
        return;
    };
    // Lines of another length than pages, so that the last one before the disk is full is torn.
    let script =
        "p=$(head -c 3000 /dev/zero | tr '\\0' x); i=0; while :; do i=$((i+1)); echo $i $p; sleep 0.05; done";
    let name = machine.begin(script, json!({}));
    machine.wrote(&name, "3 x");
    let path = files(&machine, &name).remove(0);
    let filler = machine.data().join("filler");
    let mut file = File::create(&filler).unwrap();
    let part = vec![7; 64 << 10];
    while file.write_all(&part).is_ok() {}
    let torn = || !fs::read(&path).unwrap().ends_with(b"\n");
    sampan_testkit::until("the disk to be full for the log", || torn().then_some(()));
    let length = fs::metadata(&path).unwrap().len();
    drop(file);
    fs::remove_file(&filler).unwrap();
    sampan_testkit::until("the log to go on", || {
        (fs::metadata(&path).unwrap().len() > length + 10_000).then_some(())
    });
    machine.done("POST", &format!("/containers/{name}/kill"), "");
    machine.done("POST", &format!("/containers/{name}/wait"), "");
    let text = fs::read_to_string(&path).unwrap();
    let broken: Vec<&str> = text
        .lines()
        .filter(|line| serde_json::from_str::<serde_json::Value>(line).is_err())
        .collect();
    // One was torn, and nothing stands behind it in its line.
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].matches("{\"log\"").count(), 1);
    let (out, _) = machine.logs(&name);
    let numbers: Vec<u64> = out
        .lines()
        .map(|line| line.split(' ').next().unwrap().parse().unwrap())
        .collect();
    let gaps = numbers.windows(2).filter(|pair| pair[0] + 1 != pair[1]).count();
    assert_eq!(gaps, 1, "{numbers:?}");
}

#[test]
fn no_request_writes_a_line_of_its_own_into_the_daemons_log() {
    let Some(machine) = Machine::new() else { return };
    let forged = "%0a2026-01-01T00:00:00Z%20ERROR%20FORGED%1b%5b31m";
    let plain = "\n2026-01-01T00:00:00Z ERROR FORGED\u{1b}[31m";
    let name = machine.begin("sleep 1000", json!({}));
    let bind = |source: String| json!({ "HostConfig": { "Binds": [format!("{source}:/x")] } });
    let mut bodies = vec![
        json!({ "Image": format!("box{plain}") }),
        json!({ "Image": "box", "Cmd": [plain] }),
        json!({ "Image": "box", "Env": [plain], "Hostname": plain, "User": plain, "WorkingDir": plain }),
        json!({ "Image": "box", "Labels": { plain: plain }, "Entrypoint": [format!("/no{plain}")] }),
        json!({ "Image": "box", "HostConfig": { "NetworkMode": plain, "LogConfig": { "Type": plain } } }),
        json!({ "Image": "box", "HostConfig": { "CgroupParent": plain, "Runtime": "runc" } }),
    ];
    for source in [format!("/proc/no{plain}"), format!("/dev/null/no{plain}")] {
        let mut body = bind(source);
        body["Image"] = json!("box");
        bodies.push(body);
    }
    for body in bodies {
        let made = machine.ask("POST", "/containers/create", &body.to_string());
        if made.status == 201 {
            let id = made.json()["Id"].as_str().unwrap().to_owned();
            machine.ask("POST", &format!("/containers/{id}/start"), "");
        }
    }
    for (method, path) in [
        ("GET", format!("/containers/{name}/archive?path=/a%00{forged}")),
        ("PUT", format!("/containers/{name}/archive?path=/a%00{forged}")),
        ("GET", format!("/containers/{forged}/json")),
        ("POST", format!("/containers/{name}/rename?name={forged}")),
        ("POST", format!("/containers/create?name={forged}")),
        (
            "POST",
            format!("/images/create?fromImage=127.0.0.1:1/x{forged}&tag=1"),
        ),
        ("POST", format!("/build?dockerfile={forged}&remote={forged}")),
        ("GET", format!("/{forged}")),
        ("GET", format!("/events?filters={forged}")),
    ] {
        machine.ask(method, &path, "");
    }
    let log = machine.log();
    // It was said there, and as what it is.
    assert!(log.contains("FORGED"), "{log}");
    for line in log.lines() {
        assert!(!line.starts_with("2026-01-01T00:00:00Z"), "{log}");
        assert!(!line.contains(['\u{1b}', '\0']), "{line:?}");
    }
}
