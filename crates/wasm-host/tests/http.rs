//! A guest's HTTP requests, from the guest's side.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
mod world;

use common::{digest, host, runtime, within};
use sampan_types::{Ending, Grants, Used};
use sampan_wasm_host::{GuestSpec, InProcessCompiler, ModuleSource, wat_to_wasm};
use world::Server;

/// A component on `wasi:http` 0.2 that sends one request, and ends well when the answer is 200, with a trap
/// when it is refused, and badly otherwise.
fn client(authority: &str) -> Vec<u8> {
    let text = r#"(component
  (import "wasi:io/poll@0.2.0" (instance $poll
    (export "pollable" (type $p (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $p))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:http/types@0.2.0" (instance $types
    (alias outer 1 $pollable (type $pl0)) (export "pollable" (type $pl (eq $pl0)))
    (export "fields" (type $fields (sub resource)))
    (export "outgoing-request" (type $req (sub resource)))
    (export "request-options" (type $opts (sub resource)))
    (export "incoming-response" (type $resp (sub resource)))
    (export "future-incoming-response" (type $fut (sub resource)))
    (type $sc0 (variant (case "HTTP") (case "HTTPS") (case "other" string)))
    (export "scheme" (type $scheme (eq $sc0)))
    (type $dns0 (record (field "rcode" (option string)) (field "info-code" (option u16))))
    (export "DNS-error-payload" (type $dns (eq $dns0)))
    (type $tls0 (record (field "alert-id" (option u8)) (field "alert-message" (option string))))
    (export "TLS-alert-received-payload" (type $tls (eq $tls0)))
    (type $fsz0 (record (field "field-name" (option string)) (field "field-size" (option u32))))
    (export "field-size-payload" (type $fsz (eq $fsz0)))
    (type $ec0 (variant
      (case "DNS-timeout") (case "DNS-error" $dns) (case "destination-not-found")
      (case "destination-unavailable") (case "destination-IP-prohibited") (case "destination-IP-unroutable")
      (case "connection-refused") (case "connection-terminated") (case "connection-timeout")
      (case "connection-read-timeout") (case "connection-write-timeout") (case "connection-limit-reached")
      (case "TLS-protocol-error") (case "TLS-certificate-error") (case "TLS-alert-received" $tls)
      (case "HTTP-request-denied") (case "HTTP-request-length-required")
      (case "HTTP-request-body-size" (option u64)) (case "HTTP-request-method-invalid")
      (case "HTTP-request-URI-invalid") (case "HTTP-request-URI-too-long")
      (case "HTTP-request-header-section-size" (option u32)) (case "HTTP-request-header-size" (option $fsz))
      (case "HTTP-request-trailer-section-size" (option u32)) (case "HTTP-request-trailer-size" $fsz)
      (case "HTTP-response-incomplete") (case "HTTP-response-header-section-size" (option u32))
      (case "HTTP-response-header-size" $fsz) (case "HTTP-response-body-size" (option u64))
      (case "HTTP-response-trailer-section-size" (option u32)) (case "HTTP-response-trailer-size" $fsz)
      (case "HTTP-response-transfer-coding" (option string)) (case "HTTP-response-content-coding" (option string))
      (case "HTTP-response-timeout") (case "HTTP-upgrade-failed") (case "HTTP-protocol-error")
      (case "loop-detected") (case "configuration-error") (case "internal-error" (option string))))
    (export "error-code" (type $ec (eq $ec0)))
    (export "[constructor]fields" (func (result (own $fields))))
    (export "[constructor]outgoing-request" (func (param "headers" (own $fields)) (result (own $req))))
    (export "[method]outgoing-request.set-scheme"
      (func (param "self" (borrow $req)) (param "scheme" (option $scheme)) (result (result))))
    (export "[method]outgoing-request.set-authority"
      (func (param "self" (borrow $req)) (param "authority" (option string)) (result (result))))
    (export "[method]outgoing-request.set-path-with-query"
      (func (param "self" (borrow $req)) (param "path-with-query" (option string)) (result (result))))
    (export "[method]future-incoming-response.subscribe"
      (func (param "self" (borrow $fut)) (result (own $pl))))
    (export "[method]future-incoming-response.get"
      (func (param "self" (borrow $fut)) (result (option (result (result (own $resp) (error $ec)))))))
    (export "[method]incoming-response.status" (func (param "self" (borrow $resp)) (result u16)))))
  (alias export $types "outgoing-request" (type $req))
  (alias export $types "request-options" (type $opts))
  (alias export $types "future-incoming-response" (type $fut))
  (alias export $types "error-code" (type $ec))
  (import "wasi:http/outgoing-handler@0.2.0" (instance $handler
    (alias outer 1 $req (type $req0)) (export "outgoing-request" (type $req (eq $req0)))
    (alias outer 1 $opts (type $opts0)) (export "request-options" (type $opts (eq $opts0)))
    (alias outer 1 $fut (type $fut0)) (export "future-incoming-response" (type $fut (eq $fut0)))
    (alias outer 1 $ec (type $ec0)) (export "error-code" (type $ec (eq $ec0)))
    (export "handle" (func (param "request" (own $req)) (param "options" (option (own $opts)))
      (result (result (own $fut) (error $ec)))))))
  (core module $m (memory (export "memory") 1) (global $at (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $at (i32.and (i32.add (global.get $at) (i32.const 15)) (i32.const -16)))
      (global.get $at)
      (global.set $at (i32.add (global.get $at) (local.get 3)))))
  (core instance $libc (instantiate $m))
  (core func $fields (canon lower (func $types "[constructor]fields")))
  (core func $request (canon lower (func $types "[constructor]outgoing-request")))
  (core func $set-scheme (canon lower (func $types "[method]outgoing-request.set-scheme")
    (memory $libc "memory") (realloc (func $libc "realloc"))))
  (core func $set-authority (canon lower (func $types "[method]outgoing-request.set-authority")
    (memory $libc "memory") (realloc (func $libc "realloc"))))
  (core func $set-path (canon lower (func $types "[method]outgoing-request.set-path-with-query")
    (memory $libc "memory") (realloc (func $libc "realloc"))))
  (core func $handle (canon lower (func $handler "handle")
    (memory $libc "memory") (realloc (func $libc "realloc"))))
  (core func $subscribe (canon lower (func $types "[method]future-incoming-response.subscribe")))
  (core func $get (canon lower (func $types "[method]future-incoming-response.get")
    (memory $libc "memory") (realloc (func $libc "realloc"))))
  (core func $status (canon lower (func $types "[method]incoming-response.status")))
  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (core module $program
    (import "libc" "memory" (memory 1))
    (import "w" "fields" (func $fields (result i32)))
    (import "w" "request" (func $request (param i32) (result i32)))
    (import "w" "set-scheme" (func $set-scheme (param i32 i32 i32 i32 i32) (result i32)))
    (import "w" "set-authority" (func $set-authority (param i32 i32 i32 i32) (result i32)))
    (import "w" "set-path" (func $set-path (param i32 i32 i32 i32) (result i32)))
    (import "w" "handle" (func $handle (param i32 i32 i32 i32)))
    (import "w" "subscribe" (func $subscribe (param i32) (result i32)))
    (import "w" "get" (func $get (param i32 i32)))
    (import "w" "status" (func $status (param i32) (result i32)))
    (import "w" "block" (func $block (param i32)))
    (data (i32.const 32) "/")
    (data (i32.const 64) "@AUTHORITY@")
    (func $refused (param $ec i32)
      (if (i32.eq (local.get $ec) (i32.const 15)) (then unreachable)))
    (func (export "run") (result i32) (local $r i32) (local $f i32)
      (local.set $r (call $request (call $fields)))
      (drop (call $set-scheme (local.get $r) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))
      (if (call $set-authority (local.get $r) (i32.const 1) (i32.const 64) (i32.const @LENGTH@))
        (then (return (i32.const 1))))
      (drop (call $set-path (local.get $r) (i32.const 1) (i32.const 32) (i32.const 1)))
      (call $handle (local.get $r) (i32.const 0) (i32.const 0) (i32.const 1024))
      (if (i32.load8_u (i32.const 1024))
        (then (call $refused (i32.load8_u (i32.const 1032))) (return (i32.const 1))))
      (local.set $f (i32.load (i32.const 1032)))
      (call $block (call $subscribe (local.get $f)))
      (call $get (local.get $f) (i32.const 2048))
      ;; some, the first asking, then what became of the request
      (if (i32.load8_u (i32.const 2064))
        (then (call $refused (i32.load8_u (i32.const 2072))) (return (i32.const 1))))
      (i32.ne (call $status (i32.load (i32.const 2072))) (i32.const 200))))
  (core instance $i (instantiate $program
    (with "libc" (instance $libc))
    (with "w" (instance
      (export "fields" (func $fields)) (export "request" (func $request))
      (export "set-scheme" (func $set-scheme)) (export "set-authority" (func $set-authority))
      (export "set-path" (func $set-path))
      (export "handle" (func $handle)) (export "subscribe" (func $subscribe)) (export "get" (func $get))
      (export "status" (func $status)) (export "block" (func $block))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $cli (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $cli)))"#;
    let text = text
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
