//! Services whose components are linked with others when they come up.

use std::fs;

use sampan_testkit::guest;

use crate::host::Host;

const FILE: &str = r#"
services:
  app:
    image: ./command.wasm
    command: [one, three]
    x-sampan:
      links: {logger: logger}
      approve-links: true
"#;

/// With the image `logger`, a provider in WebAssembly text that imports nothing, and the command in Rust.
fn host(file: &str) -> Host {
    let host = Host::new(file);
    let command = guest::linkable_rust("command", "command");
    host.write("command.wasm", fs::read(command).unwrap());
    pack(&host, &guest::linkable("provider"));
    host
}

fn pack(host: &Host, provider: &[u8]) {
    host.write("provider.wasm", provider);
    host.sampan(&["image", "pack", "provider.wasm", "logger"]).ok();
}

#[test]
fn a_service_is_linked_when_it_comes_up() {
    let host = host(FILE);
    let shown = host.compose("config").ok();
    assert!(shown.contains("logger: logger"), "{shown}");
    host.compose("up -d").ok();
    let said = host.logs_say("app", "8");
    assert!(said.contains("3\n"), "{said}");
    // Nothing changed: the same container.
    let first = host.id("proj-app-1");
    let again = host.compose("up -d");
    assert!(!again.err.contains("recreated"), "{again:?}");
    assert_eq!(host.id("proj-app-1"), first);
    // Another logger under the same name, which says everything in Rust.
    let rust = guest::linkable_rust("provider", "provider");
    pack(&host, &fs::read(rust).unwrap());
    let changed = host.compose("up -d");
    assert!(
        changed.err.contains("recreated: container `proj-app-1`"),
        "{changed:?}"
    );
    assert_ne!(host.id("proj-app-1"), first);
    host.logs_say("app", "info: three");
}

#[test]
fn files_are_linked_too_and_are_shown_with_their_paths() {
    let host = host(&FILE.replace("{logger: logger}", "[./provider.wasm]"));
    let shown = host.compose("config").ok();
    assert!(
        shown.contains(&host.path("provider.wasm").display().to_string()),
        "{shown}"
    );
    host.compose("up -d").ok();
    host.logs_say("app", "8");
}

#[test]
fn links_that_cannot_be_made_are_told_and_nothing_is_created() {
    let host = host(FILE);
    for (from, to, says) in [
        ("{logger: logger}", "{loger: logger}", "nothing imports `loger`"),
        (
            "{logger: logger}",
            "{logger: hello}",
            "`hello:latest` is a core module, and only components are linked",
        ),
        (
            "{logger: logger}",
            "{logger: localhost/nobody:1}",
            "localhost/nobody:1",
        ),
        (
            "{logger: logger}",
            "3",
            "`links` is a map of imports to components, or a list of components",
        ),
    ] {
        let file = FILE
            .replace(from, to)
            .replace("command: [one, three]", "pull_policy: never");
        host.write("compose.yaml", &file);
        let said = host.compose("up -d").failed();
        assert!(said.contains(says), "{says}: {said}");
        assert!(to == "3" || host.states().is_empty(), "{to}");
    }
}

/// The command imports nothing of WASI, the logger in Rust does.
#[test]
fn what_links_add_must_be_approved_in_the_file() {
    let host = host(
        "services: {app: {image: ./app.wasm, entrypoint: ['run(\"x\")'], x-sampan: {links: [./shouter.wasm, ./rust.wasm]}}}",
    );
    for name in ["app", "shouter"] {
        host.write(&format!("{name}.wasm"), guest::linkable(name));
    }
    let rust = guest::linkable_rust("provider", "provider");
    host.write("rust.wasm", fs::read(rust).unwrap());
    let said = host.compose("up -d").failed();
    assert!(
        said.contains("the providers add") && said.contains("approve-links: true"),
        "{said}"
    );
    assert!(host.states().is_empty());
    let file = fs::read_to_string(host.path("compose.yaml")).unwrap();
    host.write(
        "compose.yaml",
        file.replace("x-sampan: {", "x-sampan: {approve-links: true, "),
    );
    host.compose("up -d").ok();
    host.logs_say("app", "info: x");
}

#[test]
fn images_of_another_kind_are_refused_on_either_side() {
    let host = host(FILE);
    let layer = sampan_testkit::layer::Layer::new().folder("etc").tar();
    sampan_testkit::import_for("linux/amd64", &host.socket(), &layer, "shell", "CMD sh");
    for (from, to) in [
        ("image: ./command.wasm", "image: shell"),
        ("{logger: logger}", "{logger: shell}"),
    ] {
        host.write("compose.yaml", FILE.replace(from, to));
        let said = host.compose("up -d").failed();
        assert!(
            said.contains(
                "`services.app.x-sampan.links` is for Wasm, and `shell` is an image of another kind"
            ),
            "{said}"
        );
        assert!(host.states().is_empty());
    }
}
