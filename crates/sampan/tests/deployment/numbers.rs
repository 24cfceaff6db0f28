//! What versions have answered, counted.

use sampan_testkit::guest;
use serde_json::{Value, json};

use crate::http::until;
use crate::service::{KeepAlive, deployed, saying, service, versions};

fn served(all: &Value, at: usize) -> (u64, u64, [u64; 5]) {
    let served = &all["versions"][at]["served"];
    let number = |value: &Value| value.as_u64().unwrap();
    let statuses: Vec<u64> = served["statuses"]
        .as_array()
        .unwrap()
        .iter()
        .map(number)
        .collect();
    (
        number(&served["requests"]),
        number(&served["errors"]),
        statuses.try_into().unwrap(),
    )
}

#[test]
fn answers_are_counted_by_version_status_and_time() {
    let (host, to) = service(&[("good", saying("good!")), ("trap", guest::http_server("trap"))]);
    let mut client = KeepAlive::new(to);
    for _ in 0..7 {
        assert_eq!(client.get().unwrap().0, 200);
    }
    until("all to be counted", || {
        served(&versions(&host), 0) == (7, 0, [0, 7, 0, 0, 0])
    });
    // Without a check, a version that only fails when it is asked is taken.
    deployed(&host, &json!({ "image": "trap", "split": "1:1" }));
    for _ in 0..10 {
        client.get().unwrap();
    }
    until("both to be counted", || {
        let all = versions(&host);
        served(&all, 0) == (12, 0, [0, 12, 0, 0, 0]) && served(&all, 1) == (5, 5, [0, 0, 0, 0, 5])
    });
    let all = versions(&host);
    let bars = all["versions"][0]["served"]["histogram"].as_array().unwrap();
    let counts: Vec<_> = bars.iter().map(|bar| bar["count"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted(), "{counts:?}");
    assert_eq!(counts.last(), Some(&12));
    assert!(all["memory_peak"].as_u64().unwrap() >= 65_536, "{all}");
    let page = host.done("GET", "/metrics", "").text();
    for line in [
        r#"sampan_service_requests_total{container="web",version="0",status="2xx"} 12"#,
        r#"sampan_service_requests_total{container="web",version="1",status="5xx"} 5"#,
        r#"sampan_service_request_seconds_bucket{container="web",version="0",le="+Inf"} 12"#,
        r#"sampan_service_request_seconds_count{container="web",version="1"} 5"#,
        r#"sampan_service_weight{container="web",version="1"} 1"#,
        r#"sampan_service_memory_peak_bytes{container="web"}"#,
    ] {
        assert!(page.contains(line), "{line} is not in {page}");
    }
}

#[test]
fn a_client_that_leaves_is_counted_as_cut() {
    let (host, to) = service(&[("mirror", guest::http_server("mirror"))]);
    let mut client = KeepAlive::new(to);
    client
        .write(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
        .unwrap();
    client.until("x\r\n").unwrap();
    drop(client);
    until("it to be counted", || {
        versions(&host)["versions"][0]["served"]["cut"] == 1
    });
}

#[test]
fn what_is_no_server_has_no_versions() {
    let (host, _) = service(&[("good", saying("good!"))]);
    host.runs("cat", r#"{"Image": "cat", "OpenStdin": true}"#);
    let answer = host.ask("GET", "/sampan/v1/containers/cat/versions", "");
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert!(
        !host
            .done("GET", "/metrics", "")
            .text()
            .contains("container=\"cat\"")
    );
}
