//! Files and folders of the host, of other containers, and of the engine.

use std::os::unix::fs::MetadataExt;

use sampan_testkit::takeover::Outcome;

use super::place::{Captive, Kind, Place};
use super::{assert_refused, with_each};

const CWD: u64 = libc::AT_FDCWD as u64;

/// Paths that are nobody's grant.
fn forbidden(place: &Place) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/etc/shadow",
        "/etc/hostname",
        "/proc/self/mem",
        "/proc/self/environ",
        "/proc/1/environ",
        "/proc/1/root/etc/shadow",
        "/proc/self/fd/0",
        "/dev/mem",
        "/dev/null",
        "/sys/kernel/notes",
        "/root",
    ]
    .map(str::to_owned)
    .to_vec();
    let climbing = [
        "secret",
        "beside/file",
        "granted/../secret",
        "granted/to-secret",
        "granted/up-secret",
    ];
    paths.extend(climbing.map(|name| place.at(name)));
    paths.extend(
        [
            "granted/up/secret",
            "granted/up/beside/file",
            "granted/host/etc/shadow",
        ]
        .map(|name| place.at(name)),
    );
    let run = place.host.folder.path();
    for beneath in ["run", "run/zygotes", "run/processes.log", "root", "logs"] {
        paths.push(run.join(beneath).display().to_string());
    }
    let sockets = std::fs::read_dir(run.join("run/zygotes")).unwrap();
    let logs = std::fs::read_dir(run.join("logs")).unwrap();
    paths.extend(
        sockets
            .chain(logs)
            .map(|entry| entry.unwrap().path().display().to_string()),
    );
    paths
}

/// Every call that opens a path or tells of it.
fn opened(captive: &mut Captive, path: &str) -> Vec<(String, Outcome)> {
    let read = libc::O_RDONLY as u64;
    let write = libc::O_WRONLY as u64;
    let both = libc::O_RDWR as u64;
    let seen = libc::O_PATH as u64;
    let mut outcomes = Vec::new();
    let mut note = |call: &str, outcome| outcomes.push((format!("{call} of {path}"), outcome));
    note(
        "openat to read",
        captive.call_on(libc::SYS_openat, 1, path, &[CWD, read]),
    );
    note(
        "openat to write",
        captive.call_on(libc::SYS_openat, 1, path, &[CWD, write]),
    );
    note(
        "openat for both",
        captive.call_on(libc::SYS_openat, 1, path, &[CWD, both]),
    );
    note(
        "openat as a path",
        captive.call_on(libc::SYS_openat, 1, path, &[CWD, seen]),
    );
    note("open", captive.call_on(libc::SYS_open, 0, path, &[read]));
    note("creat", captive.call_on(libc::SYS_creat, 0, path, &[0o600]));
    for flags in [read, seen] {
        captive.taken.clear();
        let path = captive.taken.text(path);
        let how: Vec<u8> = [flags, 0, 0].iter().flat_map(|n: &u64| n.to_ne_bytes()).collect();
        let how = captive.taken.put(&how);
        note("openat2", captive.call(libc::SYS_openat2, &[CWD, path, how, 24]));
    }
    captive.taken.clear();
    let name = captive.taken.text(path);
    let handle = captive.taken.put(&[128, 0, 0, 0].repeat(40));
    let mount = captive.taken.put(&[0; 8]);
    note(
        "name_to_handle_at",
        captive.call(libc::SYS_name_to_handle_at, &[CWD, name, handle, mount, 0]),
    );
    let room = captive.taken.put(&[0; 512]);
    note(
        "newfstatat",
        captive.call(libc::SYS_newfstatat, &[CWD, name, room, 0]),
    );
    note(
        "statx",
        captive.call(libc::SYS_statx, &[CWD, name, 0, 0xfff, room]),
    );
    note("stat", captive.call(libc::SYS_stat, &[name, room]));
    note("access", captive.call(libc::SYS_access, &[name, 0]));
    note("faccessat", captive.call(libc::SYS_faccessat, &[CWD, name, 0]));
    note(
        "faccessat2",
        captive.call(libc::SYS_faccessat2, &[CWD, name, 0, 0]),
    );
    note(
        "readlinkat",
        captive.call(libc::SYS_readlinkat, &[CWD, name, room, 512]),
    );
    note(
        "getxattr",
        captive.call(libc::SYS_getxattr, &[name, name, room, 512]),
    );
    note("utimensat", captive.call(libc::SYS_utimensat, &[CWD, name, 0, 0]));
    note("truncate", captive.call(libc::SYS_truncate, &[name, 0]));
    note("chmod", captive.call(libc::SYS_chmod, &[name, 0o777]));
    note("fchmodat", captive.call(libc::SYS_fchmodat, &[CWD, name, 0o777]));
    note("chown", captive.call(libc::SYS_chown, &[name, 0, 0]));
    note("unlinkat", captive.call(libc::SYS_unlinkat, &[CWD, name, 0]));
    note(
        "rmdir",
        captive.call(libc::SYS_unlinkat, &[CWD, name, libc::AT_REMOVEDIR as u64]),
    );
    note("chdir", captive.call(libc::SYS_chdir, &[name]));
    note("statfs", captive.call(libc::SYS_statfs, &[name, room]));
    note(
        "inotify",
        captive.call(libc::SYS_inotify_add_watch, &[0, name, 0xfff]),
    );
    note("execve", captive.call(libc::SYS_execve, &[name, 0, 0]));
    note("uselib", captive.call(libc::SYS_uselib, &[name]));
    outcomes
}

#[test]
fn no_path_leads_to_a_file_that_was_not_granted() {
    with_each(|place, captive| {
        let secret = std::fs::metadata(place.at("secret")).unwrap();
        for path in forbidden(place) {
            // What is a link in its own folder may be seen and removed, but leads nowhere.
            let outcomes = opened(captive, &path);
            let own_link = matches!(captive.kind, Kind::Reads | Kind::Writes)
                && [place.at("granted/to-secret"), place.at("granted/up-secret")].contains(&path);
            let counted: Vec<_> = outcomes
                .into_iter()
                .filter(|(call, _)| {
                    !(own_link && (call.starts_with("readlinkat") || call.starts_with("unlinkat")))
                })
                .collect();
            assert_refused(captive.kind, &counted);
        }
        assert_eq!(std::fs::read_to_string(place.at("secret")).unwrap(), "secret");
        assert_eq!(
            std::fs::read_to_string(place.at("beside/file")).unwrap(),
            "its own"
        );
        let after = std::fs::metadata(place.at("secret")).unwrap();
        assert_eq!(
            (after.mtime_nsec(), after.ctime_nsec(), after.mode()),
            (secret.mtime_nsec(), secret.ctime_nsec(), secret.mode())
        );
    });
}

#[test]
fn nothing_is_made_outside_of_a_folder() {
    with_each(|place, captive| {
        let new = place.at("new");
        let mine = place.at("granted/file");
        let secret = place.at("secret");
        let create = (libc::O_WRONLY | libc::O_CREAT) as u64;
        let mut outcomes = vec![
            (
                "openat".to_owned(),
                captive.call_on(libc::SYS_openat, 1, &new, &[CWD, create, 0o600]),
            ),
            (
                "mkdirat".to_owned(),
                captive.call_on(libc::SYS_mkdirat, 1, &new, &[CWD, 0o700]),
            ),
            (
                "mkdir".to_owned(),
                captive.call_on(libc::SYS_mkdir, 0, &new, &[0o700]),
            ),
            (
                "mknodat".to_owned(),
                captive.call_on(libc::SYS_mknodat, 1, &new, &[CWD, 0o100_600, 0]),
            ),
            (
                "in the root".to_owned(),
                captive.call_on(libc::SYS_mkdirat, 1, "/new", &[CWD, 0o700]),
            ),
        ];
        for (call, from, to) in [
            ("rename out", &mine, &new),
            ("rename in", &secret, &mine),
            ("link out", &mine, &new),
            ("link in", &secret, &place.at("granted/linked")),
            ("symlink", &secret, &new),
        ] {
            captive.taken.clear();
            let (from, to) = (captive.taken.text(from), captive.taken.text(to));
            let outcome = match call.split(' ').next() {
                Some("rename") => captive.call(libc::SYS_renameat2, &[CWD, from, CWD, to, 0]),
                Some("link") => captive.call(libc::SYS_linkat, &[CWD, from, CWD, to, 0]),
                _ => captive.call(libc::SYS_symlinkat, &[from, CWD, to]),
            };
            outcomes.push((call.to_owned(), outcome));
        }
        assert_refused(captive.kind, &outcomes);
        assert!(!std::path::Path::new(&new).exists() && std::path::Path::new(&mine).exists());
    });
}

/// Opens the folder that the worker was given.
fn granted(place: &Place, captive: &mut Captive) -> u64 {
    let folder = place.at("granted");
    let flags = (libc::O_RDONLY | libc::O_DIRECTORY) as u64;
    captive
        .call_on(libc::SYS_openat, 1, &folder, &[CWD, flags])
        .given()
}

#[test]
fn nobody_climbs_out_of_a_folder_by_its_descriptor() {
    let place = Place::new();
    for kind in [Kind::Reads, Kind::Writes] {
        let mut captive = place.captive(kind);
        let folder = granted(&place, &mut captive);
        // What it may do works, or the rest would prove nothing.
        let fd = captive.call_on(libc::SYS_openat, 1, "file", &[folder, 0]).given();
        let room = captive.taken.put(&[0; 16]);
        assert_eq!(captive.call(libc::SYS_read, &[fd, room, 16]), Outcome::Gave(7));
        assert_eq!(captive.taken.look(room, 7), b"its own");
        let mut outcomes = Vec::new();
        for path in [
            "../secret",
            "up/secret",
            "up-secret",
            "to-secret",
            "host/etc/shadow",
            "../beside/file",
            "../../../../../../etc/shadow",
        ] {
            for flags in [libc::O_RDONLY, libc::O_RDWR, libc::O_PATH] {
                let outcome = captive.call_on(libc::SYS_openat, 1, path, &[folder, flags as u64]);
                outcomes.push((path.to_owned(), outcome));
            }
        }
        outcomes.push(("fchdir".to_owned(), captive.call(libc::SYS_fchdir, &[folder])));
        outcomes.push((
            "by a handle".to_owned(),
            captive.call(libc::SYS_open_by_handle_at, &[folder, room, 0]),
        ));
        assert_refused(kind, &outcomes);
        captive.goes_on(&place);
    }
}

#[test]
fn a_folder_that_is_read_is_not_changed() {
    let place = Place::new();
    let mut captive = place.captive(Kind::Reads);
    let folder = granted(&place, &mut captive);
    let fd = captive.call_on(libc::SYS_openat, 1, "file", &[folder, 0]).given();
    let before = std::fs::metadata(place.at("granted/file")).unwrap();
    let write = libc::O_WRONLY as u64;
    let create = write | libc::O_CREAT as u64;
    let truncate = libc::O_TRUNC as u64;
    captive.taken.clear();
    let (from, to) = (captive.taken.text("file"), captive.taken.text("new"));
    let outcomes = [
        captive.call(libc::SYS_openat, &[folder, from, write]),
        captive.call(libc::SYS_openat, &[folder, from, truncate]),
        captive.call(libc::SYS_openat, &[folder, to, create, 0o600]),
        captive.call(libc::SYS_unlinkat, &[folder, from, 0]),
        captive.call(libc::SYS_renameat, &[folder, from, folder, to]),
        captive.call(libc::SYS_renameat2, &[folder, from, folder, to, 0]),
        captive.call(libc::SYS_linkat, &[folder, from, folder, to, 0]),
        captive.call(libc::SYS_symlinkat, &[from, folder, to]),
        captive.call(libc::SYS_mkdirat, &[folder, to, 0o700]),
        captive.call(libc::SYS_utimensat, &[folder, from, 0, 0]),
        captive.call(libc::SYS_utimensat, &[fd, 0, 0, 0]),
        captive.call(libc::SYS_fchmod, &[fd, 0o4777]),
        captive.call(libc::SYS_fchown, &[fd, 1, 1]),
        captive.call(libc::SYS_ftruncate, &[fd, 0]),
        captive.call(libc::SYS_fallocate, &[fd, 0, 0, 4096]),
        captive.call(libc::SYS_write, &[fd, from, 4]),
        captive.call(libc::SYS_fsetxattr, &[fd, from, to, 1, 0]),
    ];
    let outcomes: Vec<_> = outcomes
        .iter()
        .enumerate()
        .map(|(n, o)| (n.to_string(), *o))
        .collect();
    assert_refused(captive.kind, &outcomes);
    let after = std::fs::metadata(place.at("granted/file")).unwrap();
    assert_eq!(
        (after.ctime(), after.ctime_nsec()),
        (before.ctime(), before.ctime_nsec())
    );
    assert_eq!(
        std::fs::read_to_string(place.at("granted/file")).unwrap(),
        "its own"
    );
    assert_eq!(std::fs::read_dir(place.at("granted")).unwrap().count(), 5);
    captive.goes_on(&place);
}

#[test]
fn a_folder_that_is_changed_gets_no_devices_programs_or_sockets() {
    let place = Place::new();
    let mut captive = place.captive(Kind::Writes);
    let folder = granted(&place, &mut captive);
    let create = (libc::O_RDWR | libc::O_CREAT) as u64;
    let fd = captive
        .call_on(libc::SYS_openat, 1, "made", &[folder, create, 0o700])
        .given();
    let text = captive.taken.text("#!/bin/sh\n");
    captive.call(libc::SYS_write, &[fd, text, 10]).given();
    captive.taken.clear();
    let name = captive.taken.text("made");
    let device = captive.taken.text("device");
    let empty = captive.taken.text("");
    let through = libc::AT_EMPTY_PATH as u64;
    let (rights, private) = (
        (libc::PROT_READ | libc::PROT_EXEC) as u64,
        libc::MAP_PRIVATE as u64,
    );
    let outcomes = [
        captive.call(libc::SYS_mknodat, &[folder, device, 0o020_666, 0x101]),
        captive.call(libc::SYS_mknodat, &[folder, device, 0o140_666, 0]),
        captive.call(libc::SYS_mknod, &[device, 0o060_666, 0x800]),
        captive.call(libc::SYS_fchmod, &[fd, 0o6777]),
        captive.call(libc::SYS_fchmodat, &[folder, name, 0o6777]),
        captive.call(libc::SYS_fsetxattr, &[fd, name, name, 4, 0]),
        captive.call(libc::SYS_execveat, &[folder, name, 0, 0, 0]),
        captive.call(libc::SYS_execveat, &[fd, empty, 0, 0, through]),
        captive.call(libc::SYS_mmap, &[0, 4096, rights, private, fd, 0]),
    ];
    let outcomes: Vec<_> = outcomes
        .iter()
        .enumerate()
        .map(|(n, o)| (n.to_string(), *o))
        .collect();
    assert_refused(captive.kind, &outcomes);
    assert_eq!(
        std::fs::metadata(place.at("granted/made")).unwrap().mode() & 0o7000,
        0
    );
    captive.goes_on(&place);
}
