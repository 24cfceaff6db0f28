use std::io::Write;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;

use super::*;

const INPUT: Attach = Attach {
    stdin: true,
    stdout: false,
    stderr: false,
};

fn streams() -> Arc<Streams> {
    Streams::new(Parts {
        stdin: true,
        stdin_once: true,
        log: None,
        journal: None,
        terminal: None,
        renew: Box::new(|_| {}),
    })
    .unwrap()
}

fn join(streams: &Arc<Streams>) -> UnixStream {
    let (ours, theirs) = UnixStream::pair().unwrap();
    streams.attach(INPUT, theirs.into()).unwrap();
    ours
}

/// All that the guest reads until its input ends.
async fn read(streams: &Streams) -> String {
    let stdin = streams.stdin.as_ref().unwrap();
    let mut all = Vec::new();
    loop {
        let mut buffer = [0; 64];
        match stdin.try_read(&mut buffer) {
            Ok(0) => return String::from_utf8(all).unwrap(),
            Ok(n) => all.extend_from_slice(&buffer[..n]),
            Err(_) => std::future::poll_fn(|cx| stdin.poll_ready(cx)).await,
        }
    }
}

/// It says something, and that it was all is told before anything of it was read.
async fn all_is_read_of(mut client: UnixStream, streams: &Streams) {
    client.write_all(b"second").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    streams.input_over();
    assert_eq!(read(streams).await, "second");
}

async fn until_cut(streams: &Streams) {
    while !streams.once().cut {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_end_that_a_daemon_says_is_not_that_of_whom_a_fallen_one_let_in() {
    let streams = streams();
    drop(join(&streams));
    until_cut(&streams).await;
    streams.other_daemon();
    let second = join(&streams);
    all_is_read_of(second, &streams).await;
}

#[tokio::test]
async fn one_whom_a_fallen_daemon_let_in_ends_nothing_when_it_is_seen_late() {
    let streams = streams();
    let first = join(&streams);
    streams.other_daemon();
    let second = join(&streams);
    drop(first);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    all_is_read_of(second, &streams).await;
}

#[tokio::test]
async fn the_end_of_one_that_left_is_said_by_its_own_daemon() {
    let streams = streams();
    drop(join(&streams));
    until_cut(&streams).await;
    streams.input_over();
    assert_eq!(read(&streams).await, "");
}

#[tokio::test]
async fn a_guest_waits_for_the_next_file_of_its_log_and_not_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| File::create(dir.path().join(name)).unwrap();
    let length = |name: &str| std::fs::metadata(dir.path().join(name)).unwrap().len();
    let order = LogOrder {
        max_size: Some(1_000),
        ..LogOrder::default()
    };
    let (asked, asks) = std::sync::mpsc::channel();
    let streams = Streams::new(Parts {
        stdin: false,
        stdin_once: false,
        log: Some((file("0"), order)),
        journal: None,
        terminal: None,
        renew: Box::new(move |journal| asked.send(journal).unwrap()),
    })
    .unwrap();
    let text = b"a line\n".repeat(100);
    let mut taken = streams.write(Which::Stdout, &text).unwrap();
    assert!(taken < text.len() && length("0") < 1_200, "{taken}");
    assert!(!asks.try_recv().unwrap());
    let refused = streams.write(Which::Stdout, &text[taken..]).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::WouldBlock);
    assert!(asks.try_recv().is_err());
    // With the next file it goes on at once.
    let waiting = std::future::poll_fn(|cx| streams.poll_room(Which::Stdout, cx));
    let (waited, ()) = tokio::join!(waiting, async { streams.log_into(file("1")) });
    let () = waited;
    taken += streams.write(Which::Stdout, &text[taken..]).unwrap();
    assert!(length("1") > 0 && length("1") < 1_200);
    // Where nobody gives one, it goes on in the old one, and asks again.
    streams.write_all(Which::Stdout, &text[taken..]).await;
    assert!(length("1") > 1_200);
    assert!(asks.iter().take(2).count() == 2);
}
