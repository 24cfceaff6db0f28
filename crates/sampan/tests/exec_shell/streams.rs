//! Standard input of a container whose clients leave.

use std::io::{Read, Write};
use std::net::Shutdown;

use crate::host::Host;

/// Joins a container's streams, says something, and is gone at once with both directions.
fn say_and_leave(host: &Host, container: &str, text: &str, shut: bool) {
    let mut stream = host.connect();
    let head = format!(
        "POST /containers/{container}/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r\n\
         Host: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        assert_eq!(
            stream.read(&mut byte).unwrap(),
            1,
            "{}",
            String::from_utf8_lossy(&seen)
        );
        seen.push(byte[0]);
    }
    assert!(
        seen.starts_with(b"HTTP/1.1 101"),
        "{}",
        String::from_utf8_lossy(&seen)
    );
    stream.write_all(text.as_bytes()).unwrap();
    if shut {
        stream.shutdown(Shutdown::Both).unwrap();
    }
}

#[test]
fn a_container_with_input_once_ends_with_its_client() {
    let host = Host::new();
    for round in 0..40 {
        let (started_first, shut) = (round % 2 == 0, round % 4 < 2);
        let created = host.sampan(&["create", "-i", "files", "/bin/cat.wasm"]);
        assert_eq!(created.code, Some(0), "{created:?}");
        let c = created.out.trim();
        if started_first {
            assert_eq!(host.sampan(&["start", c]).code, Some(0));
        }
        say_and_leave(&host, c, "said\n", shut);
        if !started_first {
            assert_eq!(host.sampan(&["start", c]).code, Some(0));
        }
        let ended = host.sampan(&["wait", c]);
        assert_eq!(ended.out.trim(), "0", "round {round}: {ended:?}");
        assert_eq!(host.sampan(&["logs", c]).out, "said\n", "round {round}");
    }
}
