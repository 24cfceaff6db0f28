//! Folders: what is granted can be reached as granted, and nothing else.

#![allow(clippy::unwrap_used)]

mod common;

use std::os::unix::fs::symlink;
use std::path::Path;

use common::{p1, run};
use sampan_types::grants::{Access, Mount, Tmpfs};
use sampan_types::{ByteCount, Ending};
use sampan_wasm_host::{GuestSpec, RootDir, TmpfsDir};

fn mount(source: &Path, target: &str, access: Access) -> Mount {
    Mount {
        source: source.to_owned(),
        target: target.into(),
        access,
    }
}

/// Opens `path` beneath descriptor `dir`; the errno is the code.
fn opening(dir: u32, path: &str, oflags: u32, rights: u32) -> String {
    let len = path.len();
    p1(&format!(
        r#"(data (i32.const 1024) "{path}")
        (func (export "_start")
          (call $exit (call $open (i32.const {dir}) (i32.const 1024) (i32.const {len}) (i32.const {oflags})
            (i64.const {rights}))))"#
    ))
}

fn errno(spec: GuestSpec, path: &str, oflags: u32, rights: u32) -> u8 {
    match run(&opening(3, path, oflags, rights), spec).ending {
        Ending::Exited { code } => code,
        other => panic!("{other:?}"),
    }
}

const READ: u32 = 2;
const WRITE: u32 = 0x40;
const ROFS: u8 = 69;
const PERM: u8 = 63;
const NOENT: u8 = 44;
const BADF: u8 = 8;

fn place() -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let inside = dir.path().join("inside");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(inside.join("file"), "content").unwrap();
    std::fs::write(dir.path().join("secret"), "secret").unwrap();
    (dir, inside)
}

fn given(inside: &Path, access: Access) -> GuestSpec {
    let mut spec = GuestSpec::default();
    spec.grants.mounts.push(mount(inside, "/data", access));
    spec
}

#[test]
fn nothing_is_granted_by_default() {
    assert_eq!(errno(GuestSpec::default(), "file", 0, READ), BADF);
}

#[test]
fn a_read_only_folder_can_be_read_and_not_changed() {
    let (_dir, inside) = place();
    let spec = || given(&inside, Access::ReadOnly);
    assert_eq!(errno(spec(), "file", 0, READ), 0);
    assert_eq!(errno(spec(), "file", 0, WRITE), ROFS);
    assert_eq!(errno(spec(), "new", 1, WRITE), ROFS);
    assert_eq!(errno(spec(), "file", 8, READ), ROFS);
    assert_eq!(errno(spec(), "absent", 0, READ), NOENT);
    assert_eq!(std::fs::read_to_string(inside.join("file")).unwrap(), "content");
    for root in [Access::ReadOnly, Access::ReadWrite] {
        let spec = GuestSpec {
            root: Some(RootDir {
                path: inside.clone(),
                access: root,
            }),
            ..GuestSpec::default()
        };
        let code = errno(spec, "made", 1, WRITE);
        assert_eq!(code, if root == Access::ReadOnly { ROFS } else { 0 });
    }
}

#[test]
fn no_path_leads_out_of_a_folder() {
    let (dir, inside) = place();
    symlink("../secret", inside.join("relative")).unwrap();
    symlink(dir.path().join("secret"), inside.join("absolute")).unwrap();
    symlink("/", inside.join("root")).unwrap();
    symlink("..", inside.join("up")).unwrap();
    std::fs::create_dir(inside.join("sub")).unwrap();
    symlink("../../secret", inside.join("sub/twice")).unwrap();
    for path in [
        "../secret",
        "sub/../../secret",
        "relative",
        "absolute",
        "root/etc/passwd",
        "up/secret",
        "sub/twice",
        "/etc/passwd",
        "./../secret",
    ] {
        for access in [Access::ReadOnly, Access::ReadWrite] {
            let code = errno(given(&inside, access), path, 0, READ);
            assert_eq!(code, PERM, "{path}");
        }
    }
    let code = errno(given(&inside, Access::ReadWrite), "../made", 1, WRITE);
    assert_eq!(code, PERM);
    assert!(!dir.path().join("made").exists());
}

#[test]
fn a_tmpfs_has_a_size_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut spec = GuestSpec::default();
    spec.grants.tmpfs.push(Tmpfs {
        target: "/tmp".into(),
        size: Some(ByteCount::kib(100)),
    });
    spec.tmpfs_dirs.push(TmpfsDir {
        path: dir.path().to_owned(),
    });
    let body = r#"(data (i32.const 1024) "f")
        (func (export "_start") (local $n i32)
          (if (call $open (i32.const 3) (i32.const 1024) (i32.const 1) (i32.const 1) (i64.const 0x42))
            (then unreachable))
          (loop $l
            (if (i32.eqz (call $write (call $fd) (i32.const 2048) (i32.const 1024)))
              (then (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $l))))
          (call $exit (local.get $n)))"#;
    assert_eq!(run(&p1(body), spec).ending, Ending::Exited { code: 96 });
}

#[test]
fn a_mount_of_the_host_is_not_bounded_by_the_disk_limit() {
    let (_dir, inside) = place();
    let mut spec = given(&inside, Access::ReadWrite);
    spec.limits.disk = ByteCount::new(0);
    let body = r#"(data (i32.const 1024) "f")
        (func (export "_start")
          (if (call $open (i32.const 3) (i32.const 1024) (i32.const 1) (i32.const 1) (i64.const 0x42))
            (then unreachable))
          (call $exit (call $write (call $fd) (i32.const 2048) (i32.const 65536))))"#;
    assert_eq!(run(&p1(body), spec).ending, Ending::Exited { code: 0 });
}

#[test]
fn nothing_moves_between_two_mounts() {
    let (_dir, inside) = place();
    let other = tempfile::tempdir().unwrap();
    let mut spec = given(&inside, Access::ReadWrite);
    spec.grants
        .mounts
        .push(mount(other.path(), "/other", Access::ReadWrite));
    // XDEV is 75.
    let body = r#"(data (i32.const 1024) "file")
        (func (export "_start")
          (call $exit (call $rename (i32.const 3) (i32.const 1024) (i32.const 4)
            (i32.const 4) (i32.const 1024) (i32.const 4))))"#;
    assert_eq!(run(&p1(body), spec).ending, Ending::Exited { code: 75 });
    assert!(inside.join("file").exists());
}

#[test]
fn a_folder_that_is_not_there_is_an_error_that_names_it() {
    let spec = given(Path::new("/nonexistent/folder"), Access::ReadOnly);
    let error = common::refused(&p1(r#"(func (export "_start"))"#), spec);
    assert!(error.to_string().contains("/nonexistent/folder"), "{error}");
}

#[test]
fn what_was_touched_is_written_down() {
    let (_dir, inside) = place();
    let other = tempfile::tempdir().unwrap();
    let mut spec = given(&inside, Access::ReadWrite);
    spec.grants
        .mounts
        .push(mount(other.path(), "/other", Access::ReadWrite));
    let host = common::host();
    let program = common::load(&host, &opening(3, "file", 0, READ), &spec).unwrap();
    let guest = host.guest(&program, spec).unwrap();
    let handle = guest.handle();
    common::within(common::runtime(), guest.run()).unwrap();
    assert_eq!(handle.used().mounts, [Some(Access::ReadOnly), None]);
}
