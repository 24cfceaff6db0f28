//! The daemon dies once at every step of the supervisor and the store that it passes, and comes back.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use sampan_testkit::layer::Layer;
use sampan_testkit::{guest, place};

use crate::audit;
use crate::client::{Answer, Client};
use crate::host::Host;

/// Steps of commands that no daemon has: garbage is collected, a registry is served,
/// and files are known again by the command line. Notes are of programs that use grants of the network.
const FOREIGN: &[&str] = &[
    "store::gc::",
    "store::unnamed::forget",
    "store::upload::",
    "store::repository::",
    "store::link::",
    "store::unlink::",
    "store::manifest::",
    "store::tag::",
    "store::untag::",
    "store::create::",
    "store::memo::",
    "store::note::",
    "store::record::",
    "store::fetch::",
    "store::container::record",
    "store::container::keep",
    "store::container::unlink",
    "store::code::unlink",
    "store::code::remove",
    "store::code::done",
    // Builds have tests of their own.
    "supervisor::build::",
    // So have versions of servers.
    "supervisor::deploy::",
];

/// Daemons at once.
const BESIDE: usize = 3;
/// So often a record is written anew that the journal is, too.
const RENAMES: usize = 1_200;

const CAT: &str =
    r#"{"Image":"cat","OpenStdin":true,"Volumes":{"/anonymous":{}},"HostConfig":{"Binds":["named:/data"]}}"#;
const APP: &str = r#"{"Image":"app:1","OpenStdin":true,"HostConfig":{"Tmpfs":{"/tmp":""}}}"#;

/// What is asked for, in this order: method, path, body, and the status of success.
const STEPS: &[(&str, &str, &str)] = &[
    ("POST", "/volumes/create", r#"{"Name":"named"}"#),
    ("POST", "/networks/create", r#"{"Name":"net"}"#),
    (
        "IMPORT",
        "/images/create?fromSrc=-&repo=app&tag=1&changes=CMD%20%5B%22%2Fapp.wasm%22%5D",
        "",
    ),
    ("POST", "/containers/create?name=cat", CAT),
    ("POST", "/containers/create?name=app", APP),
    (
        "POST",
        "/containers/create?name=plain",
        r#"{"Image":"cat","OpenStdin":true}"#,
    ),
    (
        "POST",
        "/containers/create?name=ends",
        r#"{"Image":"exit","Cmd":["9"]}"#,
    ),
    ("POST", "/containers/plain/start", ""),
    ("POST", "/containers/cat/start", ""),
    ("POST", "/containers/app/start", ""),
    ("POST", "/containers/ends/start", ""),
    ("POST", "/containers/ends/wait", ""),
    (
        "POST",
        "/containers/create?name=linked",
        r#"{"Image":"cat","HostConfig":{"Links":["plain:beside"]}}"#,
    ),
    ("DELETE", "/containers/linked/beside?link=1", ""),
    ("DELETE", "/containers/linked", ""),
    ("POST", "/networks/net/connect", r#"{"Container":"cat"}"#),
    ("POST", "/containers/cat/rename?name=dog", ""),
    ("POST", "/containers/dog/update", r#"{"Memory":67108864}"#),
    (
        "EXEC",
        "/containers/dog/exec",
        r#"{"Cmd":["true"],"AttachStdout":true}"#,
    ),
    ("POST", "/commit?container=app&repo=made&tag=1", ""),
    ("POST", "/images/made:1/tag?repo=other&tag=2", ""),
    ("DELETE", "/images/other:2", ""),
    ("DELETE", "/images/made:1", ""),
    ("POST", "/containers/dog/stop", ""),
    ("POST", "/containers/app/kill", ""),
    ("POST", "/networks/net/disconnect", r#"{"Container":"dog"}"#),
    ("DELETE", "/containers/dog?v=1", ""),
    ("DELETE", "/containers/app", ""),
    ("DELETE", "/containers/ends", ""),
    ("DELETE", "/networks/net", ""),
    ("DELETE", "/volumes/named", ""),
];

/// All steps of the supervisor and the store.
fn points() -> BTreeSet<String> {
    let mut points = BTreeSet::new();
    for folder in ["crates/engine/src/supervisor", "crates/store/src"] {
        collect(&place::repository().join(folder), &mut points);
    }
    assert!(points.len() > 60, "{points:?}");
    points
}

fn collect(folder: &Path, points: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("sources are there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, points);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let found = text.split("step!(\"").skip(1);
        points.extend(found.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
}

/// The root file system of an image whose program can open files, and runs until it is ended.
fn root_file_system() -> Vec<u8> {
    let text = fs::read_to_string(guest::wat("cat")).expect("the guest is there");
    let (head, tail) = text.split_once("(import").expect("it imports");
    let opens = r#"(import "wasi_snapshot_preview1" "path_open"
        (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))"#;
    let module = wat::parse_str(format!("{head}{opens}(import{tail}")).expect("a module");
    Layer::new().file("app.wasm", module).file("data", "data").tar()
}

/// Asks for everything until the daemon dies. Gives how many were answered, all with success.
fn ask_all(host: &Host, archive: &[u8]) -> usize {
    let Ok(mut client) = Client::connect(&host.socket()) else {
        return 0;
    };
    for (number, (method, path, body)) in STEPS.iter().enumerate() {
        let answer = match *method {
            "IMPORT" => client.request("POST", path, "application/x-tar", archive),
            "EXEC" => exec(&mut client, path, body),
            method => client.ask(method, path, body),
        };
        let Ok(answer) = answer else { return number };
        assert!(
            answer.status < 300,
            "{method} {path}: {}\n{}",
            answer.text(),
            host.log()
        );
    }
    STEPS.len()
}

/// Makes an exec and starts it.
fn exec(client: &mut Client, path: &str, body: &str) -> io::Result<Answer> {
    let made = client.ask("POST", path, body)?;
    match made.json()["Id"].as_str() {
        Some(id) => client.ask("POST", &format!("/exec/{id}/start"), r#"{"Detach":true}"#),
        None => Ok(made),
    }
}

/// Whether a container is there after so many answers; nothing where its change was under way.
fn is_there(name: &str, answered: usize) -> Option<bool> {
    let creates = format!("/containers/create?name={name}");
    let removes = format!("/containers/{name}");
    let mut there = Some(false);
    for (number, (method, path, _)) in STEPS.iter().enumerate().take(answered + 1) {
        let to = match *method {
            "POST" if *path == creates => true,
            "POST" if path.starts_with(&removes) && path.contains("rename") => false,
            "POST" if path.ends_with(&format!("rename?name={name}")) => true,
            "DELETE" if path.split('?').next() == Some(&removes) => false,
            _ => continue,
        };
        there = (number < answered).then_some(to);
    }
    there
}

/// Lets the daemon die at a point; false where it does not pass it.
fn dies(point: &str, archive: &[u8]) -> bool {
    let mut host = Host::new();
    host.start_with(&[("FAILPOINTS", &format!("{point}=panic"))]);
    let mut answered = 0;
    if host.answers_or_falls() {
        answered = ask_all(&host, archive);
        if point.starts_with("journal::compact") && answered == STEPS.len() {
            rename_often(&host);
        }
        if answered == STEPS.len() && !host.falls_soon(point.starts_with("journal::compact")) {
            return false;
        }
    }
    host.bury();
    host.start();
    if point.starts_with("journal::compact") {
        // It fell on the way from one name to the other.
        host.ask("POST", "/containers/other/rename?name=plain", "");
    }
    for name in ["cat", "dog", "app", "plain", "ends", "linked"] {
        let found = host.ask("GET", &format!("/containers/{name}/json"), "").status == 200;
        if let Some(there) = is_there(name, answered) {
            assert_eq!(
                found,
                there,
                "{point}: `{name}` after {answered} answers\n{}",
                host.log()
            );
        }
        let state = if found {
            host.inspect(name)["State"].clone()
        } else {
            continue;
        };
        if name == "plain" && answered > 7 {
            host.answers(name);
        }
        if name == "ends" && answered > 11 {
            assert_eq!(
                (&state["Status"], &state["ExitCode"]),
                (&"exited".into(), &9.into()),
                "{point}"
            );
        }
    }
    audit::nothing_left_over(&host);
    anonymous_volumes_have_owners(&host, point);
    clear(&host);
    assert_eq!(ask_all(&host, archive), STEPS.len(), "{point}\n{}", host.log());
    host.answers("plain");
    audit::nothing_left_over(&host);
    audit::nothing_half_written(&host);
    true
}

fn rename_often(host: &Host) {
    let mut client = host.client();
    for number in 0..RENAMES {
        let (from, to) = if number % 2 == 0 {
            ("plain", "other")
        } else {
            ("other", "plain")
        };
        if client
            .ask("POST", &format!("/containers/{from}/rename?name={to}"), "")
            .is_err()
        {
            return;
        }
    }
}

/// Every volume that nobody named belongs to a container: here, none is removed without its volumes.
fn anonymous_volumes_have_owners(host: &Host, point: &str) {
    let volumes = host
        .done(
            "GET",
            "/volumes?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D",
            "",
        )
        .json();
    let nobodys = volumes["Volumes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|volume| volume["Name"] != "named")
        .count();
    assert_eq!(nobodys, 0, "{point}: {volumes}");
}

/// Removes all that the steps make.
fn clear(host: &Host) {
    for name in audit::names(host) {
        host.done("DELETE", &format!("/containers/{name}?force=1&v=1"), "");
    }
    for path in [
        "/networks/net",
        "/volumes/named",
        "/images/made:1",
        "/images/other:2",
    ] {
        host.ask("DELETE", path, "");
    }
}

#[test]
fn killed_at_every_step_it_comes_back() {
    let archive = root_file_system();
    let points: Vec<String> = points()
        .into_iter()
        .filter(|point| !FOREIGN.iter().any(|foreign| point.starts_with(foreign)))
        .collect();
    let next = AtomicUsize::new(0);
    let missed = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for _ in 0..BESIDE {
            scope.spawn(|| {
                while let Some(point) = points.get(next.fetch_add(1, Relaxed)) {
                    if !dies(point, &archive) {
                        let mut missed = missed.lock().unwrap_or_else(PoisonError::into_inner);
                        missed.insert(point.clone());
                    }
                }
            });
        }
    });
    let missed = missed.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(missed, BTreeSet::new(), "the daemon passes none of these");
}
