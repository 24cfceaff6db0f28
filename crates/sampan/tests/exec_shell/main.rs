//! `exec` of a shell in a container: it starts the container's modules, sees its processes and ends them, within the
//! container's grants and limits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

mod bounds;
mod host;
mod streams;

use std::process::Stdio;

use host::Host;
use sampan_testkit::until;

#[test]
fn a_shell_starts_modules() {
    let host = Host::new();
    let c = host.run("files", &[]);
    for (script, code, out) in [
        ("/bin/hello.wasm", 0, "Hello from a module\n"),
        ("hello.wasm", 0, "Hello from a module\n"),
        ("cd /bin; ./hello.wasm", 0, "Hello from a module\n"),
        ("/bin/hello.wasm | wc -l", 0, "1\n"),
        (
            "/bin/hello.wasm > /tmp/out; cat /tmp/out /tmp/out | wc -l",
            0,
            "2\n",
        ),
        (
            "echo in > /tmp/in; /bin/cat.wasm < /tmp/in > /tmp/copy; cat /tmp/copy",
            0,
            "in\n",
        ),
        (
            "echo through | /bin/cat.wasm | cat.wasm | tr a-z A-Z",
            0,
            "THROUGH\n",
        ),
        (
            "x=$(/bin/hello.wasm); echo \"<$x>\"",
            0,
            "<Hello from a module>\n",
        ),
        ("/bin/trap.wasm 2> /dev/null; echo $?", 0, "134\n"),
        ("/bin/trap.wasm 2>&1 | sed 's/:.*//'", 0, "/bin/trap.wasm\n"),
        ("/bin/trap.wasm", 134, ""),
        ("for n in 1 2 3; do /bin/hello.wasm; done | wc -l", 0, "3\n"),
        ("nothere; echo $?", 0, "127\n"),
        ("printf '\\0asm' > /tmp/bad; /tmp/bad; echo $?", 0, "126\n"),
        ("/bin/box sh -c '/bin/hello.wasm | wc -c'", 0, "20\n"),
    ] {
        let left = host.script(&c, script);
        assert_eq!(
            (left.code, left.out.as_str()),
            (Some(code), out),
            "{script}: {left:?}"
        );
    }
    let left = host.script(&c, "printf '\\0asm' > /tmp/bad; /tmp/bad");
    assert!(left.err.starts_with("/tmp/bad: "), "{left:?}");
}

#[test]
fn input_goes_on_to_what_a_shell_starts() {
    let host = Host::new();
    let c = host.run("files", &[]);
    let shell = host
        .command(&[
            "exec",
            "-i",
            &c,
            "sh",
            "-c",
            "read first; /bin/cat.wasm; echo after $first",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut shell = shell.unwrap();
    std::io::Write::write_all(&mut shell.stdin.take().unwrap(), b"one\ntwo\nthree\n").unwrap();
    let left = host::left(shell.wait_with_output().unwrap());
    assert_eq!(
        (left.code, left.out.as_str()),
        (Some(0), "two\nthree\nafter one\n"),
        "{left:?}"
    );
}

#[test]
fn a_container_without_files_offers_its_own_program() {
    let host = Host::new();
    let c = host.run("sleeper", &[]);
    // Two of them sleep side by side in one worker, and one is ended by its number.
    let mut shell = host.command(&["exec", &c, "sh", "-c", "sleeper; echo $?"]);
    let shell = shell.stdout(Stdio::piped()).spawn().unwrap();
    let number = until("the second sleeper", || {
        let all = host.processes(&c);
        let (number, parent, _) = all.iter().find(|(_, _, command)| command == "sleeper")?;
        let (_, _, starter) = all.iter().find(|(number, ..)| number == parent)?;
        assert!(starter.starts_with("sh -c"), "{all:?}");
        Some(*number)
    });
    assert_eq!(
        host.script(&c, &format!("kill -0 {number} && kill {number}"))
            .code,
        Some(0)
    );
    let left = host::left(shell.wait_with_output().unwrap());
    assert_eq!((left.code, left.out.as_str()), (Some(0), "143\n"), "{left:?}");
    for (script, code) in [
        ("nothing", 127),
        ("/sleeper", 127),
        ("kill -0 1", 0),
        ("kill -0 999", 1),
    ] {
        assert_eq!(host.script(&c, script).code, Some(code), "{script}");
    }
}

#[test]
fn a_shell_ends_the_containers_program() {
    let host = Host::new();
    for (image, signal, code) in [
        ("files", "TERM", 143),
        ("sleeper", "KILL", 137),
        ("files", "USR1", 138),
    ] {
        let c = host.run(image, &[]);
        host.script(&c, &format!("kill -{signal} 1; sleep 60"));
        let waited = host.sampan(&["wait", &c]);
        assert_eq!(waited.out.trim(), code.to_string(), "{image} {signal}");
    }
    // From inside, it is the program's own end: its policy holds.
    let c = host.run("sleeper", &["--restart", "always"]);
    host.script(&c, "kill -TERM 1");
    until("the next run", || {
        let shown = host.sampan(&["inspect", "--format", "{{.RestartCount}} {{.State.Running}}", &c]);
        (shown.out.trim() == "1 true").then_some(())
    });
}

#[test]
fn what_a_shell_started_ends_with_it() {
    let host = Host::new();
    for image in ["files", "sleeper"] {
        let c = host.run(image, &[]);
        let program = if image == "files" {
            "/bin/box sh -c /bin/loop.wasm"
        } else {
            "sleeper"
        };
        let mut shell = host.command(&["exec", &c, "sh", "-c", program]);
        let mut shell = shell.stderr(Stdio::null()).spawn().unwrap();
        let deep = if image == "files" { 4 } else { 3 };
        let all = until("what it starts", || {
            let all = host.processes(&c);
            (all.len() == deep).then_some(all)
        });
        assert_eq!(all[0].0, 1);
        assert_eq!(
            host.script(&c, &format!("kill -KILL {}", all[1].0)).code,
            Some(0),
            "{all:?}"
        );
        assert_eq!(shell.wait().unwrap().code(), Some(137));
        until("the end of all of them", || {
            (host.processes(&c).len() == 1).then_some(())
        });
        // With the container everything in it ends.
        let mut shell = host.command(&["exec", &c, "sh", "-c", program]);
        let mut shell = shell.stderr(Stdio::null()).spawn().unwrap();
        until("what it starts again", || {
            (host.processes(&c).len() == deep).then_some(())
        });
        assert_eq!(host.sampan(&["kill", &c]).code, Some(0));
        assert_eq!(shell.wait().unwrap().code(), Some(137));
    }
}
