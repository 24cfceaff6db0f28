//! What was changed, torn or lost on the disk is named, stays where it is, and harms nothing else.

mod support;

use std::fs;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use sampan_testkit::{Sampan, guest};
use support::sampan;

/// Waits for what must come, at most for the time of a hang.
#[track_caller]
fn until(what: &str, mut there: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !there() {
        assert!(begin.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries.map(|e| e.expect("it is listed").path()).collect()
}

/// The blob of a packed program.
fn program_blob(sampan: &Sampan) -> PathBuf {
    entries(&sampan.root().join("v1/images/blobs/sha256"))
        .into_iter()
        .find(|path| fs::read(path).expect("it is ours").starts_with(b"\0asm"))
        .expect("the program is a blob")
}

#[test]
fn a_program_that_changed_on_the_disk_does_not_run() {
    let sampan = sampan();
    let program = sampan.file(
        "a.wasm",
        wat::parse_file(guest::wat("hello")).expect("it is text"),
    );
    let pack = || {
        sampan
            .command(["image", "pack"])
            .args([&program])
            .args(["app:1"])
            .end()
    };
    pack().code(0);
    let blob = program_blob(&sampan);
    let whole = fs::read(&blob).expect("it is ours");
    let other = wat::parse_file(guest::wat("exit")).expect("it is text");
    for changed in [other, [whole.as_slice(), b"\0\x02\x01x"].concat()] {
        fs::write(&blob, changed).expect("it is ours");
        let ended = sampan.run(["app:1"]);
        assert!(!ended.out().contains("hello"), "{ended}");
        ended.fails(125).says("are not those of sha256:").says("hint: ");
    }
    // Nothing of it was kept under the digest of the right bytes.
    fs::write(&blob, whole).expect("it is ours");
    sampan.run(["app:1"]).code(0);
}

#[test]
fn a_damaged_record_harms_no_other_container() {
    let sampan = sampan();
    for name in ["whole", "torn"] {
        let run = sampan.command(["run", "--name", name]).args([guest::wat("exit")]);
        run.args(["3"]).end().code(3);
    }
    let torn = entries(&sampan.root().join("v1/containers"))
        .into_iter()
        .map(|folder| folder.join("container.json"))
        .find(|file| fs::read_to_string(file).expect("it is ours").contains("\"torn\""))
        .expect("it is kept");
    for damage in [&b""[..], b"{\"id\": 1", b"[]", b"\xff\xfe"] {
        fs::write(&torn, damage).expect("it is ours");
        let listed = sampan.command(["ps", "--all"]).end();
        listed.code(0);
        assert!(
            listed.out().contains("whole") && listed.out().contains("Dead"),
            "{listed}"
        );
        sampan.command(["inspect", "whole"]).end().code(0);
        sampan
            .command(["inspect"])
            .args([guest::wat("hello")])
            .end()
            .code(0);
        sampan
            .command(["run", "--rm", "--name", "other"])
            .args([guest::wat("hello")])
            .end()
            .code(0);
    }
    let folder = torn.parent().expect("it is in its folder");
    let id = folder
        .file_name()
        .expect("it has a name")
        .to_string_lossy()
        .into_owned();
    sampan.command(["rm", &id[..12]]).end().code(0);
    assert!(!folder.exists());
    sampan.command(["rm", "whole"]).end().code(0);
}

#[test]
fn an_ending_that_cannot_be_kept_is_told() {
    let sampan = sampan();
    let mut running = sampan
        .command(["run", "-i", "--name", "ended"])
        .args([guest::wat("ready_cat")])
        .hold_stdin()
        .start();
    running.wait_for("ready");
    // Nothing more can be written there, by nobody.
    let tmp = sampan.root().join("v1/tmp");
    fs::remove_dir_all(&tmp).expect("it is ours");
    fs::write(&tmp, "").expect("the name is free");
    running.close_stdin();
    let ended = running.end();
    ended.code(0);
    assert!(ended.err().contains("could not be written down"), "{ended}");
}

#[test]
fn of_two_that_want_one_name_one_gets_it() {
    let sampan = sampan();
    sampan.run([guest::wat("hello")]).code(0);
    // Both have looked, found the name free, and found their program.
    let lock = sampan.root().join("v1/locks/names");
    let held = fs::File::create(&lock).expect("it is ours");
    held.lock().expect("nobody has it");
    let start = || {
        let run = sampan.command(["run", "--name", "one"]);
        run.args([guest::wat("hello")]).start()
    };
    let both = [start(), start()];
    for running in &both {
        let folder = PathBuf::from(format!("/proc/{}/fd", running.pid()));
        until("both wait for the right to give a name", || {
            fs::read_dir(&folder).is_ok_and(|fds| {
                fds.flatten()
                    .any(|fd| fs::read_link(fd.path()).is_ok_and(|to| to == lock))
            })
        });
    }
    drop(held);
    let mut codes = both.map(|running| running.end().status.code());
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(125)]);
    let listed = sampan.command(["ps", "--all"]).end();
    assert_eq!(listed.quiet().matches("one").count(), 1, "{listed}");
}

#[test]
fn running_gives_disk_back_when_that_is_due() {
    let sampan = sampan();
    sampan.run([guest::wat("hello")]).code(0);
    let left = sampan.root().join("v1/tmp/new-0123456789abcdef0123456789abcdef");
    fs::write(&left, "of a process that died").expect("it is ours");
    sampan.run([guest::wat("hello")]).code(0);
    assert!(left.exists(), "it is not due yet");
    let last = fs::File::open(sampan.root().join("v1/locks/gc")).expect("it is there");
    let long_ago = SystemTime::now() - Duration::from_secs(2 * 3600);
    last.set_modified(long_ago).expect("it is ours");
    sampan.run([guest::wat("hello")]).code(0);
    assert!(!left.exists());
}

/// A descriptor that whoever started `sampan` left open: the compiler must not keep it.
#[test]
fn the_compiler_holds_what_it_was_given_and_nothing_else() {
    let sampan = sampan();
    let function =
        "(func (param i32) (result i32) (i32.mul (local.get 0) (i32.add (local.get 0) (i32.const 7))))";
    let text = format!("(module {} (func (export \"_start\")))", function.repeat(6_000));
    let program = sampan.file("large.wat", text);
    let secret = fs::File::create(sampan.work().join("secret")).expect("the folder is ours");
    rustix::io::fcntl_setfd(&secret, rustix::io::FdFlags::empty()).expect("it is open");
    let mut command = sampan.command(["run"]).args([&program]).into_command();
    let mut child = command.spawn().expect("it can be started");
    let inherited = PathBuf::from(format!("/proc/{}/fd/{}", child.id(), secret.as_raw_fd()));
    assert!(inherited.exists() || child.try_wait().is_ok_and(|ended| ended.is_some()));
    let tasks = PathBuf::from(format!("/proc/{}/task", child.id()));
    let children = || {
        let tasks = fs::read_dir(&tasks).into_iter().flatten().flatten();
        let lists = tasks.flat_map(|task| fs::read_to_string(task.path().join("children")));
        lists.collect::<Vec<_>>().join(" ")
    };
    let (mut compiled, mut without) = (false, false);
    until("it ends", || {
        for pid in children().split_whitespace() {
            let is_compiler = fs::read(format!("/proc/{pid}/cmdline"))
                .is_ok_and(|line| line.starts_with(b"sampan-compiler\0"));
            let links: Vec<PathBuf> = fs::read_dir(format!("/proc/{pid}/fd"))
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|fd| fs::read_link(fd.path()).ok())
                .collect();
            if is_compiler && !links.is_empty() {
                compiled = true;
                without |= !links.iter().any(|to| to.ends_with("secret"));
            }
        }
        child.try_wait().is_ok_and(|ended| ended.is_some())
    });
    assert!(compiled, "no compiler was seen");
    assert!(without, "the compiler kept what it was not given");
}
