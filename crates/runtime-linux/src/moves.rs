//! Moves between cgroups, before there is something to be moved.
//!
//! Before it moves a process, the kernel waits until no processor is in the middle of a fork or an exec that it would disturb (a
//! grace period of RCU; 6 to 12 ms where nothing else waits for one), unless it did so some milliseconds ago. That wait is
//! most of what a start waits for. So it begins while the rest of a start is done: a thread asks to be moved to where it is, and
//! goes on for half a second, so that of many starts the first alone waits at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use rustix::thread::gettid;

use crate::cgroup::{self, is_unified};

/// The kernel counts a move as just done for at least this long.
const FRESH: Duration = Duration::from_millis(5);
/// Behind a start the next is often near: for this long it shall not wait either.
const NEAR: u64 = 500 / FRESH.as_millis() as u64;

/// Whether a thread asks already.
static ASKED: AtomicBool = AtomicBool::new(false);
/// How many processes were expected, ever.
static EXPECTED: AtomicU64 = AtomicU64::new(0);

/// A process will soon be put into a cgroup.
pub(crate) fn expect() {
    EXPECTED.fetch_add(1, SeqCst);
    if ASKED.swap(true, SeqCst) {
        return;
    }
    let thread = std::thread::Builder::new()
        .name("moves".to_owned())
        .spawn(keep_asking);
    if thread.is_err() {
        ASKED.store(false, SeqCst);
    }
}

/// Until nobody was expected for a while.
fn keep_asking() {
    let mut seen = EXPECTED.load(SeqCst);
    let mut left = NEAR;
    // Where that cannot be asked for, each start waits by itself.
    while ask().is_ok() && left > 0 {
        std::thread::sleep(FRESH);
        let now = EXPECTED.load(SeqCst);
        left = if now == seen { left - 1 } else { NEAR };
        seen = now;
    }
    // Whoever comes between the last look and this one waits, as the first does.
    ASKED.store(false, SeqCst);
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
