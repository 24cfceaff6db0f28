//! Secrets: seen by the step that asks for them, and kept nowhere.

use std::fs;
use std::path::Path;

use crate::builds::{build, build_as, build_with, context};
use crate::machine::Machine;

const SECRET: &str = "correct-horse-battery-staple-4711";

/// Every file beneath a folder that has these bytes in it or in its name.
fn holding(folder: &Path, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if path.display().to_string().contains(SECRET) {
            found.push(path.display().to_string());
        }
        if kind.is_dir() {
            holding(&path, found);
        } else if kind.is_file()
            && fs::read(&path)
                .is_ok_and(|bytes| bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()))
        {
            found.push(path.display().to_string());
        }
    }
}

#[track_caller]
fn nowhere(machine: &Machine) {
    let mut found = Vec::new();
    holding(&machine.data(), &mut found);
    holding(&machine.run_dir(), &mut found);
    assert!(found.is_empty(), "{found:?}");
    assert!(!machine.log().contains(SECRET));
}

#[test]
fn a_step_sees_a_secret_and_nothing_keeps_it() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nUSER 33\n\
         RUN --mount=type=secret,id=key,uid=33,mode=0440 --mount=type=secret,id=key,target=/etc/sub/token,uid=33 \
         --mount=type=secret,id=key,env=TOKEN --mount=type=secret,id=none \
         --mount=type=secret,id=key,target=rel,env=BOTH,uid=33 \
         cat /run/secrets/key | wc -c; stat -c '%a %u %g' /run/secrets/key; test \"$(cat /etc/sub/token)\" = \"$TOKEN\" && \
         test \"$(cat /rel)\" = \"$BOTH\" && test ! -e /run/secrets/none && ! rm -f /run/secrets/key && echo all seen\n\
         USER 0\nRUN test ! -e /run/secrets && test ! -e /etc/sub && test ! -e /rel && test -z \"$TOKEN\"\n";
    let built = build_with(
        &machine,
        "t=made",
        &[("key", SECRET.as_bytes())],
        &[],
        context(dockerfile),
    );
    built.id();
    assert!(
        built.text.contains(&format!("{}\n440 33 0\n", SECRET.len())) && built.text.contains("all seen\n"),
        "{built:?}"
    );
    nowhere(&machine);
    // Another secret under the same id changes nothing that was done.
    let again = build_with(&machine, "", &[("key", b"another")], &[], context(dockerfile));
    assert_eq!(again.cached(), 4);
    let without = build(&machine, "", context(dockerfile));
    assert_eq!(without.cached(), 4, "what was done needs no secret");
}

#[test]
fn a_secret_is_nowhere_while_its_step_runs_nor_when_all_is_killed() {
    let Some(mut machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nRUN --mount=type=cache,target=/c --mount=type=secret,id=key,target=/run/secrets/key,env=KEY \
         grep -q horse /run/secrets/key && test -n \"$KEY\" && touch /c/here && sleep 1000\n";
    let head = format!(
        r#"{{"secrets":{{"key":"{}"}}}}"#,
        SECRET
            .bytes()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    );
    let length = u32::try_from(head.len()).unwrap().to_be_bytes();
    let body = [&length[..], head.as_bytes(), &context(dockerfile).tar()].concat();
    std::thread::scope(|threads| {
        let mut client = machine.connection();
        threads.spawn(move || {
            let kind = "application/vnd.sampan.build.v1";
            // It breaks off.
            let _ = client.request("POST", "/build?networkmode=none", kind, &body);
        });
        sampan_testkit::until("the step to run", || {
            let mut all = fs::read_dir(machine.data().join("builder/v1")).ok()?;
            all.next()?.ok()?.path().join("data/here").exists().then_some(())
        });
        nowhere(&machine);
        let shown = machine.done("GET", "/containers/json", "").json();
        let id = shown[0]["Id"].as_str().unwrap();
        let shown = machine.done("GET", &format!("/containers/{id}/json"), "").text();
        assert!(!shown.contains(SECRET));
        machine.fell();
    });
    nowhere(&machine);
    machine.start();
    nowhere(&machine);
    assert!(machine.ids().is_empty());
}

#[test]
fn odd_secrets_end_with_one_clear_error() {
    let Some(machine) = Machine::new() else { return };
    let step = |mount: &str, script: &str| format!("FROM box\nRUN --mount=type=secret,{mount} {script}\n");
    let one = |id: &str, dockerfile: &str| {
        build_with(&machine, "", &[(id, SECRET.as_bytes())], &[], context(dockerfile))
    };
    let missing = one("key", &step("id=other,required", "true"));
    assert_eq!(missing.error, "secret other: not found");
    let id = "../../../etc/shadow";
    let odd = one(
        id,
        &step(&format!("id={id}"), "grep -q horse /run/secrets/shadow"),
    );
    odd.id();
    one("..", &step("id=..", "grep -q horse /run/secrets/secret")).id();
    let up = one(
        "key",
        &step("id=key,target=../../../../tmp/secret-out", "cat /tmp/secret-out"),
    );
    up.id();
    assert!(!Path::new("/tmp/secret-out").exists());
    for (target, why) in [
        ("/", "cannot be hidden"),
        ("/proc/self/environ", "is the kernel's"),
    ] {
        let built = one("key", &step(&format!("id=key,target={target}"), "true"));
        assert!(built.error.contains(why), "{target}: {built:?}");
    }
    // Links of the image on the way.
    let linked = "FROM box\nRUN rm -rf /run; ln -s ../../../../../tmp/linked-out /run && mkdir -p /tmp/linked-out\n\
         RUN --mount=type=secret,id=key grep -q horse /tmp/linked-out/secrets/key\n";
    one("key", linked).id();
    assert!(!Path::new("/tmp/linked-out").exists());
    let binary = build_with(
        &machine,
        "",
        &[("b", b"\xff\0")],
        &[],
        context(&step("id=b,env=B", "true")),
    );
    assert!(binary.error.contains("it cannot be a variable"), "{binary:?}");
    let large = vec![b'x'; (500 << 10) + 1];
    let large = build_with(
        &machine,
        "",
        &[("l", &large)],
        &[],
        context(&step("id=l", "true")),
    );
    assert!(large.error.contains("too large"), "{large:?}");
    let most = vec![b'x'; 500 << 10];
    let most = build_with(
        &machine,
        "",
        &[("l", &most)],
        &[],
        context(&step("id=l", "wc -c /run/secrets/l")),
    );
    assert!(most.text.contains("512000 /run/secrets/l"), "{most:?}");
    nowhere(&machine);
}

#[test]
fn secrets_come_by_no_other_way() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nRUN --mount=type=secret,id=key,required true\n";
    let head = r#"{"secrets":{"key":"6869"}}"#;
    // As a query, or before an archive that does not say so.
    let built = build(&machine, "secrets={\"key\":\"6869\"}", context(dockerfile));
    assert_eq!(built.error, "secret key: not found");
    let length = u32::try_from(head.len()).unwrap().to_be_bytes();
    let body = [&length[..], head.as_bytes(), &context(dockerfile).tar()].concat();
    assert_eq!(build_as(&machine, "", "application/x-tar", &body).status, 400);
    let broken = build_as(
        &machine,
        "",
        "application/vnd.sampan.build.v1",
        b"\0\0\0\x09{\"secrets",
    );
    assert_eq!(broken.status, 400);
    assert!(broken.error.contains("the head of the build"), "{broken:?}");
}
