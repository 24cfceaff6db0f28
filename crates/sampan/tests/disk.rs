//! Disks that are full or may not be written to, and folders without end, as a person meets them.

#![allow(clippy::print_stderr)]

mod support;

use std::process::Command;

use sampan_testkit::guest;
use support::sampan;

/// Runs a script with the binary in `$1` and a small file system in `$SAMPAN_ROOT`. `None` where this user may not
/// mount one.
fn on_a_small_disk(sampan: &sampan_testkit::Sampan, script: &str) -> Option<std::process::Output> {
    let may = Command::new("unshare")
        .args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !may {
        eprintln!("not tested: this user may not mount a file system");
        return None;
    }
    let script = format!("set -eu\nmount -t tmpfs -o size=24m,mode=700 none \"$SAMPAN_ROOT\"\n{script}");
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", &script, "sh"])
        .arg(sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")))
        .env("SAMPAN_ROOT", sampan.root())
        .env("HOME", sampan.home())
        .current_dir(sampan.work())
        .output()
        .expect("`unshare` was there a moment ago");
    Some(output)
}

fn text(output: &std::process::Output) -> String {
    format!(
        "{}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_full_disk_gives_room_back() {
    let sampan = sampan();
    sampan.file(
        "app.wat",
        std::fs::read(guest::wat("hello")).expect("it is there"),
    );
    let script = r#"
        "$1" image pack app.wat one:1
        "$1" image tag one:1 two:1
        cat /dev/zero > "$SAMPAN_ROOT/fill" 2>/dev/null || true
        "$1" image ls
        "$1" image inspect one:1 >/dev/null
        "$1" image history one:1 >/dev/null
        "$1" system df
        "$1" image rm one:1
        "$1" image rm two:1
        "$1" system prune
        test -z "$("$1" image ls -q)"

        # A store of before, which set no room aside: what can be made again gives it.
        rm "$SAMPAN_ROOT/fill"
        "$1" image pack app.wat three:1
        "$1" run three:1
        rm "$SAMPAN_ROOT/v1/reserve"
        cat /dev/zero > "$SAMPAN_ROOT/fill" 2>/dev/null || true
        "$1" image rm three:1
        test -z "$("$1" image ls -q)"
    "#;
    let Some(output) = on_a_small_disk(&sampan, script) else {
        return;
    };
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn a_state_root_that_cannot_be_written_to_keeps_no_program_from_running() {
    let sampan = sampan();
    sampan.file(
        "app.wat",
        std::fs::read(guest::wat("hello")).expect("it is there"),
    );
    let script = r#"
        "$1" image pack app.wat one:1
        mount -o remount,ro "$SAMPAN_ROOT"
        "$1" image ls
        "$1" system df
        "$1" run ./app.wat
        "$1" inspect ./app.wat >/dev/null
        "$1" image inspect one:1 >/dev/null
        "$1" run one:1 || echo "an image: $?"
    "#;
    let Some(output) = on_a_small_disk(&sampan, script) else {
        return;
    };
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("warning: compiled code could not be kept"),
        "{text}"
    );
}
