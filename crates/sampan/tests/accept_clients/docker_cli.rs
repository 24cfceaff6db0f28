//! The docker command line that is installed here.

use crate::host::Host;

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn the_docker_command_line_drives_wasm_containers() {
    let host = Host::new();
    assert_eq!(host.ok("docker run --rm hello"), "Hello from a module\n");
    let (code, said) = host.code("docker run --rm busybox nosuch");
    assert_eq!(code, Some(127), "{said}");
    assert!(said.contains("no such file or directory"), "{said}");
    host.ok("docker run -d --name box -m 64m --cpus 0.5 --tmpfs /run -v vol:/data busybox sh -c 'echo out; echo err >&2; sleep 1000'");
    assert_eq!(
        host.ok("docker inspect -f '{{range .Mounts}}{{.Type}} {{.Name}} {{.Mode}}{{end}}' box"),
        "volume vol z\n"
    );
    for _ in 0..20 {
        assert_eq!(
            host.code("docker exec box sh -c 'echo in; exit 4'"),
            (Some(4), "in\n".to_owned())
        );
    }
    assert_eq!(host.ok("echo piped | docker exec -i box cat"), "piped\n");
    assert!(host.ok("docker top box -o pid,cmd").starts_with("PID"));
    assert!(host.ok("docker stats --no-stream box").contains("64MiB"));
    host.ok("docker pause box && docker unpause box && docker update --memory 128m box");
    host.ok("docker rename box b2 && docker restart -t 1 b2 && docker stop -t 1 b2");
    assert_eq!(host.ok("docker wait b2"), "143\n");
    host.ok("docker rm b2 && docker volume rm vol");
}

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn docker_cp_commit_and_import_keep_files() {
    let host = Host::new();
    host.ok("mkdir -p in/d && echo one > in/one && echo two > in/d/two && ln -s one in/link");
    host.ok("docker run --name box busybox sh -c 'echo changed > /etc/new'");
    host.ok("docker cp in box:/ && docker cp box:/in/. out && docker cp box:/in whole");
    assert_eq!(
        host.ok("diff -r in out && diff -r in whole && readlink out/link"),
        "one\n"
    );
    assert!(host.ok("docker diff box").contains("A /etc/new"));
    host.ok("docker commit -m msg -c 'CMD [\"sh\",\"-c\",\"cat /etc/new; pwd\"]' -c 'WORKDIR /tmp' box made");
    assert_eq!(host.ok("docker run --rm made"), "changed\n/tmp\n");
    let history = host.ok("docker history --no-trunc --format '{{.ID}} {{.Comment}}' made");
    let newest = history.lines().next().expect("there is a row");
    assert!(
        newest.starts_with("sha256:") && newest.ends_with(" msg"),
        "{history}"
    );
    host.ok("docker export box | gzip > box.tar.gz");
    host.ok("docker import --platform wasi/wasm -c 'CMD [\"/bin/cat\",\"/etc/new\"]' box.tar.gz again");
    assert_eq!(host.ok("docker run --rm again"), "changed\n");
    host.ok("docker save made again | cat > both.tar && docker rm box && docker rmi made again");
    host.ok("docker load -i both.tar");
    assert_eq!(host.ok("docker run --rm made"), "changed\n/tmp\n");
}

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn a_running_container_can_be_committed() {
    let host = Host::new();
    host.ok("docker run -d --name box busybox sleep 1000");
    let id = host.ok("docker commit box");
    assert!(id.starts_with("sha256:"), "{id}");
    assert_eq!(host.ok("docker inspect -f '{{.State.Paused}}' box"), "false\n");
}
