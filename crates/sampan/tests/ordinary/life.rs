//! What a Linux container of an ordinary user is and can, from its first start to its removal.

use std::fs;
use std::os::unix::fs::MetadataExt;

use sampan_testkit::layer::{Kind, Layer};
use serde_json::json;

use crate::machine::Machine;
use crate::sailor;

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn programs_run_with_their_streams_codes_and_users() {
    let Some(machine) = sailor() else { return };
    let ended = machine.run("echo out; echo err >&2; exit 7", json!({}));
    assert_eq!(
        (ended.code, ended.out.as_str(), ended.err.as_str()),
        (7, "out\n", "err\n")
    );
    assert_eq!(machine.run("id -u; id -g", json!({})).out, "0\n0\n");
    let web = machine.run("id -u; id -G; touch /data/x || echo no", json!({ "User": "web" }));
    assert!(
        web.out.starts_with("33\n44 55\n") && web.out.ends_with("no\n"),
        "{web:?}"
    );
    // All ids of an image are there, and the last one is none that the machine has for somebody else.
    let given = machine.run("touch /x; chown 65534:65534 /x; stat -c %u:%g /x", json!({}));
    assert_eq!(given.out, "65534:65534\n", "{given:?}");
    let missing = machine.create("true", json!({ "Cmd": ["nothing"] }));
    let (_, why) = machine.refused("POST", &format!("/containers/{missing}/start"), "");
    assert!(why.contains("executable file not found"), "{why}");
    assert_eq!(machine.inspect(&missing)["State"]["ExitCode"], 127);
    let asked = machine.begin(
        "trap 'exit 5' TERM; echo ready; while :; do sleep 0.1; done",
        json!({}),
    );
    machine.wrote(&asked, "ready\n");
    machine.done("POST", &format!("/containers/{asked}/stop"), "");
    assert_eq!(machine.inspect(&asked)["State"]["ExitCode"], 5);
    let everything = json!({ "HostConfig": { "Privileged": true } });
    let mounts = machine.run(
        "mount -t tmpfs none /tmp && mount | grep -c ' /tmp '; test -c /dev/null && echo null",
        everything,
    );
    assert_eq!(mounts.out, "1\nnull\n", "{mounts:?}");
    let terminal = machine.run("test -t 1 && stty size && tty", json!({ "Tty": true }));
    assert_eq!(terminal.code, 0, "{terminal:?}");
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn others_run_beside_the_program_and_are_listed() {
    let Some(machine) = sailor() else { return };
    let name = machine.begin("sleep 1000", json!({}));
    let ended = machine.exec(
        &name,
        "id -u; ls /proc/1/root >/dev/null && echo in; exit 4",
        json!({}),
    );
    assert_eq!((ended.code, ended.out.as_str()), (4, "0\nin\n"));
    let web = machine.exec(&name, "id -u", json!({ "User": "33" }));
    assert_eq!(web.out, "33\n");
    let listed = machine.done("GET", &format!("/containers/{name}/top"), "").json();
    let listed = listed["Processes"].as_array().unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert!(listed[0].to_string().contains("sleep 1000"), "{listed:?}");
    let counted = machine
        .done(
            "GET",
            &format!("/containers/{name}/stats?stream=0&one-shot=1"),
            "",
        )
        .json();
    assert!(counted["memory_stats"]["usage"].as_u64() > Some(0), "{counted}");
    assert_eq!(counted["pids_stats"]["current"], 1, "{counted}");
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn files_are_the_containers_and_become_images() {
    let Some(machine) = sailor() else { return };
    machine.done("POST", "/volumes/create", r#"{"Name":"kept"}"#);
    let bound = json!({ "HostConfig": { "Binds": ["kept:/data"] } });
    let first = machine.run(
        "cat /data/given; echo kept >/data/own; chown 33 /data/own",
        bound.clone(),
    );
    assert_eq!(first.out, "of the image\n", "{first:?}");
    let second = machine.run("cat /data/own; stat -c %u /data/own", bound);
    assert_eq!(second.out, "kept\n33\n");
    // What it takes away and makes anew is known of it, marked as only such a user's overlay is.
    let name = machine.begin(
        "rm -rf /data; mkdir /data; echo new >/data/new; rm /etc/group; exit 0",
        json!({}),
    );
    machine.end_of(&name);
    let changes = machine
        .done("GET", &format!("/containers/{name}/changes"), "")
        .json()
        .to_string();
    for change in [
        r#"{"Kind":2,"Path":"/data/given"}"#,
        r#"{"Kind":1,"Path":"/data/new"}"#,
        r#"{"Kind":2,"Path":"/etc/group"}"#,
    ] {
        assert!(changes.contains(change), "{change} is not in {changes}");
    }
    machine.done("POST", &format!("/commit?container={name}&repo=later"), "");
    let later = machine.run("ls /data; ls /etc", json!({ "Image": "later" }));
    assert_eq!(
        later.out, "new\nhostname\nhosts\nmtab\npasswd\nresolv.conf\n",
        "{later:?}"
    );
    let running = machine.begin("echo on >/data/on; echo ready; sleep 1000", json!({}));
    machine.wrote(&running, "ready\n");
    machine.done("POST", &format!("/commit?container={running}&repo=goes-on"), "");
    let goes_on = machine.run("cat /data/on", json!({ "Image": "goes-on" }));
    assert_eq!(goes_on.out, "on\n", "{goes_on:?}");
    let copied = machine.done("GET", &format!("/containers/{name}/archive?path=/data/new"), "");
    assert!(String::from_utf8_lossy(&copied.body).contains("new\n"));
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn what_a_layer_says_of_overlays_and_devices_is_not_believed() {
    let Some(machine) = sailor() else { return };
    let lower = Layer::new().folder("d").file("d/secret", "seen\n").tar();
    // As long as its own words say.
    let record = b"38 SCHILY.xattr.user.overlay.opaque=y\n";
    let upper = Layer::new()
        .entry("pax", Kind::Pax, "", 0o644, record)
        .folder("d")
        // Of which there can be none, and which is left out.
        .entry("d/disk", Kind::Block, "", 0o660, b"")
        .tar();
    let loaded = machine.load(
        "hostile",
        &[crate::machine::box_archive(), lower, upper],
        &json!({}),
    );
    assert!(!loaded.text().contains("error"), "{}", loaded.text());
    let ended = machine.run("cat /d/secret; ls /d", json!({ "Image": "hostile" }));
    assert_eq!(ended.out, "seen\nsecret\n", "{ended:?}");
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn the_hosts_files_stay_the_hosts() {
    let Some(machine) = sailor() else { return };
    let host = tempfile::tempdir().unwrap();
    fs::write(host.path().join("roots"), "of root\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    fs::set_permissions(host.path(), mode).unwrap();
    let bind = json!({ "HostConfig": { "Binds": [format!("{}:/host", host.path().display())] } });
    let ended = machine.run(
        "cat /host/roots; echo x >/host/roots || echo refused; stat -c %u /host/roots; echo mine >/host/own; chown 33 /host/own; echo $?",
        bind,
    );
    assert_eq!(ended.out, "of root\nrefused\n65534\n0\n", "{ended:?}");
    // What the container's users own belongs to the ids that were given, and to nobody whom the machine knows.
    assert_eq!(
        fs::metadata(host.path().join("own")).unwrap().uid(),
        1_000_000_000 + 32
    );
    let devices = machine.run("mknod /disk b 254 0 || echo none; echo >/dev/null && dd if=/dev/zero bs=1 count=1 2>/dev/null | wc -c", json!({}));
    assert_eq!(devices.out, "none\n1\n", "{devices:?}");
}

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn what_takes_control_groups_is_told_and_not_done() {
    let Some(machine) = sailor() else { return };
    let body = crate::machine::body(
        "true",
        json!({ "HostConfig": { "Memory": 64 << 20, "PidsLimit": 10, "NanoCpus": 500_000_000 } }),
    );
    let made = machine
        .done("POST", "/containers/create?name=limited", &body.to_string())
        .json();
    let warnings = made["Warnings"].to_string();
    for what in ["memory limit", "PIDs limit", "CPU"] {
        assert!(warnings.contains(what), "{what}: {warnings}");
    }
    machine.done("POST", "/containers/limited/start", "");
    assert_eq!(machine.end_of("limited").code, 0);
    let name = machine.begin("sleep 1000", json!({}));
    let (_, why) = machine.refused("POST", &format!("/containers/{name}/pause"), "");
    assert!(
        why.contains("pausing containers needs a daemon that root started"),
        "{why}"
    );
    let beside = machine.create("true", json!({ "HostConfig": { "PidMode": "host" } }));
    let (_, why) = machine.refused("POST", &format!("/containers/{beside}/start"), "");
    assert!(why.contains("needs a daemon that root started"), "{why}");
    let told = machine.done("GET", "/info", "").json();
    assert!(
        told["Warnings"].to_string().contains("No memory limit support"),
        "{told}"
    );
    assert_eq!(told["MemoryLimit"], false);
}

#[test]
fn a_user_without_further_ids_has_containers_of_one_user() {
    let Some(machine) = Machine::dressed(crate::host::Host::as_an_ordinary_user) else {
        return;
    };
    let ended = machine.run("id -u; echo hello", json!({}));
    assert_eq!(ended.out, "0\nhello\n", "{ended:?}");
    let told = machine.done("GET", "/info", "").json()["Warnings"].to_string();
    assert!(told.contains("Linux containers have one user alone"), "{told}");
    let other = Layer::new().owned(33, 33).folder("own").tar();
    let loaded = machine.load("others", &[crate::machine::box_archive(), other], &json!({}));
    assert!(!loaded.text().contains("error"), "{}", loaded.text());
    let (_, why) = machine.refused(
        "POST",
        "/containers/create",
        &crate::machine::body("true", json!({ "Image": "others" })).to_string(),
    );
    assert!(why.contains("this daemon has one user alone"), "{why}");
}

#[test]
fn ids_that_nobody_writes_down_are_told_of_with_the_package() {
    let Some(machine) = Machine::dressed(crate::host::Host::as_a_user_whose_ids_nobody_gives) else {
        return;
    };
    let told = machine.done("GET", "/info", "").json()["Warnings"].to_string();
    assert!(told.contains("`newuidmap` gives this user no ids"), "{told}");
    assert!(told.contains("Debian's package `uidmap`"), "{told}");
    assert_eq!(machine.run("id -u", json!({})).out, "0\n");
}
