//! Every bad input gets one clear error with the right code: 126 for what cannot be run, 127 for what is not there, 125
//! for what else keeps the program from running, 2 for a wrong command line, 1 for other commands. No panic, nothing on
//! standard output, nothing half-written.

mod support;

use std::os::unix::fs::PermissionsExt;

use sampan_testkit::guest;
use support::{leavings, sampan};

#[test]
fn what_is_not_a_program_cannot_be_run() {
    let sampan = sampan();
    let valid = wat::parse_file(guest::wat("hello")).expect("it is valid");
    let cases: &[(&str, Vec<u8>)] = &[
        ("empty", Vec::new()),
        ("one-byte", vec![0]),
        ("text", b"#!/bin/sh\necho no\n".to_vec()),
        ("words.wasm", b"these are words".to_vec()),
        ("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("magic-alone", b"\0asm".to_vec()),
        ("magic-and-version", b"\0asm\x01\0\0".to_vec()),
        ("other-version", b"\0asm\x02\0\0\0".to_vec()),
        ("cut.wasm", valid[..valid.len() / 2].to_vec()),
        ("cut-by-one.wasm", valid[..valid.len() - 1].to_vec()),
        ("more.wasm", [valid.as_slice(), b"\xff\xff\xff\xff"].concat()),
        ("zeros", vec![0; 4096]),
        ("gzip", sampan_testkit::layer::gzip(&valid)),
        ("nul.wat", b"(module\0)".to_vec()),
        ("open.wat", b"(module (func".to_vec()),
        ("deep.wat", b"(".repeat(100_000)),
        ("latin1.wat", b"(module ;; caf\xe9\n)".to_vec()),
    ];
    for (name, content) in cases {
        let file = sampan.file(name, content);
        let ended = sampan.run([&file]);
        ended.fails(126);
        assert!(ended.err().len() < 4000, "more than a person reads: {ended}");
    }
    let elf = std::env::current_exe().expect("this test has a path");
    sampan.run([elf]).fails(126);
    assert_eq!(leavings(&sampan), Vec::<String>::new());
}

#[test]
fn a_setting_of_the_daemon_is_said_once() {
    let sampan = sampan();
    let file = sampan.file(
        "daemon.json",
        r#"{ "mtu": 1300, "dns": ["10.0.0.1", "10.0.0.2"], "icc": true }"#,
    );
    let flags = ["--mtu", "1400", "--dns", "10.0.0.3", "--ip-masq=false"];
    let daemon = sampan
        .command(["daemon", "--config-file"])
        .args([file])
        .args(flags);
    daemon
        .end()
        .fails(2)
        .says("specified both as a flag and in the configuration file")
        .says("mtu: (from flag: 1400, from file: 1300), dns: (from flag: [10.0.0.3], from file: [10.0.0.1 10.0.0.2])")
        .says("hint: leave out");
    let file = sampan.file(
        "places.json",
        r#"{ "hosts": ["unix:///nowhere/file.sock"], "data-root": "/nowhere", "log-driver": "none" }"#,
    );
    let daemon = sampan
        .command(["--root", "/elsewhere", "daemon", "--config-file"])
        .args([file])
        .args(["--host", "unix:///nowhere/flag.sock", "--log-driver", "local"]);
    daemon
        .end()
        .fails(2)
        .says("hosts: (from flag: [unix:///nowhere/flag.sock], from file: [unix:///nowhere/file.sock])")
        .says("data-root: (from flag: /elsewhere, from file: /nowhere)")
        .says("log-driver: (from flag: local, from file: none)");
}

#[test]
fn what_is_not_there_is_not_found() {
    let sampan = sampan();
    for path in [
        "./absent.wasm",
        "absent.wasm",
        "/absent/absent.wasm",
        "./absent",
        "./absent.wat",
    ] {
        sampan.run([path]).fails(127).says("absent");
    }
    let file = sampan.file("file", "");
    sampan.run([file.join("beneath")]).fails(127).says("beneath");
    std::os::unix::fs::symlink("nowhere", sampan.work().join("dangling")).expect("a link can be made");
    sampan.run(["./dangling"]).fails(127);
}

#[test]
fn what_is_not_a_file_cannot_be_run() {
    let sampan = sampan();
    std::fs::create_dir(sampan.work().join("folder.wasm")).expect("a folder can be made");
    sampan.run(["./folder.wasm"]).fails(126).says("folder.wasm");
    sampan.run(["."]).fails(126);
    sampan.run(["/dev/null"]).fails(126).says("/dev/null");
    let looped = sampan.work().join("looped");
    std::os::unix::fs::symlink("looped", &looped).expect("a link can be made");
    let ended = sampan.run(["./looped"]);
    assert!(matches!(ended.status.code(), Some(125..=127)), "{ended}");
}

#[test]
fn a_device_without_end_is_not_read_for_ever() {
    let sampan = sampan();
    for device in ["/dev/zero", "/dev/urandom"] {
        let ended = sampan.run([device]);
        assert!(matches!(ended.status.code(), Some(125 | 126)), "{ended}");
        assert!(ended.peak_memory < 512 << 20, "{ended}");
    }
}

#[test]
fn a_pipe_that_nobody_writes_is_not_waited_for() {
    let sampan = sampan();
    let pipe = sampan.work().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|s| s.success()));
    let ended = sampan.run([&pipe]);
    assert!(matches!(ended.status.code(), Some(125 | 126)), "{ended}");
}

#[test]
fn a_program_without_permission_cannot_be_run() {
    if rustix::process::geteuid().is_root() {
        // Root reads everything: the same through a file system that refuses root is `/proc/1/mem` without a mapping.
        let sampan = sampan();
        let ended = sampan.run(["/proc/self/mem"]);
        assert!(matches!(ended.status.code(), Some(125 | 126)), "{ended}");
        return;
    }
    let sampan = sampan();
    let file = sampan.file("secret.wasm", b"\0asm\x01\0\0\0");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).expect("it is ours");
    sampan.run([&file]).fails(126).says("secret.wasm");
}

#[test]
fn what_cannot_be_started_says_why() {
    let sampan = sampan();
    let ended = sampan.run([guest::wat("missing_import")]);
    ended.fails(126).says("launch_missiles").says("hint: ");
    let ended = sampan.run([guest::wat("library")]);
    ended
        .fails(126)
        .says("_start")
        .says("no function without parameters");
    sampan.run([guest::wat("reactor")]).fails(126);
    sampan
        .run([guest::wat("feature_legacy_exceptions")])
        .fails(126)
        .says("exceptions")
        .says("hint: ");
    let file = sampan.file(
        "start.wat",
        "(module (memory (export \"memory\") 1) (func (export \"_start\") (param i32)))",
    );
    sampan.run([&file]).fails(126).says("_start");
    let file = sampan.file("component.wat", "(component)");
    sampan.run([&file]).fails(126).says("wasi:cli/run");
    let file = sampan.file(
        "types.wat",
        "(module (import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i64))) (func (export \"_start\")))",
    );
    sampan.run([&file]).fails(126).says("fd_write");
    let file = sampan.file("wasix.wat", "(module (import \"wasix_32v1\" \"thread_spawn\" (func (param i32) (result i32))) (func (export \"_start\")))");
    sampan.run([&file]).fails(126).says("wasix_32v1");
}

/// Names in a module are the attacker's words: control characters do not reach the terminal, and length has an end.
#[test]
fn names_in_errors_are_made_harmless() {
    let sampan = sampan();
    let ended = sampan.run([guest::evil("terminal_escape")]);
    ended.fails(126);
    assert!(
        ended.err().chars().all(|c| c == '\n' || !c.is_control()),
        "{:?}",
        ended.err()
    );
    let file = sampan.file(
        "long.wat",
        format!(
            "(module (import \"env\" \"{}\" (func)) (func (export \"_start\")))",
            "n".repeat(90_000)
        ),
    );
    let ended = sampan.run([&file]);
    ended.fails(126);
    assert!(ended.err().len() < 4000, "{} bytes", ended.err().len());
}

#[test]
fn wrong_command_lines_are_usage_errors() {
    let sampan = sampan();
    let hello = guest::wat("hello").display().to_string();
    let hello = hello.as_str();
    for args in [
        ["run"].as_slice(),
        &["run", "--no-such-flag", hello],
        &["no-such-command"],
        &["run", "--memory"],
        &["run", "-v", "", hello],
        &["run", "-v", "nowhere", hello],
        &["run", "-v", "/a:relative", hello],
        &["run", "-v", "/a:/b:rx", hello],
        &["run", "-v", "/a:/b/../c", hello],
        &["run", "--tmpfs", "relative", hello],
        &["run", "--tmpfs", "/t:size=many", hello],
        &["run", "--allow-net", "", hello],
        &["run", "--allow-net", "host:99999", hello],
        &["run", "--allow-net", "10.0.0.0/64:80", hello],
        &["run", "--allow-net", "host:80/sctp", hello],
        &["run", "--allow-listen", "port", hello],
        &["run", "--allow-http", "", hello],
        &["run", "--platform", "///", hello],
        &["run", "--pull", "sometimes", hello],
        &["run", "--name", "no/slashes", hello],
        &["run", "--name", "", hello],
        &["run", "-t=loud", hello],
        &["image", "no-such-command"],
    ] {
        let ended = sampan.command(args).end();
        ended.fails(2);
        assert_eq!(leavings(&sampan), Vec::<String>::new());
    }
}

/// Flags whose value is found wrong after the command line was read: the same code where the flag itself is wrong, and
/// 125 where it is what the flag names.
#[test]
fn wrong_values_keep_the_program_from_running() {
    let sampan = sampan();
    let hello = guest::wat("hello").display().to_string();
    let hello = hello.as_str();
    for (args, code, says) in [
        (["--limit", "memory"].as_slice(), 2, "memory"),
        (&["--limit", "mem=1m"], 2, "mem"),
        (&["--limit", "memory=lots"], 2, "lots"),
        (&["--limit", "memory=-1"], 2, "-1"),
        (&["--limit", "stack=1k"], 2, "stack"),
        (&["--limit", "wall-time=soon"], 2, "soon"),
        (&["--memory", "18446744073709551616g"], 2, "18446744073709551616g"),
        (&["--cpus", "0"], 2, "0"),
        (&["--cpus", "NaN"], 2, "NaN"),
        (&["--timeout", "-1s"], 2, "-1s"),
        (&["-e", "=value"], 2, "=value"),
        (&["-e", "two words=value"], 2, "two words"),
        (&["-v", "volume:/data"], 2, "volume"),
        (&["--debug", "nowhere"], 2, "nowhere"),
        (&["--env-file", "absent"], 125, "absent"),
        (&["--env-file", "."], 125, "."),
        (&["--grants", "absent"], 125, "absent"),
        (&["-v", "./absent:/data"], 125, "absent"),
        (&["--learn", "absent/grants.json"], 125, "absent/grants.json"),
        (&["--learn", "."], 125, "."),
    ] {
        let ended = sampan.command(["run"]).args(args).args([hello]).end();
        ended.fails(code).says(says);
        assert_eq!(leavings(&sampan), Vec::<String>::new(), "{ended}");
    }
    sampan
        .command(["registry", "--listen", "abc"])
        .end()
        .fails(2)
        .says("abc");
    sampan
        .command(["run", "-d"])
        .args([hello])
        .end()
        .fails(125)
        .says("needs the daemon");
}

#[test]
fn wrong_files_say_where() {
    let sampan = sampan();
    let hello = guest::wat("hello");
    let with = |flag: &str, content: &[u8]| {
        let file = sampan.file("bad", content);
        sampan.command(["run", flag]).args([&file, &hello]).end()
    };
    with("--env-file", b"GOOD=1\n=bad\n").fails(125).says("line 2");
    with("--env-file", b"two words=1\n").fails(125).says("line 1");
    with("--env-file", b"A=\xff\n").fails(125).says("UTF-8");
    with("--env-file", b"A=a\0b\n").fails(125).says("NUL");
    with("--grants", b"not json").fails(125).says("bad");
    with("--grants", b"{\"version\":1,\"mounds\":[]}")
        .fails(125)
        .says("mounds");
    with("--grants", b"[[[[[[").fails(125);
    with("--grants", &b"[".repeat(200_000)).fails(125);
}

#[test]
fn wrong_references_are_neither_files_nor_images() {
    let sampan = sampan();
    for reference in [
        "UPPER/case",
        "a//b",
        "a:b:c:d",
        "-dash",
        "name@sha256:short",
        "name@md5:abc",
        "ünï",
        "a b",
        "",
    ] {
        let ended = sampan
            .command(["run", "--pull", "never", "--"])
            .args([reference])
            .end();
        let code = ended.status.code();
        assert!(matches!(code, Some(2 | 125..=127)), "{ended}");
        ended.fails(code.unwrap_or_default());
        let ended = sampan.command(["image", "inspect", "--"]).args([reference]).end();
        let code = ended.status.code();
        assert!(matches!(code, Some(1 | 2)), "{ended}");
        ended.fails(code.unwrap_or_default());
    }
    sampan
        .command(["run", "--pull", "never", "no-such-image"])
        .end()
        .fails(127)
        .says("no-such-image");
    sampan
        .command(["image", "rm", "no-such-image"])
        .end()
        .fails(1)
        .says("no-such-image");
    sampan
        .command(["image", "inspect", "no-such-image"])
        .end()
        .fails(1)
        .says("no-such-image");
}

#[test]
fn archives_that_are_none_are_not_loaded() {
    let sampan = sampan();
    let half = sampan_testkit::layer::Layer::new()
        .file("manifest.json", "[{\"Config\":\"c.json\"")
        .tar();
    for (name, content) in [
        ("empty", Vec::new()),
        ("text", b"text".to_vec()),
        ("zeros", vec![0; 10_240]),
        ("half.tar", half),
        ("no-manifest.tar", sampan_testkit::layer::Layer::new().file("a", "b").tar()),
        (
            "escape.tar",
            sampan_testkit::layer::Layer::new()
                .file("manifest.json", r#"[{"Config":"../../../../etc/passwd","Layers":["../../etc/shadow"],"RepoTags":["a:b"]}]"#)
                .tar(),
        ),
    ] {
        let file = sampan.file(name, content);
        let ended = sampan.command(["image", "load", "-i"]).args([&file]).end();
        ended.fails(1);
        assert_eq!(leavings(&sampan), Vec::<String>::new(), "{ended}");
    }
    assert_eq!(sampan.command(["--quiet", "image", "ls"]).end().quiet(), "");
    sampan
        .command(["image", "load", "-i", "absent"])
        .end()
        .fails(1)
        .says("absent");
}

#[test]
fn a_state_root_that_cannot_be_used_is_named() {
    let sampan = sampan();
    let file = sampan.file("a-file", "");
    let hello = guest::wat("hello");
    for root in [file.clone(), file.join("beneath"), "/proc/sampan".into()] {
        let ended = sampan
            .command(["--root"])
            .args([&root])
            .args(["run"])
            .args([&hello])
            .end();
        ended.fails(125);
    }
    assert_eq!(
        std::fs::read(&file).expect("it is there"),
        b"",
        "a file of the user's was changed"
    );
}

/// A root of a version that is newer than this program is left alone.
#[test]
fn a_newer_state_is_not_misread() {
    let sampan = sampan();
    let newer = sampan.root().join("v2/images");
    std::fs::create_dir_all(&newer).expect("folders can be made");
    std::fs::write(newer.join("index.json"), "of another form").expect("it can be written");
    assert_eq!(sampan.run([guest::wat("hello")]).quiet(), "Hello from a module\n");
    assert_eq!(
        std::fs::read_to_string(newer.join("index.json")).expect("it is there"),
        "of another form"
    );
}

#[test]
fn standard_streams_may_be_closed() {
    let sampan = sampan();
    let hello = guest::wat("hello");
    for closing in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let command = sampan.command(["run"]).args([&hello]).into_command();
        let mut shell = std::process::Command::new("sh");
        shell
            .args(["-c", &format!("exec \"$0\" \"$@\" {closing}")])
            .arg(command.get_program())
            .args(command.get_args());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                shell.env(name, value);
            }
        }
        let mut child = shell
            .current_dir(sampan.work())
            .spawn()
            .expect("there is a shell");
        let status = sampan_testkit::until("the end without streams", || {
            child.try_wait().expect("it is ours")
        });
        assert!(status.code().is_some(), "{closing}: {status}");
        assert_ne!(status.code(), Some(101), "{closing}");
    }
}
