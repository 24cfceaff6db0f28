//! What a container changed in its image's files, and how much that is.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sampan_api::container::Change;
use sampan_process::marks;

use super::ROOT;
use crate::supervisor::create::command;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::record::Record;
use crate::supervisor::{Supervisor, tree_size};
use sampan_types::platform::Kind as Platform;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::supervisor) enum Kind {
    Modified = 0,
    Added = 1,
    Deleted = 2,
}

/// One difference; the path begins with a slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::supervisor) struct Difference {
    pub(in crate::supervisor) kind: Kind,
    pub(in crate::supervisor) path: PathBuf,
    pub(in crate::supervisor) size: u64,
}

impl Supervisor {
    /// What a container changed in its image's files; `None` where nothing is.
    pub async fn changes(&self, container: &str) -> Result<Option<Vec<Change>>> {
        let cell = self.shared.find(container)?;
        let changes = self.differences(&cell.record()).await?;
        let changes: Vec<Change> = changes
            .into_iter()
            .map(|change| Change {
                kind: change.kind as u8,
                path: change.path.display().to_string(),
            })
            .collect();
        Ok((!changes.is_empty()).then_some(changes))
    }

    pub(in crate::supervisor) async fn differences(&self, record: &Record) -> Result<Vec<Difference>> {
        if record.kind == Platform::Linux {
            let failed = SupervisorError::io("compare", "the container's files");
            let (me, record) = (self.clone(), record.clone());
            let walked = tokio::task::spawn_blocking(move || match me.linux_layers(&record)? {
                None => Ok(Vec::new()),
                Some(layers) => layers
                    .differences()
                    .map_err(SupervisorError::io("compare", "the container's files")),
            });
            return walked
                .await
                .unwrap_or_else(|e| Err(failed(std::io::Error::other(e))));
        }
        let own = self.folder(&record.id).join(ROOT);
        if !record.folder || !own.is_dir() {
            return Ok(Vec::new());
        }
        let image = self.image_of_record(record)?;
        let ready = self.program(&image, &command(&record.config)).await?;
        let compared = tokio::task::spawn_blocking(move || {
            let mut found = Vec::new();
            if let Some(rootfs) = &ready.rootfs {
                compare(rootfs.path(), &own, Path::new("/"), &mut found)?;
            }
            Ok(found)
        });
        compared
            .await
            .unwrap_or_else(|e| Err(std::io::Error::other(e)))
            .map_err(SupervisorError::io("compare", "the container's files"))
    }

    /// What a container has of its own, in bytes.
    pub(crate) fn layer_size(&self, record: &Record) -> u64 {
        let size = self.sizes(record).0;
        u64::try_from(size).unwrap_or(0)
    }

    /// What a container has of its own, and with its image's files, in bytes.
    pub(crate) fn sizes(&self, record: &Record) -> (i64, i64) {
        let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        if record.kind == Platform::Linux {
            let (own, all) = self.linux_sizes(record).unwrap_or_default();
            return (signed(own), signed(all));
        }
        let rootfs = self
            .image_of_record(record)
            .ok()
            .and_then(|image| image.runnable.rootfs.as_ref().map(|plan| plan.chain_id.clone()))
            .and_then(|chain| self.shared.engine.store().rootfs(&chain).ok().flatten());
        let own = self.folder(&record.id).join(ROOT);
        if !record.folder || !own.is_dir() {
            return (0, rootfs.map_or(0, |rootfs| signed(tree_size(rootfs.path()))));
        }
        let mut found = Vec::new();
        if let Some(rootfs) = rootfs {
            // Sizes are told for information; what cannot be read counts for nothing.
            let _ = compare(rootfs.path(), &own, Path::new("/"), &mut found);
        }
        let mine = found.iter().map(|difference| difference.size).sum();
        (signed(mine), signed(tree_size(&own)))
    }
}

/// Compares a folder of the image with that of the container.
pub(in crate::supervisor) fn compare(
    base: &Path,
    own: &Path,
    at: &Path,
    found: &mut Vec<Difference>,
) -> std::io::Result<()> {
    compare_by(base, own, at, found, &|base, was, own, now| {
        // What a folder itself is like is no change: the copy was made by somebody else.
        !(was.is_dir() && now.is_dir()) && differs(base, was, own, now)
    })
}

/// Whether what has one name in both is another thing.
type Differs = dyn Fn(&Path, &Metadata, &Path, &Metadata) -> bool;

/// The same for two images, where owners, all bits and attributes count, those of folders too.
pub(in crate::supervisor) fn compare_exactly(
    base: &Path,
    own: &Path,
    found: &mut Vec<Difference>,
) -> std::io::Result<()> {
    compare_by(base, own, Path::new("/"), found, &|base, was, own, now| {
        let said = |meta: &Metadata| (meta.uid(), meta.gid(), meta.permissions().mode());
        let folders = was.is_dir() && now.is_dir();
        said(was) != said(now)
            || !folders && differs(base, was, own, now)
            || !now.is_symlink() && attributes(base) != attributes(own)
    })
}

/// A file's attributes; what cannot be read equals nothing that can.
fn attributes(path: &Path) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut names = vec![0; 64 << 10];
    let length = rustix::fs::llistxattr(path, &mut names[..]).ok()?;
    let each = names[..length]
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty());
    let mut all: Vec<(Vec<u8>, Vec<u8>)> = each
        .filter(|name| !marks::is_one(name))
        .map(|name| {
            let mut value = vec![0; 64 << 10];
            let length = rustix::fs::lgetxattr(path, name, &mut value[..]).unwrap_or(0);
            value.truncate(length);
            (name.to_vec(), value)
        })
        .collect();
    all.sort();
    Some(all)
}

fn compare_by(
    base: &Path,
    own: &Path,
    at: &Path,
    found: &mut Vec<Difference>,
    differs: &Differs,
) -> std::io::Result<()> {
    let (before, after) = (names(base)?, names(own)?);
    for name in before.difference(&after) {
        found.push(Difference {
            kind: Kind::Deleted,
            path: at.join(name),
            size: 0,
        });
    }
    for name in &after {
        let path = at.join(name);
        let now = fs::symlink_metadata(own.join(name))?;
        let size = if now.is_file() { now.len() } else { 0 };
        if !before.contains(name) {
            found.push(Difference {
                kind: Kind::Added,
                path: path.clone(),
                size,
            });
            if now.is_dir() {
                added(&own.join(name), &path, found)?;
            }
            continue;
        }
        let was = fs::symlink_metadata(base.join(name))?;
        let place = found.len();
        if now.is_dir() && was.is_dir() {
            compare_by(&base.join(name), &own.join(name), &path, found, differs)?;
            // A folder is changed when something in it is.
            if found.len() > place || differs(&base.join(name), &was, &own.join(name), &now) {
                let kind = Kind::Modified;
                found.insert(place, Difference { kind, path, size });
            }
        } else if differs(&base.join(name), &was, &own.join(name), &now) {
            found.push(Difference {
                kind: Kind::Modified,
                path: path.clone(),
                size,
            });
            if now.is_dir() {
                added(&own.join(name), &path, found)?;
            }
        }
    }
    Ok(())
}

fn added(folder: &Path, at: &Path, found: &mut Vec<Difference>) -> std::io::Result<()> {
    for name in names(folder)? {
        let (inner, path) = (folder.join(&name), at.join(&name));
        let meta = fs::symlink_metadata(&inner)?;
        found.push(Difference {
            kind: Kind::Added,
            path: path.clone(),
            size: if meta.is_file() { meta.len() } else { 0 },
        });
        if meta.is_dir() {
            added(&inner, &path, found)?;
        }
    }
    Ok(())
}

fn differs(base: &Path, was: &Metadata, own: &Path, now: &Metadata) -> bool {
    if was.file_type() != now.file_type() {
        return true;
    }
    if was.is_symlink() {
        return fs::read_link(base).ok() != fs::read_link(own).ok();
    }
    // The copy can be read and written by its owner, whatever the image says.
    let bits = |meta: &Metadata| meta.permissions().mode() & 0o777 | 0o600;
    was.len() != now.len()
        || bits(was) != bits(now)
        || (was.mtime(), was.mtime_nsec()) != (now.mtime(), now.mtime_nsec())
}

fn names(folder: &Path) -> std::io::Result<std::collections::BTreeSet<std::ffi::OsString>> {
    fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name()))
        .collect()
}
