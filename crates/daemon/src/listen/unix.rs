//! Unix sockets: made so that nobody else can take their place, and removed on the way out.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Gid, chownat};
use tokio::net::{UnixListener, UnixStream};

use crate::error::DaemonError;

/// A socket's file, removed when it is dropped, if it is still the same.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    inode: u64,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Another daemon may have taken the place meanwhile.
        if fs::symlink_metadata(&self.path).is_ok_and(|found| found.ino() == self.inode) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Listens on a socket of this mode and group.
///
/// It is made under another name and moved into place, so that it never stands there with a wider mode than it is to
/// have, and a socket that somebody answers on is never taken away: a stale one is replaced under a lock that each
/// daemon takes.
pub(crate) async fn bind(
    path: &Path,
    mode: u32,
    group: Option<&str>,
) -> Result<(UnixListener, SocketFile), DaemonError> {
    let failed = |source| DaemonError::Unix {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let lock = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&beside)
        .map_err(failed)?;
    if rustix::fs::flock(&lock, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_err() {
        return Err(DaemonError::Answered(path.to_owned()));
    }
    match fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => return Err(DaemonError::NotASocket(path.to_owned())),
        Ok(_) if UnixStream::connect(path).await.is_ok() => {
            return Err(DaemonError::Answered(path.to_owned()));
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let listener = UnixListener::bind(&fresh).map_err(failed)?;
    let made = || -> io::Result<u64> {
        // Only after the group is right may the group write.
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o600))?;
        Ok(fs::symlink_metadata(&fresh)?.ino())
    };
    let inode = made().map_err(failed)?;
    if let Some(group) = group {
        let group = group_id(group)?;
        chownat(
            rustix::fs::CWD,
            &fresh,
            None,
            Some(group),
            rustix::fs::AtFlags::SYMLINK_NOFOLLOW,
        )
        .map_err(|error| failed(error.into()))?;
    }
    fs::set_permissions(&fresh, fs::Permissions::from_mode(mode)).map_err(failed)?;
    fs::rename(&fresh, path).map_err(failed)?;
    // The lock has done its work; who comes next finds a socket that answers.
    drop(lock);
    let _ = fs::remove_file(&beside);
    Ok((
        listener,
        SocketFile {
            path: path.to_owned(),
            inode,
        },
    ))
}

/// The number of a group, written as such or by its name in `/etc/group`.
fn group_id(group: &str) -> Result<Gid, DaemonError> {
    if let Ok(number) = group.parse::<u32>() {
        return Ok(Gid::from_raw(number));
    }
    let missing = || DaemonError::NoGroup(group.to_owned());
    let all = fs::read_to_string("/etc/group").map_err(|_| missing())?;
    all.lines()
        .filter_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == group).then(|| fields.nth(1)?.parse().ok())?
        })
        .next()
        .map(Gid::from_raw)
        .ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stale_socket_is_replaced_and_a_living_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/sock");
        let (listener, file) = bind(&path, 0o660, None).await.unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
        assert!(matches!(
            bind(&path, 0o660, None).await,
            Err(DaemonError::Answered(_))
        ));
        // As after `kill -9`: the file stays, nobody answers.
        std::mem::forget(file);
        drop(listener);
        let (_listener, file) = bind(&path, 0o660, None).await.unwrap();
        drop(file);
        assert!(!path.exists());
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn other_files_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sock");
        fs::write(&path, "precious").unwrap();
        assert!(matches!(
            bind(&path, 0o660, None).await,
            Err(DaemonError::NotASocket(_))
        ));
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
        assert!(matches!(
            bind(&dir.path().join("b"), 0o660, Some("no such group")).await,
            Err(DaemonError::NoGroup(_))
        ));
    }
}
