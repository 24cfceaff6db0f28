//! BuildKit as clients of before buildx reach it: the docker command line 20.10 of Debian 12 with `DOCKER_BUILDKIT=1`, and
//! docker-compose 1.29, which asks that command line.

use std::fs;

use crate::buildx::write;
use crate::compose::old;
use crate::host::Host;
use crate::install::{installed, tool};
use crate::linux;

/// The docker command line 20.10, which knows no plugins here.
fn docker() -> String {
    let folder = installed("client-docker-20.10", |folder| {
        tool(
            folder,
            "apt-get download -qq docker.io; dpkg -x docker.io_*.deb .",
        );
    });
    folder.join("usr/bin").display().to_string()
}

/// What begins each command.
fn with_buildkit(host: &Host) -> String {
    fs::create_dir_all(host.path("config")).unwrap();
    format!(
        "export PATH={}:$PATH DOCKER_CONFIG={} DOCKER_BUILDKIT=1 BUILDKIT_PROGRESS=plain; ",
        docker(),
        host.path("config").display()
    )
}

#[test]
#[ignore = "accept: unpacks docker.io 20.10 from Debian 12"]
fn docker_20_10_builds_by_buildkit_without_buildx() {
    let Some(host) = linux::host() else { return };
    let x = with_buildkit(&host);
    assert!(host.ok(&format!("{x} docker --version")).contains("20.10"));
    let dockerfile = "FROM box AS made\nARG WHO\nWORKDIR /w\nCOPY . .\n\
                      RUN --mount=type=secret,id=token echo $(cat /run/secrets/token) $WHO > out; ls\n\
                      FROM box AS unwanted\nRUN false\nFROM box\nCOPY --from=made /w/out /\nCMD [\"cat\", \"/out\"]\n";
    write(
        &host,
        &[
            ("ctx/Dockerfile", dockerfile),
            ("ctx/.dockerignore", "**/*.o\n"),
            ("ctx/a.c", "a"),
            ("ctx/a.o", "o"),
            ("token", "hush"),
        ],
    );
    let build = "docker build --network none";
    let secret = "--secret id=token,src=token --build-arg WHO=you";
    let told = host.ok(&format!("{x} {build} {secret} --iidfile id -t made:1 ctx 2>&1"));
    for wanted in [
        "[internal] load build definition",
        "[made 4/4] RUN",
        "a.c\n",
        "writing image",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert!(!told.contains("a.o"), "{told}");
    assert_eq!(host.ok("docker run --network none --rm made:1"), "hush you\n");
    let id = host.ok("docker inspect -f '{{.Id}}' made:1");
    assert_eq!(fs::read_to_string(host.path("id")).unwrap(), id.trim());
    assert!(
        host.ok(&format!("{x} {build} {secret} ctx 2>&1"))
            .contains("CACHED")
    );
    // A Dockerfile, and an archive, on standard input.
    host.ok(&format!(
        "{x} printf 'FROM made:1\\nLABEL a=b\\n' | {build} -t made:2 - 2>&1"
    ));
    assert_eq!(host.ok("docker inspect -f '{{.Config.Labels.a}}' made:2"), "b\n");
    let told = host.ok(&format!(
        "{x} tar -C ctx -c . | {build} {secret} -t made:3 - 2>&1"
    ));
    assert!(told.contains("RUN"), "{told}");
    // Files instead of an image.
    host.ok(&format!(
        "{x} {build} {secret} -o out ctx 2>&1; {x} {build} {secret} -o - ctx > out.tar"
    ));
    assert_eq!(
        host.ok("cat out/out; tar -xOf out.tar out"),
        "hush you\nhush you\n"
    );
    let (code, said) = host.code(&format!(
        "{x} printf 'FROM box\\nRUN echo before; exit 5\\n' | {build} -"
    ));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("before") && said.contains("exit code: 5"), "{said}");
}

#[test]
#[ignore = "accept: unpacks docker.io 20.10 and docker-compose 1.29 from Debian 12"]
fn docker_compose_1_29_builds_by_the_command_line() {
    let host = Host::new();
    let x = with_buildkit(&host);
    let wasm = wat::parse_file(sampan_testkit::guest::wat("hello")).unwrap();
    write(
        &host,
        &[
            (
                "shop/docker-compose.yml",
                "version: '3.8'\nservices: {a: {build: ./app}}\n",
            ),
            (
                "shop/app/Dockerfile",
                "FROM scratch\nCOPY a.wasm /\nENTRYPOINT [\"/a.wasm\"]\n",
            ),
        ],
    );
    fs::write(host.path("shop/app/a.wasm"), wasm).unwrap();
    let compose = format!("{x} cd shop; COMPOSE_DOCKER_CLI_BUILD=1 {}", old());
    let told = host.ok(&format!("{compose} build 2>&1"));
    assert!(told.contains("[1/1] COPY a.wasm /"), "{told}");
    assert!(
        host.ok(&format!("{compose} up 2>&1"))
            .contains("Hello from a module")
    );
    host.ok(&format!("{compose} down 2>&1"));
}
