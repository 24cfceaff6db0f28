//! Where a path of a container leads: into its own files, or into something that is mounted there.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
use rustix::io::Errno;
use sampan_types::platform::Kind;

use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::create::command;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::record::{MountKind, Record};

/// A place in a container's files, from which no link leads out.
#[derive(Debug)]
pub(super) struct Place {
    /// The folder that takes the place of `/` when links are followed.
    pub(super) root: File,
    /// Beneath it, normal: without `.` and `..`.
    pub(super) path: PathBuf,
    /// The same as the container has it.
    pub(super) seen: PathBuf,
    /// Its last name as the container sees it: the root of a mount has one there, and none beneath itself.
    pub(super) name: String,
    /// Why nothing may be written there.
    pub(super) read_only: Option<&'static str>,
    /// Whether owners and devices mean something there.
    pub(super) owned: bool,
    /// What is mounted beneath it.
    mounts: Vec<Mounted>,
    /// Keeps an image's files from being collected.
    _held: Option<Arc<crate::supervisor::images::Ready>>,
}

/// Something of the host in a container's files.
#[derive(Debug)]
pub(super) struct Mounted {
    /// Where the container has it.
    at: PathBuf,
    /// The folder itself, or the one that the file is in.
    pub(super) folder: File,
    /// `.`, or the file's name.
    pub(super) name: PathBuf,
    writable: bool,
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
        let seen = normal(text);
        let name = seen
            .file_name()
            .map_or("/".into(), |name| name.to_string_lossy().into_owned());
        let owned = record.kind == Kind::Linux;
        let (around, beneath): (Vec<_>, Vec<_>) = self
            .mounts_near(&record, &seen)?
            .into_iter()
            .partition(|mount| seen.starts_with(&mount.0));
        let mounts = beneath.iter().map(mounted).collect::<Result<Vec<_>>>()?;
        let place = |root, path, read_only| Place {
            root,
            path,
            seen: seen.clone(),
            name,
            read_only,
            owned,
            mounts,
            _held: None,
        };
        if let Some(mount) = around.iter().max_by_key(|mount| mount.0.components().count()) {
            let mount = mounted(mount)?;
            let rest = seen.strip_prefix(&mount.at).unwrap_or(Path::new(""));
            let path = match (mount.name.as_os_str() == ".", rest.as_os_str().is_empty()) {
                (true, _) => Path::new("/").join(rest),
                // As the kernel does: a file with nothing behind it has no slash there.
                (false, true) => Path::new("/").join(&mount.name),
                (false, false) => Path::new("/").join(&mount.name).join(rest),
            };
            let why = (!mount.writable).then_some("mounted volume is marked read-only");
            return Ok(place(mount.folder, path, why));
        }
        let why = record
            .host
            .readonly_rootfs
            .then_some("container rootfs is marked read-only");
        if owned {
            return Ok(place(self.linux_place(cell).await?, seen.clone(), why));
        }
        let image = self.image_of_record(&record)?;
        let none = || SupervisorError::NoFile {
            path: text.to_owned(),
            container: cell.id.to_string(),
        };
        if image.runnable.rootfs.is_none() {
            return Err(none());
        }
        if record.folder || (what == For::Writing && why.is_none()) {
            return Ok(place(open(&self.own_root(cell).await?)?, seen.clone(), why));
        }
        let ready = self.program(&image, &command(&record.config)).await?;
        let rootfs = ready.rootfs.as_ref().ok_or_else(none)?;
        // It is the image's own, which all its containers read.
        let why = why.or(Some("container rootfs is marked read-only"));
        let mut place = place(open(rootfs.path())?, seen.clone(), why);
        place._held = Some(ready.clone());
        Ok(place)
    }

    /// What is mounted around a path and beneath it, and where: binds and volumes, and the files that the engine writes.
    fn mounts_near(&self, record: &Record, seen: &Path) -> Result<Vec<(PathBuf, PathBuf, bool)>> {
        let near = |at: &Path| seen.starts_with(at) || at.starts_with(seen);
        let mut all = Vec::new();
        for mount in &record.mounts {
            let at = normal(&mount.destination);
            if matches!(mount.kind, MountKind::Bind | MountKind::Volume) && near(&at) {
                self.check_mounted(&mount.name, Path::new(&mount.source))?;
                all.push((at, PathBuf::from(&mount.source), mount.writable));
            }
        }
        if record.kind == Kind::Linux {
            let own = self.own_files(record).into_iter();
            all.extend(
                own.filter(|(at, _)| near(at))
                    .map(|(at, source)| (at, source, true)),
            );
        }
        Ok(all)
    }
}

fn mounted((at, source, writable): &(PathBuf, PathBuf, bool)) -> Result<Mounted> {
    // What is mounted is what the links lead to.
    let failed = || SupervisorError::io("open", source);
    let source = fs::canonicalize(source).map_err(failed())?;
    let (folder, name) = match (source.is_dir(), source.parent(), source.file_name()) {
        (false, Some(parent), Some(name)) => (parent, PathBuf::from(name)),
        _ => (source.as_path(), PathBuf::from(".")),
    };
    Ok(Mounted {
        at: at.clone(),
        folder: open(folder)?,
        name,
        writable: *writable,
    })
}

impl Place {
    /// Opens the folder that the path is in, and tells the last name. The root itself is in itself, as `.`.
    pub(super) fn parent(&self) -> io::Result<(File, PathBuf)> {
        match (self.path.parent(), self.path.file_name()) {
            (Some(parent), Some(name)) => Ok((self.folder(parent)?, name.into())),
            _ => Ok((self.folder(Path::new("/"))?, ".".into())),
        }
    }

    /// Opens a folder, following links as a process with this root would.
    pub(super) fn folder(&self, path: &Path) -> io::Result<File> {
        let spot = Spot {
            root: &self.root,
            path: PathBuf::new(),
        };
        spot.folder(path)
    }

    /// The same without what is mounted in it.
    pub(super) fn alone(mut self) -> Self {
        self.mounts.clear();
        self
    }

    /// What is mounted exactly there, as the container has it, and beneath this place.
    pub(super) fn mounted_at(&self, seen: &Path) -> Option<&Mounted> {
        self.mounts.iter().find(|mount| mount.at == seen)
    }

    /// Whether a folder is mounted exactly there.
    pub(super) fn holds_folder(&self, path: &Path) -> bool {
        self.mounted_at(&self.seen.join(path))
            .is_some_and(|mount| mount.name.as_os_str() == ".")
    }

    /// The root and the path in it of what lies beneath this place.
    pub(super) fn within(&self, path: &Path) -> io::Result<Spot<'_>> {
        let seen = self.seen.join(path);
        let around = self.mounts.iter().filter(|mount| seen.starts_with(&mount.at));
        let Some(mount) = around.max_by_key(|mount| mount.at.components().count()) else {
            return Ok(Spot {
                root: &self.root,
                path: self.path.join(path),
            });
        };
        let rest = seen.strip_prefix(&mount.at).unwrap_or(Path::new(""));
        let folder = mount.name.as_os_str() == ".";
        match (folder, rest.as_os_str().is_empty()) {
            // As the kernel answers to whoever would take the mount away.
            (_, true) => Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                format!("unlinkat {}: device or resource busy", seen.display()),
            )),
            (false, false) => Err(Errno::NOTDIR.into()),
            _ if !mount.writable => Err(io::Error::new(
                io::ErrorKind::ReadOnlyFilesystem,
                format!("open {}: read-only file system", seen.display()),
            )),
            _ => Ok(Spot {
                root: &mount.folder,
                path: Path::new("/").join(rest),
            }),
        }
    }
}

/// A path and the root that links on it are followed in.
#[derive(Clone, Debug)]
pub(super) struct Spot<'a> {
    pub(super) root: &'a File,
    pub(super) path: PathBuf,
}

impl Spot<'_> {
    /// Opens a folder, following links as a process with this root would.
    pub(super) fn folder(&self, path: &Path) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        Ok(beneath(self.root, path, flags)?.into())
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
