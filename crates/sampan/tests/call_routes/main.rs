//! Calls of functions through the daemon: values in JSON and in bytes, sessions, errors, and what a call cannot do to its
//! neighbours.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

#[path = "../daemon_kill/client.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod client;
#[path = "../daemon_kill/host.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod host;
#[path = "../accept_clients/install.rs"]
#[allow(dead_code, reason = "made for clients")]
mod install;
mod sdk;
#[path = "../daemon_kill/small_disk.rs"]
#[allow(dead_code, reason = "made for daemons that die")]
mod small_disk;

use client::Client;
use host::Host;
use sampan_testkit::guest;
use serde_json::{Value, json};

const CALL: &str = "/sampan/v1/containers/lib/call";
const BYTES: &str = "application/octet-stream\r\nAccept: application/octet-stream";

/// A daemon, with the component of `guests/call/calls.wit` running as `lib`.
fn library(create: &str) -> Host {
    let mut host = Host::new();
    let file = host.run_dir().with_file_name("calls.wasm");
    std::fs::write(&file, guest::callable("calls")).unwrap();
    host.pack(&file, "calls");
    host.start();
    host.done("POST", "/containers/create?name=lib", create);
    host.done("POST", "/containers/lib/start", "");
    host
}

const PLAIN: &str = r#"{"Image": "calls"}"#;

/// A call on a connection, and the status and document of its answer.
fn call(client: &mut Client, body: &Value) -> (u16, Value) {
    let answer = client.ask("POST", CALL, &body.to_string()).unwrap();
    (answer.status, answer.json())
}

#[track_caller]
fn gives(client: &mut Client, function: &str, arguments: Value) -> Value {
    let (status, document) = call(client, &json!({ "function": function, "arguments": arguments }));
    assert_eq!(status, 200, "{document}");
    document["value"].clone()
}

fn everything() -> Value {
    json!({
        "yes": true, "a": -128, "b": 255, "c": -32768, "d": 65535, "e": -2147483648_i64, "f": 4294967295_u32,
        "g": "-9223372036854775808", "h": "18446744073709551615", "i": 0.5, "j": "-inf", "k": "👋",
        "text": "a\n\"b\"ß", "raw": "AP8=", "points": [{ "x": 1.0, "y": -2.5 }, { "x": "nan", "y": 0.0 }],
        "pair": [7, "seven"], "maybe": "x", "nested": { "some": null }, "done": { "err": "no" }, "colour": "green",
        "marks": ["bold", "small"], "answer": { "words": ["a", "b"] },
    })
}

#[test]
fn values_of_every_type_come_back_as_they_went() {
    let host = library(PLAIN);
    let mut client = host.client();
    assert_eq!(gives(&mut client, "echo", json!([everything()])), everything());
    // By name, and in the other ways to write the same.
    let mut other = everything();
    other["g"] = json!(-9223372036854775808_i64);
    other["h"] = json!(18446744073709551615_u64);
    other["raw"] = json!([0, 255]);
    let named = json!({ "value": other });
    assert_eq!(gives(&mut client, "test:calls/shapes.echo", named), everything());
    for (answer, nested) in [
        (json!("nothing"), json!(null)),
        (json!({ "number": -3 }), json!({ "some": 4 })),
    ] {
        let mut other = everything();
        other["answer"] = answer;
        other["nested"] = nested;
        other["maybe"] = json!(null);
        assert_eq!(gives(&mut client, "echo", json!([other])), other);
    }
    assert_eq!(
        gives(&mut client, "analyze", json!(["text", { "depth": 3 }])),
        json!(12)
    );
    assert_eq!(
        gives(&mut client, "greet", json!({ "name": "Ann" })),
        json!("Hello, Ann")
    );
}

#[test]
fn bytes_go_as_they_are() {
    let host = library(PLAIN);
    let mut client = host.client();
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let path = format!("{CALL}?function=same");
    let answer = client.request("POST", &path, BYTES, &bytes).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.body == bytes);
    // Without `Accept` it is JSON.
    let answer = client
        .request("POST", &path, "application/octet-stream", &[0, 255])
        .unwrap();
    assert_eq!(answer.json(), json!({ "value": "AP8=" }));
    let path = format!("{CALL}?function=greet");
    let answer = client.request("POST", &path, BYTES, b"Ann").unwrap();
    assert_eq!(
        (answer.status, answer.json()["error"]["kind"].as_str()),
        (400, Some("bad-argument"))
    );
}

#[test]
fn each_call_has_an_instance_of_its_own_unless_it_names_a_session() {
    let host = library(PLAIN);
    let mut client = host.client();
    for _ in 0..3 {
        assert_eq!(gives(&mut client, "count", json!([])), json!(1));
    }
    let mut kept = |session: &str| {
        let (status, document) = call(&mut client, &json!({ "function": "count", "session": session }));
        assert_eq!(status, 200, "{document}");
        document["value"].as_u64().unwrap()
    };
    assert_eq!([kept("a"), kept("a"), kept("b"), kept("a")], [1, 2, 1, 3]);
    assert_eq!(call(&mut client, &json!({ "session": "a", "end": true })).0, 200);
    let again = call(&mut client, &json!({ "function": "count", "session": "a" }));
    assert_eq!(again.1["value"], json!(1));
}

#[test]
fn resources_live_in_their_session() {
    let host = library(PLAIN);
    let mut client = host.client();
    let mut at = |function: &str, arguments: Value| {
        let body = json!({ "function": function, "arguments": arguments, "session": "s" });
        let (status, document) = call(&mut client, &body);
        assert_eq!(status, 200, "{document}");
        document["value"].clone()
    };
    let one = at("counter", json!([1]));
    let other = at("counter", json!([2]));
    assert_eq!(at("counter.add", json!([one, 4])), json!(5));
    assert_eq!(at("counters.alive", json!([])), json!(2));
    let sum = at("counter.join", json!([one, other]));
    assert_eq!(at("counter.add", json!([sum, 0])), json!(7));
    assert_eq!(at("counters.alive", json!([])), json!(2));
    // `one` was given away.
    let body = json!({ "function": "counter.add", "arguments": [one, 1], "session": "s" });
    let (status, document) = call(&mut client, &body);
    assert_eq!(
        (status, document["error"]["path"].as_str()),
        (400, Some("self")),
        "{document}"
    );
    let (status, document) = call(&mut client, &json!({ "function": "counter", "arguments": [1] }));
    assert_eq!(
        (status, document["error"]["kind"].as_str()),
        (409, Some("session")),
        "{document}"
    );
}

#[test]
fn what_goes_wrong_is_told_by_its_kind_and_the_container_goes_on() {
    let host = library(r#"{"Image": "calls", "HostConfig": {"Memory": 16777216}}"#);
    let mut client = host.client();
    for (body, status, kind) in [
        (
            json!({ "function": "divide", "arguments": [1, 0] }),
            422,
            "failed",
        ),
        (
            json!({ "function": "gret", "arguments": ["Ann"] }),
            404,
            "unknown-function",
        ),
        (json!({ "function": "alive" }), 404, "unknown-function"),
        (
            json!({ "function": "analyze", "arguments": ["t", { "depth": "x" }] }),
            400,
            "bad-argument",
        ),
        (
            json!({ "function": "divide", "arguments": [1] }),
            400,
            "bad-argument",
        ),
        (
            json!({ "function": "divide", "arguments": { "number": 1, "to": 2 } }),
            400,
            "bad-argument",
        ),
        (json!({ "function": "crash" }), 500, "trap"),
        (json!({ "function": "hoard" }), 507, "limit"),
        (json!({ "function": "spin", "timeout": 200 }), 504, "timeout"),
        (json!({ "function": "crash", "session": "s" }), 500, "trap"),
    ] {
        let (found, document) = call(&mut client, &body);
        assert_eq!(
            (found, document["error"]["kind"].as_str()),
            (status, Some(kind)),
            "{body}: {document}"
        );
        assert!(!document["message"].as_str().unwrap().is_empty());
        assert_eq!(
            gives(&mut client, "greet", json!(["Ann"])),
            json!("Hello, Ann"),
            "after {body}"
        );
    }
    let (_, document) = call(&mut client, &json!({ "function": "divide", "arguments": [1, 0] }));
    assert_eq!(document["error"]["value"], json!("cannot divide by zero"));
    let bad = json!({ "function": "analyze", "arguments": ["t", { "depth": "x" }] });
    let (_, document) = call(&mut client, &bad);
    assert_eq!(document["error"]["path"], json!("options.depth"));
    let (_, document) = call(&mut client, &json!({ "function": "gret" }));
    assert_eq!(document["error"]["hint"], json!("did you mean `greet`?"));
    let (_, document) = call(&mut client, &json!({ "function": "hoard" }));
    assert_eq!(document["error"]["limit"], json!("memory"));
    // A session whose function did not return begins anew.
    let (status, document) = call(&mut client, &json!({ "function": "count", "session": "s" }));
    assert_eq!((status, &document["value"]), (200, &json!(1)));
    for (body, says) in [
        ("{\"funktion\": \"f\"}", "funktion"),
        ("{", "JSON"),
        ("{}", "does not name"),
    ] {
        let answer = client.ask("POST", CALL, body).unwrap();
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains(says), "{}", answer.text());
    }
}

#[test]
fn a_function_that_computes_for_ever_leaves_room_for_others() {
    let host = library(PLAIN);
    let socket = host.socket();
    let spinning = std::thread::spawn(move || {
        let mut client = Client::connect(&socket).unwrap();
        call(&mut client, &json!({ "function": "spin", "timeout": 3000 })).0
    });
    let mut client = host.client();
    for number in 0..50 {
        assert_eq!(gives(&mut client, "divide", json!([number, 1])), json!(number));
    }
    assert_eq!(spinning.join().unwrap(), 504);
}

#[test]
fn calls_from_many_clients_are_each_answered() {
    let host = library(PLAIN);
    std::thread::scope(|scope| {
        for client in 0..8 {
            let socket = host.socket();
            scope.spawn(move || {
                let mut to = Client::connect(&socket).unwrap();
                for number in 0..50 {
                    let sum = client * 1000 + number;
                    assert_eq!(gives(&mut to, "divide", json!([sum, 1])), json!(sum));
                }
            });
        }
    });
}

#[test]
fn a_stopped_container_takes_no_calls_and_one_that_is_asked_to_leave_ends_well() {
    let host = library(PLAIN);
    let mut client = host.client();
    assert_eq!(gives(&mut client, "count", json!([])), json!(1));
    host.done("POST", "/containers/lib/stop", "");
    let state = host.inspect("lib")["State"].clone();
    assert_eq!(
        (&state["Status"], &state["ExitCode"]),
        (&json!("exited"), &json!(0))
    );
    let (status, document) = call(&mut client, &json!({ "function": "count" }));
    assert_eq!(status, 409, "{document}");
    let answer = client
        .ask(
            "POST",
            "/sampan/v1/containers/nobody/call",
            "{\"function\": \"f\"}",
        )
        .unwrap();
    assert_eq!(answer.status, 404);
    // A program with a start of its own is no library.
    host.done(
        "POST",
        "/containers/create?name=cat",
        r#"{"Image": "cat", "OpenStdin": true}"#,
    );
    host.done("POST", "/containers/cat/start", "");
    let answer = client
        .ask("POST", "/sampan/v1/containers/cat/call", "{\"function\": \"f\"}")
        .unwrap();
    assert_eq!(
        (answer.status, answer.json()["error"]["kind"].as_str()),
        (409, Some("gone"))
    );
}

#[test]
fn a_worker_that_dies_in_a_call_is_told_of() {
    let host = library(PLAIN);
    let socket = host.socket();
    let spinning = std::thread::spawn(move || {
        let mut client = Client::connect(&socket).unwrap();
        call(&mut client, &json!({ "function": "spin" }))
    });
    let mut client = host.client();
    assert_eq!(gives(&mut client, "count", json!([])), json!(1));
    host.done("POST", "/containers/lib/kill", "");
    let (status, document) = spinning.join().unwrap();
    assert_eq!(
        (status, document["error"]["kind"].as_str()),
        (409, Some("gone")),
        "{document}"
    );
}

#[test]
fn functions_of_an_image_are_called_without_a_container_of_ones_own() {
    let host = library(PLAIN);
    let mut client = host.client();
    let path = "/sampan/v1/images/calls/call";
    for _ in 0..2 {
        let body = json!({ "function": "divide", "arguments": [42, 6] }).to_string();
        let answer = client.ask("POST", path, &body).unwrap();
        assert_eq!(
            (answer.status, answer.json()),
            (200, json!({ "value": 7 })),
            "{}",
            answer.text()
        );
    }
    let list = client.ask("GET", "/containers/json", "").unwrap().json();
    // `lib`, and one for the image.
    assert_eq!(list.as_array().unwrap().len(), 2, "{list}");
    let answer = client
        .ask("POST", "/sampan/v1/images/nobody/call", "{\"function\": \"f\"}")
        .unwrap();
    assert_eq!(answer.status, 404, "{}", answer.text());
}

#[test]
fn functions_are_listed_with_their_types() {
    let host = library(PLAIN);
    let mut client = host.client();
    let answer = client
        .ask("GET", "/sampan/v1/containers/lib/functions", "")
        .unwrap();
    let list = answer.json();
    let of = |name: &str| {
        let all = list.as_array().unwrap().iter();
        all.clone()
            .find(|function| function["call"] == name)
            .unwrap_or_else(|| panic!("{name}: {list}"))
    };
    assert_eq!(
        of("divide"),
        &json!({
            "interface": null, "name": "divide", "kind": "function", "call": "divide",
            "params": [{ "name": "number", "type": "s32" }, { "name": "by", "type": "s32" }],
            "result": { "result": { "ok": "s32", "err": "string" } },
        })
    );
    let add = of("test:calls/counters@0.1.0.counter.add");
    assert_eq!(add["kind"], "method");
    assert_eq!(add["params"][0]["type"], json!({ "borrow": "counter" }));
    let options = &of("analyze")["params"][1]["type"]["record"];
    assert_eq!(
        options[1],
        json!({ "name": "style", "type": { "option": "string" } })
    );
}
