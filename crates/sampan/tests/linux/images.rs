//! Images that mean ill to those who run them, and containers that mean ill to those who copy out of them: what others'
//! engines fell for. `escapes` has what is tried from within; `SECURITY.md` has them all by number.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use sampan_testkit::layer::{Kind, Layer};
use serde_json::json;

use crate::machine::Machine;

/// A folder of the host with one file, and a link text that leads to it from anywhere.
fn of_the_host() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secret"), "of the host").unwrap();
    let up = format!("../../../../../../../../..{}", folder.path().display());
    (folder, up)
}

fn untouched(folder: &tempfile::TempDir) {
    let names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["secret"], "something was made or removed on the host");
    assert_eq!(
        fs::read_to_string(folder.path().join("secret")).unwrap(),
        "of the host"
    );
}

fn core_pattern() -> String {
    fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap()
}

/// CVE-2022-23648: what an image declares as a volume is filled with what is there, which was the host's.
#[test]
fn volumes_of_an_image_are_filled_with_nothing_of_the_host() {
    let Some(machine) = Machine::new() else { return };
    let (host, up) = of_the_host();
    machine.image("linked", |layer| {
        layer.symlink("out", &up).folder("in").symlink("in/out", &up)
    });
    for place in [
        format!("/{up}"),
        format!("/in/{up}"),
        "/out".to_owned(),
        "/in/out".to_owned(),
        "/out/..".to_owned(),
    ] {
        let more = json!({ "Image": "linked", "Volumes": { (place.clone()): {} } });
        let body = crate::machine::body("cat /out/secret /in/out/secret; ls -R /", more).to_string();
        let made = machine.ask("POST", "/containers/create?name=volumes", &body);
        if made.status == 201 {
            let volumes = machine.data().join("volumes");
            assert!(!holds(&volumes, "of the host"), "{place}");
            if machine.ask("POST", "/containers/volumes/start", "").status == 204 {
                let ended = machine.end_of("volumes");
                assert!(!ended.out.contains("of the host"), "{place}: {ended:?}");
            }
            machine.done("DELETE", "/containers/volumes?force=1&v=1", "");
        }
        untouched(&host);
    }
}

/// Whether a file below a folder has this content.
fn holds(folder: &Path, content: &str) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .any(|path| match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() => holds(&path, content),
            Ok(meta) if meta.is_file() => fs::read(&path).is_ok_and(|bytes| bytes == content.as_bytes()),
            _ => false,
        })
}

/// CVE-2021-41091: programs of images with the rights of their owners, which everybody on the host could execute.
#[test]
fn nobody_else_on_the_host_reaches_an_images_files() {
    let Some(machine) = Machine::new() else { return };
    machine.image("rights", |layer| {
        layer.entry("bin/owned", Kind::File, "", 0o4755, b"#!/bin/sh\n")
    });
    let ended = machine.run("stat -c %a /bin/owned", json!({ "Image": "rights" }));
    assert_eq!(ended.out, "4755\n", "the image has it");
    let version = machine.data().join("v1");
    for folder in ["", "layers", "rootfs", "containers", "tmp", "images"] {
        let mode = fs::metadata(version.join(folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{folder}: {mode:o}");
    }
}

/// CVE-2019-14271: the process that copies loaded the container's libraries; it had the host's rights.
#[test]
fn copying_and_looking_users_up_loads_nothing_of_the_image() {
    let Some(machine) = Machine::new() else { return };
    let library = fs::read("/bin/true").unwrap();
    machine.image("loads", |layer| {
        let layer = layer.file(
            "etc/nsswitch.conf",
            "passwd: evil files\ngroup: evil files\nhosts: evil files\n",
        );
        ["lib", "lib/x86_64-linux-gnu", "lib64", "usr/lib"]
            .iter()
            .fold(layer, |layer, folder| {
                ["libnss_evil.so.2", "libnss_files.so.2", "libnss_compat.so.2"]
                    .iter()
                    .fold(layer, |layer, name| {
                        layer.entry(&format!("{folder}/{name}"), Kind::File, "", 0o755, &library)
                    })
            })
    });
    let name = machine.begin("sleep 1000", json!({ "Image": "loads", "User": "web" }));
    for path in ["/etc", "/data/given"] {
        machine.done("GET", &format!("/containers/{name}/archive?path={path}"), "");
    }
    let tar = Layer::new().file("put", "x").tar();
    let path = format!("/containers/{name}/archive?path=/data");
    let put = machine
        .connection()
        .request("PUT", &path, "application/x-tar", &tar)
        .unwrap();
    assert_eq!(put.status, 200, "{}", put.text());
    machine.exec(&name, "id", json!({ "User": "web:www" }));
    // Nobody of the engine has a file of the data folder mapped.
    let data = machine.data().display().to_string();
    let engine = fs::read_dir("/proc").unwrap().flatten().filter(|process| {
        let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
        words.starts_with(b"sampan") || words.windows(data.len()).any(|part| part == data.as_bytes())
    });
    let mut looked = 0;
    for process in engine {
        let maps = fs::read_to_string(process.path().join("maps")).unwrap_or_default();
        assert!(!maps.contains("libnss_evil") && !maps.contains(&data), "{maps}");
        looked += 1;
    }
    assert!(looked > 0, "the monitor of the container is among them");
}

/// CVE-2018-15664: a link that takes a folder's place while somebody copies.
#[test]
fn a_link_that_comes_and_goes_leads_no_copy_out() {
    let Some(machine) = Machine::new() else { return };
    let (host, up) = of_the_host();
    let script = format!(
        "mkdir /w /w/real; echo inside >/w/real/secret; ln -s '{up}' /w/link; echo up; \
         while :; do ln -sfn '{up}' /w/at; rm /w/at; mkdir /w/at; echo inside >/w/at/secret; rm -rf /w/at; done"
    );
    let name = machine.begin(&script, json!({}));
    machine.wrote(&name, "up");
    let tar = Layer::new()
        .file("secret", "written")
        .file("made", "written")
        .tar();
    // A copy of what goes away meanwhile may break off.
    let ask = |method: &str, path: &str, body: &[u8]| {
        let answer = machine
            .connection()
            .request(method, path, "application/x-tar", body);
        answer.map(|answer| answer.text()).unwrap_or_default()
    };
    for round in 0..150 {
        for path in ["/w/at/secret", "/w/at"] {
            let got = ask("GET", &format!("/containers/{name}/archive?path={path}"), b"");
            assert!(!got.contains("of the host"), "round {round}");
        }
        ask("PUT", &format!("/containers/{name}/archive?path=/w/at"), &tar);
    }
    untouched(&host);
}

/// CVE-2025-31133, CVE-2025-52565: links where the engine takes devices to hide things with.
#[test]
fn links_among_an_images_devices_uncover_nothing() {
    let Some(machine) = Machine::new() else { return };
    let before = core_pattern();
    let knob = "/proc/sys/kernel/core_pattern";
    let devices = tempfile::tempdir().unwrap();
    for name in [
        "null", "console", "ptmx", "zero", "full", "tty", "random", "urandom",
    ] {
        std::os::unix::fs::symlink(knob, devices.path().join(name)).unwrap();
    }
    machine.image("devices", |layer| {
        let names = ["null", "console", "ptmx", "pts", "shm", "fd", "zero", "tty"];
        names.iter().fold(layer.folder("dev"), |layer, name| {
            layer.symlink(&format!("dev/{name}"), knob)
        })
    });
    let script = "for hidden in /proc/kcore /proc/keys /proc/timer_list /proc/sched_debug /proc/interrupts /dev/console; do \
        (echo evil >$hidden) 2>/dev/null; done; (echo evil >/proc/sys/kernel/core_pattern) 2>/dev/null && echo WROTE; \
        head -c 16 /proc/keys 2>/dev/null | wc -c; echo tried";
    let bind = format!("{}:/dev", devices.path().display());
    for more in [
        json!({ "Image": "devices" }),
        json!({ "Image": "devices", "Tty": true }),
        json!({ "HostConfig": { "Binds": [bind] } }),
        json!({ "Tty": true, "HostConfig": { "Binds": [bind] } }),
    ] {
        let name = machine.create(script, more.clone());
        let started = machine.ask("POST", &format!("/containers/{name}/start"), "");
        if started.status == 204 {
            machine.done("POST", &format!("/containers/{name}/wait"), "");
            let shown = machine
                .done("GET", &format!("/containers/{name}/logs?stdout=1"), "")
                .text();
            assert!(!shown.contains("WROTE"), "{more}: {shown}");
        }
        assert_eq!(core_pattern(), before, "{more}");
    }
}

/// CVE-2025-52881, CVE-2019-16884: mounts in `/proc` that take what the engine writes or hides there.
#[test]
fn what_the_engine_writes_to_the_kernel_goes_to_no_mount() {
    let Some(machine) = Machine::new() else { return };
    let (host, up) = of_the_host();
    let bind = |place: &str| format!("{}:{place}", host.path().display());
    machine.image("proc", |layer| {
        layer
            .folder("proc")
            .symlink("proc/self", &up)
            .symlink("proc/sys", &up)
            .symlink("in", "/proc")
    });
    let sysctl = json!({ "net.ipv4.ip_forward": "1" });
    for place in [
        "/proc",
        "/proc/self/attr",
        "/proc/sys",
        "/proc/sys/net/ipv4",
        "/in/sys",
        "/in/self/attr",
    ] {
        for host_config in [
            json!({ "Binds": [bind(place)], "Sysctls": sysctl }),
            json!({ "Tmpfs": { (place): "" }, "Sysctls": sysctl }),
        ] {
            let more = json!({ "Image": "proc", "HostConfig": host_config });
            let body = crate::machine::body(
                "grep -c . /proc/self/status; test -e /proc/secret && echo HIDDEN",
                more,
            );
            let made = machine.ask("POST", "/containers/create?name=proc", &body.to_string());
            if made.status == 201 {
                // Whether it starts or not.
                machine.ask("POST", "/containers/proc/start", "");
                machine.done("DELETE", "/containers/proc?force=1", "");
            }
            untouched(&host);
        }
    }
}

/// The working folder and the user that an image names are looked for in the image.
#[test]
fn a_working_folder_and_users_by_links_are_the_images() {
    let Some(machine) = Machine::new() else { return };
    let (host, up) = of_the_host();
    fs::write(host.path().join("secret"), "of the host").unwrap();
    machine.image("work", |layer| layer.symlink("work", &up));
    for folder in [
        "/work",
        "/work/made",
        &format!("/{up}/made"),
        "/proc/self/cwd/made",
        "/proc/1/root/made",
    ] {
        let name = machine.create("pwd", json!({ "Image": "work", "WorkingDir": folder }));
        let started = machine.ask("POST", &format!("/containers/{name}/start"), "");
        if started.status == 204 {
            machine.end_of(&name);
        }
        untouched(&host);
    }
    let users = tempfile::tempdir().unwrap();
    fs::write(users.path().join("passwd"), "ofthehost:x:4321:4321::/:/bin/sh\n").unwrap();
    fs::write(users.path().join("group"), "groupofthehost:x:4322:ofthehost\n").unwrap();
    let at = format!("../../../../../../../../..{}", users.path().display());
    // The usual layer has such files, which these replace.
    machine.image("users", |layer| {
        layer
            .symlink("etc/passwd", &format!("{at}/passwd"))
            .symlink("etc/group", &format!("{at}/group"))
    });
    for user in ["ofthehost", "0:groupofthehost"] {
        let name = machine.create("id", json!({ "Image": "users", "User": user }));
        let (_, why) = machine.refused("POST", &format!("/containers/{name}/start"), "");
        assert!(why.contains("ofthehost"), "{why}");
    }
}

/// Nodes of devices in an image are files of no use without a grant.
#[test]
fn devices_of_an_image_are_not_opened() {
    let Some(machine) = Machine::new() else { return };
    // The machine's memory, by the archive's own numbers.
    let mut node = Layer::new();
    node.header("memory", Kind::Char, "", 0o666, 0);
    let mut archive = node.tar();
    archive[329..337].copy_from_slice(b"0000001\0");
    archive[337..345].copy_from_slice(b"0000001\0");
    archive[148..156].copy_from_slice(b"        ");
    let sum: u32 = archive[..512].iter().map(|byte| u32::from(*byte)).sum();
    archive[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    machine.load("node", &[crate::machine::box_archive(), archive], &json!({}));
    let script = "stat -c '%t:%T' /memory; dd if=/memory of=/dev/null bs=1 count=1 2>/dev/null && echo OPENED; mknod /new c 1 1 && dd if=/new bs=1 count=1 2>/dev/null && echo OPENED; true";
    let ended = machine.run(script, json!({ "Image": "node" }));
    assert_eq!(ended.out, "1:1\n", "{ended:?}");
}

/// Marks of overlayfs are the engine's own; a layer that could set them would show others' files, or hide its own.
#[test]
fn attributes_of_layers_are_not_the_kernels_marks() {
    let Some(machine) = Machine::new() else { return };
    let marked = |name: &str, value: &str| {
        let record = |key: &str, value: &str| {
            let rest = format!(" SCHILY.xattr.{key}={value}\n");
            let length = (rest.len()..).find(|length| rest.len() + length.to_string().len() == *length);
            format!("{}{rest}", length.unwrap())
        };
        let records = record(&format!("trusted.overlay.{name}"), value);
        Layer::new()
            .entry("pax", Kind::Pax, "", 0o644, records.as_bytes())
            .folder("data")
            .file("data/new", "new")
            .tar()
    };
    for (name, value) in [
        ("opaque", "y"),
        ("redirect", "/etc"),
        ("redirect", "/../../../.."),
        ("metacopy", "y"),
        ("whiteouts", "y"),
    ] {
        machine.load(
            "marked",
            &[crate::machine::box_archive(), marked(name, value)],
            &json!({}),
        );
        let ended = machine.run(
            "cat /data/new /data/given; ls /data",
            json!({ "Image": "marked" }),
        );
        assert_eq!(ended.out, "newof the image\ngiven\nnew\n", "{name}: {ended:?}");
    }
    // What a program may do is kept with it, and seen within alone.
    let layer = machine.data().join("v1/layers");
    assert_eq!(fs::metadata(layer).unwrap().uid(), 0);
}
