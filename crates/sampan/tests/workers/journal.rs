//! Output that goes to the machine's journal: a datagram socket of the test stands in its place.

use std::io::Write;
use std::os::unix::net::UnixDatagram;
use std::sync::Arc;
use std::time::Duration;

use sampan_runtime::Logs;

use crate::fleet::{Daemon, Host, JournalAt, Wants};
use crate::{ALL, attached};

/// What the journal got next.
fn message(socket: &UnixDatagram) -> String {
    let mut buffer = vec![0; 64 << 10];
    let length = socket.recv(&mut buffer).unwrap();
    let entry = String::from_utf8(buffer[..length].to_vec()).unwrap();
    assert!(entry.contains("\nCONTAINER_NAME=web\n"), "{entry}");
    let line = entry.lines().find_map(|line| line.strip_prefix("MESSAGE="));
    line.unwrap().to_owned()
}

fn bound(path: &std::path::Path) -> UnixDatagram {
    let socket = UnixDatagram::bind(path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    socket
}

#[test]
fn a_guest_writes_to_the_journal_while_its_daemon_is_gone() {
    let host = Host::new();
    let path = host.folder.path().join("journal");
    let socket = bound(&path);
    let daemon = Daemon::start(&host);
    let mut stream = daemon.block_on(async {
        let wants = Wants {
            stdin: true,
            journal: Some(path.clone()),
            ..Wants::default()
        };
        let (container, _) = daemon.create("cat", wants).await;
        let stream = attached(&container, ALL).await;
        container.start().await.unwrap();
        stream
    });
    stream.write_all(b"one\n").unwrap();
    assert_eq!(message(&socket), "one");
    daemon.fall();
    stream.write_all(b"two\n").unwrap();
    assert_eq!(message(&socket), "two");

    // The journal itself goes, too, and comes back: the next daemon finds the way to it.
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let survivors = daemon.survivors().await;
        let container = survivors.into_values().next().unwrap();
        container.keep_log(Logs {
            files: None,
            journal: Some(Arc::new(JournalAt(path.clone()))),
        });
        drop(socket);
        std::fs::remove_file(&path).unwrap();
        let socket = bound(&path);
        socket.set_nonblocking(true).unwrap();
        // Some lines are lost until the worker has the other socket.
        let heard = loop {
            stream.write_all(b"more\n").unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
            if socket.recv(&mut [0; 1]).is_ok() {
                break socket;
            }
        };
        heard.set_nonblocking(false).unwrap();
        stream.write_all(b"last").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        while message(&heard) != "last" {}
        container.wait().await.unwrap();
        container.release().await;
    });
}
