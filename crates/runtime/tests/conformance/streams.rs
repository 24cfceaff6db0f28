//! What goes in and what comes out.

use std::io::{Read, Write};
use std::net::Shutdown;

use sampan_runtime::{RuntimeError, TerminalSize};

use super::Subject;
use super::daemon::{Daemon, INPUT, Wants, frames, rest_of};

pub(crate) fn output_is_heard_and_written_down(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let script = "echo one; echo two >&2; echo three";
    let one = daemon.create(&["sh", "-c", script], &Wants::default());
    // Before it starts, so that nothing is missed.
    let heard = daemon.join(&one.hold()).unwrap();
    daemon.block_on(one.hold().start()).unwrap();
    assert_eq!(daemon.code(&one.hold()), 0);
    let (out, err) = frames(&rest_of(heard));
    assert_eq!((out.as_str(), err.as_str()), ("one\nthree\n", "two\n"));
    // All of it is written down when the end is told.
    let mut lines = one.log.lines();
    lines.sort();
    let expected = [("stderr", "two\n"), ("stdout", "one\n"), ("stdout", "three\n")];
    assert_eq!(
        lines,
        expected.map(|(which, line)| (which.to_owned(), line.to_owned()))
    );
}

pub(crate) fn much_input_comes_back_whole(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let one = daemon.create(&["cat"], &INPUT);
    let mut stream = daemon.join(&one.hold()).unwrap();
    daemon.block_on(one.hold().start()).unwrap();
    let text = "line\n".repeat(100_000);
    let heard = std::thread::scope(|threads| {
        let reader = stream.try_clone().unwrap();
        let reading = threads.spawn(|| rest_of(reader));
        stream.write_all(text.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        reading.join().unwrap()
    });
    assert_eq!(daemon.code(&one.hold()), 0);
    assert!(frames(&heard).0 == text);
    assert!(one.log.out() == text);
}

pub(crate) fn input_that_is_not_open_is_at_its_end(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let one = daemon.begin(&["cat"], &Wants::default());
    assert_eq!(daemon.code(&one.hold()), 0);
    assert_eq!(one.log.out(), "");
}

pub(crate) fn input_ends_with_the_word_that_somebody_said_all(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    for early in [true, false] {
        let one = daemon.create(&["cat"], &INPUT);
        if !early {
            daemon.block_on(one.hold().start()).unwrap();
        }
        let mut client = daemon.join(&one.hold()).unwrap();
        client.write_all(b"said\n").unwrap();
        // A socket that is closed whole says nothing by itself: its daemon could have fallen.
        one.hold().input_over();
        drop(client);
        if early {
            daemon.block_on(one.hold().start()).unwrap();
        }
        assert_eq!(daemon.code(&one.hold()), 0);
        assert_eq!(one.log.out(), "said\n", "early: {early}");
    }
}

pub(crate) fn all_who_join_hear_the_same(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let one = daemon.begin(&["cat"], &INPUT);
    let mut speaks = daemon.join(&one.hold()).unwrap();
    let listens = daemon.join(&one.hold()).unwrap();
    speaks.write_all(b"word\n").unwrap();
    speaks.shutdown(Shutdown::Write).unwrap();
    assert_eq!(daemon.code(&one.hold()), 0);
    for stream in [speaks, listens] {
        assert_eq!(frames(&rest_of(stream)).0, "word\n");
    }
}

pub(crate) fn whoever_joins_after_the_end_sees_it(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let one = daemon.begin(&["sh", "-c", "echo gone"], &Wants::default());
    assert_eq!(daemon.code(&one.hold()), 0);
    match daemon.join(&one.hold()) {
        Ok(stream) => assert_eq!(rest_of(stream), b""),
        Err(error) => assert!(matches!(error, RuntimeError::Gone), "{error:?}"),
    }
}

pub(crate) fn a_terminal_echoes(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let wants = Wants {
        terminal: true,
        ..INPUT
    };
    let one = daemon.create(&["cat"], &wants);
    let size = TerminalSize {
        rows: 30,
        columns: 90,
    };
    daemon.block_on(one.hold().resize(size)).unwrap();
    let mut stream = daemon.join(&one.hold()).unwrap();
    daemon.block_on(one.hold().start()).unwrap();
    daemon.block_on(one.hold().resize(size)).unwrap();
    stream.write_all(b"typed\n").unwrap();
    let mut seen = [0; b"typed\r\ntyped\r\n".len()];
    stream.read_exact(&mut seen).unwrap();
    assert_eq!(&seen, b"typed\r\ntyped\r\n");
    // Its end, by the key for it.
    stream.write_all(b"\x04").unwrap();
    assert_eq!(daemon.code(&one.hold()), 0);
    assert_eq!(rest_of(stream), b"");
}

pub(crate) fn a_full_log_goes_on_in_another_file(subject: &impl Subject) {
    let daemon = Daemon::start(subject);
    let wants = Wants {
        log_max: Some(4_096),
        ..INPUT
    };
    let one = daemon.begin(&["cat"], &wants);
    let mut stream = daemon.join(&one.hold()).unwrap();
    let mut all = String::new();
    // It is given another file while it goes on; what is written meanwhile is still in the old one.
    sampan_testkit::until("more files", || {
        let text: String = (0..20).map(|n| format!("{} {n}\n", all.len())).collect();
        stream.write_all(text.as_bytes()).unwrap();
        all.push_str(&text);
        (one.log.files() > 3).then_some(())
    });
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(daemon.code(&one.hold()), 0);
    assert!(one.log.out() == all);
}
