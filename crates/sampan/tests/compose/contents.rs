//! Secrets, configurations, volumes and Wasm files.

use sampan_testkit::guest;

use crate::host::Host;

#[test]
fn secrets_and_configs_are_where_they_should_be() {
    let host = Host::new(
        r#"
services:
  a:
    image: box
    command: [sleep, "1000"]
    secrets: [from_file, {source: from_env, target: /tmp/env}]
    configs: [{source: inline, target: /tmp/inline.conf}]
    stop_grace_period: 0s
secrets:
  from_file: {file: ./secret.txt}
  from_env: {environment: WORD}
configs:
  inline: {content: "value=${WORD}\n"}
"#,
    );
    host.write("secret.txt", "of a file");
    host.write(".env", "WORD=open");
    host.compose("up -d").ok();
    let read = |path: &str| host.compose(&format!("exec -T a cat {path}")).ok();
    assert_eq!(read("/run/secrets/from_file"), "of a file");
    assert_eq!(read("/tmp/env"), "open");
    assert_eq!(read("/tmp/inline.conf"), "value=open\n");
}

#[test]
fn a_single_file_is_given_to_a_wasm_service_to_read() {
    let host = Host::new(
        r#"
services:
  a:
    image: box
    command: [sleep, "1000"]
    volumes: ["./own.conf:/etc/given/own.conf:ro"]
    stop_grace_period: 0s
"#,
    );
    host.write("own.conf", "one");
    host.compose("up -d").ok();
    let read = || host.compose("exec -T a cat /etc/given/own.conf").ok();
    assert_eq!(read(), "one");
    // It is what the file was when the container started, and no way back to the file.
    host.write("own.conf", "two");
    assert_eq!(read(), "one");
    host.compose("exec -T a sh -c 'echo mine>/etc/given/own.conf'");
    host.compose("restart").ok();
    assert_eq!(read(), "two");
    assert_eq!(std::fs::read_to_string(host.path("own.conf")).unwrap(), "two");
    let format = "{{range .Mounts}}{{.Type}} {{.Destination}} {{.RW}}{{end}}";
    assert_eq!(
        host.sampan(&["inspect", "--format", format, "proj-a-1"])
            .ok()
            .trim(),
        "bind /etc/given/own.conf false"
    );
    // It is gone: the start says so, and what runs is not in the way of it.
    std::fs::remove_file(host.path("own.conf")).unwrap();
    host.compose("stop").ok();
    let said = host.compose("start").failed();
    assert!(said.contains("own.conf"), "{said}");
}

#[test]
fn a_single_file_that_cannot_be_given_is_refused() {
    let host = Host::new("services: {}\n");
    host.write("own.conf", "one");
    let file = host.path("own.conf").display().to_string();
    for (image, flags, why) in [
        ("box", &[][..], "add `:ro`"),
        ("stays", &["ro"], "a program without files"),
    ] {
        let mount = [&[file.as_str(), "/own.conf"], flags].concat().join(":");
        let said = host.sampan(&["create", "-v", &mount, image]).failed();
        assert!(said.contains(&file) && said.contains(why), "{said}");
    }
    let mount = format!("{file}:/own.conf:ro");
    let said = host
        .sampan(&["create", "--read-only", "-v", &mount, "box"])
        .failed();
    assert!(said.contains("read-only"), "{said}");
    assert_eq!(host.sampan(&["ps", "-aq"]).ok(), "");
}

#[test]
fn a_secret_without_a_value_is_one_error_and_leaves_nothing() {
    let host =
        Host::new("services: {a: {image: stays, secrets: [s]}}\nsecrets: {s: {environment: NOT_SET}}\n");
    let said = host.compose("up -d").failed();
    assert!(
        said.contains("secret `s` of service `a`") && said.contains("NOT_SET"),
        "{said}"
    );
    assert_eq!(host.sampan(&["ps", "-aq"]).ok(), "");
}

#[test]
fn an_image_may_be_a_wasm_file() {
    let host = Host::new("services: {a: {image: ./app.wasm}}\n");
    let wasm = wat::parse_file(guest::wat("hello")).unwrap();
    host.write("app.wasm", &wasm);
    assert_eq!(host.compose("up").ok(), "a-1 | Hello from a module\n");
    let id = host.id("proj-a-1");
    // The same file is the same image.
    host.write("app.wasm", &wasm);
    host.compose("up -d").ok();
    assert_eq!(host.id("proj-a-1"), id);
    host.write("app.wasm", wat::parse_file(guest::wat("exit")).unwrap());
    host.compose("create").ok();
    assert_ne!(host.id("proj-a-1"), id);
}

#[test]
fn services_are_built_of_their_folders() {
    let host = Host::new(
        r#"
services:
  a: {build: {context: ./app, args: {WORD: of-args}}}
  b:
    image: named
    build:
      context: ./app
      dockerfile_inline: |
        FROM scratch
        COPY app.wasm /other.wasm
        ENTRYPOINT ["/other.wasm"]
"#,
    );
    host.write("app/app.wasm", wat::parse_file(guest::wat("hello")).unwrap());
    let dockerfile =
        "FROM scratch\nARG WORD\nLABEL word=$WORD\nCOPY app.wasm /\nENTRYPOINT [\"/app.wasm\"]\n";
    host.write("app/Dockerfile", dockerfile);
    host.compose("build").ok();
    let said = host.compose("up").ok();
    for line in ["a-1 | Hello from a module\n", "b-1 | Hello from a module\n"] {
        assert!(said.contains(line), "{said}");
    }
    let shown = |name: &str, format: &str| {
        let told = host.sampan(&["inspect", "--format", format, name]).ok();
        told.trim().to_owned()
    };
    assert_eq!(shown("proj-a-1", "{{.Config.Labels.word}}"), "of-args");
    let started = shown("proj-b-1", "{{json .Config.Entrypoint}}");
    assert_eq!(started, r#"["/other.wasm"]"#);
}

#[test]
fn folders_and_volumes_are_shared() {
    let host = Host::new(
        r#"
services:
  writes: {image: box, command: [sh, -c, "echo both > /store/x; echo back > /here/y"], volumes: ["store:/store", "./here:/here"]}
  reads:
    image: box
    command: [cat, /store/x]
    volumes: ["store:/store:ro"]
    depends_on: {writes: {condition: service_completed_successfully}}
volumes: {store: {name: shared-store}}
"#,
    );
    assert!(host.compose("up").ok().contains("reads-1  | both"));
    assert_eq!(std::fs::read_to_string(host.path("here/y")).unwrap(), "back\n");
    assert_eq!(host.compose("volumes -q").ok(), "shared-store\n");
    host.compose("down").ok();
    assert_eq!(host.sampan(&["volume", "ls", "-q"]).ok(), "shared-store\n");
}
