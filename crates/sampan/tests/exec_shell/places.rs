//! Which process hosts a container, and one that the kernel gives no mounts of its own.

use crate::host::Host;

fn pid(host: &Host, container: &str) -> u32 {
    let shown = host.sampan(&["inspect", "--format", "{{.State.Pid}}", container]);
    shown.out.trim().parse().unwrap()
}

/// Whether its process sees the host's folders by their paths.
fn shares_the_hosts_root(pid: u32) -> bool {
    let mounts = |pid: &str| std::fs::read_link(format!("/proc/{pid}/ns/mnt")).unwrap();
    let root = std::fs::read_link(format!("/proc/{pid}/root")).unwrap();
    mounts(&pid.to_string()) == mounts("self") && root == std::path::Path::new("/")
}

#[test]
fn who_wants_a_process_alone_gets_one() {
    let host = Host::new();
    let shared = [host.run("sleeper", &[]), host.run("sleeper", &[])];
    let alone: Vec<String> = (0..2)
        .map(|_| host.run("sleeper", &["--isolation", "process"]))
        .collect();
    assert_eq!(pid(&host, &shared[0]), pid(&host, &shared[1]));
    let pids = [
        pid(&host, &shared[0]),
        pid(&host, &alone[0]),
        pid(&host, &alone[1]),
    ];
    assert!(
        pids[0] != pids[1] && pids[1] != pids[2] && pids[0] != pids[2],
        "{pids:?}"
    );
    // An exec of one that is alone is with nobody else either, and what ends one ends no other.
    let left = host.script(&alone[0], "ps | wc -l");
    assert_eq!((left.code, left.out.as_str()), (Some(0), "3\n"), "{left:?}");
    let process = rustix::process::Pid::from_raw(i32::try_from(pids[1]).unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
    assert_eq!(host.sampan(&["wait", &alone[0]]).out.trim(), "137");
    for other in [&shared[0], &shared[1], &alone[1]] {
        let shown = host.sampan(&["inspect", "--format", "{{.State.Running}}", other]);
        assert_eq!(shown.out.trim(), "true");
    }
    for word in ["hyperv", "vm"] {
        let refused = host.sampan(&["run", "-d", "--isolation", word, "sleeper"]);
        assert!(refused.code != Some(0), "{refused:?}");
    }
}

#[test]
fn without_mounts_of_its_own_a_worker_reaches_its_folders_alone() {
    let host = Host::of_ordinary_user();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "granted\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), mode).unwrap();
    let mount = format!("{}:/data:ro", folder.path().display());
    let c = host.run("files", &["-v", &mount]);
    assert!(shares_the_hosts_root(pid(&host, &c)) || !rustix::process::geteuid().is_root());
    for (script, code, out) in [
        ("/bin/hello.wasm | wc -l", 0, "1\n"),
        (
            "cat /data/file; echo mine > /tmp/own; cat /tmp/own",
            0,
            "granted\nmine\n",
        ),
        ("echo no > /data/file", 1, ""),
        ("cat /data/../../etc/passwd", 1, ""),
        ("ls /etc", 1, ""),
    ] {
        let left = host.script(&c, script);
        assert_eq!(
            (left.code, left.out.as_str()),
            (Some(code), out),
            "{script}: {left:?}"
        );
    }
    let c = host.run("sleeper", &[]);
    // With the container's program its execs end, at times before the shell has.
    let left = host.script(&c, "kill -TERM 1");
    assert!(matches!(left.code, Some(0 | 137)), "{left:?}");
    assert_eq!(host.sampan(&["wait", &c]).out.trim(), "143");
}
