//! Services start when those that they depend on are as far as they must be.

use crate::host::Host;

#[test]
fn conditions_hold_services_back() {
    let host = Host::new(
        r#"
services:
  task:
    image: box
    command: ["sh", "-c", "echo done > /data/task"]
    volumes: ["store:/data"]
  well:
    image: box
    command: ["sh", "-c", "sleep 0.3; touch /tmp/well; sleep 1000"]
    healthcheck: {test: ["CMD", "test", "-f", "/tmp/well"], interval: 100ms, retries: 100}
    stop_grace_period: 0s
  last:
    image: box
    command: ["sh", "-c", "cat /data/task; echo last; sleep 1000"]
    volumes: ["store:/data"]
    depends_on:
      task: {condition: service_completed_successfully}
      well: {condition: service_healthy}
    stop_grace_period: 0s
volumes: {store: }
"#,
    );
    host.compose("up -d --wait").ok();
    assert_eq!(host.logs_say("last", "last"), "done\nlast\n");
    assert!(host.compose("ps").ok().contains("(healthy)"));
    let down = host.compose("down -v");
    assert!(down.err.contains("removed: volume `proj_store`"), "{down:?}");
    assert_eq!(host.sampan(&["volume", "ls", "-q"]).ok(), "");
}

#[test]
fn what_fails_is_told_with_who_waited() {
    let host = Host::new(
        r#"
services:
  task: {image: exit, command: ["3"]}
  first: {image: stays, depends_on: {task: {condition: service_completed_successfully}}}
  second: {image: stays, depends_on: [first]}
  apart: {image: stays}
"#,
    );
    let said = host.compose("up -d").failed();
    assert!(
        said.contains("service `first` is not started: `task` ended with exit code 3"),
        "{said}"
    );
    assert!(
        said.contains("service `second` is not started: `first` failed"),
        "{said}"
    );
    // Others go on.
    assert!(
        host.states()
            .contains(&("proj-apart-1".to_owned(), "running".to_owned()))
    );
    assert!(
        host.states()
            .contains(&("proj-second-1".to_owned(), "created".to_owned()))
    );
}

#[test]
fn one_that_never_gets_well_is_told() {
    let host = Host::new(
        r#"
services:
  ill:
    image: box
    command: [sleep, "1000"]
    healthcheck: {test: ["CMD", "false"], interval: 50ms, retries: 2}
  waits: {image: stays, depends_on: {ill: {condition: service_healthy}}}
  can_do_without: {image: stays, depends_on: {ill: {condition: service_healthy, required: false}}}
"#,
    );
    let left = host.compose("up -d");
    assert!(
        left.err
            .contains("service `waits` is not started: `ill` is unhealthy"),
        "{left:?}"
    );
    assert!(
        left.err.contains("starts although `ill` is unhealthy"),
        "{left:?}"
    );
    assert!(
        host.states()
            .contains(&("proj-can_do_without-1".to_owned(), "running".to_owned()))
    );
    assert!(host.compose("up -d --wait ill").failed().contains("is unhealthy"));
}
