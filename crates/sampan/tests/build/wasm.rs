//! Images of Wasm programs, which need neither root nor a shell.

use sampan_testkit::guest;
use serde_json::json;

use crate::builds::{build, context, inspect};
use crate::host::Host;

fn program(name: &str) -> Vec<u8> {
    wat::parse_file(guest::wat(name)).unwrap()
}

fn host() -> Host {
    let mut host = Host::new();
    host.start();
    host
}

#[test]
fn from_nothing_and_a_program_comes_a_wasm_image() {
    let host = host();
    let dockerfile = "FROM scratch\nCOPY app.wasm /bin/\nENTRYPOINT [\"/bin/app.wasm\"]\nRUN [\"/bin/app.wasm\"]\nLABEL a=b\n";
    let built = build(
        &host,
        "t=app",
        context(dockerfile).file("app.wasm", program("hello")),
    );
    built.id();
    assert!(built.text.contains("Hello from a module\n"), "{}", built.text);
    let image = inspect(&host, "app");
    assert_eq!(
        (&image["Os"], &image["Architecture"]),
        (&json!("wasi"), &json!("wasm"))
    );
    host.runs("one", r#"{"Image":"app"}"#);
    host.done("POST", "/containers/one/wait", "");
    let log = host.done("GET", "/containers/one/logs?stdout=1", "").text();
    assert!(log.contains("Hello from a module"), "{log}");
    let again = build(
        &host,
        "t=app",
        context(dockerfile).file("app.wasm", program("hello")),
    );
    assert_eq!(again.cached(), 4);
}

#[test]
fn a_wasm_stage_has_no_shell() {
    let host = host();
    let dockerfile = "FROM scratch\nCOPY app.wasm /\nENTRYPOINT [\"/app.wasm\"]\n";
    build(
        &host,
        "t=app",
        context(dockerfile).file("app.wasm", program("hello")),
    )
    .id();
    let built = build(&host, "", context("FROM app\nRUN echo hello\n"));
    assert!(
        built.error.contains("is a Wasm one and has no shell `/bin/sh`"),
        "{built:?}"
    );
    let nothing = build(&host, "", context("FROM scratch\nRUN [\"/x\"]\n"));
    assert!(nothing.error.contains("a RUN step needs files"), "{nothing:?}");
    let empty = build(&host, "", context("FROM scratch\n"));
    assert_eq!(empty.error, "No image was generated. Is your Dockerfile empty?");
}
