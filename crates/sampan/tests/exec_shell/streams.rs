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

/// Sends a request and gives its answer's body.
fn ask(host: &Host, method: &str, path: &str, body: &str) -> String {
    let mut stream = host.connect();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
        .split_once("\r\n\r\n")
        .expect("a whole answer")
        .1
        .to_owned()
}

#[test]
fn an_exec_whose_client_does_not_wait_for_its_answer_ends() {
    let host = Host::new();
    let c = host.run("files", &[]);
    let started = (0..40).map(|round| {
        let body = r#"{"AttachStdin":true,"AttachStdout":true,"Cmd":["/bin/cat.wasm"]}"#;
        let made = ask(&host, "POST", &format!("/containers/{c}/exec"), body);
        let made: serde_json::Value = serde_json::from_str(&made).unwrap();
        let exec = made["Id"].as_str().unwrap().to_owned();
        let mut stream = host.connect();
        let head = format!(
            "POST /exec/{exec}/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\
             Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        stream.write_all(head.as_bytes()).unwrap();
        // Some are gone before the request is read, some while it is answered.
        std::thread::sleep(std::time::Duration::from_micros(round * 50));
        exec
    });
    let started: Vec<String> = started.collect();
    for exec in started {
        sampan_testkit::until("the exec to end", || {
            let shown = ask(&host, "GET", &format!("/exec/{exec}/json"), "");
            let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
            // A request that was never read started nothing.
            (shown["Running"] == false).then_some(())
        });
    }
}
