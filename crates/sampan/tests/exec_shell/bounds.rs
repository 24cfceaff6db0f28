//! What a shell starts has what is left of the shell's limits, and no more than the shell.

use crate::host::Host;

#[test]
fn what_a_shell_starts_shares_its_memory() {
    let host = Host::new();
    let c = host.run("files", &["-m", "64m"]);
    let room = |words: &[&str]| {
        let left = host.sampan(&[&["exec", c.as_str()], words].concat());
        left.code.unwrap_or(0)
    };
    let alone = room(&["/bin/room.wasm"]);
    let beneath = room(&["sh", "-c", "/bin/room.wasm; exit $?"]);
    let deeper = room(&["sh", "-c", "/bin/box sh -c '/bin/room.wasm; exit $?'; exit $?"]);
    assert_eq!(alone, 63);
    assert!(deeper > 32, "{deeper}");
    assert!(alone > beneath && beneath > deeper, "{alone} {beneath} {deeper}");
    // What has ended gives it back.
    let again = room(&["sh", "-c", "for n in 1 2 3 4; do /bin/room.wasm; done; exit $?"]);
    assert_eq!(again, beneath);
}

#[test]
fn what_a_shell_starts_shares_its_other_limits() {
    let host = Host::new();
    let c = host.run("files", &["--limit", "disk=4MiB", "--limit", "cpu-time=2s"]);
    // The first takes what there is but for a part of its last write; so the second finds too little.
    let script = "/bin/disk.wasm > /dev/null 2>&1; seq 1 300000 > /tmp/more || echo full";
    let left = host.script(&c, script);
    assert!(left.out.ends_with("full\n"), "{left:?}");
    // A loop has its time, and the shell that waited for it has none left.
    let left = host.script(&c, "/bin/loop.wasm; echo not reached");
    assert_eq!((left.code, left.out.as_str()), (Some(137), ""), "{left:?}");
}

#[test]
fn shells_start_each_other_four_deep() {
    let host = Host::new();
    let c = host.run("files", &[]);
    let script = "n=0; export n; echo 'n=$((n+1)); echo $n; /bin/box sh /tmp/deep' > /tmp/deep; sh /tmp/deep";
    let left = host.script(&c, script);
    assert_eq!(left.code, Some(126), "{left:?}");
    assert_eq!(left.out, "1\n2\n3\n4\n5\n", "{left:?}");
    assert!(left.err.contains("/bin/box"), "{left:?}");
}

#[test]
fn no_other_module_starts_programs() {
    let host = Host::new();
    let c = host.run("files", &[]);
    let left = host.script(&c, "/bin/thief.wasm");
    assert_eq!(left.code, Some(126), "{left:?}");
    assert!(left.err.contains("sampan.spawn"), "{left:?}");
    let left = host.sampan(&["exec", &c, "/bin/thief.wasm"]);
    assert!(
        left.code == Some(126) && left.out.contains("sampan.spawn"),
        "{left:?}"
    );
    // Without a daemon, nobody would start anything, and the toolbox itself does not link.
    let left = host.sampan(&["run", "--rm", "files", "/bin/box", "sh", "-c", "ps"]);
    assert!(
        left.code == Some(126) && left.err.contains("module imports \"sampan."),
        "{left:?}"
    );
    // As a container's own program it links, and is told that nobody does.
    let c = host.run_words("files", &["/bin/box", "sh", "-c", "/bin/hello.wasm; ps"]);
    assert_ne!(host.sampan(&["wait", &c]).out.trim(), "0");
    let logs = host.sampan(&["logs", &c]);
    assert!(logs.err.contains("does not run other programs"), "{logs:?}");
}
