//! `sampan build`.

use std::fs;
use std::process::{Command, Output, Stdio};

use crate::builds::inspect;
use crate::machine::Machine;

fn sampan(machine: &Machine, args: &[&str], folder: &std::path::Path, input: &str) -> Output {
    use std::io::Write;
    let mut child = Command::new(sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")))
        .arg("--host")
        .arg(format!("unix://{}", machine.socket().display()))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_folder_becomes_an_image() {
    let Some(machine) = Machine::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("ctx/src")).unwrap();
    fs::write(at("ctx/src/a.txt"), "A").unwrap();
    fs::write(at("ctx/src/a.o"), "O").unwrap();
    fs::write(at("ctx/.dockerignore"), "**/*.o\nDockerfile\n").unwrap();
    fs::write(
        at("ctx/Dockerfile"),
        "FROM box\nARG WHO\nCOPY . /all/\nRUN echo $WHO; ls -A /all /all/src\n",
    )
    .unwrap();
    let args = [
        "build",
        "ctx",
        "-t",
        "made",
        "--network",
        "none",
        "--build-arg",
        "WHO=you",
        "--label",
        "a=b",
        "--iidfile",
        "id",
    ];
    let output = sampan(&machine, &args, folder.path(), "");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{err}");
    assert!(err.contains("you\n") && err.contains("a.txt"), "{err}");
    assert!(
        !err.contains("a.o") && !err.contains("/all:\nDockerfile"),
        "{err}"
    );
    assert_eq!(out.trim(), inspect(&machine, "made")["Id"].as_str().unwrap());
    assert_eq!(fs::read_to_string(at("id")).unwrap(), out.trim());

    fs::write(at("Elsewhere"), "FROM box\nCOPY src/a.txt /x\nRUN exit 9\n").unwrap();
    let output = sampan(
        &machine,
        &["build", "ctx", "-f", "Elsewhere", "--network", "none"],
        folder.path(),
        "",
    );
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        err.contains("error: The command '/bin/sh -c exit 9' returned a non-zero code: 9"),
        "{err}"
    );

    let output = sampan(
        &machine,
        &["--quiet", "build", "-", "-t", "piped"],
        folder.path(),
        "FROM box\nLABEL p=q\n",
    );
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(inspect(&machine, "piped")["Config"]["Labels"]["p"], "q");
}

#[test]
fn secrets_and_other_folders_go_along() {
    let Some(machine) = Machine::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("ctx")).unwrap();
    fs::create_dir_all(at("other")).unwrap();
    fs::write(at("other/a"), "of the other\n").unwrap();
    fs::write(at("other/left-out"), "").unwrap();
    fs::write(at("other/.dockerignore"), "left-out\n").unwrap();
    fs::write(at("token"), "the token\n").unwrap();
    let dockerfile = "FROM box\nCOPY --from=more a /a\n\
         RUN --mount=type=secret,id=t,required --mount=from=more,target=/more cat /run/secrets/t /a; ls /more\n";
    fs::write(at("ctx/Dockerfile"), dockerfile).unwrap();
    let args = [
        "build",
        "ctx",
        "--network",
        "none",
        "--secret",
        "id=t,src=token",
        "--build-context",
        "more=other",
    ];
    let output = sampan(&machine, &args, folder.path(), "");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    assert!(err.contains("the token\nof the other\na\n"), "{err}");
    assert!(!err.contains("left-out\n"), "{err}");
    let missing = sampan(
        &machine,
        &["build", "ctx", "--secret", "src=x"],
        folder.path(),
        "",
    );
    assert_eq!(missing.status.code(), Some(2));
}
