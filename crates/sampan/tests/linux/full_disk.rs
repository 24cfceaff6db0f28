//! The disk beneath the data is full while images come and go: one clear error each, and the same works when there is room.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use sampan_testkit::layer::Layer;
use serde_json::{Value, json};

use crate::machine::{Machine, box_archive, saved};

/// Takes all room but so many MiB.
struct Filler(PathBuf);

impl Filler {
    fn leave(machine: &Machine, mebibytes: usize) -> Self {
        let path = machine.data().join("filler");
        let mut file = File::create(&path).unwrap();
        let part = vec![7; 256 << 10];
        while file.write_all(&part).is_ok() {}
        // What was removed before may still be on its way: where there is room again, that is filled, too.
        loop {
            std::thread::sleep(Duration::from_millis(300));
            if file.write_all(&part).is_err() {
                break;
            }
        }
        let length = file.metadata().unwrap().len();
        file.set_len(length - ((mebibytes as u64) << 20)).unwrap();
        Self(path)
    }
}

impl Drop for Filler {
    fn drop(&mut self) {
        // It is gone with the disk where a test failed.
        let _ = fs::remove_file(&self.0);
    }
}

fn big(byte: u8, mebibytes: usize) -> Vec<u8> {
    // No two blocks alike, so that no file system saves room.
    let mut content = vec![byte; mebibytes << 20];
    for (number, block) in content.chunks_mut(512).enumerate() {
        block[..8].copy_from_slice(&number.to_le_bytes());
    }
    Layer::new().folder("data").file("data/big", content).tar()
}

/// Temporary files and half-made layers, none of which may be left by what failed.
fn leftovers(machine: &Machine) -> usize {
    let tmp = fs::read_dir(machine.data().join("v1/tmp")).unwrap();
    // What was downloaded so far is kept on purpose.
    tmp.filter(|entry| {
        !entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with("part-")
    })
    .count()
}

#[track_caller]
fn full(answer: &str) {
    let words = answer.to_lowercase();
    assert!(words.contains("no space left"), "{answer}");
    assert_eq!(words.matches("\"message\"").count(), 1, "{answer}");
}

#[test]
fn a_load_ends_with_one_error_and_works_when_there_is_room() {
    let Some(machine) = Machine::on_a_small_disk("96m") else {
        return;
    };
    let archive = saved("big", &[box_archive(), big(1, 12)], &Value::Null);
    let load = || {
        machine
            .connection()
            .request("POST", "/images/load", "application/x-tar", &archive)
            .unwrap()
    };
    let filler = Filler::leave(&machine, 6);
    full(&load().text());
    assert_eq!(leftovers(&machine), 0);
    assert_eq!(machine.ask("GET", "/images/big/json", "").status, 404);
    drop(filler);
    assert_eq!(load().status, 200);
    let ended = machine.run("wc -c </data/big", json!({ "Image": "big" }));
    assert_eq!(ended.out.trim(), (12 << 20).to_string());
}

#[test]
fn unpacking_ends_with_one_error_and_works_when_there_is_room() {
    let Some(machine) = Machine::on_a_small_disk("96m") else {
        return;
    };
    machine.load("big", &[box_archive(), big(1, 8), big(2, 8)], &Value::Null);
    let body = crate::machine::body("wc -c </data/big", json!({ "Image": "big" })).to_string();
    let filler = Filler::leave(&machine, 12);
    let made = machine.ask("POST", "/containers/create?name=made", &body);
    let told = match made.status {
        201 => machine.ask("POST", "/containers/made/start", "").text(),
        _ => made.text(),
    };
    full(&told);
    assert_eq!(leftovers(&machine), 0);
    drop(filler);
    machine.ask("DELETE", "/containers/made?force=1", "");
    let ended = machine.run("wc -c </data/big", json!({ "Image": "big" }));
    assert_eq!(ended.out.trim(), (8 << 20).to_string(), "{ended:?}");
}

#[test]
fn a_build_and_a_commit_end_with_one_error_and_work_when_there_is_room() {
    let Some(machine) = Machine::on_a_small_disk("128m") else {
        return;
    };
    let build = || {
        let dockerfile = "FROM box\nRUN dd if=/dev/zero of=/big bs=1048576 count=12\n";
        let context = Layer::new().file("Dockerfile", dockerfile).tar();
        let path = "/build?t=made&networkmode=none&nocache=1";
        machine
            .connection()
            .request("POST", path, "application/x-tar", &context)
            .unwrap()
    };
    let name = machine.begin(
        "dd if=/dev/zero of=/big bs=1048576 count=12 && echo wrote; sleep 1000",
        json!({}),
    );
    machine.wrote(&name, "wrote");
    let commit = || machine.ask("POST", &format!("/commit?container={name}&repo=kept"), "{}");
    // Enough for what the step writes, and not for its layer.
    let filler = Filler::leave(&machine, 16);
    let told = build().text();
    assert!(told.contains("errorDetail"), "{told}");
    assert!(told.to_lowercase().contains("no space left"), "{told}");
    drop(filler);
    let filler = Filler::leave(&machine, 4);
    full(&commit().text());
    assert_eq!(leftovers(&machine), 0);
    assert_eq!(machine.ask("GET", "/images/kept/json", "").status, 404);
    drop(filler);
    let told = build().text();
    assert!(!told.contains("errorDetail"), "{told}");
    assert_eq!(commit().status, 201);
    for image in ["made", "kept"] {
        let ended = machine.run("wc -c </big", json!({ "Image": image }));
        assert_eq!(ended.out.trim(), (12 << 20).to_string(), "{image}: {ended:?}");
    }
}
