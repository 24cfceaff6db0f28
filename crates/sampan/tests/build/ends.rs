//! Builds that end before their end: nothing of them stays.

use std::io::Write;
use std::os::unix::net::UnixStream;

use sampan_testkit::until;

use crate::builds::{build, context};
use crate::host::Host;
use crate::machine::Machine;

const SLEEPER: &str = "FROM box\nRUN echo begun && sleep 1000\n";

/// Sends a build and waits until its step runs. The connection is the client.
fn begun(machine: &Machine) -> UnixStream {
    let tar = context(SLEEPER).tar();
    let mut socket = UnixStream::connect(machine.socket()).unwrap();
    let head = format!(
        "POST /build?networkmode=none HTTP/1.1\r\nHost: d\r\nContent-Type: application/x-tar\r\nContent-Length: {}\r\n\r\n",
        tar.len()
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(&tar).unwrap();
    until("the step to run", || {
        let all = machine.done("GET", "/containers/json", "").json();
        (all.as_array().map(Vec::len) == Some(1)).then_some(())
    });
    socket
}

#[test]
fn a_client_that_leaves_ends_its_build() {
    let Some(machine) = Machine::new() else { return };
    drop(begun(&machine));
    until("its container to go", || machine.ids().is_empty().then_some(()));
    build(&machine, "", context("FROM box\nRUN true\n")).id();
}

#[test]
fn a_daemon_that_falls_leaves_no_container_of_a_build() {
    let Some(mut machine) = Machine::new() else { return };
    let client = begun(&machine);
    machine.fell();
    drop(client);
    machine.start();
    assert!(machine.ids().is_empty());
    // The folders of the build go with the next collection, which a removal brings.
    machine.done("DELETE", "/images/box", "");
    let left = std::fs::read_dir(machine.data().join("v1/tmp")).unwrap().count();
    assert_eq!(left, 0);
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that does nothing says so")]
fn a_full_disk_is_one_clear_error_and_leaves_nothing() {
    let Some(mut host) = Host::on_a_small_disk("64m") else {
        eprintln!("not tested: this user may not mount a file system");
        return;
    };
    host.start();
    let tmp = host.data().join("v1/tmp");
    // Too much for the context; for the step's files; for its layer.
    for mebibytes in [80, 32, 22] {
        let files = context("FROM scratch\nCOPY big /\n").file("big", vec![7; mebibytes << 20]);
        let built = build(&host, "", files);
        assert!(built.error.contains("no space left"), "{mebibytes}: {built:?}");
        let left = std::fs::read_dir(&tmp).unwrap().count();
        assert_eq!(left, 0, "{mebibytes}");
    }
    build(
        &host,
        "t=small",
        context("FROM scratch\nCOPY a /\n").file("a", "1"),
    )
    .id();
}
