//! What each instruction does, by images that are run.

use serde_json::json;

use crate::builds::{build, context, inspect};
use crate::machine::Machine;

#[test]
fn stages_steps_and_arguments_make_an_image_that_runs() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = r#"
ARG BASE=box
FROM ${BASE} AS first
ARG WHO=nobody
ENV GREETING="hello $WHO" OTHER=x
WORKDIR /work
COPY a.txt sub/ in/
RUN echo "$GREETING" > out && cat in/a.txt in/b.txt && echo wrong >&2 && rm /etc/group
RUN ["sh", "-c", "ls in; pwd; test ! -e /etc/group"]

FROM box
COPY --from=first /work /data/work
COPY --from=0 --chown=web:www --chmod=640 /work/out /data/
USER web
RUN id && stat -c '%u:%g %a' /data/out
ENTRYPOINT ["cat"]
CMD ["/data/work/out"]
"#;
    let files = context(dockerfile)
        .file("a.txt", "A\n")
        .folder("sub")
        .file("sub/b.txt", "B\n");
    let built = build(
        &machine,
        r#"t=made:1&t=other&buildargs={"WHO":"you","NEVER":"1"}"#,
        files,
    );
    let id = built.id();
    for wanted in [
        "Step 1/15 : ARG BASE=box\n",
        "Step 2/15 : FROM ${BASE} AS first\n",
        "A\nB\n",
        "\u{1b}[91mwrong\n\u{1b}[0m",
        "a.txt\nb.txt\n/work\n",
        "uid=33(web) gid=44(www)",
        "33:44 640\n",
        "[Warning] One or more build-args [NEVER] were not consumed\n",
        "Successfully tagged made:1\n",
        "Successfully tagged other:latest\n",
    ] {
        assert!(built.text.contains(wanted), "{wanted:?} is not in {}", built.text);
    }
    assert!(id.starts_with("sha256:") && built.text.contains(&format!("Successfully built {}", &id[7..19])));
    let ended = machine.run("", json!({ "Image": "made:1", "Cmd": [] }));
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (0, "hello you\n"),
        "{}",
        ended.err
    );
    let ended = machine.run(
        "ls /etc /data/work/in",
        json!({ "Image": "made:1", "Entrypoint": ["sh", "-c"], "Cmd": ["ls /etc /data/work/in"] }),
    );
    assert!(
        ended.out.contains("group\n") && ended.out.contains("a.txt\nb.txt\n"),
        "{}",
        ended.out
    );
    assert_eq!(machine.ids().len(), 2, "containers of steps are gone");
}

#[test]
fn the_configuration_says_what_was_told() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = r#"
FROM box
MAINTAINER me
ENV A=1
ENV A=2 B="c d"
LABEL one=1 "two words"='x y'
EXPOSE 80 443/udp 8000-8001
VOLUME ["/v w", "/x"]
VOLUME /y
STOPSIGNAL SIGUSR1
SHELL ["sh", "-ec"]
HEALTHCHECK --interval=5s --retries=2 CMD test -e /ok
ONBUILD RUN true
CMD echo $A
"#;
    build(&machine, r#"t=told&labels={"caller":"$A"}"#, context(dockerfile)).id();
    let image = inspect(&machine, "told");
    let config = &image["Config"];
    assert_eq!(image["Author"], "me");
    let env = config["Env"].as_array().unwrap();
    assert!(
        env.contains(&json!("A=2")) && env.contains(&json!("B=c d")),
        "{env:?}"
    );
    assert_eq!(
        config["Labels"],
        json!({ "one": "1", "two words": "x y", "caller": "$A" })
    );
    assert_eq!(
        config["ExposedPorts"],
        json!({ "80/tcp": {}, "443/udp": {}, "8000/tcp": {}, "8001/tcp": {} })
    );
    assert_eq!(config["Volumes"], json!({ "/v w": {}, "/x": {}, "/y": {} }));
    assert_eq!(config["StopSignal"], "SIGUSR1");
    assert_eq!(config["Shell"], json!(["sh", "-ec"]));
    assert_eq!(config["Healthcheck"]["Test"], json!(["CMD-SHELL", "test -e /ok"]));
    assert_eq!(config["Healthcheck"]["Interval"], 5_000_000_000_i64);
    assert_eq!(config["OnBuild"], json!(["RUN true"]));
    assert_eq!(config["Cmd"], json!(["sh", "-ec", "echo $A"]));
    let history = machine.done("GET", "/images/told/history", "").json();
    assert_eq!(history[0]["CreatedBy"], "sh -ec #(nop)  LABEL caller=$A");
    let emptied = context("FROM told\nENTRYPOINT [\"cat\"]\n");
    build(&machine, "t=emptied", emptied).id();
    assert!(inspect(&machine, "emptied")["Config"]["Cmd"].is_null());
}

#[test]
fn triggers_run_in_the_build_that_begins_with_their_image() {
    let Some(machine) = Machine::new() else { return };
    let base = context("FROM box\nONBUILD COPY given /got/\nONBUILD RUN cat /got/given\n").file("given", "-");
    build(&machine, "t=base", base).id();
    let built = build(
        &machine,
        "t=child",
        context("FROM base\nRUN echo after\n").file("given", "GIVEN\n"),
    );
    built.id();
    assert!(
        built.text.contains("# Executing 2 build triggers\n"),
        "{}",
        built.text
    );
    assert!(
        built.text.contains("GIVEN\n") && built.text.contains("after\n"),
        "{}",
        built.text
    );
    assert!(inspect(&machine, "child")["Config"]["OnBuild"].is_null());
}

#[test]
fn heredocs_are_scripts_input_and_files() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nARG WHO=you\nCOPY <<one <<\"two\" /texts/\nto $WHO\none\nto $WHO\ntwo\n\
        RUN <<EOF\necho first\ncat /texts/one /texts/two\nEOF\n\
        RUN <<EOF\n#!/bin/sh -e\necho from $0\nEOF\n\
        RUN cat <<EOF | tr a-z A-Z\nshout\nEOF\n";
    let built = build(&machine, "", context(dockerfile));
    built.id();
    for wanted in ["first\nto you\nto $WHO\n", "from /dev/pipes/EOF\n", "SHOUT\n"] {
        assert!(built.text.contains(wanted), "{wanted:?} is not in {}", built.text);
    }
}

#[test]
fn a_target_ends_the_build_early() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box AS one\nLABEL is=one\nFROM one AS two\nLABEL is=two\n";
    build(&machine, "t=early&target=ONE", context(dockerfile)).id();
    assert_eq!(inspect(&machine, "early")["Config"]["Labels"]["is"], "one");
    let missing = build(&machine, "target=three", context(dockerfile));
    assert_eq!(missing.status, 400);
    assert_eq!(missing.error, "target stage \"three\" could not be found");
}

#[test]
fn steps_have_the_limits_and_names_that_were_asked_for() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nRUN grep given /etc/hosts && cat /sys/class/net/lo/address && df /dev/shm 2>/dev/null; true\nRUN --network=host ls /sys/class/net\n";
    let built = build(
        &machine,
        "extrahosts=given:10.9.8.7&memory=33554432&memswap=-1&shmsize=1048576&cpushares=512",
        context(dockerfile),
    );
    built.id();
    assert!(built.text.contains("10.9.8.7\tgiven"), "{}", built.text);
}

#[test]
fn what_is_wrong_is_told_with_its_line_before_anything_is_done() {
    let Some(machine) = Machine::new() else { return };
    for (dockerfile, wanted) in [
        (
            "FROM box\n\nRUNN x\n",
            "dockerfile parse error on line 3: unknown instruction: RUNN (did you mean RUN?)",
        ),
        ("FROM box AS a\nFROM box AS a\n", "a stage name already used"),
        ("", "the Dockerfile (Dockerfile) cannot be empty"),
    ] {
        let built = build(&machine, "", context(dockerfile));
        assert_eq!((built.status, built.error.as_str()), (400, wanted));
    }
    let missing = build(&machine, "dockerfile=other", context("FROM box\n"));
    assert_eq!(missing.error, "Cannot locate specified Dockerfile: other");
    for (query, wanted) in [
        ("version=3", "invalid version \"3\""),
        ("remote=ftp://x/y", "only http and https addresses are"),
        ("squash=1", "squash is only supported with experimental mode"),
        ("securityopt=x", "security options are not supported on linux"),
        ("t=UPPER", "invalid reference format"),
        ("buildargs=x", "error reading build args"),
    ] {
        let built = build(&machine, query, context("FROM box\n"));
        assert_eq!(built.status, 400, "{query}");
        assert!(built.error.contains(wanted), "{query}: {}", built.error);
    }
    for (step, wanted) in [
        (
            "COPY missing /",
            "file not found in build context or excluded by .dockerignore",
        ),
        (
            "COPY --from=9 / /",
            "invalid from flag value 9: index out of bounds",
        ),
        (
            "COPY --from=0 / /",
            "invalid from flag value 0: refers to current build stage",
        ),
        (
            "COPY Dockerfile Dockerfile /x",
            "destination must be a directory and end with a /",
        ),
        ("COPY --chown=nobody Dockerfile /x", "can't find user nobody"),
        ("COPY --chmod=u+x Dockerfile /x", "it should be octal string"),
        (
            "ADD ftp://example.invalid/x /x",
            "only http and https addresses are",
        ),
        ("ENV A=${B?must-be}", "B: must-be"),
        ("EXPOSE 99999", "invalid containerPort: 99999"),
        ("STOPSIGNAL NONE", "NONE"),
    ] {
        let built = build(&machine, "", context(&format!("FROM box\n{step}\n")));
        assert!(built.error.contains(wanted), "{step}: {built:?}");
    }
}

#[test]
fn steps_for_another_processor_are_refused_before_they_begin() {
    let Some(machine) = Machine::new() else { return };
    let other = "linux/s390x";
    let dockerfile = "FROM scratch\nCOPY a /\n";
    let files = || context(dockerfile).file("a", "a");
    build(&machine, &format!("t=other&platform={other}"), files()).id();
    assert_eq!(inspect(&machine, "other")["Architecture"], "s390x");
    let refused = build(
        &machine,
        &format!("platform={other}"),
        context(&format!("{dockerfile}RUN [\"/a\"]\n")).file("a", "a"),
    );
    assert!(
        refused.error.contains("RUN needs a processor of linux/s390x"),
        "{refused:?}"
    );
    // A stage for this machine does what the other one cannot.
    let dockerfile = "ARG BUILDPLATFORM\nFROM --platform=$BUILDPLATFORM box AS made\nRUN echo made > /made\nFROM scratch\nCOPY --from=made /made /\n";
    build(
        &machine,
        &format!("t=crossed&platform={other}"),
        context(dockerfile),
    )
    .id();
    let shown = inspect(&machine, "crossed");
    assert_eq!(shown["Architecture"], "s390x", "{shown}");
}
