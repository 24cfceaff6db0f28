//! buildx, by which docker builds where it is installed: the plugin of Debian sid, against a daemon of its own.

use std::fs;

use crate::host::Host;
use crate::install::{installed, tool};
use crate::linux;

/// A folder of docker's configuration with the plugin in it.
fn config() -> String {
    let folder = installed("client-buildx", |folder| {
        let line = "echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main' > sid.list; \
            mkdir -p lists/partial cache/archives/partial cli-plugins; \
            sid() { apt-get -o Dir::Etc::sourcelist=$PWD/sid.list -o Dir::Etc::sourceparts=/dev/null \
            -o Dir::State::lists=$PWD/lists -o Dir::Cache=$PWD/cache -qq \"$@\"; }; \
            sid update; sid download docker-buildx; dpkg -x docker-buildx_*.deb .; \
            mv usr/libexec/docker/cli-plugins/docker-buildx cli-plugins; rm -r lists cache usr *.deb";
        tool(folder, line);
    });
    folder.display().to_string()
}

/// What begins each command: a configuration of its own that knows the plugin.
fn with_buildx(host: &Host) -> String {
    fs::create_dir_all(host.path("config/cli-plugins")).unwrap();
    let plugin = format!("{}/cli-plugins/docker-buildx", config());
    let link = host.path("config/cli-plugins/docker-buildx");
    std::os::unix::fs::symlink(plugin, link).unwrap();
    format!(
        "export DOCKER_CONFIG={} BUILDKIT_PROGRESS=plain; ",
        host.path("config").display()
    )
}

/// Writes files below the daemon's folder.
pub(crate) fn write(host: &Host, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = host.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
#[ignore = "accept: unpacks docker-buildx from Debian sid"]
fn buildx_builds_wasm_images() {
    let host = Host::new();
    let x = with_buildx(&host);
    let wasm = wat::parse_file(sampan_testkit::guest::wat("hello")).unwrap();
    write(
        &host,
        &[(
            "ctx/Dockerfile",
            "FROM scratch\nCOPY hello.wasm /\nENTRYPOINT [\"/hello.wasm\"]\n",
        )],
    );
    fs::write(host.path("ctx/hello.wasm"), wasm).unwrap();
    let told = host.ok(&format!("{x} docker buildx build -t made ctx 2>&1"));
    for wanted in [
        "[internal] load build definition from Dockerfile",
        "[1/1] COPY hello.wasm /",
        "naming to docker.io/library/made",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert_eq!(host.ok("docker run --rm made"), "Hello from a module\n");
    // The client chooses buildx by itself.
    let again = host.ok(&format!(
        "{x} docker build --iidfile id --metadata-file meta -t made:2 ctx 2>&1"
    ));
    assert!(again.contains("CACHED"), "{again}");
    let id = host.ok("docker inspect -f '{{.Id}}' made:2");
    assert_eq!(fs::read_to_string(host.path("id")).unwrap(), id.trim());
    let metadata = fs::read_to_string(host.path("meta")).unwrap();
    assert!(
        metadata.contains("\"image.name\": \"docker.io/library/made:2\""),
        "{metadata}"
    );
    assert_eq!(host.ok(&format!("{x} docker build -q ctx")), id);
    // As an archive on standard input, and as a Dockerfile there.
    let archive = format!("{x} tar -C ctx -c . | docker build -t made:3 - 2>&1");
    host.ok(&archive);
    assert_eq!(host.ok("docker run --rm made:3"), "Hello from a module\n");
    host.ok(&format!(
        "{x} printf 'FROM made\\nLABEL a=b\\n' | docker build -t made:4 -f - ctx 2>&1"
    ));
    assert_eq!(host.ok("docker inspect -f '{{.Config.Labels.a}}' made:4"), "b\n");
    host.ok(&format!("{x} docker buildx build --load -t made:5 ctx 2>&1"));
    host.ok(&format!(
        "{x} docker buildx prune -af; docker buildx du; docker buildx ls; docker buildx inspect"
    ));
}

#[test]
#[ignore = "accept: unpacks docker-buildx from Debian sid"]
fn buildx_builds_linux_images_of_several_stages() {
    let Some(host) = linux::host() else { return };
    let x = with_buildx(&host);
    write(
        &host,
        &[
            (
                "ctx/Dockerfile",
                "ARG BASE=box\nFROM $BASE AS made\nARG WHO\nWORKDIR /w\nCOPY src .\nRUN --network=none echo hello $WHO > out; ls\n\
                 FROM made AS unwanted\nRUN false\n\
                 FROM box AS last\nCOPY --from=made --chown=web /w/out /\nUSER web\nCMD [\"cat\", \"/out\"]\n",
            ),
            ("ctx/.dockerignore", "**/*.o\n"),
            ("ctx/src/a.c", "a"),
            ("ctx/src/a.o", "o"),
        ],
    );
    let build = "docker build --network none";
    let told = host.ok(&format!(
        "{x} {build} --build-arg WHO=you --label l=1 --target last -t made:1 ctx 2>&1"
    ));
    for wanted in [
        "[made 4/4] RUN --network=none echo hello",
        "a.c\n",
        "[last 2/2] COPY --from=made",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert!(!told.contains("a.o"), "{told}");
    assert_eq!(host.ok("docker run --network none --rm made:1"), "hello you\n");
    assert_eq!(host.ok("docker inspect -f '{{.Config.Labels.l}}' made:1"), "1\n");

    let (code, said) = host.code(&format!(
        "{x} printf 'FROM box\\nRUN echo before; exit 5\\n' | {build} -"
    ));
    assert_eq!(code, Some(1), "{said}");
    for wanted in [
        "before",
        "did not complete successfully: exit code: 5",
        "Dockerfile:2",
        ">>> RUN echo before; exit 5",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let (_, said) = host.code(&format!("{x} printf 'FROM box\\nNONSENSE\\n' | {build} -"));
    assert!(said.contains("unknown instruction: NONSENSE"), "{said}");
    let (_, said) = host.code(&format!("{x} {build} --platform linux/amd64,linux/arm64 ctx"));
    assert!(said.contains("nothing for linux/arm64"), "{said}");
    // Whoever leaves takes the step along.
    let told = host.ok(&format!(
        "{x} printf 'FROM box\\nRUN echo began; sleep 600\\n' > long; docker build --network none - < long > told 2>&1 & \
         left=$!; for i in $(seq 600); do grep -q ' began' told && break; sleep 0.1; done; kill -TERM $left; wait $left; cat told"
    ));
    assert!(told.contains(" began"), "{told}");
    let gone = "for i in $(seq 100); do [ -z \"$(docker ps -aq)\" ] && exit 0; sleep 0.1; done; docker ps -a; exit 1";
    host.ok(gone);
}

#[test]
#[ignore = "accept: unpacks docker-buildx from Debian sid"]
fn steps_of_buildx_have_secrets_and_caches() {
    let Some(host) = linux::host() else { return };
    let x = with_buildx(&host);
    let dockerfile = "FROM box\nRUN --mount=type=secret,id=token --mount=type=cache,target=/cache \
                      test $(cat /run/secrets/token) = hush && echo line >> /cache/list && seq $(wc -l < /cache/list)\n";
    write(&host, &[("ctx/Dockerfile", dockerfile), ("token", "hush")]);
    let build = format!("{x} docker build --network none --no-cache");
    let secret = "--secret id=token,src=token";
    host.ok(&format!("{build} {secret} -t made ctx 2>&1"));
    let again = host.ok(&format!("{build} {secret} -t made ctx 2>&1"));
    assert!(
        again.contains(" 2\n") && !again.contains(" 3\n"),
        "the cache is another one: {again}"
    );
    host.ok(
        "docker run --network none --rm made sh -c '! test -e /run/secrets/token && ! test -e /cache/list'",
    );
    let (code, said) = host.code(&format!("{build} ctx"));
    assert_eq!(code, Some(1), "a secret that nobody gave: {said}");
}

#[test]
#[ignore = "accept: unpacks docker-buildx from Debian sid"]
fn buildx_has_named_contexts_and_gives_files_out() {
    let Some(host) = linux::host() else { return };
    let x = with_buildx(&host);
    let build = "docker build --network none";
    write(
        &host,
        &[
            (
                "ctx/Dockerfile",
                "FROM base AS one\nRUN cat /proc/sys/kernel/random/uuid > /one\nFROM nowhere/image:1\nCOPY --from=more sub/word /\n\
                 COPY --from=one /one /\nRUN cat /proc/sys/kernel/random/uuid > /two; ln /word /twin; ln -s word /link; mkdir /d; echo x > /d/x\n",
            ),
            ("more/sub/word", "of more\n"),
            ("more/left", "out"),
            ("more/.dockerignore", "left\n"),
        ],
    );
    let contexts = "--build-context base=docker-image://box --build-context nowhere/image:1=docker-image://box \
                    --build-context more=more";
    host.ok(&format!("{x} {build} {contexts} -t made ctx 2>&1"));
    let read = |image: &str| {
        host.ok(&format!(
            "docker run --network none --rm {image} cat /word /one /two"
        ))
    };
    let first = read("made");
    assert!(first.starts_with("of more\n"), "{first}");
    // One stage anew, the other as it was.
    host.ok(&format!(
        "{x} {build} {contexts} --no-cache-filter one -t again ctx 2>&1"
    ));
    let (first, second): (Vec<_>, Vec<_>) = (first.lines().map(str::to_owned).collect(), {
        let second = read("again");
        second.lines().map(str::to_owned).collect()
    });
    assert_ne!(first[1], second[1], "the stage was done anew");
    host.ok(&format!("{x} {build} {contexts} -o type=local,dest=out ctx 2>&1"));
    host.ok(&format!(
        "{x} {build} {contexts} -o type=tar,dest=out.tar ctx 2>&1"
    ));
    let look = "cat word twin d/x; readlink link; stat -c %h word; test -x bin/busybox && echo runs";
    assert_eq!(
        host.ok(&format!("cd out; {look}")),
        "of more\nof more\nx\nword\n2\nruns\n"
    );
    assert_eq!(
        host.ok("tar -xOf out.tar word twin d/x 2>/dev/null")
            .matches("of more")
            .count(),
        1
    );
    assert_eq!(
        host.ok("tar -tf out.tar | grep -cx -e word -e twin -e link -e d/x"),
        "4\n"
    );
    let (code, said) = host.code(&format!("{x} {build} -o type=oci,dest=x.tar ctx"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("docker save"), "{said}");
}

#[test]
#[ignore = "accept: unpacks docker-buildx from Debian sid"]
fn buildx_builds_for_several_platforms_annotates_and_prunes() {
    let Some(host) = linux::host() else { return };
    let x = with_buildx(&host);
    let wasm = wat::parse_file(sampan_testkit::guest::wat("hello")).unwrap();
    write(
        &host,
        &[(
            "ctx/Dockerfile",
            "ARG TARGETARCH\nFROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /\nENTRYPOINT [\"/busybox\", \"echo\", \"Hello from Linux\"]\n",
        )],
    );
    host.ok("mkdir ctx/amd64 ctx/wasm; cp $(command -v busybox) ctx/amd64");
    fs::write(host.path("ctx/wasm/busybox"), wasm).unwrap();
    let told = host.ok(&format!(
        "{x} docker build -o type=image --platform linux/amd64,wasi/wasm --annotation who=me --annotation index:what=both --label l=1 -t both ctx 2>&1"
    ));
    assert!(told.contains("[wasi/wasm "), "{told}");
    for (platform, said) in [
        ("linux/amd64", "Hello from Linux\n"),
        ("wasi/wasm", "Hello from a module\n"),
    ] {
        let run = format!("docker run --network none --rm --platform {platform} both");
        assert_eq!(host.ok(&run), said, "{platform}");
    }
    // What `docker save` writes has no place for them. (The client says them to outputs that are named alone.)
    let all = host
        .ok("find root -path '*/blobs/sha256/*' -size -64k -exec grep -hao '\"annotations\":{[^}]*}' {} +");
    assert!(
        all.contains(r#""what":"both""#) && all.contains(r#""who":"me""#),
        "{all}"
    );
    // What is kept is listed, and goes.
    let used = host.ok(&format!("{x} docker buildx du"));
    assert!(used.contains("sha256:") && used.contains("Total:"), "{used}");
    host.ok(&format!("{x} docker buildx prune -f --filter until=24h"));
    assert!(host.ok(&format!("{x} docker buildx du")).contains("sha256:"));
    host.ok(&format!("{x} docker buildx prune -af"));
    assert!(!host.ok(&format!("{x} docker buildx du")).contains("sha256:"));
    // Nothing is kept of builds that are over.
    assert_eq!(
        host.ok(&format!("{x} docker buildx history ls | wc -l")).trim(),
        "1"
    );
}
