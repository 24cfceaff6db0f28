//! What outlives the process that started it.

use std::io::Write;
use std::net::Shutdown;

use super::Subject;
use super::daemon::{Daemon, INPUT, Wants, frames, rest_of};

pub(crate) fn it_outlives_its_daemon_and_is_found_again(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let one = daemon.begin(&["cat"], &INPUT);
    let pid = one.hold().pid().unwrap();
    let mut client = daemon.join(&one.hold()).unwrap();
    client.write_all(b"before\n").unwrap();
    one.log.wrote("before");
    daemon.fall();
    // As it would with the daemon's own.
    drop(client);

    let daemon = Daemon::start(subject);
    let mut survivors = daemon.survivors();
    assert_eq!(survivors.len(), 1);
    let hold = survivors.remove(&one.id).unwrap();
    assert_eq!(hold.pid(), Some(pid));
    hold.keep_log(one.log.again());
    let mut client = daemon.join(&hold).unwrap();
    client.write_all(b"after\n").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    assert_eq!(frames(&rest_of(client)).0, "after\n");
    assert_eq!(daemon.code(&hold), 0);
    assert_eq!(one.log.out(), "before\nafter\n");
    daemon.block_on(hold.release());
    drop(hold);
    daemon.fall();
    assert!(Daemon::start(subject).survivors().is_empty());
}

pub(crate) fn an_end_that_no_daemon_saw_is_told_to_the_next(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let script = "read word; echo \"heard $word\"; exit 5";
    let one = daemon.begin(&["sh", "-c", script], &INPUT);
    let mut client = daemon.join(&one.hold()).unwrap();
    daemon.fall();
    client.write_all(b"it\n").unwrap();
    one.log.wrote("heard it");
    let daemon = Daemon::start(subject);
    let survivors = daemon.survivors();
    assert_eq!(daemon.code(&survivors[&one.id]), 5);
}

pub(crate) fn an_end_is_kept_until_it_is_released(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let one = daemon.begin(&["sh", "-c", "exit 9"], &Wants::default());
    assert_eq!(daemon.code(&one.hold()), 9);
    daemon.fall();
    for _ in 0..2 {
        let daemon = Daemon::start(subject);
        assert_eq!(daemon.code(&daemon.survivors()[&one.id]), 9);
        daemon.fall();
    }
    let daemon = Daemon::start(subject);
    daemon.block_on(daemon.survivors()[&one.id].release());
    daemon.fall();
    assert!(Daemon::start(subject).survivors().is_empty());
}
