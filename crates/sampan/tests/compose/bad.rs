//! What cannot be done is one clear error, and nothing half made is left unsaid.

use crate::host::Host;

#[test]
fn wrong_files_make_no_call() {
    let host = Host::new("services:\n  a:\n    image: hello\n    comand: [x]\n");
    let said = host.compose("up -d").failed();
    assert!(
        said.contains("line 4: `services.a.comand` is not a key"),
        "{said}"
    );
    assert!(said.contains("hint: did you mean `command`?"), "{said}");
    assert_eq!(said.matches("error:").count(), 1, "{said}");
    assert_eq!(
        host.sampan(&["network", "ls", "-q", "-f", "type=custom"]).ok(),
        ""
    );
}

#[test]
fn missing_images_and_externals_are_told_before_anything_is_made() {
    let host = Host::new("services:\n  a: {image: 'localhost:1/none', networks: [n]}\nnetworks: {n: }\n");
    let said = host.compose("up -d").failed();
    assert!(said.contains("service `a`"), "{said}");
    assert_eq!(
        host.sampan(&["network", "ls", "-q", "-f", "type=custom"]).ok(),
        ""
    );
    host.write(
        "compose.yaml",
        "services: {a: {image: hello, networks: [n], volumes: ['v:/v']}}\nnetworks: {n: {external: true}}\nvolumes: {v: }\n",
    );
    let said = host.compose("up -d").failed();
    assert!(
        said.contains("network `n` is declared as external and is not there"),
        "{said}"
    );
    assert!(
        said.contains("hint: make it with `sampan network create n`"),
        "{said}"
    );
    assert_eq!(host.sampan(&["volume", "ls", "-q"]).ok(), "");
    for (build, why) in [
        ("./none", "none"),
        ("{context: ., dockerfile_inline: FROM nosuch}", "nosuch"),
        ("{context: ., dockerfile_inline: FLY}", "unknown instruction: FLY"),
    ] {
        host.write("compose.yaml", format!("services: {{a: {{build: {build}}}}}"));
        let said = host.compose("up -d").failed();
        assert!(said.contains("service `a`") && said.contains(why), "{said}");
    }
    assert_eq!(host.sampan(&["ps", "-aq"]).ok(), "");
}

#[test]
fn unknown_services_are_named() {
    let host = Host::new("services: {a: {image: stays}}");
    for words in [
        "up -d b",
        "stop b",
        "logs b",
        "ps b",
        "exec -T b sh",
        "run b",
        "port b 80",
        "config --hash b",
    ] {
        let said = host.compose(words).failed();
        assert!(said.contains("no such service: `b`"), "{words}: {said}");
    }
    assert!(
        host.compose("exec -T a sh")
            .failed()
            .contains("has no running container")
    );
    assert!(host.compose("-f none.yaml ps").failed().contains("cannot read"));
}

#[test]
fn config_shows_what_is_used() {
    let host = Host::new(
        "services:\n  a: {image: 'hello:${TAG:-latest}', environment: {D: '$$x'}, ports: ['80']}\nvolumes: {v: }\n",
    );
    let shown = host.compose("config").ok();
    host.write("again.yaml", &shown);
    assert_eq!(host.compose("-f again.yaml config").ok(), shown);
    let json: serde_json::Value = serde_json::from_str(&host.compose("config --format json").ok()).unwrap();
    assert_eq!(json["services"]["a"]["ports"][0]["target"], 80);
    assert_eq!(json["services"]["a"]["environment"]["D"], "$$x");
    assert_eq!(host.compose("config --services").ok(), "a\n");
    assert_eq!(host.compose("config -q").ok(), "");
    assert!(
        host.compose("config --no-interpolate")
            .ok()
            .contains("${TAG:-latest}")
    );
}
