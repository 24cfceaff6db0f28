//! Keys at the terminal of a shell.

use sampan_testkit::terminal::Terminal;

use crate::host::Host;

const CTRL_C: &[u8] = b"\x03";
const CTRL_D: &[u8] = b"\x04";

fn exec(host: &Host, container: &str, words: &[&str]) -> Terminal {
    let args = [&["exec", "-it", container], words].concat();
    Terminal::start(&host.command(&args), 80, 24)
}

fn shell(host: &Host, container: &str) -> Terminal {
    let shell = exec(host, container, &["sh"]);
    shell.wait_for("# ");
    shell
}

/// Asks for the exit code of what went before, by a name that was not used yet.
fn code(shell: &mut Terminal, name: &str, code: i32) {
    shell.write(format!("echo {name}=$?\r").as_bytes());
    shell.wait_for(&format!("{name}={code}\r\n"));
}

#[test]
fn a_line_is_dropped() {
    let host = Host::new();
    let c = host.run("sleeper", &[]);
    let mut shell = shell(&host, &c);
    shell.write(b"echo ne''ver");
    shell.write(CTRL_C);
    code(&mut shell, "line", 130);
    // Also one of which some is read already.
    shell.write(b"if true; then\r");
    shell.wait_for("\n> ");
    shell.write(CTRL_C);
    code(&mut shell, "clause", 130);
    shell.write(b"cat <<end\rne''ver\r");
    shell.write(CTRL_C);
    code(&mut shell, "here", 130);
    shell.write(CTRL_C);
    shell.write(CTRL_C);
    code(&mut shell, "nothing", 130);
    assert!(!shell.shown().contains("never"), "{:?}", shell.shown());
    shell.write(CTRL_D);
    assert_eq!(shell.end(), Some(0));
}

#[test]
fn what_runs_ends_and_the_shell_goes_on() {
    let host = Host::new();
    let c = host.run("files", &[]);
    let mut shell = shell(&host, &c);
    for (number, line) in [
        "sleep 1000",
        "cat",
        "read x",
        "cat | wc -l",
        "sleep 1000 | cat",
        "yes > /dev/null",
        "yes > /tmp/much",
        "while true; do true; done",
        "while true; do sleep 1000; done",
        "until false; do false; done | cat",
        "f() { while true; do :; done; }; f",
        "echo $(sleep 1000)",
        "(trap 'sleep 1000' EXIT; sleep 1000)",
        "sh -c 'sleep 1000'",
        "echo 'sleep 1000' > /tmp/script; sh /tmp/script",
        "echo 1000 | xargs sleep",
        "env A=1 sleep 1000",
        "/bin/loop.wasm",
        "/bin/loop.wasm | cat",
        "for i in 1 2 3; do /bin/loop.wasm; done",
        "/bin/box sh -c 'sleep 1000'",
        "yes",
    ]
    .into_iter()
    .enumerate()
    {
        shell.write(format!("echo run''s-{number}; {line}; echo ne''ver\r").as_bytes());
        shell.wait_for(&format!("runs-{number}\r\n"));
        shell.write(CTRL_C);
        code(&mut shell, &format!("code-{number}"), 130);
    }
    assert!(!shell.shown().contains("never"));
    shell.write(b"exit 7\r");
    assert_eq!(shell.end(), Some(7));
}

#[test]
fn the_innermost_shell_gets_it() {
    let host = Host::new();
    let c = host.run("files", &[]);
    let mut shell = shell(&host, &c);
    for (number, inner) in ["sh", "/bin/box sh"].into_iter().enumerate() {
        shell.write(format!("{inner}\r").as_bytes());
        shell.write(format!("echo in''ner-{number}; sleep 1000\r").as_bytes());
        shell.wait_for(&format!("inner-{number}\r\n"));
        shell.write(CTRL_C);
        code(&mut shell, &format!("inside-{number}"), 130);
        shell.write(b"exit 3\r");
        code(&mut shell, &format!("outside-{number}"), 3);
    }
    shell.write(CTRL_D);
    assert_eq!(shell.end(), Some(0));
}

#[test]
fn what_is_no_shell_ends() {
    let host = Host::new();
    let c = host.run("files", &[]);
    for words in [
        &["sh", "-c", "echo run''s; sleep 1000; echo never"][..],
        &["sh", "-c", "echo run''s; /bin/loop.wasm; echo never"],
        &["cat"],
    ] {
        let mut program = exec(&host, &c, words);
        match words {
            ["cat"] => {
                program.write(b"runs\r");
                program.wait_for("runs\r\nruns\r\n");
            }
            _ => program.wait_for("runs\r\n"),
        }
        program.write(CTRL_C);
        assert_eq!(program.end(), Some(130), "{words:?}");
        assert!(!program.shown().contains("never"));
    }
}
