//! What a person is told who did something that does not work: to what it happened, and what to do.

mod support;

use std::io::Read;
use std::process::Stdio;

use sampan_testkit::guest;
use sampan_testkit::terminal::Terminal;
use support::sampan;

#[test]
fn what_is_neither_file_nor_image_is_said_to_be_so() {
    let sampan = sampan();
    let closed = sampan_testkit::net::closed_address();
    let image = format!("{closed}/app:1");
    let ended = sampan.run([&image]);
    ended
        .fails(125)
        .says(&format!("error: `{image}` is not here and cannot be fetched"))
        .says("refused")
        .says(&format!(
            "hint: there is neither a file nor an image `{image}` here"
        ));
    // Nobody waits for what was never there.
    assert!(!ended.err().contains("attempt"), "{ended}");
}

#[test]
fn images_that_are_not_here_get_the_hint_that_fits() {
    let sampan = sampan();
    for args in [
        ["image", "rm", "nosuch:1"].as_slice(),
        &["image", "tag", "nosuch", "x"],
    ] {
        let ended = sampan.command(args).end();
        ended
            .fails(1)
            .says("hint: see what is here with `sampan image ls`");
        assert!(!ended.err().contains("pull"), "{ended}");
    }
    sampan
        .command(["push", "localhost:1/new:1"])
        .end()
        .fails(1)
        .says("hint: give an image this name first: `sampan image tag IMAGE localhost:1/new:1`");
}

#[test]
fn an_image_of_several_names_keeps_them_unless_forced() {
    let sampan = sampan();
    let packed = sampan
        .command(["image", "pack"])
        .args([guest::wat("hello")])
        .args(["a:1"])
        .end();
    let id = packed.code(0).out().trim().trim_start_matches("sha256:")[..12].to_owned();
    sampan.command(["image", "tag", "a:1", "b:1"]).end().code(0);
    sampan
        .command(["image", "rm", &id])
        .end()
        .fails(1)
        .says(&format!("error: image `{id}` has several names: a:1, b:1\n"))
        .says("hint: remove one name, or all with `--force`\n");
    let removed = sampan.command(["image", "rm", "--force", &id]).end();
    assert!(removed.quiet().contains("Untagged: b:1"), "{removed}");
}

#[test]
fn a_container_that_runs_is_not_removed() {
    let sampan = sampan();
    let running = sampan
        .command(["run", "--name", "live"])
        .args([guest::wat("ready_read")])
        .hold_stdin()
        .start();
    running.wait_for("ready");
    sampan
        .command(["rm", "live"])
        .end()
        .fails(1)
        .says("error: `live` is still running\n")
        .says("hint: end it first, then `sampan rm live`\n");
    running.signal(rustix::process::Signal::TERM);
    running.end().code(143);
    assert_eq!(sampan.command(["rm", "live"]).end().quiet(), "live\n");
}

#[test]
fn files_are_named_in_what_is_wrong_with_them() {
    let sampan = sampan();
    let valid = wat::parse_file(guest::wat("hello")).expect("it is valid");
    sampan.file("cut.wasm", &valid[..valid.len() / 2]);
    sampan
        .run(["cut.wasm"])
        .fails(126)
        .says("`cut.wasm` is not a valid");
    sampan.file("open.wat", "(module (func");
    sampan.run(["open.wat"]).fails(126).says("open.wat:1:");
}

/// Only what can be called is offered, and what cannot says why.
#[test]
fn only_exports_that_take_nothing_are_offered() {
    let sampan = sampan();
    let file = sampan.file(
        "math.wat",
        r#"(module
          (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
          (func (export "seven") (result i32) (i32.const 7)))"#,
    );
    let ended = sampan.run([&file]);
    ended.fails(126).says("`--entrypoint`: seven\n");
    let call = |name: &str| sampan.command(["run", "--entrypoint", name]).args([&file]).end();
    call("seven").code(7);
    call("add").fails(126).says("`add` cannot be run as a command");
}

#[test]
fn a_terminal_is_not_made_up() {
    let sampan = sampan();
    sampan
        .command(["run", "-t"])
        .args([guest::wat("hello")])
        .end()
        .fails(2)
        .says("`-t` needs a terminal");
}

#[test]
fn a_log_in_asks_only_on_a_terminal() {
    let sampan = sampan();
    for args in [
        ["login", "localhost:1"].as_slice(),
        &["login", "-u", "me", "localhost:1"],
    ] {
        sampan
            .command(args)
            .end()
            .fails(2)
            .says("there is no terminal to ask on: use `-u` and `--password-stdin`");
    }
    // As a browser shows it; that nobody is there says that it was understood.
    let closed = sampan_testkit::net::closed_address();
    sampan
        .command([
            "login",
            "-u",
            "me",
            "--password-stdin",
            &format!("https://{closed}"),
        ])
        .stdin("secret\n")
        .end()
        .fails(1)
        .says(&format!("registry {closed} cannot be reached"));
}

#[test]
fn a_question_that_is_interrupted_gives_the_terminal_back() {
    let sampan = sampan();
    let login = sampan
        .command(["login", "-u", "me", "localhost:1"])
        .into_command();
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "trap : INT; \"$0\" \"$@\"; echo code $?; stty -a"])
        .arg(login.get_program())
        .args(login.get_args())
        .current_dir(sampan.work());
    for (name, value) in login.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    let mut terminal = Terminal::start(&shell, 80, 24);
    terminal.wait_for("Password: ");
    terminal.write(b"typed\x03");
    terminal.wait_for("code 1");
    assert_eq!(terminal.end(), Some(0));
    let shown = terminal.shown();
    assert!(shown.contains(" echo ") && !shown.contains("-echo "), "{shown}");
    assert!(!shown.contains("typed"), "{shown}");
}

#[test]
fn whoever_has_read_enough_of_an_archive_is_no_error() {
    let sampan = sampan();
    // Larger than a pipe holds.
    let wat = format!(
        r#"(module (memory 16) (data (i32.const 0) "{}") (func (export "_start")))"#,
        "x".repeat(300_000)
    );
    let file = sampan.file("large.wat", wat);
    sampan
        .command(["image", "pack"])
        .args([&file])
        .args(["large:1"])
        .end()
        .code(0);
    let mut command = sampan.command(["image", "save", "large:1"]).into_command();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it begins");
    drop(child.stdout.take());
    let mut said = String::new();
    let mut stderr = child.stderr.take().expect("it was piped");
    stderr.read_to_string(&mut said).expect("it is text");
    assert_eq!(said, "");
    assert_eq!(child.wait().expect("it is ours").code(), Some(0));
}

#[test]
fn disk_use_tells_what_all_would_free() {
    let sampan = sampan();
    sampan.run([guest::wat("hello")]).code(0);
    let shown = sampan.command(["system", "df"]).end();
    assert!(shown.quiet().contains("(`prune --all`: up to "), "{shown}");
}

#[test]
fn a_configuration_that_is_no_json_is_said_so() {
    let sampan = sampan();
    let file = sampan.file("config", "registry-mirrors: []\n");
    sampan
        .command(["--config"])
        .args([&file])
        .args(["pull", "localhost:1/x"])
        .end()
        .fails(1)
        .says("it is not JSON");
}
