//! Single files of the host in Wasm containers.
//!
//! WASI opens folders, so a file of the host cannot stand in a folder of the container. What is to be read is copied to
//! its place whenever the container starts. What is to be written cannot be given so, and is refused.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::extract::extract;
use super::view::For;
use crate::supervisor::cell::Cell;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::images::Image;
use crate::supervisor::record::{MountKind, MountRecord, Record};
use crate::supervisor::{ArchiveOptions, Supervisor};

/// More than a secret or a configuration has: each start copies it.
const FILE_MAX: u64 = 16 << 20;

/// Whether single files can be given to a container of an image as they were asked for.
pub(crate) fn check_files(mounts: &[MountRecord], image: &Image, read_only_root: bool) -> Result<()> {
    for mount in mounts.iter().filter(|mount| mount.kind == MountKind::File) {
        let why = if mount.writable {
            "a single file can be given to a Wasm container to read alone; mount its folder, or add `:ro`"
        } else if image.runnable.rootfs.is_none() {
            "the image is a program without files, so there is no place for a single one; mount its folder"
        } else if read_only_root {
            "there is no place for a single file in a root filesystem that is read-only; mount its folder"
        } else {
            continue;
        };
        return Err(SupervisorError::Invalid(format!(
            "invalid mount config for type \"bind\": {} is not a folder: {why}",
            mount.source
        )));
    }
    Ok(())
}

impl Supervisor {
    /// Puts the files of the host that a container is to read where it looks for them, as they are now.
    pub(crate) async fn give_files(&self, cell: &Arc<Cell>, record: &Record) -> Result<()> {
        for mount in record.mounts.iter().filter(|mount| mount.kind == MountKind::File) {
            let place = self.place(cell, "/", For::Writing).await?;
            let (source, target) = (PathBuf::from(&mount.source), PathBuf::from(&mount.destination));
            let options = ArchiveOptions {
                no_overwrite_dir_non_dir: true,
                ..ArchiveOptions::default()
            };
            let work = move || {
                let archive = archive(&source, &target).map_err(|error| unfit(&source, &error))?;
                extract(&place, options, &mut archive.as_slice())
                    .map_err(SupervisorError::io("put a file of the host at", &target))
            };
            let given = tokio::task::spawn_blocking(work).await;
            given.map_err(|error| {
                SupervisorError::io("read", &mount.source)(std::io::Error::other(error))
            })??;
        }
        Ok(())
    }
}

/// The file is not what it was when the container was made.
fn unfit(source: &Path, error: &io::Error) -> SupervisorError {
    let source = source.display();
    SupervisorError::Invalid(match error.kind() {
        io::ErrorKind::NotFound => {
            format!("invalid mount config for type \"bind\": bind source path does not exist: {source}")
        }
        io::ErrorKind::FileTooLarge => format!(
            "invalid mount config for type \"bind\": {source} is larger than {FILE_MAX} bytes, which a single file in a Wasm \
             container may have; mount its folder"
        ),
        _ => format!("invalid mount config for type \"bind\": {source} cannot be read: {error}"),
    })
}

/// An archive of one file, at its place beneath the root.
fn archive(source: &Path, target: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(source)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(io::Error::other("it is no file any more"));
    }
    let mut bytes = Vec::new();
    let mut header = tar::Header::new_gnu();
    header.set_metadata(&meta);
    file.take(FILE_MAX + 1).read_to_end(&mut bytes)?;
    let size = bytes.len() as u64;
    if size > FILE_MAX {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    header.set_size(size);
    let mut builder = tar::Builder::new(Vec::with_capacity(bytes.len() + 4096));
    let target = target.strip_prefix("/").unwrap_or(target);
    builder.append_data(&mut header, target, bytes.as_slice())?;
    builder.into_inner()
}
