//! Requests that nobody would think of: schemathesis makes them of the document that the daemon serves.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::host::Host;
use crate::install::python;

/// How long one run may take, in seconds.
const SECONDS: &str = "300";
/// Operations that answer for as long as something goes on.
const STREAMS: [&str; 7] = [
    "/attach",
    "/attach/ws",
    "/events",
    "/logs",
    "/start",
    "/stats",
    "/wait",
];

#[test]
#[ignore = "accept: installs schemathesis from PyPI"]
fn no_request_makes_the_daemon_fail_or_leaves_anything() {
    let python = python("client-schemathesis", "schemathesis==4.32.*");
    let program = python.with_file_name("st");
    let host = Host::new();
    let http = host.forwarded().replace("tcp://", "http://");
    let document = host.ok("curl -s --unix-socket run/sampan.sock http://d/openapi.json");
    let document: Value = serde_json::from_str(&document).expect("a document of OpenAPI is JSON");
    let st = |file: &str, document: &Value| {
        fs::write(host.path(file), document.to_string()).expect("a document can be written");
        // The same requests each time; what the daemon made of them is in its own log.
        let line = format!(
            "{} run {file} --url {http}/v1.55 --checks not_a_server_error --phases coverage,fuzzing --mode all \
             --max-examples 12 --seed 1 --no-shrink --request-timeout 2 --continue-on-failure \
             --suppress-health-check all --workers 2 > {file}.log 2>&1",
            program.display()
        );
        let done = host.shell_within(SECONDS, &line);
        let log = fs::read_to_string(host.path(&format!("{file}.log"))).unwrap_or_default();
        assert!(log.contains("Test cases:"), "{} {log}", done.status);
    };
    let things = "docker ps -aq; docker images -q; docker volume ls -q; docker network ls -q";
    // The first of everything: what stays for good is there afterwards.
    st("warm.json", &only(&document, |path, _| path.ends_with("/json")));
    let (before, memory) = (host.ok(things), rss(&host));
    let processes = host.family().len();

    // A name that is made up may be the beginning of an image's id, which takes that image away.
    let removes_images = |path: &str, method: &str| path.starts_with("/images/{") && method == "delete";
    st(
        "all.json",
        &only(&document, |path, method| !removes_images(path, method)),
    );
    // Names of what there is lead further. What takes things away had its turn.
    host.ok("docker run -d --name box busybox sleep 10000 && docker volume create vol && docker network create net");
    host.ok("docker exec -d box sleep 10000");
    let exec = host.ok("docker inspect -f '{{index .ExecIDs 0}}' box");
    let further = named(&document, exec.trim());
    st("named.json", &further);
    host.ok("docker rm -f $(docker ps -aq); docker volume prune -af; docker network prune -f");
    // Images that came of it are `commit`'s and `tag`'s: names of the same, and unnamed ones.
    host.ok(
        "for name in $(docker images --format '{{.Repository}}:{{.Tag}}'); do \
        case $name in hello:latest|busybox:latest|'<none>:<none>') ;; *) docker rmi $name;; esac; done",
    );
    host.ok("docker image prune -f");
    assert_eq!(host.ok(things), before);
    st("last.json", &only(&document, removes_images));

    let log = host.log();
    let count = log.matches("sampan::access").count();
    assert!(count > 2000, "{count} requests came to the daemon");
    let bad: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("status=500") || line.contains("ERROR") || line.contains("panicked"))
        .collect();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    let after = rss(&host);
    assert!(
        after < memory + (32 << 10),
        "{memory} KiB before, {after} KiB after"
    );
    // Workers linger a while, and spare ones are made; none may be there for a container that is gone.
    sampan_testkit::until("processes as before", || {
        (host.family().len() <= processes + 2).then_some(())
    });
}

/// The operations that are wanted.
fn only(document: &Value, wanted: impl Fn(&str, &str) -> bool) -> Value {
    let mut document = document.clone();
    let paths = document["paths"].as_object_mut().expect("paths of operations");
    for (path, methods) in paths.iter_mut() {
        let methods = methods.as_object_mut().expect("operations of a path");
        methods.retain(|method, _| wanted(path, method));
    }
    paths.retain(|_, methods| methods.as_object().is_some_and(|methods| !methods.is_empty()));
    document
}

/// The operations on single things, with names of things that are there.
fn named(document: &Value, exec: &str) -> Value {
    let mut document = only(document, |path, method| {
        let streams = STREAMS
            .iter()
            .any(|end| path.ends_with(end) && path != "/containers/{name}/start");
        path.contains('{') && method != "delete" && !streams
    });
    let seen: BTreeSet<String> = document["paths"]
        .as_object_mut()
        .expect("paths of operations")
        .iter_mut()
        .map(|(path, methods)| {
            let thing = path.trim_start_matches("/sampan/v1").split('/').nth(1);
            let names = match thing.unwrap_or_default() {
                "containers" => json!(["box"]),
                "images" | "distribution" => json!(["busybox", "hello"]),
                "volumes" => json!(["vol"]),
                "networks" => json!(["net", "bridge"]),
                "exec" => json!([exec]),
                other => panic!("things that this test does not know: {other}"),
            };
            for method in methods
                .as_object_mut()
                .expect("operations of a path")
                .values_mut()
            {
                for parameter in method["parameters"].as_array_mut().into_iter().flatten() {
                    if parameter["in"] == "path" {
                        parameter["schema"] = json!({ "type": "string", "enum": names });
                    }
                }
            }
            path.clone()
        })
        .collect();
    assert!(seen.len() > 20, "{seen:?}");
    document
}

/// The memory that the daemon itself has, in KiB.
fn rss(host: &Host) -> u64 {
    let pid = host.family()[0];
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the daemon lives");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.expect("a process has memory")
}
