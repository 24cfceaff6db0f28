//! A thousand containers, created and started at once from many connections.

use std::sync::Barrier;

use rustix::process::Signal;

use crate::audit;
use crate::host::{Host, Role, kill};

/// Connections at once, and how many containers each makes.
const CONNECTIONS: usize = 250;
const EACH: usize = 4;
/// Of so many containers one has a process of its own.
const ALONE: usize = 50;

fn each(act: impl Fn(usize) + Sync) {
    let together = Barrier::new(CONNECTIONS);
    std::thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            let (act, together) = (&act, &together);
            scope.spawn(move || {
                together.wait();
                (0..EACH).for_each(|number| act(connection * EACH + number));
            });
        }
    });
}

#[test]
fn a_thousand_started_at_once_all_run_and_outlive_their_killed_daemon() {
    let mut host = Host::new();
    host.start();
    let body = |number: usize| {
        let isolation = if number.is_multiple_of(ALONE) {
            "process"
        } else {
            "default"
        };
        body_of(isolation)
    };
    each(|number| host.runs(&format!("many-{number}"), &body(number)));
    let all = CONNECTIONS * EACH;
    let running = |host: &Host| {
        let list = host.done("GET", "/containers/json", "").json();
        list.as_array().map_or(0, Vec::len)
    };
    assert_eq!(running(&host), all);
    // Spare ones were wanted by many at once, and yet there is one of each sort.
    sampan_testkit::until("no more workers than are needed", || {
        (host.with_role(Role::Worker).len() <= all / ALONE + 3).then_some(())
    });
    host.fell();
    host.start();
    assert_eq!(running(&host), all);
    each(|number| host.answers(&format!("many-{number}")));
    audit::nothing_left_over(&host);
    each(|number| {
        host.done("DELETE", &format!("/containers/many-{number}?force=1"), "");
    });
    assert_eq!(running(&host), 0);
    audit::nothing_left_over(&host);
}

#[test]
fn spare_workers_that_were_killed_are_not_missed() {
    let mut host = Host::new();
    host.start();
    let spares = sampan_testkit::until("spare workers", || {
        let workers = host.with_role(Role::Worker);
        (workers.len() >= 2).then_some(workers)
    });
    spares.iter().for_each(|pid| kill(*pid, Signal::KILL));
    host.runs("shared", &body_of("default"));
    host.runs("alone", &body_of("process"));
    host.answers("shared");
    host.answers("alone");
    audit::nothing_left_over(&host);
}

fn body_of(isolation: &str) -> String {
    format!(r#"{{"Image":"cat","OpenStdin":true,"HostConfig":{{"Isolation":"{isolation}"}}}}"#)
}
