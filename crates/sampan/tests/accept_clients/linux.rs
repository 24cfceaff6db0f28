//! The docker command line and Linux containers, beside Wasm ones. They need root, and a static busybox for an image.

use std::fs;
use std::path::Path;

use sampan_testkit::layer::{Kind, Layer};

use crate::host::Host;

const BUSYBOX: [&str; 2] = ["/bin/busybox", "/usr/bin/busybox"];
const TOOLS: [&str; 14] = [
    "sh", "cat", "echo", "id", "ls", "sleep", "true", "touch", "mkdir", "ps", "stat", "hostname", "top",
    "stty",
];

/// The files of an image that stands in for Docker's `busybox` and `alpine`: Debian's static busybox under all names that
/// it knows. `None` where there can be no Linux containers.
pub(crate) fn whole_busybox() -> Option<Layer> {
    let busybox = BUSYBOX.iter().find(|path| Path::new(path).exists())?;
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let list = std::process::Command::new(busybox)
        .arg("--list-full")
        .output()
        .ok()?;
    let mut layer = Layer::new();
    for folder in [
        "bin",
        "sbin",
        "usr",
        "usr/bin",
        "usr/sbin",
        "usr/local",
        "usr/local/bin",
        "etc",
        "root",
        "proc",
        "sys",
        "dev",
        "home",
        "run",
        "mnt",
        "opt",
        "srv",
        "media",
        "lib",
        "var",
        "var/log",
        "var/opt",
        "var/lib",
        "var/tmp",
    ] {
        layer = layer.folder(folder);
    }
    layer = layer
        .entry("tmp", Kind::Folder, "", 0o1777, b"")
        .entry("bin/busybox", Kind::File, "", 0o755, &fs::read(busybox).ok()?)
        .file(
            "etc/passwd",
            "root:x:0:0:root:/root:/bin/sh\npostgres:x:70:70::/var/lib/postgresql:/bin/sh\n\
             nobody:x:65534:65534:nobody:/:/sbin/nologin\n",
        )
        .file("etc/group", "root:x:0:root\nnogroup:x:65533:\nnobody:x:65534:\n")
        .file(
            "etc/os-release",
            "NAME=\"busybox\"\nID=alpine\nVERSION_ID=3.10.9\n",
        )
        .file("etc/alpine-release", "3.10.9\n");
    for name in String::from_utf8_lossy(&list.stdout).lines() {
        if name != "bin/busybox" && !name.contains("linuxrc") {
            layer = layer.symlink(name, "/bin/busybox");
        }
    }
    Some(layer)
}

/// A daemon with an image `box` of kind linux beside its others. `None`, with a note, where there can be none.
pub(crate) fn host() -> Option<Host> {
    if !rustix::process::geteuid().is_root() {
        println!("not run: Linux containers need root");
        return None;
    }
    let Some(busybox) = BUSYBOX.iter().find(|path| Path::new(path).exists()) else {
        println!("not run: no static busybox is installed");
        return None;
    };
    let busybox = fs::read(busybox).unwrap();
    let mut layer = Layer::new()
        .folder("bin")
        .folder("etc")
        .entry("bin/busybox", Kind::File, "", 0o755, &busybox)
        .file(
            "etc/passwd",
            "root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/tmp:/bin/sh\n",
        )
        .file("etc/group", "root:x:0:\nweb:x:33:\n");
    for tool in TOOLS {
        layer = layer.symlink(&format!("bin/{tool}"), "busybox");
    }
    let host = Host::new();
    fs::write(host.path("box.tar"), layer.tar()).unwrap();
    host.ok("docker import --platform linux/amd64 -c 'CMD [\"sh\"]' box.tar box");
    Some(host)
}

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn the_docker_command_line_drives_linux_containers() {
    let Some(host) = host() else { return };
    let run = "docker run --network none";
    assert_eq!(
        host.code(&format!("{run} --rm box sh -c 'echo out; exit 3'")),
        (Some(3), "out\n".to_owned())
    );
    let (code, said) = host.code(&format!("{run} --rm box nosuch"));
    assert_eq!(code, Some(127), "{said}");
    assert!(said.contains("executable file not found"), "{said}");
    assert_eq!(host.code(&format!("{run} --rm box /etc/passwd")).0, Some(126));
    assert_eq!(host.ok(&format!("echo piped | {run} -i --rm box cat")), "piped\n");
    assert_eq!(
        host.ok(&format!(
            "script -qec 'stty rows 30 cols 100; {run} -t --rm box stty size' /dev/null < /dev/null"
        ))
        .trim(),
        "30 100"
    );
    assert_eq!(
        host.ok(&format!(
            "{run} --rm --user web --hostname named --read-only --tmpfs /run -w /run box \
             sh -c 'id -un; hostname; touch f && ls; touch /no 2>/dev/null || echo read-only'"
        )),
        "web\nnamed\nf\nread-only\n"
    );
    host.ok(&format!(
        "{run} -d --name one -m 64m --cpus 0.5 --pids-limit 50 --cap-drop ALL -v vol:/data box \
         sh -c 'echo out; echo err >&2; exec sleep 1000'"
    ));
    assert_eq!(host.ok("docker logs one 2>/dev/null"), "out\n");
    for _ in 0..20 {
        assert_eq!(
            host.code("docker exec one sh -c 'echo in; exit 4'"),
            (Some(4), "in\n".to_owned())
        );
    }
    assert_eq!(host.ok("echo piped | docker exec -i one cat"), "piped\n");
    assert!(host.ok("docker top one -o pid,cmd").contains("sleep 1000"));
    assert!(host.ok("docker stats --no-stream one").contains("64MiB"));
    host.ok("docker pause one && docker unpause one && docker update --memory 128m --memory-swap -1 one");
    host.ok("docker rename one two && docker restart -t 0 two");
    host.ok("docker kill -s KILL two");
    assert_eq!(host.ok("docker wait two"), "137\n");
    host.ok("docker rm two && docker volume rm vol");
}

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn docker_cp_diff_commit_and_export_keep_what_a_linux_container_changed() {
    let Some(host) = host() else { return };
    host.ok("mkdir -p in/d && echo one > in/one && echo two > in/d/two && ln -s one in/link");
    host.ok("docker run --network none --name box box sh -c 'echo changed > /etc/new; mkdir /made'");
    host.ok("docker cp in box:/ && docker cp box:/in/. out && docker cp box:/in whole");
    assert_eq!(
        host.ok("diff -r in out && diff -r in whole && readlink out/link"),
        "one\n"
    );
    let changes = host.ok("docker diff box");
    for change in ["A /etc/new", "A /made", "A /in/d/two"] {
        assert!(changes.contains(change), "{changes}");
    }
    host.ok(
        "docker commit -m msg -c 'CMD [\"sh\",\"-c\",\"cat /etc/new; pwd\"]' -c 'WORKDIR /made' box made",
    );
    assert_eq!(host.ok("docker run --network none --rm made"), "changed\n/made\n");
    host.ok("docker export box > box.tar");
    host.ok("docker import --platform linux/amd64 -c 'CMD [\"/bin/cat\",\"/etc/new\"]' box.tar again");
    assert_eq!(host.ok("docker run --network none --rm again"), "changed\n");
    host.ok("docker save made > made.tar && docker rm box && docker rmi made && docker load -i made.tar");
    assert_eq!(host.ok("docker run --network none --rm made"), "changed\n/made\n");
}

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn both_kinds_share_volumes_lists_and_pruning() {
    let Some(host) = host() else { return };
    host.ok("docker run --rm -v shared:/data busybox sh -c 'echo of-wasm > /data/wasm'");
    host.ok("docker run --rm --network none -v shared:/data box sh -c 'cat /data/wasm; echo of-linux > /data/linux'");
    assert_eq!(
        host.ok("docker run --rm -v shared:/data busybox cat /data/linux"),
        "of-linux\n"
    );
    host.ok("docker run -d --name linux --network none box sleep 1000");
    host.ok("docker run -d --name wasm busybox sleep 1000");
    assert_eq!(host.ok("docker ps --format '{{.Names}}'"), "wasm\nlinux\n");
    host.ok("docker rm -f linux wasm && docker volume prune -af");
    assert_eq!(host.ok("docker ps -aq && docker volume ls -q"), "");
}

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn the_docker_command_line_builds_images() {
    let Some(host) = host() else { return };
    let build = "DOCKER_BUILDKIT=0 docker build --network none";
    fs::create_dir_all(host.path("ctx/src")).unwrap();
    for (name, text) in [
        (
            "Dockerfile",
            "FROM box AS made\nARG WHO\nWORKDIR /w\nCOPY src .\nRUN echo hello $WHO > out; ls\n\
             FROM box\nCOPY --from=made --chown=web /w/out /\nUSER web\nCMD [\"cat\", \"/out\"]\n",
        ),
        (".dockerignore", "**/*.o\n"),
        ("src/a.c", "a"),
        ("src/a.o", "o"),
    ] {
        fs::write(host.path(&format!("ctx/{name}")), text).unwrap();
    }
    let told = host.ok(&format!("{build} --build-arg WHO=you -t made:1 ctx 2>&1"));
    for wanted in ["Step 5/9 : RUN", "a.c\n", "Successfully tagged made:1"] {
        assert!(told.contains(wanted), "{told}");
    }
    assert!(!told.contains("a.o"), "{told}");
    assert_eq!(host.ok("docker run --network none --rm made:1"), "hello you\n");
    let id = host.ok(&format!("{build} -q --build-arg WHO=you ctx 2>/dev/null"));
    assert_eq!(id, host.ok("docker inspect -f '{{.Id}}' made:1"));
    assert!(host.ok("docker history made:1").contains("COPY"));
    let (code, said) = host.code(&format!("printf 'FROM box\\nRUN exit 5\\n' | {build} - 2>&1"));
    assert_eq!(code, Some(5), "{said}");
    assert!(
        said.contains("The command '/bin/sh -c exit 5' returned a non-zero code: 5"),
        "{said}"
    );
    assert_eq!(host.ok("docker ps -aq"), "");
    assert!(
        host.ok("docker builder prune -af").contains("Total"),
        "it is told what was freed"
    );
    host.ok("docker rmi made:1");
}
