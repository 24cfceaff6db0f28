//! `docker cp` both ways, and `export`.

use std::io::Read;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, readlinkat, statat};
use sampan_api::Time;
use sampan_api::container::PathStat;

use super::extract::extract;
use super::pack::pack;
use super::view::{For, Place};
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::{ArchiveOptions, ByteStream, Supervisor};

/// Go's bits for what is no regular file.
const GO_FOLDER: u32 = 1 << 31;
const GO_LINK: u32 = 1 << 27;
const GO_DEVICE: u32 = 1 << 26;
const GO_PIPE: u32 = 1 << 25;
const GO_SOCKET: u32 = 1 << 24;
const GO_CHARACTER: u32 = 1 << 21;
const GO_OTHER: u32 = 1 << 19;

impl Supervisor {
    /// What lies at a path of a container.
    pub async fn archive_stat(&self, container: &str, path: &str) -> Result<PathStat> {
        let cell = self.shared.find(container)?;
        let place = self.place(&cell, path, For::Reading).await?;
        stat_of(&place, path, container)
    }

    /// What lies at a path of a container, as an archive.
    pub async fn archive_get(&self, container: &str, path: &str) -> Result<(PathStat, ByteStream)> {
        let cell = self.shared.find(container)?;
        let place = self.place(&cell, path, For::Reading).await?;
        let stat = stat_of(&place, path, container)?;
        // The contents of a folder are asked for with `/.` at the end.
        let inside = path.ends_with("/.") || path.ends_with("/");
        let as_ = if inside && stat.mode & GO_FOLDER != 0 {
            ".".to_owned()
        } else {
            stat.name.clone()
        };
        let stream = ByteStream::written_by(move |out| pack(out, &place, Path::new(&as_)));
        self.container_event(&cell, "archive-path", &[]);
        Ok((stat, stream))
    }

    /// Unpacks an archive into a folder of a container. `archive` is read on a thread of its own.
    pub async fn archive_put(
        &self,
        container: &str,
        path: &str,
        options: ArchiveOptions,
        mut archive: Box<dyn Read + Send>,
    ) -> Result<()> {
        let cell = self.shared.find(container)?;
        let place = self.place(&cell, path, For::Writing).await?;
        if let Some(why) = place.read_only {
            return Err(SupervisorError::Denied(why.to_owned()));
        }
        match place.folder(&place.path) {
            Ok(_) => {}
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NOTDIR.raw_os_error()) => {
                return Err(SupervisorError::Invalid(
                    "extraction point is not a directory".to_owned(),
                ));
            }
            Err(error) => return Err(missing(error, path, container)),
        }
        let unpacked = tokio::task::spawn_blocking(move || extract(&place, options, &mut archive));
        let outcome = unpacked.await.unwrap_or_else(|e| Err(std::io::Error::other(e)));
        outcome.map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidInput => SupervisorError::Invalid(error.to_string()),
            std::io::ErrorKind::ResourceBusy => SupervisorError::Conflict(error.to_string()),
            std::io::ErrorKind::ReadOnlyFilesystem => SupervisorError::Denied(error.to_string()),
            _ if error.raw_os_error().is_none() => {
                SupervisorError::Invalid(format!("cannot read the archive: {error}"))
            }
            _ => SupervisorError::io("unpack into", path)(error),
        })?;
        self.container_event(&cell, "extract-to-dir", &[]);
        Ok(())
    }

    /// All files of a container as an archive.
    pub async fn export(&self, container: &str) -> Result<ByteStream> {
        let cell = self.shared.find(container)?;
        let place = match self.place(&cell, "/", For::Reading).await {
            // What is mounted is not the container's own.
            Ok(place) => Some(place.alone()),
            // An artifact has no files, which is an archive of nothing.
            Err(SupervisorError::NoFile { .. }) => None,
            Err(error) => return Err(error),
        };
        let stream = ByteStream::written_by(move |out| match &place {
            Some(place) => pack(out, place, Path::new("")),
            None => tar::Builder::new(out).finish(),
        });
        self.container_event(&cell, "export", &[]);
        Ok(stream)
    }
}

fn missing(error: std::io::Error, path: &str, container: &str) -> SupervisorError {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => SupervisorError::NoFile {
            path: path.to_owned(),
            container: container.to_owned(),
        },
        _ => SupervisorError::io("open", path)(error),
    }
}

/// A slash at the end says that it is a folder, and a client that writes a file there by mistake hears that it is none.
fn stat_of(place: &Place, path: &str, container: &str) -> Result<PathStat> {
    let stat = stat(place).map_err(|error| missing(error, path, container))?;
    match path.ends_with('/') && stat.mode & (GO_FOLDER | GO_LINK) == 0 {
        true => Err(SupervisorError::Invalid(format!("lstat {path}: not a directory"))),
        false => Ok(stat),
    }
}

fn stat(place: &Place) -> std::io::Result<PathStat> {
    let (folder, name) = place.parent()?;
    let stat = statat(&folder, &name, AtFlags::SYMLINK_NOFOLLOW)?;
    let bits = stat.st_mode & 0o777;
    let (mode, target) = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => (bits, String::new()),
        FileType::Directory => (bits | GO_FOLDER, String::new()),
        FileType::Symlink => {
            let target = readlinkat(&folder, &name, Vec::new())?;
            let target = target.to_string_lossy().into_owned();
            // As the container sees it, from the root.
            let above = place.seen.parent().unwrap_or(Path::new("/"));
            let whole = above.join(&target);
            let whole = super::view::normal(&whole.to_string_lossy());
            (bits | GO_LINK, whole.display().to_string())
        }
        FileType::Fifo => (bits | GO_PIPE, String::new()),
        FileType::Socket => (bits | GO_SOCKET, String::new()),
        FileType::BlockDevice => (bits | GO_DEVICE, String::new()),
        FileType::CharacterDevice => (bits | GO_DEVICE | GO_CHARACTER, String::new()),
        FileType::Unknown => (bits | GO_OTHER, String::new()),
    };
    let nanos = u32::try_from(stat.st_mtime_nsec).unwrap_or(0);
    Ok(PathStat {
        name: place.name.clone(),
        size: stat.st_size,
        mode,
        mtime: Time::from_unix(stat.st_mtime, nanos),
        link_target: target,
    })
}
