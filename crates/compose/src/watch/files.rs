//! Files that change, told by the kernel.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use tokio::io::unix::AsyncFd;

use crate::ComposeError;

/// How long nothing must happen until a change counts as whole: editors and compilers write in several steps.
const QUIET: Duration = Duration::from_millis(10);
/// The longest that changes are gathered while they go on.
const GATHER: Duration = Duration::from_millis(500);
/// The most folders.
const FOLDERS_MAX: usize = 50_000;

/// Folders that are watched. A file is watched by way of its folder, because tools put another file in its place.
pub(super) struct Files {
    kernel: AsyncFd<OwnedFd>,
    folders: BTreeMap<i32, PathBuf>,
    /// Files that are watched alone; their neighbours mean nothing.
    alone: BTreeSet<PathBuf>,
    whole: BTreeSet<PathBuf>,
}

fn error(path: &Path) -> impl FnOnce(io::Error) -> ComposeError {
    let path = path.to_path_buf();
    move |source| ComposeError::Watch { path, source }
}

impl Files {
    pub(super) fn new() -> Result<Self, ComposeError> {
        let failed = || error(Path::new("/"));
        let kernel =
            inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).map_err(|e| failed()(e.into()))?;
        Ok(Self {
            kernel: sampan_process::awaited::awaited(kernel).map_err(failed())?,
            folders: BTreeMap::new(),
            alone: BTreeSet::new(),
            whole: BTreeSet::new(),
        })
    }

    /// Watches a file, or a folder with all that is below.
    pub(super) fn add(&mut self, path: &Path) -> Result<(), ComposeError> {
        if path.is_dir() {
            self.whole.insert(path.to_path_buf());
            return self.add_folders(path);
        }
        let folder = path.parent().unwrap_or(Path::new("/"));
        self.alone.insert(path.to_path_buf());
        self.add_folder(folder)
    }

    fn add_folder(&mut self, folder: &Path) -> Result<(), ComposeError> {
        if self.folders.len() >= FOLDERS_MAX {
            let source = io::Error::other(format!("more than {FOLDERS_MAX} folders"));
            return Err(error(folder)(source));
        }
        let changes = WatchFlags::CLOSE_WRITE
            | WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVED_FROM
            | WatchFlags::MOVED_TO
            | WatchFlags::ATTRIB
            | WatchFlags::ONLYDIR;
        let number = inotify::add_watch(self.kernel.get_ref(), folder, changes)
            .map_err(|source| error(folder)(source.into()))?;
        self.folders.insert(number, folder.to_path_buf());
        Ok(())
    }

    fn add_folders(&mut self, top: &Path) -> Result<(), ComposeError> {
        let mut open = vec![top.to_path_buf()];
        while let Some(folder) = open.pop() {
            self.add_folder(&folder)?;
            for entry in fs::read_dir(&folder).map_err(error(&folder))?.flatten() {
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder && entry.file_name() != ".git" {
                    open.push(entry.path());
                }
            }
        }
        Ok(())
    }

    fn concerns(&self, path: &Path) -> bool {
        self.alone.contains(path) || self.whole.iter().any(|top| path.starts_with(top))
    }

    /// The files that have changed, when nothing more has for a moment.
    pub(super) async fn changed(&mut self) -> Result<BTreeSet<PathBuf>, ComposeError> {
        let mut all = BTreeSet::new();
        let mut end = None;
        loop {
            let quiet = end.map(|end| (tokio::time::Instant::now() + QUIET).min(end));
            let ready = async {
                let mut guard = self.kernel.readable().await?;
                guard.clear_ready();
                Ok::<_, io::Error>(())
            };
            match quiet {
                None => ready.await.map_err(error(Path::new("/")))?,
                Some(quiet) => match tokio::time::timeout_at(quiet, ready).await {
                    Ok(ready) => ready.map_err(error(Path::new("/")))?,
                    Err(_) => return Ok(all),
                },
            }
            self.take(&mut all)?;
            if !all.is_empty() && end.is_none() {
                end = Some(tokio::time::Instant::now() + GATHER);
            }
        }
    }

    fn take(&mut self, all: &mut BTreeSet<PathBuf>) -> Result<(), ComposeError> {
        let mut seen = Vec::new();
        let mut buffer = [MaybeUninit::uninit(); 16 << 10];
        let mut reader = inotify::Reader::new(self.kernel.get_ref(), &mut buffer);
        loop {
            match reader.next() {
                Ok(event) => {
                    let name = event.file_name().map(|name| name.to_string_lossy().into_owned());
                    seen.push((event.wd(), event.events(), name));
                }
                Err(rustix::io::Errno::AGAIN) => break,
                Err(rustix::io::Errno::INTR) => {}
                Err(source) => return Err(error(Path::new("/"))(source.into())),
            }
        }
        for (folder, events, name) in seen {
            if events.contains(ReadFlags::QUEUE_OVERFLOW) {
                // What was lost may be anything, so that everything counts as changed.
                for top in self.whole.iter().chain(&self.alone) {
                    all.extend(below(top)?);
                }
                continue;
            }
            let (Some(folder), Some(name)) = (self.folders.get(&folder), name) else {
                continue;
            };
            let path = folder.join(name);
            if !self.concerns(&path) {
                continue;
            }
            if events.contains(ReadFlags::ISDIR) {
                if events.intersects(ReadFlags::CREATE | ReadFlags::MOVED_TO) && path.is_dir() {
                    // What was put into it before it was watched is found now.
                    self.add_folders(&path)?;
                    all.extend(below(&path)?);
                } else if !events.contains(ReadFlags::ATTRIB) {
                    all.insert(path);
                }
            } else if !events.contains(ReadFlags::CREATE)
                || path.symlink_metadata().is_ok_and(|it| it.nlink_is_many())
            {
                // A file that was only made is told of again when it is closed; one that was linked is not.
                all.insert(path);
            }
        }
        Ok(())
    }
}

trait Links {
    fn nlink_is_many(&self) -> bool;
}

impl Links for fs::Metadata {
    fn nlink_is_many(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        self.is_symlink() || self.nlink() > 1
    }
}

/// All files below a folder, or the file itself.
pub(super) fn below(top: &Path) -> Result<Vec<PathBuf>, ComposeError> {
    let mut files = Vec::new();
    let mut open = vec![top.to_path_buf()];
    while let Some(path) = open.pop() {
        let kind = match path.symlink_metadata() {
            Ok(metadata) => metadata.file_type(),
            // It went away meanwhile.
            Err(_) => continue,
        };
        if kind.is_dir() {
            for entry in fs::read_dir(&path).map_err(error(&path))?.flatten() {
                open.push(entry.path());
            }
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn soon(files: &mut Files) -> Vec<String> {
        let changed = tokio::time::timeout(Duration::from_secs(20), files.changed()).await;
        let changed = changed.expect("a change is told").unwrap();
        let names = changed
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
        names.collect()
    }

    #[tokio::test]
    async fn writes_renames_and_removals_are_told() {
        let place = tempfile::tempdir().unwrap();
        let mut files = Files::new().unwrap();
        files.add(place.path()).unwrap();
        fs::write(place.path().join("a"), "1").unwrap();
        assert_eq!(soon(&mut files).await, ["a"]);
        fs::rename(place.path().join("a"), place.path().join("b")).unwrap();
        assert_eq!(soon(&mut files).await, ["a", "b"]);
        fs::create_dir(place.path().join("sub")).unwrap();
        fs::write(place.path().join("sub/c"), "1").unwrap();
        assert_eq!(soon(&mut files).await, ["c"]);
        fs::write(place.path().join("sub/d"), "1").unwrap();
        assert_eq!(soon(&mut files).await, ["d"]);
        fs::remove_file(place.path().join("b")).unwrap();
        assert_eq!(soon(&mut files).await, ["b"]);
    }

    #[tokio::test]
    async fn a_single_file_is_followed_when_another_takes_its_place() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("x.wasm");
        fs::write(&file, "1").unwrap();
        let mut files = Files::new().unwrap();
        files.add(&file).unwrap();
        fs::write(place.path().join("other"), "1").unwrap();
        fs::write(place.path().join("new"), "2").unwrap();
        fs::rename(place.path().join("new"), &file).unwrap();
        assert_eq!(soon(&mut files).await, ["x.wasm"]);
        fs::write(&file, "3").unwrap();
        assert_eq!(soon(&mut files).await, ["x.wasm"]);
    }
}
