//! Lines about requests in a container's log.

use serde_json::{Value, json};

use crate::http::{has_status, until};
use crate::service::{deployed, saying, service};
use crate::talk::{lines, made, published};

/// The lines about requests in a container's log.
fn logged(log: &str) -> Vec<Value> {
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["microseconds"].is_u64()).collect()
}

#[test]
fn each_request_has_a_line_in_the_containers_log_where_its_label_asks_for_that() {
    let (host, _) = service(&[("one", saying("one-1")), ("two", saying("two-2"))]);
    for output in ["stdout", "stderr"] {
        let name = format!("to-{output}");
        made("one", &[], "default")
            .published("80/tcp")
            .with("Labels", json!({ "sampan.access-log": output }))
            .runs(&host, &name);
        let to = published(&host, &name, "80/tcp");
        let ask = |id: &str| {
            let request =
                format!("GET /a?b HTTP/1.1\r\nHost: x\r\nX-Request-Id: {id}\r\nConnection: close\r\n\r\n");
            let answer = crate::http::ask_raw(to, request.as_bytes());
            has_status(&answer, 200);
            assert!(answer.contains(&format!("x-request-id: {id}\r\n")), "{answer}");
        };
        ask("first");
        host.done(
            "POST",
            &format!("/sampan/v1/containers/{name}/deploy"),
            r#"{"image": "two"}"#,
        );
        ask("second");
        until("both lines", || logged(&lines(&host, &name)).len() == 2);
        let both = logged(&lines(&host, &name));
        let ids: Vec<_> = both.iter().map(|line| line["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["first", "second"]);
        for line in &both {
            assert_eq!(
                (&line["path"], &line["status"], &line["complete"]),
                (&json!("/a?b"), &json!(200), &json!(true))
            );
        }
        let path = format!("/containers/{name}/logs?{output}=1");
        assert_eq!(
            logged(&crate::talk::framed(&host.done("GET", &path, "").body)).len(),
            2,
            "{output}"
        );
    }
    // Nobody asked for it here.
    deployed(&host, &json!({ "image": "two", "check": "/" }));
    assert_eq!(lines(&host, "web"), "");
    let wrong = json!({ "Image": "one", "Labels": { "sampan.access-log": "file" } });
    let answer = host.ask("POST", "/containers/create", &wrong.to_string());
    assert_eq!(answer.status, 400, "{}", answer.text());
}
