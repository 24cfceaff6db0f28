//! Versions that cannot answer, and what else cannot be deployed: what was there answers on.

use sampan_testkit::guest;
use serde_json::json;

use crate::host::Host;
use crate::service::{KeepAlive, deployed, refused, saying, service};
use crate::talk::pack;

/// With versions that fail in every way.
fn failing() -> (Host, std::net::SocketAddr) {
    let (host, to) = service(&[
        ("good", saying("good!")),
        ("trap", guest::http_server("trap")),
        ("silent", guest::http_server("silent")),
        ("loop", guest::http_server("loop")),
        ("stillborn", guest::http_server("stillborn")),
        ("missing", guest::http_service(404)),
        ("found", guest::http_service(302)),
    ]);
    (host, to)
}

#[test]
fn a_version_that_cannot_answer_is_told_of_and_the_one_before_answers_on() {
    let (host, to) = failing();
    let mut client = KeepAlive::new(to);
    let before = host.inspect("web");
    for (body, why) in [
        (
            json!({ "image": "trap", "check": "/health" }),
            "fails at `/health`",
        ),
        (json!({ "image": "silent", "check": "/" }), "fails at `/`"),
        (
            json!({ "image": "missing", "check": "/a?b" }),
            "answers `/a?b` with 404",
        ),
        (
            json!({ "image": "loop", "check": "/", "timeout": 300 }),
            "does not answer `/` within 300ms",
        ),
        (json!({ "image": "stillborn" }), "cannot be instantiated"),
        (json!({ "image": "cat" }), "does not answer HTTP requests"),
    ] {
        let message = refused(&host, &body, 400);
        assert!(message.contains(why), "{body}: {message}");
        assert_eq!(client.get().unwrap(), (200, "good!\n".to_owned()), "after {body}");
    }
    let after = host.inspect("web");
    for same in ["Image", "Config", "State"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    // The next one is taken all the same.
    deployed(&host, &json!({ "image": "found", "check": "/" }));
    assert_eq!(client.get().unwrap().0, 302);
}

#[test]
fn the_health_check_of_the_image_is_asked_where_nobody_names_a_path() {
    let (host, to) = failing();
    // The container's own check over HTTP counts as its image's.
    let check = json!({ "Test": ["HTTP", "http://localhost:80/well"] });
    host.done(
        "POST",
        "/containers/create?name=other",
        &json!({ "Image": "good", "Healthcheck": check, "ExposedPorts": { "80/tcp": {} } }).to_string(),
    );
    host.done("POST", "/containers/other/start", "");
    let answer = host.ask(
        "POST",
        "/sampan/v1/containers/other/deploy",
        r#"{"image": "missing"}"#,
    );
    assert_eq!(answer.status, 400);
    assert!(
        answer.text().contains("answers `/well` with 404"),
        "{}",
        answer.text()
    );
    host.done(
        "POST",
        "/sampan/v1/containers/other/deploy",
        r#"{"image": "found"}"#,
    );
    assert_eq!(crate::service::says(to), "good!\n");
}

#[test]
fn what_cannot_be_deployed_says_why_and_what_to_do() {
    let (host, _) = failing();
    for (body, status, why) in [
        (json!({}), 400, "names neither"),
        (json!({ "split": "90:10" }), 409, "has one version"),
        (json!({ "image": "found", "split": "0:0" }), 400, "is no split"),
        (
            json!({ "image": "found", "split": "100:0" }),
            400,
            "nothing to answer",
        ),
        (
            json!({ "image": "found", "check": "health" }),
            400,
            "begins with `/`",
        ),
        (json!({ "image": "nobody" }), 404, "No such image"),
        (json!({ "picture": "found" }), 400, "picture"),
    ] {
        let message = refused(&host, &body, status);
        assert!(message.contains(why), "{body}: {message}");
    }
    let to = |name: &str, body: &str| host.ask("POST", &format!("/sampan/v1/containers/{name}/deploy"), body);
    assert_eq!(to("nobody", r#"{"image": "found"}"#).status, 404);
    // What is no server, what does not run, and what is held up.
    host.runs("cat", r#"{"Image": "cat", "OpenStdin": true}"#);
    let answer = to("cat", r#"{"image": "found"}"#);
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert!(
        answer.text().contains("answers no HTTP requests"),
        "{}",
        answer.text()
    );
    host.done("POST", "/containers/web/pause", "");
    assert!(refused(&host, &json!({ "image": "found" }), 409).contains("unpause it first"));
    host.done("POST", "/containers/web/unpause", "");
    host.done("POST", "/containers/web/stop", "");
    assert!(refused(&host, &json!({ "image": "found" }), 409).contains("start it first"));
}

#[test]
fn a_version_that_needs_what_the_process_was_not_given_is_refused() {
    let (host, to) = service(&[("good", saying("good!"))]);
    pack(&host, "asks", &guest::http_client("db"));
    // It is a client of HTTP, and no server: refused before anything is compared.
    let message = refused(&host, &json!({ "image": "asks" }), 400);
    assert!(message.contains("does not answer HTTP requests"), "{message}");
    assert_eq!(crate::service::says(to), "good!\n");
}

#[test]
fn whoever_stops_a_container_does_not_wait_for_its_check() {
    let (host, _) = failing();
    let socket = host.socket();
    let checking = std::thread::spawn(move || {
        let body = r#"{"image": "loop", "check": "/", "timeout": 3600000}"#;
        let mut client = crate::client::Client::connect(&socket).unwrap();
        client
            .ask("POST", "/sampan/v1/containers/web/deploy", body)
            .unwrap()
            .status
    });
    let before = ticks(&host);
    crate::http::until("the check to compute", || ticks(&host) > before + 20);
    host.done("POST", "/containers/web/stop", "");
    assert_ne!(checking.join().unwrap(), 200);
    let state = host.inspect("web")["State"].clone();
    assert_eq!(state["Status"], "exited", "{state}");
}

/// What the process of `web` has had of processors.
fn ticks(host: &Host) -> u64 {
    let pid = host.inspect("web")["State"]["Pid"].as_u64().unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<_> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    // The eleventh and twelfth behind the name, proc(5).
    fields[11..=12]
        .iter()
        .map(|field| field.parse::<u64>().unwrap())
        .sum()
}
