//! A guest's HTTP requests, from the guest's side.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
mod world;

use common::{digest, host, runtime, within};
use sampan_types::{Ending, Grants, Used};
use sampan_wasm_host::{GuestSpec, InProcessCompiler, ModuleSource, wat_to_wasm};
use world::Server;

/// A component that sends one request, and ends well when the answer is 200, with a trap when it is refused, and
/// badly otherwise.
fn client(authority: &str) -> Vec<u8> {
    let text = include_str!("../../../guests/http/client.wat")
        .replace("@AUTHORITY@", authority)
        .replace("@LENGTH@", &authority.len().to_string());
    wat_to_wasm(text.as_bytes()).unwrap()
}

fn send(authority: &str, rules: &[&str]) -> (Ending, Used, Vec<String>) {
    let spec = GuestSpec {
        grants: Grants {
            http: rules.iter().map(|r| r.parse().unwrap()).collect(),
            ..Grants::default()
        },
        ..GuestSpec::default()
    };
    let wasm = client(authority);
    let host = host();
    let source = ModuleSource {
        bytes: &wasm,
        digest: digest(&wasm),
        name: "client".to_owned(),
    };
    let program = host
        .load(&source, &spec.limits, None, &InProcessCompiler)
        .unwrap();
    let guest = host.guest(&program, spec).unwrap();
    let handle = guest.handle();
    let ending = within(runtime(), guest.run()).unwrap();
    let refusals = handle
        .refusals()
        .iter()
        .map(|r| format!("{r}: {}", r.hint()))
        .collect();
    (ending, handle.used(), refusals)
}

#[test]
fn a_granted_request_is_answered() {
    let server = Server::http();
    let authority = server.address.to_string();
    let (ending, used, refusals) = send(&authority, &[&format!("http://{authority}")]);
    assert_eq!(ending, Ending::Exited { code: 0 }, "{refusals:?}");
    assert_eq!(server.met(), 1);
    let least = used.smallest_grants(&Grants::default());
    assert_eq!(least.http, vec![format!("http://{authority}").parse().unwrap()]);
}

#[test]
fn a_request_without_a_grant_is_denied_and_reaches_nobody() {
    let server = Server::http();
    let authority = server.address.to_string();
    for rules in [
        &[][..],
        &["example.com"],
        &[&*format!("https://{authority}")],
        &["http://127.0.0.1"],
    ] {
        let (ending, used, refusals) = send(&authority, rules);
        assert!(matches!(ending, Ending::Trapped(_)), "{ending:?}");
        assert_eq!(
            refusals,
            [format!(
                "a request to http://{authority}: add `--allow-http {authority}`"
            )]
        );
        assert!(used.requests.iter().all(|r| !r.allowed));
    }
    assert_eq!(server.met(), 0);
}

#[test]
fn a_grant_of_sockets_is_none_of_http() {
    let server = Server::http();
    let wasm = client(&server.address.to_string());
    let spec = GuestSpec {
        grants: Grants {
            net: vec!["*:*".parse().unwrap()],
            ..Grants::default()
        },
        ..GuestSpec::default()
    };
    let host = host();
    let source = ModuleSource {
        bytes: &wasm,
        digest: digest(&wasm),
        name: "client".to_owned(),
    };
    let program = host
        .load(&source, &spec.limits, None, &InProcessCompiler)
        .unwrap();
    let ending = within(runtime(), host.guest(&program, spec).unwrap().run()).unwrap();
    assert!(matches!(ending, Ending::Trapped(_)), "{ending:?}");
    assert_eq!(server.met(), 0);
}
