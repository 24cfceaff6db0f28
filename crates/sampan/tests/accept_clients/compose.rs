//! docker-compose, the old and the new one, with Wasm services.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use sampan_testkit::guest::{self, Target};

use crate::host::Host;
use crate::install::{docker_compose, installed, tool};

const FILE: &str = r#"
services:
  back:
    image: busybox
    command: ["sh", "-c", "echo back $$WHO > /data/who; echo back ready; while true; do sleep 1; done"]
    environment: {WHO: you}
    volumes: ["store:/data"]
    healthcheck:
      test: ["CMD", "test", "-f", "/data/who"]
      interval: 1s
      timeout: 5s
      retries: 5
  front:
    image: busybox
    command: ["sh", "-c", "cat /data/who; echo front ready; sleep 1000"]
    volumes: ["store:/data:ro"]
    depends_on:
      back: {condition: service_healthy}
  extra:
    image: hello
    profiles: [more]
volumes:
  store:
"#;

/// Services that talk: by name, by a published port, and one after the other.
const TALKING: &str = r#"
services:
  api:
    image: net
    hostname: api-host
    command: ["serve-tcp", "0.0.0.0:80"]
    ports: ["80"]
    healthcheck: &check
      test: ["CMD", "nc", "-z", "localhost", "80"]
      interval: 1s
      timeout: 10s
      retries: 10
  web:
    image: web
    ports: ["80"]
    healthcheck:
      <<: *check
      test: wget -q --spider http://localhost:80/ || exit 1
  asks:
    image: net
    command: ["tcp-connect", "api:80", "hello"]
    depends_on:
      api: {condition: service_healthy}
      web: {condition: service_healthy}
"#;

/// What both must do with them.
fn services_talk(compose: &str) {
    let host = Host::new();
    host.pack(&guest::rust("net", Target::P2), "net");
    host.serves("web");
    let folder = host.path("talk");
    fs::create_dir(&folder).expect("a folder can be made");
    fs::write(folder.join("docker-compose.yml"), TALKING).expect("a file can be written");
    let run = |words: &str| host.ok(&format!("cd talk && {compose} {words} 2>&1"));
    run("up -d");
    // It was started when the others were healthy, so that it was answered at its first try.
    let logs = sampan_testkit::until("an answer", || {
        Some(run("logs --no-color asks")).filter(|logs| logs.contains("hello"))
    });
    assert!(logs.contains("api-host:hello"), "{logs}");
    let port = |service: &str| {
        host.ok(&format!("cd talk && {compose} port {service} 80"))
            .trim()
            .to_owned()
    };
    assert_eq!(said(&port("api"), "hello"), "api-host:hello");
    let answer = said(&port("web"), "GET / HTTP/1.0\r\n\r\n");
    assert!(
        answer.starts_with("HTTP/1.") && answer.contains("200 OK"),
        "{answer}"
    );
    let inside = host.ok(&format!(
        "cd talk && {compose} exec -T api wget -q -O - http://web/"
    ));
    assert!(inside.contains("hello"), "{inside}");
    run("down -t 1");
    assert_eq!(host.ok("docker ps -aq; docker network ls -qf type=custom"), "");
}

/// What is answered to a few words.
fn said(to: &str, words: &str) -> String {
    let mut stream = TcpStream::connect(to).expect("somebody listens");
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).expect("it is a socket");
    stream.write_all(words.as_bytes()).expect("it takes words");
    if !words.ends_with('\n') {
        stream.shutdown(Shutdown::Write).expect("it is a socket");
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer comes");
    answer
}

/// What both must do.
fn services_live_and_go(compose: &str) {
    let host = Host::new();
    let folder = host.path("proj");
    fs::create_dir(&folder).expect("a folder can be made");
    fs::write(folder.join("docker-compose.yml"), FILE).expect("a file can be written");
    let run = |words: &str| host.ok(&format!("cd proj && {compose} {words} 2>&1"));
    run("up -d");
    // `front` starts when `back` is healthy, so the file is there.
    let logs = run("logs --no-color");
    assert!(logs.contains("back ready"), "{logs}");
    assert!(run("ps").contains("healthy"));
    assert!(!run("ps -a").contains("extra"));
    assert_eq!(
        host.ok(&format!("cd proj && {compose} exec -T back cat /data/who")),
        "back you\n"
    );
    assert!(run("--profile more up extra").contains("Hello from a module"));
    run("pause front");
    run("unpause front");
    run("restart -t 1 front");
    // The older one reads the image's `ContainerConfig` for this.
    run("up -d --force-recreate -t 1 back");
    run("up -d -t 1 --scale front=2");
    run("--profile more down -v -t 1");
    assert_eq!(
        host.ok("docker ps -aq; docker volume ls -q; docker network ls -qf type=custom"),
        ""
    );
}

const OLD: &str = "docker-compose python3-certifi python3-chardet python3-charset-normalizer python3-distro \
    python3-docker python3-dockerpty python3-docopt python3-dotenv python3-idna python3-attr python3-jsonschema \
    python3-paramiko python3-pkg-resources python3-pyrsistent python3-requests python3-setuptools python3-six \
    python3-texttable python3-urllib3 python3-websocket python3-yaml";

#[test]
#[ignore = "accept: unpacks docker-compose 1.29 from Debian 12"]
fn docker_compose_1_29_runs_wasm_services() {
    services_live_and_go(&old());
}

#[test]
#[ignore = "accept: unpacks docker-compose 1.29 from Debian 12"]
fn docker_compose_1_29_runs_wasm_services_that_talk() {
    services_talk(&old());
}

pub(crate) fn old() -> String {
    let folder = installed("client-compose-1.29", |folder| {
        tool(folder, "apt-get update -qq");
        tool(folder, &format!("apt-get download -qq {OLD}"));
        tool(folder, "for package in *.deb; do dpkg -x $package .; done");
    });
    let library = folder.join("usr/lib/python3/dist-packages");
    let program = folder.join("usr/bin/docker-compose");
    format!(
        "env PYTHONPATH={} /usr/bin/python3 {}",
        library.display(),
        program.display()
    )
}

#[test]
#[ignore = "accept: unpacks docker-compose 2.40 from Debian sid"]
fn docker_compose_2_40_runs_wasm_services() {
    services_live_and_go(&docker_compose().display().to_string());
}

#[test]
#[ignore = "accept: unpacks docker-compose 2.40 from Debian sid"]
fn docker_compose_2_40_runs_wasm_services_that_talk() {
    services_talk(&docker_compose().display().to_string());
}

/// What one of both made, the other shows, changes and takes away.
#[test]
#[ignore = "accept: unpacks docker-compose 2.40 from Debian sid"]
fn docker_compose_2_40_and_sampan_compose_see_each_others_projects() {
    let host = Host::new();
    let folder = host.path("both");
    fs::create_dir(&folder).expect("a folder can be made");
    fs::write(folder.join("compose.yaml"), FILE).expect("a file can be written");
    let docker = docker_compose().display().to_string();
    let sampan = host.own_compose();
    for (one, other) in [(&docker, &sampan), (&sampan, &docker)] {
        let run = |compose: &str, words: &str| host.ok(&format!("cd both && {compose} {words} 2>&1"));
        run(one, "up -d");
        assert!(run(other, "ls").contains("both"));
        assert_eq!(run(other, "ps --services"), "back\nfront\n");
        assert!(run(other, "logs back").contains("back ready"));
        assert_eq!(run(other, "exec -T back cat /data/who"), "back you\n");
        run(other, "stop -t 1 front");
        run(one, "start front");
        run(other, "up -d -t 1 --scale front=2");
        let listed = host.ok("docker ps --format '{{.Names}}'");
        let mut names: Vec<_> = listed.lines().collect();
        names.sort_unstable();
        assert_eq!(names, ["both-back-1", "both-front-1", "both-front-2"]);
        run(other, "down -v -t 1");
        assert_eq!(
            host.ok("docker ps -aq; docker volume ls -q; docker network ls -qf type=custom"),
            ""
        );
    }
}
