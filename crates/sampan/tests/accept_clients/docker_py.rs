//! docker/docker-py's own integration suite: the 255 of its tests that pass on two real dockerds (`baseline.txt`).
//!
//! The sources of the SDK that PyPI has carry them up to version 7.0.0, and are taken from there; where the variable
//! `SAMPAN_DOCKERPY` names a folder with a newer checkout, its tests are. The SDK itself is the newest of both. Images
//! come from a registry on loopback that stands in for Docker Hub; Debian's static busybox stands in for busybox and
//! alpine, and without root the toolbox, which is Wasm.
//! `docker_py/known.txt` lists what fails, with its cause. `docs/suites/docker-py.md` keeps the last result.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sampan_testkit::layer::Layer;
use serde_json::json;

use crate::host::Host;
use crate::install::{installed, python, tool};
use crate::linux::whole_busybox;
use crate::registry::Registry;

const BASELINE: &str = include_str!("docker_py/baseline.txt");
const KNOWN: &str = include_str!("docker_py/known.txt");
/// What the cause of a failure begins with that concerns the older tests alone.
const OLD: &str = "in 7.0.0 alone";
/// What the cause of a failure begins with that concerns Wasm containers alone.
const WASM: &str = "without root";
/// What the cause begins with of a test that is not sure of itself: it may pass.
const SOMETIMES: &str = "sometimes";
/// A test that 7.0.0 does not have yet.
const NEWER: &str = "ContainerTest::test_exec_run_error_code_from_exec";
/// The SDK opens a websocket over TCP alone.
const OVER_TCP: &str = "AttachContainerTest::test_run_container_reading_socket_ws";
/// A whole run takes a minute.
const SECONDS: &str = "540";

#[test]
#[ignore = "accept: installs docker-py and pytest from PyPI, and its tests"]
fn the_integration_suite_of_docker_py_passes_but_for_what_is_known() {
    #[expect(
        clippy::disallowed_methods,
        reason = "where a newer suite is, is this test's own setting"
    )]
    let given = std::env::var_os("SAMPAN_DOCKERPY").map(PathBuf::from);
    let old = given.is_none();
    let suite = given.unwrap_or_else(|| {
        installed("client-docker-py-suite", |folder| {
            tool(
                folder,
                "pip -q download --no-deps --no-binary :all: docker==7.0.0; tar xzf docker-7.0.0.tar.gz --strip-components=1",
            );
        })
    });
    let wanted: Vec<&str> = BASELINE
        .lines()
        .filter(|name| !(old && name.ends_with(NEWER)))
        .collect();
    let busybox = whole_busybox();
    let known = known(old, busybox.is_none());
    for name in known.keys() {
        assert!(wanted.contains(name), "{name} is known to fail, and does not run");
    }

    let (found, log) = run(&suite, &wanted, busybox);
    let mut wrong = Vec::new();
    for name in &wanted {
        let ending = found.get(*name).map_or("missing", String::as_str);
        match (ending, known.get(name)) {
            ("passed", None) | ("failed", Some(_)) => {}
            ("passed", Some(cause)) if cause.starts_with(SOMETIMES) => {}
            (ending, cause) => wrong.push(format!("{name}: {ending}, known: {cause:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}\n{log}", wrong.join("\n"));
}

/// Tests that fail, with the cause of each.
fn known(old: bool, wasm: bool) -> BTreeMap<&'static str, &'static str> {
    let mut known = BTreeMap::new();
    let mut cause = "";
    for line in KNOWN.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix("    ") {
            Some(name) => {
                let elsewhere = cause.starts_with(OLD) && !old || cause.starts_with(WASM) && !wasm;
                if !elsewhere {
                    known.insert(name, cause);
                }
            }
            None => cause = line,
        }
    }
    known
}

/// How each of these tests ended, and what was told of those that failed.
fn run(suite: &Path, wanted: &[&str], busybox: Option<Layer>) -> (BTreeMap<String, String>, String) {
    let python = python(
        "client-docker-py",
        "docker==7.2.* pytest==9.* pytest-timeout==2.* websocket-client==1.* paramiko==5.*",
    );
    let registry = Registry::new();
    let host = Host::with(&json!({
        "registry-mirrors": [format!("http://{}", registry.address())],
        // Some tests run only where it is on.
        "experimental": true,
    }));
    fill(&host, registry.address(), busybox);
    // The suite writes into its working folder.
    let work = host.path("suite");
    fs::create_dir(&work).expect("a folder can be made");
    host.ok(&format!("cp -r {}/tests suite/tests", suite.display()));
    fs::write(work.join("listing.py"), include_str!("docker_py/listing.py"))
        .expect("a plugin can be written");
    let (tcp, unix): (Vec<&str>, Vec<&str>) = wanted.iter().partition(|name| name.ends_with(OVER_TCP));
    for (at, (names, address)) in [(unix, host.address()), (tcp, host.forwarded())]
        .into_iter()
        .enumerate()
    {
        fs::write(work.join("names"), names.join("\n")).expect("a list can be written");
        let line = format!(
            "cd suite && DOCKER_HOST={address} LISTING=../listing PYTHONPATH=. {} -m pytest -q -p listing \
             -p no:cacheprovider --timeout 60 @names > ../pytest{at}.log 2>&1",
            python.display()
        );
        // It fails where a test does; what counts is the list.
        host.shell_within(SECONDS, &line);
    }
    let listing = fs::read_to_string(host.path("listing")).unwrap_or_else(|error| {
        let log = fs::read_to_string(host.path("pytest0.log")).unwrap_or_default();
        panic!("no test ran: {error}\n{log}")
    });
    let pairs = listing.lines().filter_map(|line| line.split_once(' '));
    let found = pairs.map(|(ending, name)| (name.to_owned(), ending.to_owned()));
    let log = fs::read_to_string(host.path("pytest0.log")).unwrap_or_default();
    (found.collect(), log)
}

/// The images that the suite expects, here and in the registry.
fn fill(host: &Host, registry: &str, busybox: Option<Layer>) {
    host.ok("docker tag hello hello-world");
    let platform = "--platform linux/amd64 -c 'CMD [\"sh\"]' -c 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin'";
    match busybox {
        Some(layer) => {
            fs::write(host.path("linux.tar"), layer.tar()).expect("an archive can be written");
            host.ok("docker rmi hello busybox");
            host.ok(&format!(
                "docker import {platform} linux.tar busybox && docker tag busybox alpine && docker tag busybox alpine:3.10"
            ));
        }
        None => {
            host.ok(
                "docker tag busybox alpine:3.10 && docker tag busybox alpine && docker rmi hello busybox",
            );
            // One test asks that busybox be for Linux; what is in it is Wasm all the same.
            host.ok(&format!("docker import {platform} busybox.tar busybox"));
        }
    }
    for name in ["alpine:3.10", "alpine", "busybox", "hello-world"] {
        let there = format!("{registry}/library/{name}");
        host.ok(&format!(
            "docker tag {name} {there} && docker push -q {there} && docker rmi {there}"
        ));
    }
}
