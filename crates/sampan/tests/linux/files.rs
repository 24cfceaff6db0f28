//! Files: what is mounted, what a container changes, and what goes in and out.

use std::fs;
use std::os::unix::fs::MetadataExt;

use sampan_testkit::layer::{Kind, Layer};
use serde_json::json;

use crate::machine::Machine;

#[test]
fn folders_and_files_of_the_host_are_mounted() {
    let Some(machine) = Machine::new() else { return };
    let host = tempfile::tempdir().unwrap();
    fs::write(host.path().join("a"), "of the host\n").unwrap();
    let at = |name: &str| host.path().join(name).display().to_string();
    let binds = json!({ "HostConfig": { "Binds": [
        format!("{}:/rw", at("")), format!("{}:/ro:ro", at("")), format!("{}:/etc/one", at("a")),
    ] } });
    let script = "cat /rw/a /etc/one; echo made >/rw/b; chown 33:44 /rw/b; echo no >/ro/c";
    let ended = machine.run(script, binds);
    assert_eq!(ended.out, "of the host\nof the host\n");
    assert!(
        ended.code != 0 && ended.err.contains("Read-only file system"),
        "{ended:?}"
    );
    let made = fs::metadata(host.path().join("b")).unwrap();
    assert_eq!((made.uid(), made.gid()), (33, 44));
}

#[test]
fn volumes_begin_with_what_the_image_has_and_are_shared() {
    let Some(machine) = Machine::new() else { return };
    let named = json!({ "HostConfig": { "Binds": ["kept:/data"] } });
    let first = machine.run("cat /data/given; echo mine >/data/new", named.clone());
    assert_eq!(first.out, "of the image\n", "{first:?}");
    assert_eq!(machine.run("cat /data/new", named).out, "mine\n");
    assert_eq!(machine.run("ls /data", json!({})).out, "given\n");
}

#[test]
fn memory_is_mounted_with_its_options() {
    let Some(machine) = Machine::new() else { return };
    let more = json!({ "HostConfig": {
        "Tmpfs": { "/m": "size=64k,mode=700" }, "ShmSize": 131_072,
        "Mounts": [{ "Type": "tmpfs", "Target": "/n", "TmpfsOptions": { "SizeBytes": 65_536 } }],
    } });
    let script =
        "grep -E ' (/m|/n|/dev/shm) ' /proc/mounts; dd if=/dev/zero of=/n/x bs=1k count=100; stat -c %a /m";
    let ended = machine.run(script, more);
    assert!(
        ended.out.contains("size=64k") && ended.out.contains("size=128k"),
        "{ended:?}"
    );
    assert!(
        ended.out.ends_with("700\n") && ended.err.contains("No space left"),
        "{ended:?}"
    );
}

#[test]
fn what_is_read_only_stays_as_it_is() {
    let Some(machine) = Machine::new() else { return };
    let more = json!({ "HostConfig": { "ReadonlyRootfs": true, "Tmpfs": { "/tmp": "" } } });
    let ended = machine.run("echo x >/tmp/x && echo may; echo x >/x", more);
    assert_eq!(ended.out, "may\n");
    assert!(ended.err.contains("Read-only file system"), "{ended:?}");
}

#[test]
fn changes_are_told_copied_and_committed() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(
        "rm /data/given; mkdir /new; echo text >/new/file; chown web /new/file; chmod 4755 /new/file; ln -s file /new/link; echo up; while :; do sleep 1; done",
        json!({}),
    );
    machine.wrote(&name, "up");
    let changes = machine
        .done("GET", &format!("/containers/{name}/changes"), "")
        .json();
    let told: Vec<String> = changes
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["Kind"], one["Path"].as_str().unwrap()))
        .collect();
    for expected in ["0 /data", "2 /data/given", "1 /new", "1 /new/file", "1 /new/link"] {
        assert!(told.iter().any(|one| one == expected), "{expected}: {told:?}");
    }
    // The engine's own mount points are nobody's change.
    assert!(
        told.iter()
            .all(|one| !one.contains("/etc") && !one.contains("/proc")),
        "{told:?}"
    );

    let whole = machine
        .done("GET", &format!("/containers/{name}/export"), "")
        .body;
    let names = listed(&whole);
    assert!(names.contains(&"new/file".to_owned()) && !names.contains(&"data/given".to_owned()));
    let one = machine
        .done("GET", &format!("/containers/{name}/archive?path=/new/file"), "")
        .body;
    assert_eq!(listed(&one), ["file"]);

    let tar = Layer::new()
        .entry("put", Kind::File, "", 0o640, b"from outside")
        .tar();
    let path = format!("/containers/{name}/archive?path=/new");
    let put = machine
        .connection()
        .request("PUT", &path, "application/x-tar", &tar)
        .unwrap();
    assert_eq!(put.status, 200, "{}", put.text());
    let seen = machine.exec(&name, "cat /new/put; stat -c '%a %u' /new/put", json!({}));
    assert_eq!(seen.out, "from outside640 0\n");

    machine.done("POST", &format!("/commit?container={name}&repo=made&tag=1"), "");
    machine.done("POST", &format!("/containers/{name}/kill"), "");
    let script = "cat /new/file /new/put; stat -c '%a %u' /new/file; ls /data";
    let ended = machine.run(script, json!({ "Image": "made:1" }));
    assert_eq!(
        (ended.out.as_str(), ended.code),
        ("text\nfrom outside4755 33\n", 0),
        "{ended:?}"
    );
}

#[test]
fn files_of_a_container_at_rest_go_in_and_out() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.create("cat /data/put /data/given", json!({}));
    let tar = Layer::new().file("put", "early\n").tar();
    let path = format!("/containers/{name}/archive?path=/data");
    let put = machine
        .connection()
        .request("PUT", &path, "application/x-tar", &tar)
        .unwrap();
    assert_eq!(put.status, 200, "{}", put.text());
    machine.done("POST", &format!("/containers/{name}/start"), "");
    assert_eq!(machine.end_of(&name).out, "early\nof the image\n");
    let back = machine
        .done("GET", &format!("/containers/{name}/archive?path=/data/put"), "")
        .body;
    assert_eq!(listed(&back), ["put"]);
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
    assert!(!mounts.contains(machine.data().to_str().unwrap()), "{mounts}");
}

#[test]
fn a_link_in_a_container_leads_nowhere_else() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.run("ln -s / /tmp/root; ln -s /etc/passwd /tmp/users", json!({}));
    assert_eq!(name.code, 0);
    let name = machine.begin("ln -s / /tmp/root; echo up; while :; do sleep 1; done", json!({}));
    machine.wrote(&name, "up");
    let tar = Layer::new().file("of-the-container", "x").tar();
    let path = format!("/containers/{name}/archive?path=/tmp/root/tmp");
    let put = machine
        .connection()
        .request("PUT", &path, "application/x-tar", &tar)
        .unwrap();
    assert_eq!(put.status, 200, "{}", put.text());
    assert!(!std::path::Path::new("/tmp/of-the-container").exists());
    assert_eq!(
        machine.exec(&name, "cat /tmp/of-the-container", json!({})).out,
        "x"
    );
}

fn listed(archive: &[u8]) -> Vec<String> {
    let mut child = std::process::Command::new("tar")
        .args(["-tf", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = archive.to_vec();
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut input, &bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(str::to_owned).collect()
}
