//! When a start is answered, and what holds from then on.

use std::io::Write;
use std::sync::Arc;

use rustix::process::Signal as Told;
use sampan_runtime::Container;
use sampan_types::{Ending, Signal};

use crate::fleet::{self, Daemon, Host, Wants};
use crate::{ALL, attached, exited, frames, read_all};

fn wants() -> Wants {
    Wants {
        stdin: true,
        ..Wants::default()
    }
}

/// A `cat` that runs, so that it is known how one begins, and the worker that all of them share.
async fn one_that_runs(daemon: &Daemon) -> (Arc<dyn Container>, u32) {
    let (cat, _) = daemon.create("cat", wants()).await;
    cat.start().await.unwrap();
    let worker = cat.pid().unwrap();
    (cat, worker)
}

#[test]
fn what_has_begun_before_is_answered_for_while_its_worker_sleeps() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let (_runs, worker) = one_that_runs(&daemon).await;
        let (unknown, _) = daemon.create("hello", wants()).await;
        let (killed, _) = daemon.create("cat", wants()).await;
        let (asked, _) = daemon.create("cat", wants()).await;
        fleet::signal(worker, Told::STOP);
        let unknown = tokio::spawn(async move {
            unknown.start().await.unwrap();
            unknown
        });
        killed.start().await.unwrap();
        asked.start().await.unwrap();
        assert_eq!(killed.pid(), Some(worker));
        killed.kill(Signal::Kill);
        let (also, stream) = (asked.clone(), Arc::clone(&asked));
        let paused = tokio::spawn(async move { also.pause(true).await.map(|()| also) });
        tokio::task::yield_now().await;
        // Nobody can tell how a program begins that never did, nor whether what is asked was done.
        assert!(!unknown.is_finished());
        assert!(!paused.is_finished());
        fleet::signal(worker, Told::CONT);
        assert_eq!(
            killed.wait().await.unwrap(),
            Ending::Signalled { signal: Signal::Kill }
        );
        assert_eq!(unknown.await.unwrap().wait().await.unwrap(), exited(0));
        let also = paused.await.unwrap().unwrap();
        also.pause(false).await.unwrap();
        let mut stream = attached(&stream, ALL).await;
        stream.write_all(b"said\n").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(frames(&read_all(stream).await).0, "said\n");
        assert_eq!(asked.wait().await.unwrap(), exited(0));
    });
}

#[test]
fn a_worker_that_dies_before_it_looked_is_the_end_of_what_was_answered_for() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let (_runs, worker) = one_that_runs(&daemon).await;
        let (lost, _) = daemon.create("cat", wants()).await;
        fleet::signal(worker, Told::STOP);
        lost.start().await.unwrap();
        fleet::kill(worker);
        let Ending::Lost { how } = lost.wait().await.unwrap() else {
            panic!("it ended otherwise")
        };
        assert!(how.contains("signal: 9"), "{how}");
        // Nothing is left that could not be said to it.
        lost.kill(Signal::Kill);
        lost.release().await;
    });
}

#[test]
fn a_daemon_that_falls_after_its_answer_has_started_it() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    let (id, worker) = daemon.block_on(async {
        let (runs, worker) = one_that_runs(&daemon).await;
        let (answered, _) = daemon.create("cat", wants()).await;
        fleet::signal(worker, Told::STOP);
        answered.start().await.unwrap();
        drop(runs);
        (daemon.last_id(0), worker)
    });
    daemon.fall();
    let goes_on = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        fleet::signal(worker, Told::CONT);
    });
    let daemon = Daemon::start(&host);
    goes_on.join().unwrap();
    daemon.block_on(async {
        let survivors = daemon.survivors().await;
        let answered = &survivors[&id];
        assert_eq!(answered.pid(), Some(worker));
        let mut stream = attached(answered, ALL).await;
        stream.write_all(b"here\n").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(frames(&read_all(stream).await).0, "here\n");
        for survivor in survivors.values() {
            survivor.kill(Signal::Kill);
            survivor.wait().await.unwrap();
            survivor.release().await;
        }
    });
}
