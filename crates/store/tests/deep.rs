//! Folders deeper than any path can name, and than a process has descriptors.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use common::{Fixture, child, du, files};
use rustix::process::{Resource, Rlimit, setrlimit};
use sampan_store::{DfKind, GcPolicy, Store};
use sampan_types::ContainerId;

const LEVELS: usize = 5_000;
/// What lies at the bottom.
const TREASURE: usize = 64 << 10;

/// Makes folders of any depth out of short paths, as a guest can: what is renamed takes along all below it.
fn dig(folder: &Path) {
    let (deep, above) = (folder.join("d"), folder.join("t"));
    fs::create_dir(&deep).unwrap();
    fs::write(deep.join("treasure"), vec![1; TREASURE]).unwrap();
    for _ in 0..LEVELS {
        fs::create_dir(&above).unwrap();
        fs::write(above.join("beside"), b"x").unwrap();
        fs::rename(&deep, above.join("d")).unwrap();
        fs::rename(&above, &deep).unwrap();
    }
}

#[test]
fn child() {
    let Some(job) = child::job() else { return };
    let [root] = &job[..] else { panic!("{job:?}") };
    let store = Store::open(Path::new(root)).unwrap();
    let [dead, kept, removed] = ["a", "b", "c"].map(|digit| {
        let id: ContainerId = digit.repeat(64).parse().unwrap();
        let folder = store.containers().create(&id, &[]).unwrap();
        dig(folder.path());
        folder
    });
    kept.keep().unwrap();
    let (dead_id, kept_id) = (dead.id().clone(), kept.id().clone());
    drop((dead, kept));
    let few = Rlimit {
        current: Some(80),
        maximum: Some(80),
    };
    setrlimit(Resource::Nofile, few).unwrap();

    let df = store.df().unwrap();
    assert!(
        df.kinds[&DfKind::Containers].get() >= 3 * TREASURE as u64,
        "{df:?}"
    );
    removed.remove().unwrap();
    let report = store.gc(&GcPolicy::unreferenced()).unwrap();
    assert_eq!(report.leftovers, 1, "{report:?}");
    assert!(report.freed.get() >= TREASURE as u64, "{report:?}");
    let left: Vec<_> = store.containers().list().unwrap();
    assert_eq!(left, [(kept_id.clone(), false)], "{dead_id} is gone");
    let kept = store.containers().open(&kept_id).unwrap().unwrap();
    kept.remove().unwrap();
    assert_eq!(fs::read_dir(store.root().join("v1/tmp")).unwrap().count(), 0);
    let df = store.df().unwrap();
    let left = df.kinds.get(&DfKind::Containers).map_or(0, |bytes| bytes.get());
    assert!(left < TREASURE as u64, "{df:?}");
}

#[test]
fn folders_without_end_are_counted_and_removed() {
    // In memory where the machine has a place for that, because it is many folders.
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory).unwrap(),
        false => tempfile::tempdir().unwrap(),
    };
    let root = folder.path().join("root");
    let output = child::command(&[root.to_str().unwrap()]).output().unwrap();
    child::require_success("deep folders", &output);
}

#[test]
fn what_is_locked_up_linked_or_odd_goes_as_well() {
    let f = Fixture::new();
    let id: ContainerId = "d".repeat(64).parse().unwrap();
    let folder = f.store.containers().create(&id, &[]).unwrap();
    let outside = f.folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("stays"), b"here").unwrap();
    let top = folder.path().join("top");
    fs::create_dir_all(top.join("a/b/c/d/e")).unwrap();
    fs::write(top.join("a/b/c/one"), vec![1; 10_000]).unwrap();
    fs::hard_link(top.join("a/b/c/one"), top.join("a/two")).unwrap();
    std::os::unix::fs::symlink(&outside, top.join("a/b/away")).unwrap();
    std::os::unix::fs::symlink("nowhere", top.join("a/b/dangling")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, top.join("a/pipe"), rustix::fs::Mode::RWXU).unwrap();
    for i in 0..1_000 {
        fs::create_dir(top.join(format!("wide-{i}"))).unwrap();
        fs::write(top.join(format!("wide-{i}/file")), b"").unwrap();
    }
    assert_eq!(
        f.store.df().unwrap().total().get(),
        du(&f.root()),
        "as `du` counts"
    );
    for (path, mode) in [("a/b/c/d", 0o000), ("a/b/c", 0o555), ("a/b", 0o111), ("a", 0o000)] {
        fs::set_permissions(top.join(path), fs::Permissions::from_mode(mode)).unwrap();
    }
    // What cannot be looked at is not counted, and is no failure.
    f.store.df().unwrap();
    folder.remove().unwrap();
    assert_eq!(files(&f.root().join("v1/tmp")), Vec::<String>::new());
    assert_eq!(fs::read(outside.join("stays")).unwrap(), b"here");
}

#[test]
fn what_moves_about_while_it_is_counted_is_no_failure() {
    let f = Fixture::new();
    let id: ContainerId = "e".repeat(64).parse().unwrap();
    let folder = f.store.containers().create(&id, &[]).unwrap();
    let top = folder.path().to_owned();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut name = top.join("x");
            fs::create_dir_all(name.join("a/".repeat(60))).unwrap();
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let next = top.join(if name.ends_with("x") { "y" } else { "x" });
                fs::rename(&name, &next).unwrap();
                // The lower half changes places with the whole.
                let lower = next.join("a/".repeat(40));
                fs::rename(&lower, top.join("lower")).unwrap();
                fs::rename(top.join("lower"), &lower).unwrap();
                name = next;
            }
        });
        for _ in 0..50 {
            f.store.df().unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    drop(folder);
    f.store.gc(&GcPolicy::unreferenced()).unwrap();
    assert_eq!(f.store.containers().list().unwrap(), []);
}
