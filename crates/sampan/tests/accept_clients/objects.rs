//! What the docker command line does with many things at once: live numbers, events, archives, pruning.

use crate::host::Host;

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn numbers_come_as_long_as_somebody_looks() {
    let host = Host::new();
    host.ok("docker run -d --name busy -m 32m busybox sh -c 'while true; do true; done'");
    host.ok("docker run -d --name idle busybox sleep 1000");
    // It prints a table every half a second or so until it is ended.
    let (code, said) =
        host.code("timeout 6 docker stats --no-trunc --format '{{.Name}} {{.MemUsage}} {{.CPUPerc}}'");
    assert_eq!(code, Some(124), "{said}");
    assert!(
        said.matches("busy ").count() > 2 && said.matches("idle ").count() > 2,
        "{said}"
    );
    assert!(said.contains("32MiB"), "{said}");
    let share = |line: &str| {
        let last = line.rsplit(' ').next().unwrap_or_default();
        last.trim_end_matches('%').parse::<f64>().unwrap_or_default()
    };
    let most = |name: &str| {
        let lines = said.split(['\n', '\u{1b}']).filter(|line| line.contains(name));
        lines.map(share).fold(0.0, f64::max)
    };
    assert!(most("busy") > most("idle"), "{said}");
    // Stopped ones are shown on demand, with nothing.
    host.ok("docker stop -t 0 busy");
    assert!(
        !host
            .ok("docker stats --no-stream --format '{{.Name}}'")
            .contains("busy")
    );
    assert!(
        host.ok("docker stats -a --no-stream --format '{{.Name}}'")
            .contains("busy")
    );
}

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn events_are_filtered_by_what_they_are_about() {
    let host = Host::new();
    let begin = host.ok("date +%s");
    let begin = begin.trim();
    host.ok("docker run -d --name one --label tier=web hello && docker wait one");
    host.ok("docker run --name two busybox sh -c 'exit 3' || true");
    host.ok("docker volume create vol && docker network create net && docker tag hello other");
    let events = |filters: &str, format: &str| {
        let end = host.ok("date +%s.%N");
        host.ok(&format!(
            "docker events --since {begin} --until {} {filters} --format '{format}'",
            end.trim()
        ))
    };
    let of = |filters: &str| events(filters, "{{.Type}} {{.Action}}");
    assert_eq!(
        of("-f container=one -f event=die -f event=start"),
        "container start\ncontainer die\n"
    );
    assert_eq!(of("-f label=tier=web -f event=create"), "container create\n");
    assert_eq!(of("-f type=volume"), "volume create\n");
    assert_eq!(of("-f type=network -f network=net"), "network create\n");
    assert_eq!(of("-f type=image -f event=tag"), "image tag\n");
    assert_eq!(
        events(
            "-f container=two -f event=die",
            "{{.Actor.Attributes.exitCode}} {{.Actor.Attributes.name}}"
        ),
        "3 two\n"
    );
    // Those that come while somebody listens, until the time that was given.
    let live = "docker events --until $(($(date +%s) + 4)) -f event=die --format '{{.Actor.Attributes.name}}' & \
        while ! docker run --rm --name late$((n += 1)) hello > /dev/null || [ $n -lt 3 ]; do sleep 0.3; done; wait";
    assert!(host.ok(live).contains("late3"));
}

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn an_image_that_was_loaded_runs_detached_and_pruning_takes_what_nobody_uses() {
    let host = Host::new();
    host.ok("docker save hello busybox -o both.tar && docker rmi hello busybox && docker load -i both.tar");
    host.ok("docker run -d --name done hello && docker wait done");
    assert_eq!(host.ok("docker logs done"), "Hello from a module\n");
    host.ok("docker run -d --name lives -v kept:/data busybox sleep 1000");
    host.ok("docker volume create loose && docker network create loose");
    let said = host.ok("docker system prune -f");
    assert!(said.contains("Total reclaimed space"), "{said}");
    assert_eq!(host.ok("docker ps -a --format '{{.Names}}'"), "lives\n");
    assert_eq!(host.ok("docker network ls -qf name=loose"), "");
    assert_eq!(
        host.ok("docker images --format '{{.Repository}}' | sort"),
        "busybox\nhello\n"
    );
    assert_eq!(host.ok("docker volume ls -q | sort"), "kept\nloose\n");
    host.ok("docker system prune -af --volumes");
    assert_eq!(host.ok("docker images --format '{{.Repository}}'"), "busybox\n");
    host.ok("docker volume prune -af");
    assert_eq!(host.ok("docker volume ls -q"), "kept\n");
    assert_eq!(host.ok("docker inspect -f '{{.State.Running}}' lives"), "true\n");
    // What was taken is free on the disk as well.
    assert!(host.ok("docker system df").contains("Local Volumes"));
    host.ok("docker load -i both.tar && docker run --rm hello");
}
