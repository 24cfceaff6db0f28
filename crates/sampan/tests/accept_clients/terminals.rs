//! Terminals through the docker command line: keys that leave, interrupt and end, sizes, and exit codes.

use std::process::Command;

use sampan_testkit::terminal::Terminal;
use sampan_testkit::until;

use crate::host::Host;

/// Two keys that leave a container running.
const LEAVE: &[u8] = b"\x10\x11";

fn docker(host: &Host, line: &str) -> Terminal {
    let mut command = Command::new("docker");
    command
        .args(line.split(' '))
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("DOCKER_HOST", host.address())
        .env("HOME", host.path("home"));
    Terminal::start(&command, 80, 24)
}

fn state(host: &Host, container: &str) -> String {
    let shown = host.ok(&format!(
        "docker inspect -f '{{{{.State.Status}}}} {{{{.State.ExitCode}}}}' {container}"
    ));
    shown.trim().to_owned()
}

/// A container whose program is a shell that sleeps, in which others are opened.
fn house(host: &Host) {
    host.ok("docker run -d -i --name house busybox sh -c 'read x'");
}

#[test]
#[ignore = "accept: needs the docker command line"]
fn a_shell_ends_by_its_keys() {
    let host = Host::new();
    house(&host);
    let mut shell = docker(&host, "exec -it house sh");
    shell.wait_for("# ");
    shell.write(b"echo $((40+2))\r");
    shell.wait_for("\r\n42\r\n");
    shell.write(b"\x04");
    assert_eq!(shell.end(), Some(0));
    let mut shell = docker(&host, "exec -it house sh");
    shell.wait_for("# ");
    shell.write(b"exit 7\r");
    assert_eq!(shell.end(), Some(7));
    // A key ends what the shell waits for or drops what is typed, and the shell goes on; so it is in a container of its
    // own.
    for line in ["exec -it house sh", "run -it busybox sh"] {
        let mut shell = docker(&host, line);
        shell.wait_for("# ");
        shell.write(b"echo be''gun; sleep 1000\r");
        shell.wait_for("begun\r\n");
        shell.write(b"\x03");
        shell.write(b"echo slept $?\r");
        shell.wait_for("slept 130\r\n");
        shell.write(b"echo no''thing\x03");
        shell.write(b"echo typed $?\r");
        shell.wait_for("typed 130\r\n");
        assert!(!shell.shown().contains("nothing"), "{}", shell.shown());
        shell.write(b"exit 4\r");
        assert_eq!(shell.end(), Some(4));
    }
}

#[test]
#[ignore = "accept: needs the docker command line"]
fn a_shell_is_left_by_the_usual_keys_and_by_others() {
    let host = Host::new();
    house(&host);
    for (flag, keys) in [
        ("", LEAVE),
        (" --detach-keys ctrl-a,x", &b"\x01x"[..]),
        (" --detach-keys q", &b"q"[..]),
    ] {
        let mut shell = docker(&host, &format!("exec -it{flag} house sh"));
        shell.wait_for("# ");
        if !flag.is_empty() {
            shell.write(LEAVE);
            shell.write(b"\recho still $((1+1))\r");
            shell.wait_for("still 2\r\n");
        }
        let before = host.ok("docker top house").lines().count();
        shell.write(keys);
        // The command line says that it left, where it looks for the keys itself.
        shell.end();
        assert_eq!(host.ok("docker top house").lines().count(), before);
    }
}

#[test]
#[ignore = "accept: needs the docker command line"]
fn a_container_is_left_joined_again_and_ended() {
    let host = Host::new();
    for (name, flag, keys) in [
        ("one", "", LEAVE),
        ("two", " --detach-keys ctrl-e,e", &b"\x05e"[..]),
    ] {
        let mut cat = docker(&host, &format!("run -it --name {name}{flag} busybox cat"));
        cat.write(b"said\r");
        cat.wait_for("said\r\nsaid\r\n");
        cat.write(keys);
        cat.end();
        assert_eq!(state(&host, name), "running 0");
        let mut cat = docker(&host, &format!("attach{flag} {name}"));
        cat.write(b"again\r");
        cat.wait_for("again\r\nagain\r\n");
        cat.write(b"\x04");
        assert_eq!(cat.end(), Some(0));
        assert_eq!(state(&host, name), "exited 0");
    }
    let mut cat = docker(&host, "run -it --name three busybox cat");
    cat.write(b"said\r");
    cat.wait_for("said\r\nsaid\r\n");
    cat.write(b"\x03");
    assert_eq!(cat.end(), Some(130));
    assert_eq!(state(&host, "three"), "exited 130");
}

#[test]
#[ignore = "accept: needs the docker command line"]
fn a_key_is_a_signal_where_no_terminal_is() {
    let host = Host::new();
    host.ok("docker run -d -i --name plain busybox cat");
    let mut attached = docker(&host, "attach plain");
    attached.write(b"x\r");
    attached.wait_for("x\r\nx\r\n");
    attached.write(b"\x03");
    assert_eq!(attached.end(), Some(130));
    assert_eq!(state(&host, "plain"), "exited 130");
    // Who does not type ends nothing, and hears how it ends.
    host.ok("docker run -d -i --name silent busybox cat");
    let mut attached = docker(&host, "attach --no-stdin silent");
    attached.write(b"x\r\x04");
    until("it is attached", || {
        let events =
            host.ok("docker events --since 1m --until 1s --filter event=attach --filter container=silent");
        events.contains("attach").then_some(())
    });
    assert_eq!(state(&host, "silent"), "running 0");
    host.ok("docker kill -s TERM silent");
    assert_eq!(attached.end(), Some(143));
}

#[test]
#[ignore = "accept: needs the docker command line"]
fn a_terminal_has_the_size_of_the_window() {
    let host = Host::new();
    let mut shell = docker(&host, "run -it --name sized busybox cat");
    shell.write(b"said\r");
    shell.wait_for("said\r\nsaid\r\n");
    let resized = |rows: u16, columns: u16| {
        until("the size", || {
            let events =
                host.ok("docker events --since 1m --until 1s --filter event=resize --filter container=sized");
            let told = format!("height={rows}, ");
            let wide = format!("width={columns})");
            events
                .lines()
                .any(|l| l.contains(&told) && l.contains(&wide))
                .then_some(())
        });
    };
    resized(24, 80);
    shell.resize(132, 50);
    resized(50, 132);
    shell.write(b"\x04");
    assert_eq!(shell.end(), Some(0));
}
