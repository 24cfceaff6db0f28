//! What files are, and where they are mounted, when they go in and out: by `cp`, `export`, `import` and `commit`.

use std::io::Write;
use std::process::{Command, Stdio};

use sampan_testkit::layer::{Kind, Layer};
use serde_json::json;

use crate::machine::Machine;

/// `cap_net_raw=ep`, as the kernel writes it into `security.capability`; with a line feed in it.
const CAPABILITY: &[u8] = b"\x01\x00\x00\x02\x0a\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00";

/// A record of pax: its length counts itself.
fn record(name: &str, value: &[u8]) -> Vec<u8> {
    let rest = name.len() + value.len() + 3;
    let length = (rest + 1..)
        .find(|all| rest + all.to_string().len() == *all)
        .unwrap();
    [format!("{length} {name}=").as_bytes(), value, b"\n"].concat()
}

/// An archive of a file with rights of its own and an attribute.
fn capable() -> Vec<u8> {
    let records = [
        record("SCHILY.xattr.security.capability", CAPABILITY),
        record("SCHILY.xattr.user.what", b"kept"),
    ]
    .concat();
    Layer::new()
        .entry("pax", Kind::Pax, "", 0o644, &records)
        .entry("cap", Kind::File, "", 0o755, b"#!/bin/sh\n")
        .tar()
}

/// What GNU tar says of the entries beneath `q`, with the attributes of each.
fn listed(archive: &[u8]) -> Vec<String> {
    let mut child = Command::new("tar")
        .args(["--numeric-owner", "--xattrs", "--xattrs-include=*", "-tvvf", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = archive.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = Vec::new();
    let mut beneath = false;
    for line in text.lines() {
        // The attributes of an entry stand indented behind it.
        beneath = match line.starts_with(' ') {
            true => beneath,
            false => line.contains(" q/"),
        };
        if beneath {
            lines.push(line.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    lines
}

fn has(archive: &[u8], bytes: &[u8]) -> bool {
    bytes.is_empty() || archive.windows(bytes.len()).any(|window| window == bytes)
}

fn put(machine: &Machine, name: &str, path: &str, archive: &[u8]) -> (u16, String) {
    let path = format!("/containers/{name}/archive?path={path}");
    let answer = machine
        .connection()
        .request("PUT", &path, "application/x-tar", archive)
        .unwrap();
    (answer.status, answer.text())
}

#[test]
fn pipes_devices_links_and_attributes_stay_what_they_are() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(
        "mkdir -p /q/in; cd /q; mknod c c 1 3; mknod b b 7 0; mknod p p; echo a >h1; ln h1 in/h2; ln -s h1 s; \
         chown 33:44 p c; mknod in/p2 p; echo up; sleep 1000",
        json!({}),
    );
    machine.wrote(&name, "up");
    assert_eq!(put(&machine, &name, "/q", &capable()).0, 200);
    assert_eq!(put(&machine, &name, "/q%00/x", &capable()).0, 400);
    let get = |path: &str| machine.done("GET", path, "").body;
    let whole = get(&format!("/containers/{name}/export"));
    let expected = listed(&whole);
    let told = expected.join("\n");
    for (line, kind) in [("q/c", 'c'), ("q/b", 'b'), ("q/p", 'p'), ("q/in/p2", 'p')] {
        let is = |one: &&String| one.ends_with(line) && one.starts_with(kind);
        assert!(expected.iter().any(|one| is(&one)), "{line}: {told}");
    }
    assert!(told.contains("q/in/h2 link to q/h1"), "{told}");
    assert!(told.contains("33/44") && told.contains("1,3"), "{told}");

    let copied = get(&format!("/containers/{name}/archive?path=/q"));
    machine.done("POST", &format!("/commit?container={name}&repo=made&tag=1"), "");
    let imported = machine
        .connection()
        .request(
            "POST",
            "/images/create?fromSrc=-&repo=imported&tag=1&changes=CMD%20%5B%22sh%22%5D",
            "application/x-tar",
            &whole,
        )
        .unwrap();
    assert_eq!(imported.status, 200, "{}", imported.text());
    let from = |image: &str| {
        let other = machine.create("true", json!({ "Image": image }));
        get(&format!("/containers/{other}/export"))
    };
    let third = machine.begin("sleep 1000", json!({}));
    assert_eq!(put(&machine, &third, "/", &copied).0, 200);
    for (what, archive) in [
        ("cp", copied.clone()),
        ("commit", from("made:1")),
        ("import", from("imported:1")),
        ("cp into another", get(&format!("/containers/{third}/export"))),
    ] {
        assert_eq!(listed(&archive), expected, "{what}");
        assert!(has(&archive, CAPABILITY), "{what}");
        assert!(has(&archive, b"SCHILY.xattr.user.what=kept\n"), "{what}");
    }
    let counted = machine.run("stat -c %h /q/h1 /q/in/h2", json!({ "Image": "made:1" }));
    assert_eq!(counted.out, "2\n2\n", "{counted:?}");
    // And they do what such things do.
    let script = "echo gone >/q/c && (echo through >/q/p & cat /q/p)";
    assert_eq!(machine.exec(&third, script, json!({})).out, "through\n");
}

#[test]
fn what_is_mounted_is_copied_and_stays_mounted() {
    let Some(machine) = Machine::new() else { return };
    let host = tempfile::tempdir().unwrap();
    let file = host.path().join("single");
    std::fs::write(&file, "of the host\n").unwrap();
    let binds = json!({ "HostConfig": { "Binds": [
        format!("{}:/etc/one:ro", file.display()), "kept:/data/kept", "closed:/data/closed:ro",
    ] } });
    let name = machine.begin("echo mine >/data/kept/first; sleep 1000", binds);
    let sees = |path: &str| machine.exec(&name, &format!("cat {path}"), json!({})).out;
    let get = |path: &str| {
        machine
            .done("GET", &format!("/containers/{name}/archive?path={path}"), "")
            .body
    };
    sampan_testkit::until("the volume to be written", || {
        (sees("/data/kept/first") == "mine\n").then_some(())
    });
    for stopped in [false, true] {
        let own = match stopped {
            false => ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"].map(&sees),
            true => ["ip6-localnet", "", ""].map(str::to_owned),
        };
        for (path, text) in ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"]
            .iter()
            .zip(&own)
        {
            let archive = get(path);
            assert!(has(&archive, text.as_bytes()) && archive.len() > 1_024, "{path}");
        }
        assert!(has(&get("/etc/one"), b"of the host\n"));
        // Also among the rest, and not in what is the container's own.
        assert!(has(&get("/etc"), b"of the host\n") && has(&get("/data"), b"mine\n"));
        let whole = machine
            .done("GET", &format!("/containers/{name}/export"), "")
            .body;
        assert!(!has(&whole, b"of the host\n") && !has(&whole, b"mine\n"));

        let hosts = Layer::new().file("hosts", "10.0.0.1 other\n").tar();
        let (status, told) = put(&machine, &name, "/etc", &hosts);
        assert!(
            status == 409 && told.contains("unlinkat /etc/hosts: device or resource busy"),
            "{told}"
        );
        let one = Layer::new().file("one", "changed\n").tar();
        assert_eq!(put(&machine, &name, "/etc", &one).0, 409);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "of the host\n");
        let second = Layer::new()
            .folder("data/kept")
            .file("data/kept/second", "put\n")
            .tar();
        assert_eq!(put(&machine, &name, "/", &second).0, 200);
        let (status, told) = put(&machine, &name, "/data", &Layer::new().file("closed/x", "").tar());
        assert!(status == 403 && told.contains("read-only"), "{told}");
        let (status, told) = put(&machine, &name, "/data/closed", &Layer::new().file("x", "").tar());
        assert!(
            status == 403 && told.contains("mounted volume is marked read-only"),
            "{told}"
        );
        if !stopped {
            assert!(!sees("/etc/hosts").contains("other"));
            assert_eq!(sees("/data/kept/second"), "put\n");
            machine.done("POST", &format!("/containers/{name}/kill"), "");
            machine.done("POST", &format!("/containers/{name}/wait"), "");
        }
    }
    let other = json!({ "HostConfig": { "Binds": ["kept:/data/kept"] } });
    assert_eq!(machine.run("cat /data/kept/*", other).out, "mine\nput\n");
}
