//! Keys that the kernel keeps for processes.

use sampan_testkit::layer::Kind;
use serde_json::json;

use crate::machine::Machine;

/// Adds a key to the keyring of its session, or looks for it there, and ends with the number of the error or with 0.
const KEYS: &str = r#"
static long call(long number, long a, long b, long c, long d, long e) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}
void _start(void) {
#ifdef ADD
    long got = call(248, (long)"user", (long)"of-a-container", (long)"x", 1, -3);
#else
    long got = call(250, 10, -3, (long)"user", (long)"of-a-container", 0);
#endif
    call(60, got < 0 ? -got : 0, 0, 0, 0, 0);
}
"#;

#[cfg(target_arch = "x86_64")]
#[test]
fn a_key_made_in_one_container_is_not_seen_in_another() {
    let Some(machine) = Machine::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("keys.c"), KEYS).unwrap();
    let program = |what: &str| {
        let flags = [
            "-O1",
            "-static",
            "-nostdlib",
            "-fno-stack-protector",
            "keys.c",
            "-o",
            "keys",
        ];
        let made = std::process::Command::new("cc")
            .args(flags)
            .arg(format!("-D{what}"))
            .current_dir(folder.path())
            .status();
        assert!(made.unwrap().success());
        std::fs::read(folder.path().join("keys")).unwrap()
    };
    let (add, find) = (program("ADD"), program("FIND"));
    machine.image("keys", |layer| {
        layer.entry("bin/add", Kind::File, "", 0o755, &add).entry(
            "bin/find-key",
            Kind::File,
            "",
            0o755,
            &find,
        )
    });
    let open = json!({ "Image": "keys", "HostConfig": { "SecurityOpt": ["seccomp=unconfined"] } });
    let script = "add; echo added $?; find-key; echo found $?; sleep 1000";
    let one = machine.begin(script, open.clone());
    machine.wrote(&one, "found");
    assert_eq!(machine.logs(&one).0, "added 0\nfound 0\n");
    // ENOKEY: it has a keyring, and nothing of the other is in it.
    let two = machine.begin("find-key; echo found $?; sleep 1000", open);
    machine.wrote(&two, "found");
    assert_eq!(machine.logs(&two).0, "found 126\n");
    assert_eq!(machine.exec(&two, "find-key", json!({})).code, 126);
    // Whoever was not given them has no such calls at all.
    let closed = machine.run("add", json!({ "Image": "keys" }));
    assert_eq!(closed.code, 1, "{closed:?}");
}
