//! How containers begin and end.

use sampan_runtime::RuntimeError;
use sampan_types::Signal;

use super::Subject;
use super::daemon::{Daemon, Wants, fresh};

const ENDLESS: [&str; 3] = ["sh", "-c", "echo up; while :; do :; done"];

pub(crate) fn a_program_ends_with_its_own_code(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let one = daemon.create(&["sh", "-c", "exit 7"], &Wants::default());
    daemon.block_on(async {
        // Whoever waits before, during and after hears the same.
        let early = one.hold();
        let early = tokio::spawn(async move { early.wait().await });
        one.hold().start().await.unwrap();
        assert!(matches!(
            one.hold().start().await,
            Err(RuntimeError::AlreadyStarted)
        ));
        assert_eq!(one.hold().wait().await.unwrap().code(), 7);
        assert_eq!(early.await.unwrap().unwrap().code(), 7);
    });
    assert_eq!(daemon.code(&one.hold()), 7);
    assert_eq!(one.hold().pid(), None);
    // Nothing is left that could be signalled.
    one.hold().kill(Signal::Kill);
    assert_eq!(daemon.code(&one.hold()), 7);
}

pub(crate) fn a_program_that_cannot_begin_leaves_nothing(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let id = fresh();
    let (streams, _) = daemon.streams(&id, &Wants::default());
    daemon.block_on(async {
        // A kind may see it at the one or at the other.
        let created = daemon.runtime.create(subject.broken(id, streams)).await;
        if let Ok(hold) = created {
            hold.start().await.unwrap_err();
            assert_eq!(hold.pid(), None);
            hold.release().await;
        }
    });
    daemon.fall();
    assert!(Daemon::start(subject).survivors().is_empty());
}

pub(crate) fn an_endless_loop_is_killed(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let one = daemon.begin(&ENDLESS, &Wants::default());
    one.log.wrote("up");
    assert!(one.hold().pid().is_some());
    one.hold().kill(Signal::Kill);
    assert_eq!(daemon.code(&one.hold()), 137);
    assert_eq!(one.hold().pid(), None);
}

pub(crate) fn one_that_is_held_computes_nothing_and_goes_on(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let one = daemon.begin(&ENDLESS, &Wants::default());
    one.log.wrote("up");
    daemon.block_on(one.hold().pause(true)).unwrap();
    let time = || daemon.block_on(one.hold().usage()).cpu_time;
    sampan_testkit::until("it to stand still", || {
        let before = time();
        // For as long as another one takes from its beginning to its end.
        let other = daemon.begin(&["sh", "-c", "exit 0"], &Wants::default());
        assert_eq!(daemon.code(&other.hold()), 0);
        (time() == before).then_some(())
    });
    let held = time();
    daemon.block_on(one.hold().pause(false)).unwrap();
    sampan_testkit::until("it to go on", || (time() > held).then_some(()));
    one.hold().kill(Signal::Kill);
    assert_eq!(daemon.code(&one.hold()), 137);
    let late = daemon.block_on(one.hold().pause(true));
    assert!(matches!(late, Err(RuntimeError::Gone)), "{late:?}");
}

pub(crate) fn what_it_used_is_told_to_the_last(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done";
    let one = daemon.begin(&["sh", "-c", script], &Wants::default());
    assert_eq!(daemon.code(&one.hold()), 0);
    let usage = daemon.block_on(one.hold().usage());
    assert!(!usage.cpu_time.is_zero(), "{usage:?}");
    assert_eq!(daemon.block_on(one.hold().usage()).cpu_time, usage.cpu_time);
}
