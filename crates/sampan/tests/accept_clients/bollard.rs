//! bollard's own tests, which its crate ships: the client of Docker's API for Rust.
//!
//! They want a registry with a user of theirs and three images: a greeting, `alpine`, and a web server, for which a
//! program that goes on for ever stands in, because nobody asks it anything. `docs/suites/bollard.md` keeps the last
//! result.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sampan_testkit::guest;
use sampan_testkit::layer::{Kind, Layer};

use crate::host::{Host, busybox};
use crate::install::{installed, tool};
use crate::registry::Registry;

const VERSION: &str = "0.21.1";
/// All of them, one after the other, in seconds.
const SECONDS: &str = "500";

/// Files of tests in which all fail, and single tests (`FILE::NAME`) that fail, with the cause of each.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "swarm is not planned",
        &[
            "config_test",
            "node_test",
            "secret_test",
            "service_test",
            "task_test",
        ],
    ),
    ("plugins are not planned", &["plugin_test"]),
    (
        "says who it is at `localhost:5000` alone, which is another registry than this one",
        &["image_test::integration_test_build_image"],
    ),
    (
        "Docker Hub is not searched",
        &["image_test::integration_test_search_images"],
    ),
    (
        "asks that a port without a protocol stay without one, which dockerd from 29 on completes as well",
        &["container_test::integration_test_mount_volume_containers"],
    ),
    (
        "asks the daemon of this machine, not the one that it is told of",
        &["version_test::test_downversioning"],
    ),
];

#[test]
#[ignore = "accept: builds bollard's tests from crates.io"]
fn the_tests_of_bollard_pass_but_for_what_is_known() {
    let folder = installed(&format!("client-bollard-{VERSION}"), build);
    let found = run(&folder);
    let mut wrong = Vec::new();
    let mut passed = 0;
    for (name, ending) in &found {
        let cause = KNOWN.iter().find(|(_, tests)| {
            let mut tests = tests.iter();
            tests.any(|known| name == known || name.split("::").next() == Some(known))
        });
        match (ending.as_str(), cause) {
            ("ok", None) => passed += 1,
            ("FAILED", Some(_)) | ("ignored", _) => {}
            (ending, cause) => wrong.push(format!("{name}: {ending}, known: {cause:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(passed, 52, "{found:?}");
}

/// The crate's sources, built with a build folder of their own.
fn build(folder: &Path) {
    tool(
        folder,
        &format!(
            "mkdir -p get/src && touch get/src/lib.rs && printf '[package]\\nname = \"get\"\\nversion = \"0.0.0\"\\n\
             edition = \"2021\"\\n[dependencies]\\nbollard = \"={VERSION}\"\\n[workspace]\\n' > get/Cargo.toml"
        ),
    );
    tool(folder, "cd get && cargo fetch --quiet");
    tool(
        folder,
        // A workspace of its own, wherever the folder lies.
        &format!(
            "cp -r ${{CARGO_HOME:-$HOME/.cargo}}/registry/src/*/bollard-{VERSION} source && \
             printf '\\n[workspace]\\n' >> source/Cargo.toml"
        ),
    );
    tool(
        folder,
        "cd source && env -u CARGO_MANIFEST_DIR -u RUSTFLAGS CARGO_TERM_COLOR=never CARGO_TARGET_DIR=$PWD/../build \
         CARGO_PROFILE_DEV_DEBUG=0 cargo test --no-run --test '*' > ../cargo.log 2>&1",
    );
    tool(
        folder,
        "sed -n 's#^ *Executable tests/\\(.*\\)\\.rs (\\(.*\\))$#\\1 \\2#p' cargo.log | grep -v podman > programs && test -s programs",
    );
}

/// How each test ended, by its file and name.
fn run(folder: &Path) -> BTreeMap<String, String> {
    let registry = Registry::for_user("bollard", "secret");
    let host = Host::new();
    fill(&host, registry.address());
    let line = format!(
        "while read file program; do echo \"== $file\"; (cd {0}/source; REGISTRY_HTTP_ADDR={1} REGISTRY_PASSWORD=secret \
         timeout 120 $program --test-threads 1); done < {0}/programs",
        folder.display(),
        registry.address()
    );
    let said = String::from_utf8_lossy(&host.shell_within(SECONDS, &line).stdout).into_owned();
    let mut file = "";
    let mut found = BTreeMap::new();
    for line in said.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            file = name;
        } else if let Some((name, ending)) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.split_once(" ... "))
        {
            found.insert(format!("{file}::{name}"), ending.to_owned());
        }
    }
    assert!(!found.is_empty(), "{said}");
    for (name, ending) in &found {
        if ending == "FAILED" {
            let test = name.rsplit("::").next().unwrap_or_default();
            let report = said
                .split(&format!("---- {test} stdout ----"))
                .nth(1)
                .unwrap_or_default();
            // For whoever looks for the cause of one that was not known.
            eprintln!(
                "{name}: {}",
                report.lines().take(6).collect::<Vec<_>>().join("\n")
            );
        }
    }
    found
}

fn fill(host: &Host, registry: &str) {
    host.ok(&format!(
        "docker login -u bollard -p secret {registry} 2>/dev/null"
    ));
    let wasm = |name| wat::parse_file(guest::wat(name)).expect("the guest is well-formed");
    let greeting = Layer::new().entry("hello", Kind::File, "", 0o755, &wasm("greeting"));
    let alpine = busybox().file("etc/alpine-release", "3.10.9\n");
    let web = busybox()
        .folder("usr/sbin")
        .entry("usr/sbin/run_uhttpd", Kind::File, "", 0o755, &wasm("top"))
        .folder("etc/config")
        .file("etc/config/uhttpd", "\nconfig uhttpd main\n\n");
    // The first asks to be for Linux, as the real one is; what is in them all is Wasm.
    for (layer, platform, flags, names) in [
        (
            greeting,
            "linux/amd64",
            "-c 'CMD [\"/hello\"]'",
            ["hello-world:linux", "hello-world"].as_slice(),
        ),
        (
            alpine,
            "wasi/wasm",
            "-c 'CMD [\"sh\"]' -c 'ENV PATH=/bin'",
            &["alpine"],
        ),
        (web, "wasi/wasm", "-c 'ENV PATH=/bin'", &["fussybeaver/uhttpd"]),
    ] {
        fs::write(host.path("image.tar"), layer.tar()).expect("an archive can be written");
        for name in names {
            let there = format!("{registry}/{name}");
            host.ok(&format!(
                "docker import --platform {platform} {flags} image.tar {there} && docker push -q {there} && docker rmi {there}"
            ));
        }
    }
    host.ok("docker rmi hello busybox");
}
