//! `up` in the foreground.

use std::io::Read;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use sampan_testkit::until;

use crate::host::Host;

#[test]
fn lines_have_names_and_the_code_is_the_asked_ones() {
    let host = Host::new(
        r#"
services:
  ends:
    image: box
    command: ["sh", "-c", "echo one; echo two >&2; exit 7"]
    depends_on: [long]
  long: {image: stays, stop_grace_period: 0s}
"#,
    );
    let left = host.compose("up --exit-code-from ends");
    assert_eq!(left.code, Some(7), "{left:?}");
    assert_eq!(left.out, "ends-1 | one\n");
    assert!(left.err.contains("ends-1 | two\n"), "{left:?}");
    assert!(
        left.err.contains("proj-ends-1 ended with exit code 7"),
        "{left:?}"
    );
    assert!(host.states().iter().all(|(_, state)| state == "exited"));
}

#[test]
fn it_ends_when_all_have_ended() {
    let host = Host::new("services:\n  a: {image: hello}\n  b: {image: hello, depends_on: [a]}\n");
    let left = host.compose("up");
    let mut lines: Vec<_> = left.out.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        ["a-1 | Hello from a module", "b-1 | Hello from a module"],
        "{left:?}"
    );
    assert_eq!(left.code, Some(0));
    // A second time no earlier line is shown again.
    let left = host.compose("up --no-log-prefix a");
    assert_eq!(left.out, "Hello from a module\n", "{left:?}");
}

#[test]
fn an_interrupt_stops_the_services() {
    let host = Host::new(
        "services:\n  a: {image: box, command: [sh, -c, 'echo up; sleep 1000'], stop_grace_period: 0s}\n",
    );
    let mut up = host
        .command(&["compose", "up"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 8];
    up.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"a-1 | up");
    kill_process(Pid::from_child(&up), Signal::INT).unwrap();
    let status = until("the end of `up`", || up.try_wait().unwrap());
    assert_eq!(status.code(), Some(130));
    assert_eq!(host.states(), [("proj-a-1".to_owned(), "exited".to_owned())]);
}

#[test]
fn logs_follow_and_are_cut_at_their_end() {
    let host = Host::new(
        "services:\n  a: {image: box, command: [sh, -c, 'echo 1; echo 2; echo 3; sleep 0.5; echo 4'], stop_grace_period: 0s}\n",
    );
    host.compose("up -d").ok();
    assert_eq!(host.compose("logs -f --no-log-prefix").ok(), "1\n2\n3\n4\n");
    assert_eq!(host.compose("logs --tail 2").ok(), "a-1 | 3\na-1 | 4\n");
    let stamped = host.compose("logs -t --tail 1 --no-log-prefix").ok();
    assert!(stamped.contains("Z 4"), "{stamped}");
}
