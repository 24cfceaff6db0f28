//! Traces, as a collector gets them.

use std::time::Duration;

use sampan_daemon::{Flush, TracesConfig, TracesLayer};
use sampan_testkit::net::{HttpServer, Response, closed_address};
use sampan_types::Secret;
use serde_json::{Value, json};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

use crate::client::Client;
use crate::daemon::Daemon;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// Spans of this thread go there from now on.
fn tracing_to(endpoint: &str) -> (tracing::subscriber::DefaultGuard, Flush) {
    let config = TracesConfig {
        service: "under-test".to_owned(),
        headers: vec![("x-key".to_owned(), Secret::new("k".to_owned()))],
        gather: Duration::from_millis(20),
        ..TracesConfig::to(endpoint)
    };
    let (layer, sending) = sampan_daemon::traces(config);
    let layer = layer.with_filter(filter_fn(TracesLayer::wants));
    let subscriber = tracing_subscriber::registry().with(layer);
    (tracing::subscriber::set_default(subscriber), sending.start())
}

async fn ask(client: &mut Client, line: &str, flags: &str, body: &str) -> u16 {
    let head = format!(
        "{line} HTTP/1.1\r\nHost: x\r\ntraceparent: 00-{TRACE}-{PARENT}-{flags}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    client.send(format!("{head}{body}")).await;
    client.answer(false).await.status
}

fn spans(collector: &HttpServer) -> Vec<Value> {
    let mut spans = Vec::new();
    for request in collector.requests() {
        assert_eq!(request.path, "/v1/traces");
        assert_eq!(request.headers["content-type"], "application/json");
        assert_eq!(request.headers["x-key"], "k");
        let document: Value = serde_json::from_slice(&request.body).unwrap();
        let resource = &document["resourceSpans"][0];
        let service = &resource["resource"]["attributes"][0];
        assert_eq!(
            service,
            &json!({ "key": "service.name", "value": { "stringValue": "under-test" } })
        );
        let more = resource["scopeSpans"][0]["spans"].as_array().unwrap();
        spans.extend(more.iter().cloned());
    }
    spans
}

fn named<'s>(spans: &'s [Value], name: &str) -> &'s Value {
    let found = spans.iter().find(|span| span["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {spans:?}"))
}

fn attribute<'s>(span: &'s Value, name: &str) -> &'s Value {
    let all = span["attributes"].as_array().unwrap();
    let found = all.iter().find(|attribute| attribute["key"] == name);
    &found.unwrap_or_else(|| panic!("no {name} in {span}"))["value"]
}

#[tokio::test]
async fn a_request_and_what_it_does_are_spans_of_the_clients_trace() {
    let collector = HttpServer::start(|_| Response::ok("{}"));
    let (_guard, flush) = tracing_to(&format!("http://{}/", collector.address()));
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    let body = json!({ "Image": "hello", "Cmd": ["exit", "0"] }).to_string();
    let status = ask(&mut client, "POST /v1.44/containers/create?name=box", "01", &body).await;
    assert_eq!(status, 201);
    assert_eq!(
        ask(&mut client, "POST /v1.44/containers/box/start", "01", "").await,
        204
    );
    assert_eq!(ask(&mut client, "GET /containers/none/json", "01", "").await, 404);
    flush.flush().await;

    let spans = spans(&collector);
    assert!(spans.iter().all(|span| span["traceId"] == TRACE), "{spans:?}");
    let request = named(&spans, "POST /containers/{name}/start");
    assert_eq!(
        (&request["parentSpanId"], &request["kind"]),
        (&json!(PARENT), &json!(2))
    );
    assert_eq!(
        attribute(request, "http.response.status_code"),
        &json!({ "intValue": "204" })
    );
    assert_eq!(
        attribute(request, "url.path"),
        &json!({ "stringValue": "/v1.44/containers/box/start" })
    );
    assert!(request.get("status").is_none());
    let start = named(&spans, "container.start");
    assert_eq!(
        (&start["parentSpanId"], &start["kind"]),
        (&request["spanId"], &json!(1))
    );
    let create = named(&spans, "runtime.create");
    assert_eq!(create["parentSpanId"], start["spanId"]);
    let nanos = |span: &Value, field: &str| span[field].as_str().unwrap().parse::<u128>().unwrap();
    assert!(nanos(request, "startTimeUnixNano") <= nanos(create, "startTimeUnixNano"));
    assert!(nanos(create, "endTimeUnixNano") <= nanos(request, "endTimeUnixNano"));
    named(&spans, "container.create");
    let missing = named(&spans, "GET /containers/{name}/json");
    assert_eq!(
        attribute(missing, "http.response.status_code"),
        &json!({ "intValue": "404" })
    );
}

#[tokio::test]
async fn a_trace_that_its_client_does_not_tell_is_not_told() {
    let collector = HttpServer::start(|_| Response::ok("{}"));
    let (_guard, flush) = tracing_to(&format!("http://{}", collector.address()));
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    assert_eq!(ask(&mut client, "GET /containers/json", "00", "").await, 200);
    assert_eq!(client.ask("GET", "/images/json", "").await.status, 200);
    flush.flush().await;
    let spans = spans(&collector);
    assert_eq!(spans.len(), 1, "{spans:?}");
    let own = named(&spans, "GET /images/json");
    assert!(own["traceId"] != TRACE && own.get("parentSpanId").is_none());
}

#[tokio::test]
async fn a_collector_that_is_away_or_refuses_costs_no_request() {
    let refusing = HttpServer::start(|_| Response::status(503));
    for place in [closed_address(), refusing.address()] {
        let (_guard, flush) = tracing_to(&format!("http://{place}"));
        let daemon = Daemon::start().await;
        let mut client = daemon.client().await;
        for _ in 0..20 {
            assert_eq!(client.ask("GET", "/_ping", "").await.status, 200);
        }
        flush.flush().await;
    }
    assert!(!refusing.requests().is_empty());
}
