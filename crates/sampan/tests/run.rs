//! `sampan run` from the outside: formats, arguments, streams, codes, folders, signals, terminals.

mod support;

use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use rustix::process::Signal;
use sampan_testkit::guest::{self, Target};
use sampan_testkit::terminal::Terminal;
use support::{leavings, sampan};

#[test]
fn says_hello_in_every_world() {
    let sampan = sampan();
    for (program, line) in [
        ("hello", "Hello from a module\n"),
        ("hello_component", "Hello from a component\n"),
        ("hello_async", "Hello from an asynchronous component\n"),
    ] {
        for _ in 0..2 {
            assert_eq!(sampan.run([guest::wat(program)]).quiet(), line, "{program}");
        }
    }
    assert_eq!(leavings(&sampan), Vec::<String>::new());
}

#[test]
fn finds_the_format_by_content_not_by_name() {
    let sampan = sampan();
    let binary = wat::parse_file(guest::wat("hello")).expect("it is valid");
    for name in ["program", "program.txt", "program.wat", "program.wasm", "a b.tar"] {
        let file = sampan.file(name, &binary);
        assert_eq!(sampan.run([&file]).quiet(), "Hello from a module\n", "{name}");
    }
    let component = wat::parse_file(guest::wat("hello_component")).expect("it is valid");
    let file = sampan.file("component", component);
    assert_eq!(sampan.run([&file]).quiet(), "Hello from a component\n");
    // A relative path, with and without a dot.
    assert_eq!(sampan.run(["./component"]).quiet(), "Hello from a component\n");
    assert_eq!(sampan.run(["program.wasm"]).quiet(), "Hello from a module\n");
}

#[test]
fn runs_every_feature() {
    let sampan = sampan();
    for (feature, code) in [
        ("gc", 55),
        ("gc_churn", 77),
        ("tail_call", 61),
        ("exceptions", 62),
        ("memory64", 63),
        ("multi_memory", 64),
        ("simd", 65),
    ] {
        let ended = sampan.run([guest::wat(&format!("feature_{feature}"))]);
        assert_eq!(ended.code(code).err(), "", "{feature}");
    }
}

#[test]
fn garbage_is_collected_under_a_small_limit() {
    let sampan = sampan();
    sampan
        .command(["run", "--memory", "16m"])
        .args([guest::wat("feature_gc_churn")])
        .end()
        .code(77);
}

#[test]
fn passes_every_exit_code_through() {
    let sampan = sampan();
    for code in [0, 1, 2, 42, 124, 125, 126, 127, 128, 134, 137, 200, 255] {
        let ended = sampan.run([guest::wat("exit").as_os_str(), code.to_string().as_ref()]);
        assert_eq!(ended.code(code).err(), "");
    }
}

#[test]
fn gives_arguments_environment_and_folder() {
    let sampan = sampan();
    let file = sampan.file(
        "variables",
        "# a comment\nFILE_ONE=1\n\nQUOTED=\"as it is\"\nPASSED\nTWICE=file\n",
    );
    for target in [Target::P1, Target::P2] {
        let program = sampan.work().join("env.wasm");
        std::fs::copy(guest::rust("env", target), &program).expect("it can be copied");
        let ended = sampan
            .command([
                "run",
                "-e",
                "TWICE=flag",
                "--env",
                "EMPTY=",
                "-e",
                "CALLER",
                "-e",
                "ABSENT",
                "--env-file",
            ])
            .args([&file])
            .args([
                "--tmpfs",
                "/sub",
                "-w",
                "/sub",
                "env.wasm",
                "-x",
                "--rm",
                "two words",
                "",
                "--",
                "ünï",
            ])
            .env("PASSED", "by file")
            .env("CALLER", "by flag")
            .env("SECRET", "not for guests")
            .end();
        // The C libraries of both previews start in `/` and leave `PWD` to the program.
        let expected = r#"argument 0: "env.wasm"
argument 1: "-x"
argument 2: "--rm"
argument 3: "two words"
argument 4: ""
argument 5: "--"
argument 6: "ünï"
variable "CALLER": "by flag"
variable "EMPTY": ""
variable "FILE_ONE": "1"
variable "PASSED": "by file"
variable "PWD": "/sub"
variable "QUOTED": "\"as it is\""
variable "TWICE": "flag"
folder: /
terminals: [false, false, false]
"#;
        assert_eq!(ended.quiet(), expected, "{target:?}");
    }
}

#[test]
fn gives_nothing_that_was_not_given() {
    let sampan = sampan();
    for target in [Target::P1, Target::P2] {
        let program = sampan.work().join("env.wasm");
        std::fs::copy(guest::rust("env", target), &program).expect("it can be copied");
        let ended = sampan
            .command(["run", "env.wasm"])
            .env("SECRET", "not for guests")
            .end();
        assert_eq!(
            ended.quiet(),
            "argument 0: \"env.wasm\"\nfolder: /\nterminals: [false, false, false]\n",
            "{target:?}"
        );
    }
}

#[test]
fn clocks_and_random_numbers_need_no_grant() {
    let sampan = sampan();
    for target in [Target::P1, Target::P2] {
        assert_eq!(
            sampan.run([guest::rust("time", target)]).quiet(),
            "slept: true\nafter 2020: true\nrandom: true\n"
        );
    }
    assert_eq!(sampan.run([guest::wat("sleeper")]).quiet(), "");
}

#[test]
fn computes() {
    let sampan = sampan();
    assert_eq!(sampan.run([guest::rust("primes", Target::P1)]).quiet(), "78498\n");
}

#[test]
fn streams_input_and_output() {
    let sampan = sampan();
    let bytes = sampan_testkit::files::Noise::new(5).take(3 << 20);
    let ended = sampan
        .command(["run"])
        .args([guest::wat("cat")])
        .stdin(bytes.clone())
        .end();
    ended.code(0);
    assert!(ended.stdout == bytes, "`cat` changed what went through it");
    let big = sampan.run([guest::wat("big_output")]);
    assert_eq!(big.code(0).stdout_bytes, 16 << 20);
    assert!(
        big.stdout
            .chunks(1 << 16)
            .all(|c| c[..65535].iter().all(|b| *b == b's') && c[65535] == b'\n')
    );
}

/// Neither direction waits in a buffer for more to come.
#[test]
fn converses() {
    let sampan = sampan();
    for target in [Target::P1, Target::P2] {
        let mut running = sampan
            .command(["run", "-i"])
            .args([guest::rust("lines", target)])
            .hold_stdin()
            .start();
        running.write(b"four\n");
        running.wait_for("0: 4\n");
        running.write(b"seven.");
        running.write(b".\n");
        running.wait_for("1: 7\n");
        running.write(b"quit\n");
        let ended = running.end();
        // WASI 0.2 has no exit codes but success and failure.
        let code = if matches!(target, Target::P1) { 3 } else { 1 };
        assert_eq!(ended.code(code).out(), "0: 4\n1: 7\n");
    }
}

#[test]
fn reads_the_end_of_its_input() {
    let sampan = sampan();
    let mut running = sampan
        .command(["run"])
        .args([guest::wat("cat")])
        .hold_stdin()
        .start();
    running.write(b"some");
    running.wait_for("some");
    running.close_stdin();
    assert_eq!(running.end().quiet(), "some");
}

#[test]
fn reads_and_writes_files_of_the_host_as_streams() {
    let sampan = sampan();
    let (from, to) = (sampan.file("from", "a line\n"), sampan.work().join("to"));
    let mut command = sampan.command(["run"]).args([guest::wat("cat")]).into_command();
    let status = command
        .stdin(std::fs::File::open(&from).expect("it is there"))
        .stdout(std::fs::File::create(&to).expect("it can be made"))
        .status();
    assert!(status.is_ok_and(|s| s.success()));
    assert_eq!(std::fs::read_to_string(&to).expect("it was written"), "a line\n");
}

#[test]
fn ends_when_nobody_reads_its_output() {
    let sampan = sampan();
    let mut command = sampan
        .command(["run"])
        .args([guest::wat("big_output")])
        .into_command();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut first = [0; 10];
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_exact(&mut first).expect("it prints");
    drop(stdout);
    let status = sampan_testkit::until("the end of a program without a reader", || {
        child.try_wait().expect("it is ours")
    });
    let mut err = String::new();
    child
        .stderr
        .take()
        .expect("piped")
        .read_to_string(&mut err)
        .expect("it is text");
    assert!(!status.success() && !err.contains("panicked"), "{status}: {err}");
}

#[test]
fn signals_end_it_wherever_it_is() {
    let sampan = sampan();
    for program in ["ready_loop", "ready_sleep", "ready_read"] {
        for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
            let running = sampan
                .command(["run"])
                .args([guest::wat(program)])
                .hold_stdin()
                .start();
            running.wait_for("ready\n");
            running.signal(signal);
            let ended = running.end();
            assert_eq!(ended.code(code).out(), "ready\n", "{program}");
        }
    }
    assert_eq!(leavings(&sampan), Vec::<String>::new());
}

/// The host's own call waits here, where no check of the guest's is reached.
#[test]
fn a_signal_ends_a_guest_that_opens_a_pipe_nobody_writes_to() {
    let sampan = sampan();
    let folder = sampan.work().join("folder");
    std::fs::create_dir(&folder).expect("a new folder");
    rustix::fs::mkfifoat(rustix::fs::CWD, folder.join("fifo"), rustix::fs::Mode::RWXU)
        .expect("a pipe can be made");
    let running = sampan
        .command(["run", "-v"])
        .args([format!("{}:/folder", folder.display())])
        .args([guest::wat("ready_fifo")])
        .hold_stdin()
        .start();
    running.wait_for("ready\n");
    running.signal(Signal::TERM);
    running.end().code(143);
}

#[test]
fn traps_say_why_and_where() {
    let sampan = sampan();
    let ended = sampan.run([guest::wat("trap")]);
    ended
        .fails(134)
        .says("error: the program trapped: ")
        .says("unreachable");
    let err = ended.err();
    let order = ["inner", "middle", "outer"].map(|name| err.find(name));
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{err}");
    sampan
        .run([guest::wat("trap_divide")])
        .fails(134)
        .says("divide by zero");
    sampan
        .run([guest::wat("trap_bounds")])
        .fails(134)
        .says("out of bounds");
}

#[test]
fn traps_have_source_lines_where_debug_information_is() {
    let sampan = sampan();
    for target in [Target::P1, Target::P2] {
        let ended = sampan.run([guest::rust_debug("panic", target)]);
        ended
            .code(134)
            .says("index out of bounds: the len is 1 but the index is 8");
        ended.says("panic.rs:5").says("panic.rs:10").says("panic.rs:15");
        // What Rust brought with it is one line, unless every step is wanted.
        ended.says("frames of the standard library");
        let shown = ended.err().lines().count();
        assert!(shown <= 20, "{shown} lines: {ended}");
        let all = sampan
            .command(["run", "--trace"])
            .args([guest::rust_debug("panic", target)])
            .end();
        assert!(!all.err().contains("frames of the standard library"), "{all}");
        assert!(all.err().contains("__rust_start_panic"), "{all}");
    }
}

#[test]
fn writes_a_core_dump() {
    let sampan = sampan();
    let file = sampan.work().join("core");
    sampan
        .command(["run", "--coredump"])
        .args([&file, &guest::wat("trap")])
        .end()
        .code(134);
    let bytes = std::fs::read(&file).expect("the dump was written");
    assert_eq!(&bytes[..8], b"\0asm\x01\0\0\0");
    assert!(
        bytes.windows(4).any(|w| w == b"core"),
        "no section of a core dump"
    );
}

#[test]
fn says_where_the_core_dump_is_or_why_there_is_none() {
    let sampan = sampan();
    let dump = |file: &str| {
        sampan
            .command(["run", "--coredump", file])
            .args([guest::wat("trap")])
            .end()
    };
    dump("core").code(134).says("the core dump is in `core`\n");
    let ended = dump("absent/core");
    ended
        .code(134)
        .says("warning: cannot write a core dump to `absent/core`: No such file or directory");
}

#[test]
fn a_limit_names_its_own_flag() {
    let sampan = sampan();
    sampan
        .command(["run", "--timeout", "100ms"])
        .args([guest::evil("endless_loop")])
        .end()
        .code(137)
        .says("hint: raise it with `--timeout`, or `--limit wall-time=VALUE`");
}

#[test]
fn a_quiet_run_says_nothing_of_what_was_refused() {
    let sampan = sampan();
    let program = guest::rust("net", Target::P2);
    let run = |flags: &[&str]| {
        sampan
            .command(["run"])
            .args(flags)
            .args([&program])
            .args(["tcp-connect", "127.0.0.1:1", "hi"])
            .end()
    };
    run(&[]).says("warning: ").says("--allow-net 127.0.0.1:1");
    let quiet = run(&["-q"]);
    assert!(
        !quiet.err().contains("warning") && !quiet.err().contains("hint"),
        "{quiet}"
    );
}

#[test]
fn writes_a_profile() {
    let sampan = sampan();
    let file = sampan.work().join("profile.json");
    let program = guest::rust("primes", Target::P1);
    sampan
        .command(["run", "--profile"])
        .args([&file, &program])
        .args(["3000000"])
        .end()
        .code(0);
    let text = std::fs::read_to_string(&file).expect("the profile was written");
    let profile: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert!(
        profile["threads"].is_array() && profile["meta"].is_object(),
        "{text:.300}"
    );
}

#[test]
fn folders_are_given_for_reading_or_writing() {
    let sampan = sampan();
    let given = sampan.work().join("given");
    std::fs::create_dir_all(given.join("sub")).expect("folders can be made");
    std::fs::write(given.join("sub/file"), "content\n").expect("it can be written");
    for target in [Target::P1, Target::P2] {
        let fs = guest::rust("fs", target);
        let run = |mode: &str, args: &[&str]| {
            let flag = format!("{}:/data{mode}", given.display());
            sampan.command(["run", "-v", &flag]).args([&fs]).args(args).end()
        };
        assert_eq!(
            run(":ro", &["walk", "/data"]).quiet(),
            "d /data/sub\nf /data/sub/file\n"
        );
        assert_eq!(run(":ro", &["cat", "/data/sub/file"]).quiet(), "content\n");
        for args in [
            ["write", "/data/new", "x"].as_slice(),
            &["rm", "/data/sub/file"],
            &["mkdir", "/data/d"],
        ] {
            let refused = run(":ro", args);
            refused.code(1).says("ReadOnlyFilesystem");
        }
        assert_eq!(run("", &["write", "/data/new", "text"]).quiet(), "");
        assert_eq!(run("", &["append", "/data/new", " more"]).quiet(), "");
        assert_eq!(run("", &["mv", "/data/new", "/data/sub/moved"]).quiet(), "");
        assert_eq!(
            std::fs::read_to_string(given.join("sub/moved")).expect("it was moved"),
            "text more"
        );
        assert_eq!(run("", &["rm", "/data/sub/moved"]).quiet(), "");
        assert_eq!(
            run("", &["walk", "/data"]).quiet(),
            "d /data/sub\nf /data/sub/file\n"
        );
    }
}

#[test]
fn a_module_alone_has_no_files() {
    let sampan = sampan();
    for target in [Target::P1, Target::P2] {
        let fs = guest::rust("fs", target);
        for args in [["cat", "/etc/passwd"], ["cat", "hello"], ["write", "/new"]] {
            let ended = sampan.command(["run"]).args([&fs]).args(args).end();
            ended.code(1);
            assert_eq!(ended.out(), "");
        }
    }
}

#[test]
fn folders_in_memory_have_a_size() {
    let sampan = sampan();
    let fs = guest::rust("fs", Target::P1);
    let run = |args: &[&str]| {
        sampan
            .command(["run", "--tmpfs", "/tmp:size=1m"])
            .args([&fs])
            .args(args)
            .end()
    };
    assert_eq!(run(&["fill", "/tmp/file", "1000000"]).quiet(), "");
    run(&["fill", "/tmp/file", "1100000"]).code(1).says("StorageFull");
    // Nothing of the one before is there.
    assert_eq!(run(&["walk", "/tmp"]).quiet(), "");
    assert_eq!(leavings(&sampan), Vec::<String>::new());
}

#[test]
fn a_terminal_is_told_of() {
    let sampan = sampan();
    for target in [Target::P1, Target::P2] {
        let command = sampan
            .command(["run", "-it"])
            .args([guest::rust("env", target)])
            .into_command();
        let mut terminal = Terminal::start(&command, 101, 33);
        terminal.wait_for("terminals: [true, true, true]");
        assert!(
            terminal.shown().contains("\"COLUMNS\": \"101\""),
            "{}",
            terminal.shown()
        );
        assert!(
            terminal.shown().contains("\"LINES\": \"33\""),
            "{}",
            terminal.shown()
        );
        assert_eq!(terminal.end(), Some(0));
    }
}

#[test]
fn ctrl_c_on_a_terminal_interrupts() {
    let sampan = sampan();
    for mode in ["-t", "-t=raw"] {
        let command = sampan
            .command(["run", mode])
            .args([guest::wat("ready_read")])
            .into_command();
        let mut terminal = Terminal::start(&command, 80, 24);
        terminal.wait_for("ready");
        terminal.write(b"\x03");
        assert_eq!(terminal.end(), Some(130), "{mode}");
    }
}

#[test]
fn a_terminal_in_raw_mode_passes_each_key() {
    let sampan = sampan();
    let command = sampan
        .command(["run", "-t=raw"])
        .args([guest::wat("ready_cat")])
        .into_command();
    let mut terminal = Terminal::start(&command, 80, 24);
    terminal.wait_for("ready");
    // Without a line break, and shown once: by the program, not by the terminal's echo.
    terminal.write(b"k");
    terminal.wait_for("k");
    terminal.write(b"\x03");
    assert_eq!(terminal.end(), Some(130));
    assert_eq!(terminal.shown().matches('k').count(), 1, "{:?}", terminal.shown());
}

#[test]
fn many_run_at_once_and_compile_once() {
    let sampan = sampan();
    let program = guest::rust("primes", Target::P1);
    let all: Vec<_> = (0..8)
        .map(|_| sampan.command(["run"]).args([&program]).args(["1000"]).start())
        .collect();
    for running in all {
        assert_eq!(running.end().quiet(), "168\n");
    }
    assert_eq!(
        count_files(&sampan.root().join("v1/code")),
        1,
        "more than one compiled module"
    );
}

/// Regular files of more than a page; a link to one is not another.
fn count_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => count_files(&entry.path()),
            Ok(found) => usize::from(found.is_file() && found.len() > 4096),
            Err(_) => 0,
        })
        .sum()
}

#[test]
fn follows_the_start_when_asked() {
    let sampan = sampan();
    let ended = sampan
        .command(["run", "--trace"])
        .args([guest::wat("hello")])
        .end();
    assert_eq!(ended.code(0).out(), "Hello from a module\n");
    assert!(ended.err().lines().count() >= 3, "{ended}");
}

#[test]
fn calls_another_export() {
    let sampan = sampan();
    let file = sampan.file(
        "two.wat",
        r#"(module
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1)
          (func (export "_start") (call $exit (i32.const 1)))
          (func (export "other") (call $exit (i32.const 2))))"#,
    );
    sampan.run([&file]).code(1);
    sampan
        .command(["run", "--entrypoint", "other"])
        .args([&file])
        .end()
        .code(2);
    sampan
        .command(["run", "--entrypoint", "third"])
        .args([&file])
        .end()
        .fails(126)
        .says("third")
        .says("other");
}

#[test]
fn keeps_what_a_named_container_did() {
    let sampan = sampan();
    let ended = sampan
        .command(["run", "--name", "first", "-e", "A=1"])
        .args([guest::wat("exit")])
        .args(["7"])
        .end();
    ended.code(7);
    let shown = sampan.command(["inspect", "first"]).end();
    assert!(shown.quiet().contains('7'), "{shown}");
    let listed = sampan.command(["ps", "-a"]).end();
    assert!(
        listed.quiet().contains("first") && listed.out().contains("Exited (7)"),
        "{listed}"
    );
    // The name is taken until it is given back.
    sampan
        .command(["run", "--name", "first"])
        .args([guest::wat("hello")])
        .end()
        .fails(125)
        .says("first");
    assert_eq!(sampan.command(["rm", "first"]).end().quiet(), "first\n");
    sampan
        .command(["run", "--rm", "--name", "first"])
        .args([guest::wat("hello")])
        .end()
        .code(0);
    sampan.command(["inspect", "first"]).end().fails(1);
}
