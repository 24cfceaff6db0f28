//! The access log.

use rustix::process::Signal;
use serde_json::Value;

use crate::http::{ask_raw, body, ends, get, has_status, serve, until};
use crate::support::sampan;

#[test]
fn each_request_has_a_line_with_the_id_that_the_program_saw() {
    let sampan = sampan();
    let path = sampan.work().join("access.json");
    let flag = format!("--access-log={}", path.display());
    let (running, address) = serve(&sampan, "mirror", &[&flag, "--http-limit", "body-size=3"]);
    let ask = |headers: &str| {
        let request = format!("GET /p?q=1 HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n{headers}\r\n");
        ask_raw(address, request.as_bytes())
    };
    let (kept, made) = (ask("X-Request-Id: abc-1\r\n"), ask(""));
    let large = ask("Content-Length: 4\r\n");
    has_status(&large, 413);
    has_status(&ask("Host: other\r\n"), 400);
    let lines = || -> Vec<Value> {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line is JSON"))
            .collect()
    };
    until("four lines", || lines().len() == 4);
    let lines = lines();
    let statuses: Vec<_> = lines
        .iter()
        .map(|line| line["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [200, 200, 413, 400]);
    assert_eq!(lines[0]["id"], "abc-1");
    for (line, answer) in lines.iter().zip([&kept, &made]) {
        let id = line["id"].as_str().unwrap();
        // In what the program was asked, which it mirrors, and in the answer's own head.
        assert!(
            body(answer).contains(&format!("x-request-id: {id}\n")),
            "{answer:?}"
        );
        assert!(
            answer.contains(&format!("\r\nx-request-id: {id}\r\n")),
            "{answer:?}"
        );
        assert_eq!(line["host"], "a.example");
        assert_eq!(line["path"], "/p?q=1");
        assert_eq!(line["method"], "GET");
        assert_eq!(line["version"], "HTTP/1.1");
        assert_eq!(line["complete"], true);
        assert_eq!(
            line["bytes"].as_u64().unwrap(),
            body(answer).len() as u64,
            "{line}"
        );
        assert!(
            line["client"].as_str().unwrap().starts_with("127.0.0.1:"),
            "{line}"
        );
    }
    let ids: std::collections::BTreeSet<_> = lines.iter().map(|line| line["id"].to_string()).collect();
    assert_eq!(ids.len(), 4, "each has its own");
    ends(running, Signal::TERM, 0);
}

#[test]
fn without_a_log_no_id_is_made_and_on_standard_error_lines_go_beside_the_rest() {
    let sampan = sampan();
    let (running, address) = serve(&sampan, "mirror", &[]);
    assert!(!get(address).contains("x-request-id"));
    ends(running, Signal::TERM, 0);
    let (running, address) = serve(&sampan, "hello", &["--access-log"]);
    has_status(&get(address), 200);
    until("a line", || running.stderr().contains("\"status\":200"));
    ends(running, Signal::TERM, 0);
}
