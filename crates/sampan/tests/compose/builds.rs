//! `build` of services: secrets, folders and images beside the context.

use crate::host::Host;

#[test]
fn a_build_has_secrets_and_contexts_of_the_project() {
    let host = Host::new(
        r#"
services:
  base: {build: ./base}
  app:
    build:
      context: ./app
      secrets: [token, {source: file, target: other}]
      additional_contexts:
        more: ./more
        base: service:base
        tools: docker-image://box
    command: [sh, -c, "cat /seen /word /mark"]
secrets:
  token: {environment: TOKEN}
  file: {file: ./hush}
"#,
    );
    host.write(".env", "TOKEN=whisper\n");
    host.write("hush", "hush");
    host.write("more/word", "of more\n");
    host.write("base/Dockerfile", "FROM box\nCOPY mark /\n");
    host.write("base/mark", "of base\n");
    host.write(
        "app/Dockerfile",
        "FROM base\nCOPY --from=more word /\nCOPY --from=tools /bin/busybox /copied\n\
         RUN --mount=type=secret,id=token,env=A --mount=type=secret,id=other,env=B [\"/bin/sh\", \"-c\", \"echo $A $B > /seen\"]\n",
    );
    // The other one is built first, without being asked for.
    host.compose("build app").ok();
    let said = host.compose("run --rm -T app").ok();
    assert_eq!(said, "whisper hush\nof more\nof base\n");
    let history = host.sampan(&["history", "proj-app"]).ok();
    assert!(
        !history.contains("whisper") && !history.contains("hush"),
        "{history}"
    );
}

#[test]
fn what_a_build_cannot_have_is_told_with_its_place() {
    for (more, wanted) in [
        (
            "secrets: [nope]",
            "names secret `nope`, which is not in the files",
        ),
        (
            "additional_contexts: {x: 'service:nope'}",
            "names service `nope`, which is not in the files",
        ),
        (
            "additional_contexts: {x: 'https://host/repository.git'}",
            "name a folder, an image or a service",
        ),
        (
            "additional_contexts: {x: 'service:a'}",
            "leads back to the service itself",
        ),
    ] {
        let host = Host::new(&format!(
            "services:\n  a:\n    build:\n      context: .\n      {more}\n"
        ));
        host.write("Dockerfile", "FROM scratch\n");
        let said = host.compose("build").failed();
        assert!(said.contains(wanted), "{more}: {said}");
    }
}
