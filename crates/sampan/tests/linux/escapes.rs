//! Ways out of containers that other engines had, one test for each that can be tried from within.
//!
//! What needs a race against the engine is tried in `runtime-linux` where the step is (`users`), or by `files` for links.

use std::fs;
use std::os::fd::AsFd;

use rustix::fs::{Mode, OFlags, StatVfsMountFlags, fstatvfs};
use sampan_testkit::layer::Kind;
use serde_json::json;

use crate::machine::Machine;

/// Prints `inside` if the working folder is beneath the container's root.
const WHERE: &str = "up=/proc/self/cwd/../../../../../../../../../../..; \
    test \"$(stat -c %d:%i $up)\" = \"$(stat -c %d:%i /)\" && echo inside || echo OUTSIDE";

/// CVE-2019-5736: what is executed in a container can be opened there, and written once it has ended.
#[test]
fn the_engines_binary_cannot_be_written_from_within() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin("sleep 1000", json!({}));
    let id = machine
        .done("GET", &format!("/containers/{name}/json"), "")
        .json();
    let id = id["Id"].as_str().unwrap().to_owned();
    let monitor = fs::read_dir("/proc").unwrap().flatten().find_map(|process| {
        let words = fs::read(process.path().join("cmdline")).ok()?;
        let words = String::from_utf8_lossy(&words);
        (words.starts_with("sampan-monitor") && words.contains(&id)).then(|| process.path())
    });
    let binary = monitor.unwrap().join("exe");
    let binary = rustix::fs::open(&binary, OFlags::PATH, Mode::empty()).unwrap();
    let flags = fstatvfs(binary.as_fd()).unwrap().f_flag;
    assert!(flags.contains(StatVfsMountFlags::RDONLY), "{flags:?}");
}

/// CVE-2024-21626: a working folder of the host's by a descriptor that was left open.
#[test]
fn a_working_folder_by_descriptor_does_not_lead_out() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin("sleep 1000", json!({}));
    for number in 3..24 {
        let folder = format!("/proc/self/fd/{number}");
        let container = machine.create(WHERE, json!({ "WorkingDir": folder }));
        let started = machine.ask("POST", &format!("/containers/{container}/start"), "");
        if started.status == 204 {
            let ended = machine.end_of(&container);
            assert!(!ended.out.contains("OUTSIDE"), "{folder}: {ended:?}");
        }
        let made = json!({ "Cmd": ["sh", "-c", WHERE], "WorkingDir": folder, "AttachStdout": true });
        let made = machine.done("POST", &format!("/containers/{name}/exec"), &made.to_string());
        let id = made.json()["Id"].as_str().unwrap().to_owned();
        let told = machine.ask("POST", &format!("/exec/{id}/start"), "{}");
        assert!(!told.text().contains("OUTSIDE"), "{folder}: {}", told.text());
        // The same with the program: what would be executed is the host's, and could be written through `/proc`.
        let program = format!("{folder}/../../../../../../../../../bin/echo");
        let container = machine.create("", json!({ "Entrypoint": [program], "Cmd": ["OUTSIDE"] }));
        let started = machine.ask("POST", &format!("/containers/{container}/start"), "");
        if started.status == 204 {
            let ended = machine.end_of(&container);
            assert!(!ended.out.contains("OUTSIDE"), "{program}: {ended:?}");
        }
    }
}

/// CVE-2016-9962 and its like: nothing is left open in a program but its streams.
#[test]
fn programs_have_their_streams_and_nothing_else() {
    let Some(machine) = Machine::new() else { return };
    // The shell's own, before it opens anything: the names are the shell's, not those of a child.
    let script = "for fd in /proc/$$/fd/*; do echo ${fd##*/}; done; sleep 1000";
    let name = machine.begin(script, json!({}));
    machine.wrote(&name, "2\n");
    let exec = machine.exec(
        &name,
        "for fd in /proc/$$/fd/*; do echo ${fd##*/}; done",
        json!({}),
    );
    for out in [machine.logs(&name).0, exec.out] {
        // One more is the folder that is listed.
        let beyond = out.lines().filter(|fd| fd.parse::<u32>().unwrap() > 2).count();
        assert!(beyond <= 1, "{out}");
    }
}

/// CVE-2022-24769, CVE-2022-29162: rights that are inherited where none should be.
#[test]
fn no_rights_are_inherited() {
    let Some(machine) = Machine::new() else { return };
    let script = "grep -E 'CapInh|CapAmb' /proc/self/status";
    let none = "CapInh:\t0000000000000000\nCapAmb:\t0000000000000000\n";
    let name = machine.begin(&format!("{script}; sleep 1000"), json!({}));
    machine.wrote(&name, "CapAmb");
    assert_eq!(machine.logs(&name).0, none);
    assert_eq!(machine.exec(&name, script, json!({})).out, none);
    let other = machine.exec(
        &name,
        "grep -E 'CapEff|CapPrm' /proc/self/status",
        json!({ "User": "web" }),
    );
    assert_eq!(
        other.out,
        "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
    );
}

/// CVE-2022-0492 and older: files by which the kernel is told what to execute on the host.
#[test]
fn the_kernels_own_knobs_are_out_of_reach() {
    let Some(machine) = Machine::new() else { return };
    let script = "for knob in /proc/sys/kernel/core_pattern /proc/sys/kernel/modprobe /proc/sysrq-trigger \
        /sys/kernel/uevent_helper /proc/sys/fs/binfmt_misc/register /sys/kernel/mm/ksm/run \
        $(find /sys/fs/cgroup -name release_agent -o -name notify_on_release -o -name cgroup.procs 2>/dev/null); do \
        test -e $knob && (echo 0 >$knob) 2>/dev/null && echo WROTE $knob; done; \
        for folder in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir $folder/x 2>/dev/null && echo MADE $folder; done; \
        unshare -U true 2>/dev/null && echo UNSHARED; echo tried";
    // `find` is not among the image's names.
    let script = script.replace("find /sys", "busybox find /sys");
    let ended = machine.run(&script, json!({}));
    assert_eq!(ended.out, "tried\n", "{ended:?}");
}

/// CVE-2019-19921, CVE-2021-30465, CVE-2023-27561: an image that has links where the engine mounts.
#[test]
fn links_of_an_image_do_not_move_mounts_out() {
    let Some(machine) = Machine::new() else { return };
    let host = tempfile::tempdir().unwrap();
    let given = host.path().join("given");
    let target = host.path().join("target");
    for folder in [&given, &target] {
        fs::create_dir(folder).unwrap();
    }
    fs::write(given.join("file"), "of the host").unwrap();
    let up = format!("../../../../../../../../..{}", target.display());
    machine.image("linked", |layer| {
        layer.symlink("out", &up).symlink("inward", "../../../../data")
    });
    let bound = |place: &str| {
        let bind = format!("{}:{place}", given.display());
        json!({ "Image": "linked", "HostConfig": { "Binds": [bind] } })
    };
    let ended = machine.run("cat /data/inner/file", bound("/inward/inner"));
    assert_eq!(ended.out, "of the host", "{ended:?}");
    let memory = json!({ "Image": "linked", "HostConfig": { "Tmpfs": { "/out/memory": "" } } });
    for more in [bound("/out"), bound("/out/inner"), memory] {
        let container = machine.create("true", more);
        // Whether the place is made in the container, or the start is refused: nothing comes to be on the host.
        machine.ask("POST", &format!("/containers/{container}/start"), "");
        assert_eq!(
            fs::read_dir(&target).unwrap().count(),
            0,
            "something was made on the host"
        );
    }

    for name in ["proc", "sys", "dev", "etc"] {
        machine.image(&format!("{name}-linked"), |layer| match name {
            // The usual layer has files in it.
            "etc" => layer
                .symlink("etc/hosts", &format!("{up}/hosts"))
                .symlink("etc/hostname", &format!("{up}/hostname"))
                .symlink("etc/resolv.conf", &format!("{up}/resolv.conf")),
            _ => layer.symlink(name, &up),
        });
        let script = "stat -f -c %T /proc; (echo x >/proc/sys/kernel/core_pattern) 2>/dev/null && echo WROTE";
        let container = machine.create(script, json!({ "Image": format!("{name}-linked") }));
        let started = machine.ask("POST", &format!("/containers/{container}/start"), "");
        match started.status {
            204 => {
                let ended = machine.end_of(&container);
                assert_eq!(ended.out, "proc\n", "{name}: {ended:?}");
            }
            _ => assert!(started.status >= 400, "{name}: {}", started.text()),
        }
        assert_eq!(fs::read_dir(&target).unwrap().count(), 0, "{name}");
    }
}

/// A list of users that nobody ever writes to the end would hold up its monitor for ever.
#[test]
fn what_is_no_file_is_not_read_as_one() {
    let Some(machine) = Machine::new() else { return };
    machine.image("pipes", |layer| {
        layer
            .entry("etc/passwd", Kind::Fifo, "", 0o644, b"")
            .entry("etc/group", Kind::Fifo, "", 0o644, b"")
    });
    let name = machine.create("id -u", json!({ "Image": "pipes", "User": "web" }));
    let (status, why) = machine.refused("POST", &format!("/containers/{name}/start"), "");
    assert!(status == 400 || status == 500, "{status} {why}");
    let script = "grep Uid /proc/self/status";
    let ended = machine.run(script, json!({ "Image": "pipes", "User": "12" }));
    assert!(ended.code == 0 && ended.out.starts_with("Uid:\t12"), "{ended:?}");
}
