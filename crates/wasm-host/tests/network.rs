//! A guest's sockets and names, from the guest's side: a Rust program on WASI 0.2 and a component on 0.3.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
mod world;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::OnceLock;

use common::{digest, host, reader, runtime, within};
use sampan_types::{Ending, Grants, Used};
use sampan_wasm_host::net::Mode;
use sampan_wasm_host::{Guest, GuestSpec, InProcessCompiler, ModuleSource, Output};
use world::Server;

struct Seen {
    code: u8,
    out: String,
    err: String,
    used: Used,
    refusals: Vec<String>,
}

fn spec(args: &[&str], net: &[&str], listen: &[&str], mode: Mode) -> GuestSpec {
    GuestSpec {
        args: std::iter::once("net")
            .chain(args.iter().copied())
            .map(str::to_owned)
            .collect(),
        grants: Grants {
            net: net.iter().map(|r| r.parse().unwrap()).collect(),
            listen: listen.iter().map(|r| r.parse().unwrap()).collect(),
            ..Grants::default()
        },
        mode,
        ..GuestSpec::default()
    }
}

fn make(wasm: &[u8], spec: GuestSpec) -> Guest {
    let host = host();
    let source = ModuleSource {
        bytes: wasm,
        digest: digest(wasm),
        name: "net".to_owned(),
    };
    let program = host
        .load(&source, &spec.limits, None, &InProcessCompiler)
        .unwrap();
    host.guest(&program, spec).unwrap()
}

fn run_wasm(wasm: &[u8], mut spec: GuestSpec) -> Seen {
    let (out_r, out_w) = rustix::pipe::pipe().unwrap();
    let (err_r, err_w) = rustix::pipe::pipe().unwrap();
    spec.stdio.stdout = Output::Fd(out_w);
    spec.stdio.stderr = Output::Fd(err_w);
    let (out, err) = (reader(out_r), reader(err_r));
    let guest = make(wasm, spec);
    let handle = guest.handle();
    let ending = within(runtime(), guest.run()).unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    let Ending::Exited { code } = ending else {
        panic!("{ending:?}")
    };
    Seen {
        code,
        out: text(out.join().unwrap()),
        err: text(err.join().unwrap()),
        used: handle.used(),
        refusals: handle
            .refusals()
            .iter()
            .map(|r| format!("{r}: {}", r.hint()))
            .collect(),
    }
}

/// Compiled once for all tests of this file.
fn program() -> &'static [u8] {
    static PROGRAM: OnceLock<Vec<u8>> = OnceLock::new();
    PROGRAM.get_or_init(|| world::rust("net", "wasm32-wasip2", &["-O", "-C", "strip=symbols"]))
}

fn run(args: &[&str], net: &[&str]) -> Seen {
    run_wasm(program(), spec(args, net, &[], Mode::Enforce))
}

#[test]
fn a_granted_connection_carries_bytes() {
    let server = Server::echo();
    let to = server.address.to_string();
    let seen = run(&["tcp-connect", &to, "hello"], &[&to]);
    assert_eq!((seen.code, seen.out.as_str()), (0, "hello"), "{}", seen.err);
    assert!(seen.refusals.is_empty());
    let least = seen.used.smallest_grants(&Grants::default());
    assert_eq!(least.net, vec![to.parse().unwrap()]);
}

#[test]
fn without_a_grant_nobody_is_reached() {
    let server = Server::echo();
    let to = server.address.to_string();
    for granted in [
        &[][..],
        &["127.0.0.1:1"],
        &["10.0.0.0/8:*"],
        &["localhost:*"],
        &["*:1-2"],
    ] {
        let seen = run(&["tcp-connect", &to, "hello"], granted);
        assert_eq!(
            (seen.code, seen.err.as_str()),
            (1, &*format!("tcp-connect {to} hello: PermissionDenied"))
        );
        assert_eq!(
            seen.refusals,
            [format!("a connection to {to}: add `--allow-net {to}`")]
        );
        assert_eq!(seen.used.smallest_grants(&Grants::default()), Grants::default());
    }
    assert_eq!(server.met(), 0);
}

#[test]
fn a_name_brings_its_own_addresses_only() {
    let server = Server::echo();
    let port = server.address.port();
    let named = format!("localhost:{port}");
    let seen = run(&["tcp-connect", &named, "by name"], &[&named]);
    assert_eq!(
        (seen.code, seen.out.as_str()),
        (0, "by name"),
        "{} {:?}",
        seen.err,
        seen.refusals
    );
    let least = seen.used.smallest_grants(&Grants::default());
    assert_eq!(least.net, vec![named.parse().unwrap()]);

    let seen = run(&["tcp-connect", &format!("127.0.0.1:{port}"), "x"], &[&named]);
    assert_eq!(seen.code, 1, "the name was not looked up");
    let seen = run(&["tcp-connect", &named, "x"], &["localhost:1"]);
    assert_eq!(seen.code, 1, "another port");
    assert_eq!(server.met(), 1);
}

#[test]
fn names_without_a_rule_are_not_looked_up() {
    let seen = run(&["resolve", "localhost"], &[]);
    assert_eq!(seen.code, 1);
    assert_eq!(
        seen.refusals,
        ["the name localhost: add `--allow-net localhost:PORT`"]
    );
    let seen = run(&["resolve", "localhost"], &["localhost:80"]);
    assert_eq!(seen.code, 0, "{}", seen.err);
    assert!(
        seen.out.lines().any(|a| a == "127.0.0.1" || a == "::1"),
        "{}",
        seen.out
    );
    assert!(seen.used.names[0].allowed);
}

#[test]
fn datagrams_need_a_rule_for_datagrams() {
    let to = world::udp_echo().to_string();
    let seen = run(&["udp-send", &to, "ping"], &[&format!("{to}/udp")]);
    assert_eq!(
        (seen.code, seen.out.as_str()),
        (0, "ping"),
        "{} {:?}",
        seen.err,
        seen.refusals
    );
    let seen = run(&["udp-send", &to, "ping"], &[&to]);
    assert_eq!(seen.code, 1);
    assert!(
        seen.refusals.iter().all(|r| r.contains("/udp")) && !seen.refusals.is_empty(),
        "{:?}",
        seen.refusals
    );
}

#[test]
fn listening_needs_its_own_grant() {
    let seen = run(&["tcp-listen", "127.0.0.1:0"], &["*:*"]);
    assert_eq!(
        (seen.code, seen.err.as_str()),
        (1, "tcp-listen 127.0.0.1:0: PermissionDenied")
    );
    assert_eq!(
        seen.refusals,
        ["listening on 127.0.0.1:0: add `--allow-listen 127.0.0.1:0`"]
    );
}

#[test]
fn a_granted_server_serves() {
    let mut spec = spec(&["tcp-listen", "127.0.0.1:0"], &[], &["0"], Mode::Enforce);
    let (r, w) = rustix::pipe::pipe().unwrap();
    spec.stdio.stdout = Output::Fd(w);
    let guest = make(program(), spec);
    let handle = guest.handle();
    let client = std::thread::spawn(move || {
        let mut line = String::new();
        BufReader::new(File::from(r)).read_line(&mut line).unwrap();
        let mut stream = TcpStream::connect(line.trim()).unwrap();
        stream.write_all(b"to the guest and back").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    assert_eq!(
        within(runtime(), guest.run()).unwrap(),
        Ending::Exited { code: 0 }
    );
    assert_eq!(client.join().unwrap(), "to the guest and back");
    let least = handle.used().smallest_grants(&Grants::default());
    assert_eq!(least.listen, vec!["127.0.0.1:0".parse().unwrap()]);
}

#[test]
fn what_was_learnt_runs_again() {
    let server = Server::echo();
    let named = format!("localhost:{}", server.address.port());
    let args = ["tcp-connect", &*named, "once more"];
    let learner = run_wasm(program(), spec(&args, &[], &[], Mode::Learn));
    assert_eq!(
        (learner.code, learner.out.as_str()),
        (0, "once more"),
        "{}",
        learner.err
    );
    let learnt = learner.used.smallest_grants(&Grants::default());
    let again = GuestSpec {
        grants: learnt,
        ..spec(&args, &[], &[], Mode::Enforce)
    };
    let again = run_wasm(program(), again);
    assert_eq!(
        (again.code, again.out.as_str()),
        (0, "once more"),
        "{:?}",
        again.refusals
    );
}

/// A component on WASI 0.3 that looks up `name` and ends well when it has an address, with a trap when the
/// answer is "access denied", and badly otherwise.
fn lookup_p3(name: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
  (import "wasi:sockets/types@0.3.0" (instance $types
    (type $v4' (tuple u8 u8 u8 u8)) (export "ipv4-address" (type $v4 (eq $v4')))
    (type $v6' (tuple u16 u16 u16 u16 u16 u16 u16 u16)) (export "ipv6-address" (type $v6 (eq $v6')))
    (type $ip' (variant (case "ipv4" $v4) (case "ipv6" $v6))) (export "ip-address" (type (eq $ip')))))
  (alias export $types "ip-address" (type $ip))
  (import "wasi:sockets/ip-name-lookup@0.3.0" (instance $lookup
    (alias outer 1 $ip (type $ip0)) (export "ip-address" (type $ip (eq $ip0)))
    (type $ec' (variant (case "access-denied") (case "invalid-argument") (case "name-unresolvable")
      (case "temporary-resolver-failure") (case "permanent-resolver-failure") (case "other" (option string))))
    (export "error-code" (type $ec (eq $ec')))
    (export "resolve-addresses"
      (func async (param "name" string) (result (result (list $ip) (error $ec)))))))
  (core module $m (memory (export "memory") 1) (global $at (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $at (i32.and (i32.add (global.get $at) (i32.const 15)) (i32.const -16)))
      (global.get $at)
      (global.set $at (i32.add (global.get $at) (local.get 3)))))
  (core instance $libc (instantiate $m))
  (core func $resolve (canon lower (func $lookup "resolve-addresses")
    (memory $libc "memory") (realloc (func $libc "realloc"))))
  (core module $program
    (import "libc" "memory" (memory 1))
    (import "wasi" "resolve" (func $resolve (param i32 i32 i32)))
    (data (i32.const 64) "{name}")
    (func (export "run") (result i32)
      (call $resolve (i32.const 64) (i32.const {length}) (i32.const 16))
      (if (i32.load8_u (i32.const 16))
        (then (if (i32.eqz (i32.load8_u (i32.const 20))) (then unreachable)) (return (i32.const 1))))
      (i32.eqz (i32.load (i32.const 24)))))
  (core instance $i (instantiate $program
    (with "libc" (instance $libc))
    (with "wasi" (instance (export "resolve" (func $resolve))))))
  (func $run async (result (result)) (canon lift (core func $i "run")))
  (instance $cli (export "run" (func $run)))
  (export "wasi:cli/run@0.3.0" (instance $cli)))"#,
        length = name.len()
    );
    sampan_wasm_host::wat_to_wasm(text.as_bytes()).unwrap()
}

#[test]
fn wasi_0_3_looks_up_by_the_same_rules() {
    let ending = |name: &str, net: &[&str]| {
        let guest = make(&lookup_p3(name), spec(&[], net, &[], Mode::Enforce));
        let handle = guest.handle();
        (within(runtime(), guest.run()).unwrap(), handle.used())
    };
    let (granted, used) = ending("localhost", &["localhost:80"]);
    assert_eq!(granted, Ending::Exited { code: 0 });
    assert!(used.names[0].allowed && !used.names[0].addresses.is_empty());
    let (refused, used) = ending("localhost", &["example.com:80"]);
    assert!(matches!(refused, Ending::Trapped(_)), "{refused:?}");
    assert!(!used.names[0].allowed && used.names[0].addresses.is_empty());
    assert_eq!(ending("not a name", &["*:*"]).0, Ending::Exited { code: 1 });
}
