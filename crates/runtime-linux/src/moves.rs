//! Moves between cgroups, before there is something to be moved.
//!
//! Before it moves a process, the kernel waits until no processor is in the middle of a fork or an exec that it would disturb (a
//! grace period of RCU; 6 to 12 ms where nothing else waits for one), unless it did so some milliseconds ago. That wait is
//! most of what a start waits for. So it begins while the rest of a start is done: a thread asks to be moved to where it is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use rustix::thread::gettid;

use crate::cgroup::{self, is_unified};

/// Whether somebody waits for the kernel already.
static AWAITED: AtomicBool = AtomicBool::new(false);

/// A process will soon be put into a cgroup.
pub(crate) fn expect() {
    if AWAITED.swap(true, SeqCst) {
        return;
    }
    let thread = std::thread::Builder::new().name("moves".to_owned()).spawn(|| {
        // Where that cannot be asked for, the start waits.
        let _ = ask();
        AWAITED.store(false, SeqCst);
    });
    if thread.is_err() {
        AWAITED.store(false, SeqCst);
    }
}

/// Asks for this thread alone, which ends: whoever moves the process meanwhile has moved it.
fn ask() -> io::Result<()> {
    let text = fs::read_to_string("/proc/thread-self/cgroup")?;
    let members = members(&text).ok_or(io::ErrorKind::NotFound)?;
    // Not truncated, as a file would be.
    let file = fs::File::options().write(true).open(members)?;
    let own = gettid().as_raw_nonzero().to_string();
    rustix::io::write(file, own.as_bytes())?;
    Ok(())
}

/// The file with the threads of the cgroup that a thread is in, from what the kernel tells of it.
fn members(text: &str) -> Option<PathBuf> {
    let mut lines = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once(':')?;
        rest.split_once(':')
    });
    let folder = |controller: &str, path: &str| {
        let root = Path::new(cgroup::ROOT).join(controller);
        root.join(path.trim_start_matches('/'))
    };
    if is_unified() {
        let (_, path) = lines.find(|(controllers, _)| controllers.is_empty())?;
        return Some(folder("", path).join("cgroup.threads"));
    }
    // Any will do: it is one wait for all.
    let (name, path) = lines.find(|(controllers, _)| *controllers == "pids")?;
    Some(folder(name, path).join("tasks"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thread_stays_where_it_is() {
        let before = fs::read_to_string("/proc/thread-self/cgroup").unwrap();
        // A machine where nobody may do that has nothing to be got ready.
        if let Err(error) = ask() {
            let known = [io::ErrorKind::PermissionDenied, io::ErrorKind::NotFound];
            assert!(
                known.contains(&error.kind()) || error.raw_os_error() == Some(libc::EROFS),
                "{error}"
            );
        }
        assert_eq!(fs::read_to_string("/proc/thread-self/cgroup").unwrap(), before);
    }

    #[test]
    fn the_file_is_that_of_the_cgroup_it_is_in() {
        if is_unified() {
            let path = members("0::/system.slice/sampan.service\n").unwrap();
            assert!(
                path.ends_with("system.slice/sampan.service/cgroup.threads"),
                "{path:?}"
            );
            return;
        }
        let path = members("12:cpu,cpuacct:/a\n8:pids:/b:c\n0::/d\n").unwrap();
        assert!(path.ends_with("pids/b:c/tasks"), "{path:?}");
        assert_eq!(members("12:cpu,cpuacct:/a\n"), None);
    }
}
