use std::collections::BTreeMap;

use super::*;

type Entry = BTreeMap<String, Vec<u8>>;

fn journal(lossy_buffer: Option<u64>) -> (Journal, StdDatagram) {
    let (ours, its) = StdDatagram::pair().unwrap();
    its.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let order = JournalOrder {
        fields: vec![
            ("CONTAINER_NAME".into(), "web".into()),
            (EPOCH.into(), "e".into()),
            ("LABEL".into(), "two\nlines".into()),
        ],
        lossy_buffer,
    };
    (Journal::new(ours.into(), order).unwrap(), its)
}

/// Reads one entry as journald does.
fn received(socket: &StdDatagram) -> Entry {
    let mut buffer = vec![0; 64 << 10];
    let length = socket.recv(&mut buffer).unwrap();
    let mut rest = &buffer[..length];
    let mut entry = Entry::new();
    while !rest.is_empty() {
        let line = rest.iter().position(|b| *b == b'\n').unwrap();
        match rest[..line].iter().position(|b| *b == b'=') {
            Some(at) => {
                let name = String::from_utf8(rest[..at].to_vec()).unwrap();
                entry.insert(name, rest[at + 1..line].to_vec());
                rest = &rest[line + 1..];
            }
            None => {
                let name = String::from_utf8(rest[..line].to_vec()).unwrap();
                let (length, value) = rest[line + 1..].split_first_chunk::<8>().unwrap();
                let length = usize::try_from(u64::from_le_bytes(*length)).unwrap();
                entry.insert(name, value[..length].to_vec());
                assert_eq!(value[length], b'\n');
                rest = &value[length + 1..];
            }
        }
    }
    entry
}

fn text<'a>(entry: &'a Entry, name: &str) -> &'a str {
    entry
        .get(name)
        .map_or("", |value| std::str::from_utf8(value).unwrap())
}

#[tokio::test]
async fn each_line_is_an_entry_with_the_fields_of_dockerd() {
    let (mut journal, socket) = journal(None);
    journal.write(Which::Stdout, b"one\ntw");
    journal.write(Which::Stderr, b"\xff\n");
    journal.write(Which::Stdout, b"o\n\nrest");
    assert!(journal.end().is_none());
    let expected: [(&[u8], &str); 5] = [
        (b"one", "6"),
        (b"\xff", "3"),
        (b"two", "6"),
        (b"", "6"),
        (b"rest", "6"),
    ];
    for (number, (message, priority)) in expected.into_iter().enumerate() {
        let entry = received(&socket);
        assert_eq!(entry["MESSAGE"], message);
        assert_eq!(text(&entry, "PRIORITY"), priority);
        assert_eq!(text(&entry, "CONTAINER_NAME"), "web");
        assert_eq!(text(&entry, "LABEL"), "two\nlines");
        assert_eq!(text(&entry, "CONTAINER_LOG_ORDINAL"), (number + 1).to_string());
        assert_eq!(text(&entry, "SYSLOG_TIMESTAMP").len(), 30);
        assert!(!entry.contains_key("CONTAINER_PARTIAL_ID"));
    }
}

#[tokio::test]
async fn a_long_line_is_cut_and_says_so() {
    let (mut journal, socket) = journal(None);
    let mut line = vec![b'x'; 2 * LINE_MAX + 7];
    line.extend_from_slice(b"\nshort\n");
    journal.write(Which::Stdout, &line);
    let entries: Vec<Entry> = (0..4).map(|_| received(&socket)).collect();
    let of = |name: &str| -> Vec<String> { entries.iter().map(|e| text(e, name).to_owned()).collect() };
    assert_eq!(of("CONTAINER_PARTIAL_ORDINAL"), ["1", "2", "3", ""]);
    assert_eq!(of("CONTAINER_PARTIAL_LAST"), ["false", "false", "true", ""]);
    assert_eq!(of("CONTAINER_PARTIAL_MESSAGE"), ["true", "true", "", ""]);
    let ids = of("CONTAINER_PARTIAL_ID");
    assert!(!ids[0].is_empty() && ids[0] == ids[1] && ids[1] == ids[2] && ids[3].is_empty());
    let length: usize = entries[..3].iter().map(|e| e["MESSAGE"].len()).sum();
    assert_eq!(length, 2 * LINE_MAX + 7);
}

#[tokio::test]
async fn a_slow_journal_makes_the_guest_wait_or_loses_what_is_too_much() {
    let line = [b"x".repeat(1 << 10), b"\n".to_vec()].concat();
    let (mut patient, _socket) = journal(None);
    while !patient.is_full() {
        patient.write(Which::Stdout, &line);
    }
    assert!(patient.queued >= ROOM && patient.end().is_some());

    let (mut lossy, socket) = journal(Some(64 << 10));
    for _ in 0..4096 {
        lossy.write(Which::Stdout, &line);
    }
    assert!(!lossy.is_full());
    assert!(lossy.queued <= 64 << 10);
    let made = lossy.ordinal;
    assert_eq!(made, 4096);
    // What waits is sent once the journal reads again; the numbers tell of what was lost.
    socket.set_nonblocking(true).unwrap();
    let mut read = 0;
    let mut drain = || {
        while socket.recv(&mut [0; 1]).is_ok() {
            read += 1;
        }
    };
    while let Sent::Waiting(ours) = lossy.send_waiting() {
        drain();
        ours.writable().await.unwrap();
    }
    drain();
    assert!(read < made, "{read}");
}

#[tokio::test]
async fn a_journal_that_is_gone_is_asked_for_once_and_gone_on_with() {
    let (mut journal, socket) = journal(None);
    drop(socket);
    assert!(matches!(
        journal.write(Which::Stdout, b"lost\n"),
        Sent::Unreachable
    ));
    assert!(matches!(journal.write(Which::Stdout, b"lost\n"), Sent::All));
    assert!(!journal.is_full());
    let (ours, its) = StdDatagram::pair().unwrap();
    journal.go_on_through(ours.into()).unwrap();
    journal.write(Which::Stdout, b"back\n");
    let entry = received(&its);
    assert_eq!(text(&entry, "MESSAGE"), "back");
    assert_eq!(text(&entry, "CONTAINER_LOG_ORDINAL"), "3");
}
