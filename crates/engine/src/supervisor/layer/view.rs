//! Where a path of a container leads: into its own files, or into something that is mounted there.

use std::fs::File;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
use sampan_types::platform::Kind;

use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::create::command;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::record::MountKind;

/// A place in a container's files, from which no link leads out.
#[derive(Debug)]
pub(super) struct Place {
    /// The folder that takes the place of `/` when links are followed.
    pub(super) root: File,
    /// Beneath it, normal: without `.` and `..`.
    pub(super) path: PathBuf,
    /// Its last name as the container sees it: the root of a mount has one there, and none beneath itself.
    pub(super) name: String,
    pub(super) writable: bool,
    /// Whether owners and devices mean something there.
    pub(super) owned: bool,
    /// Keeps an image's files from being collected.
    _held: Option<Arc<crate::supervisor::images::Ready>>,
}

/// Whether somebody wants to change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    Reading,
    Writing,
}

impl Supervisor {
    /// Finds the place of a path.
    pub(super) async fn place(&self, cell: &Arc<Cell>, text: &str, what: For) -> Result<Place> {
        let record = cell.record();
        let path = normal(text);
        let name = path
            .file_name()
            .map_or("/".into(), |name| name.to_string_lossy().into_owned());
        let mount = record
            .mounts
            .iter()
            .filter(|mount| matches!(mount.kind, MountKind::Bind | MountKind::Volume))
            .filter(|mount| path.starts_with(&mount.destination))
            .max_by_key(|mount| mount.destination.len());
        if let Some(mount) = mount {
            self.check_mounted(&mount.name, Path::new(&mount.source))?;
            let rest = path.strip_prefix(&mount.destination).unwrap_or(Path::new(""));
            return Ok(Place {
                root: open(Path::new(&mount.source))?,
                path: Path::new("/").join(rest),
                name,
                writable: mount.writable,
                owned: record.kind == Kind::Linux,
                _held: None,
            });
        }
        if record.kind == Kind::Linux {
            return Ok(Place {
                root: self.linux_place(cell).await?,
                path,
                name,
                writable: !record.host.readonly_rootfs,
                owned: true,
                _held: None,
            });
        }
        let image = self.image_of_record(&record)?;
        if image.runnable.rootfs.is_none() {
            return Err(SupervisorError::NoFile {
                path: text.to_owned(),
                container: cell.id.to_string(),
            });
        }
        let writable = !record.host.readonly_rootfs;
        if record.folder || (what == For::Writing && writable) {
            return Ok(Place {
                root: open(&self.own_root(cell).await?)?,
                path,
                name,
                writable,
                owned: false,
                _held: None,
            });
        }
        let ready = self.program(&image, &command(&record.config)).await?;
        let rootfs = ready.rootfs.as_ref().ok_or_else(|| SupervisorError::NoFile {
            path: text.to_owned(),
            container: cell.id.to_string(),
        })?;
        Ok(Place {
            root: open(rootfs.path())?,
            path,
            name,
            writable: false,
            owned: false,
            _held: Some(ready.clone()),
        })
    }
}

impl Place {
    /// Opens the folder that the path is in, and tells the last name. The root itself is in itself, as `.`.
    pub(super) fn parent(&self) -> std::io::Result<(File, PathBuf)> {
        match (self.path.parent(), self.path.file_name()) {
            (Some(parent), Some(name)) => Ok((self.folder(parent)?, name.into())),
            _ => Ok((self.folder(Path::new("/"))?, ".".into())),
        }
    }

    /// Opens a folder, following links as a process with this root would.
    pub(super) fn folder(&self, path: &Path) -> std::io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        Ok(beneath(&self.root, path, flags)?.into())
    }
}

pub(super) fn beneath(root: &File, path: &Path, flags: OFlags) -> rustix::io::Result<rustix::fd::OwnedFd> {
    openat2(
        root,
        path,
        flags,
        Mode::empty(),
        ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS,
    )
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(SupervisorError::io("open", path))
}

/// Absolute, without `.` and `..`.
pub(super) fn normal(text: &str) -> PathBuf {
    let mut path = PathBuf::from("/");
    for part in Path::new(text).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir => {
                path.pop();
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    path
}
