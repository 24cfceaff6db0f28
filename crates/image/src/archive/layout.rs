//! OCI layout folders into the store.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use rustix::fd::OwnedFd;
use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2};
use rustix::io::Errno;
use sampan_store::{Descriptor, Lease, MAX_MANIFEST};
use sampan_types::media;

use super::{ArchiveFormat, Loaded, name, oci};
use crate::document::{self, Document};
use crate::error::{ImageError, Result};
use crate::failpoint;
use crate::pack::injected;
use crate::unpack::{UnpackLimit, UnpackLimits};

/// Takes in all images of an OCI layout folder, as `skopeo copy … oci:FOLDER` writes one. Only what its index
/// leads to is read, and nothing outside the folder.
pub fn import_layout(lease: &Lease, folder: &Path, limits: &UnpackLimits) -> Result<Loaded> {
    let fail = |source: Errno| ImageError::Io {
        action: "open",
        what: format!("`{}`", folder.display()),
        source: source.into(),
    };
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = openat(CWD, folder, flags, Mode::empty()).map_err(fail)?;
    let small = |file: &str| -> Result<Vec<u8>> {
        let Some((open, size)) = open(&root, file)? else {
            return Err(ImageError::NotAnArchive(format!(
                "`{}` has no `{file}`, so it is no OCI layout",
                folder.display()
            )));
        };
        if size > MAX_MANIFEST.get() {
            return Err(ImageError::TooLarge {
                what: file.to_owned(),
                max: MAX_MANIFEST,
            });
        }
        let mut bytes = Vec::new();
        open.take(MAX_MANIFEST.get())
            .read_to_end(&mut bytes)
            .map_err(|e| read_error(file, e))?;
        Ok(bytes)
    };
    oci::check_layout(&small("oci-layout")?)?;
    let index = small("index.json")?;
    let mut import = Import {
        lease,
        root: &root,
        limits,
        bytes: 0,
        done: HashSet::new(),
        followed: HashSet::new(),
    };
    for descriptor in oci::top_level(&index)? {
        import.tree(&descriptor, 0)?;
    }
    let images = oci::images(lease, &index)?;
    Ok(Loaded {
        format: ArchiveFormat::Oci,
        images: name(lease, images)?,
    })
}

struct Import<'a> {
    lease: &'a Lease,
    root: &'a OwnedFd,
    limits: &'a UnpackLimits,
    bytes: u64,
    done: HashSet<String>,
    /// The manifests and indexes that were followed; a layer may have the digest of one.
    followed: HashSet<String>,
}

impl Import<'_> {
    /// Takes in a blob and what it refers to. What is not there is noticed when the image is checked.
    fn tree(&mut self, descriptor: &Descriptor, depth: usize) -> Result<()> {
        let document = media::is_manifest(&descriptor.media_type) || media::is_index(&descriptor.media_type);
        let new = self.done.insert(descriptor.digest.to_string());
        if !(new || document) || !self.blob(descriptor)? {
            return Ok(());
        }
        if self.done.len() as u64 > self.limits.entries {
            return Err(limit(UnpackLimit::Entries, self.limits));
        }
        if !document || depth > 3 || !self.followed.insert(descriptor.digest.to_string()) {
            return Ok(());
        }
        let children = match document::read(self.lease, descriptor)? {
            Document::Index(entries) => entries,
            Document::Manifest(manifest) => std::iter::once(manifest.config).chain(manifest.layers).collect(),
        };
        children.iter().try_for_each(|child| self.tree(child, depth + 1))
    }

    fn blob(&mut self, descriptor: &Descriptor) -> Result<bool> {
        let digest = &descriptor.digest;
        if self.lease.blobs().contains(digest)? {
            return Ok(true);
        }
        let path = format!("blobs/{}/{}", digest.algorithm().name(), digest.hex());
        let Some((mut file, size)) = open(self.root, &path)? else {
            return Ok(false);
        };
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > self.limits.bytes.get() {
            return Err(limit(UnpackLimit::Bytes, self.limits));
        }
        let mut ingest = self.lease.blobs().ingest(Some(digest), Some(size))?;
        let mut buffer = vec![0; 128 << 10];
        loop {
            let n = file.read(&mut buffer).map_err(|e| read_error(&path, e))?;
            if n == 0 {
                break;
            }
            ingest.write_all(&buffer[..n]).map_err(|source| ImageError::Io {
                action: "write",
                what: "a blob".to_owned(),
                source,
            })?;
        }
        ingest.commit().map_err(|error| match error {
            sampan_store::StoreError::DigestMismatch { found, .. } => ImageError::ArchiveDigest {
                member: path.clone(),
                found,
            },
            other => other.into(),
        })?;
        failpoint("image::import::blob").map_err(injected)?;
        Ok(true)
    }
}

fn limit(limit: UnpackLimit, limits: &UnpackLimits) -> ImageError {
    ImageError::Read(crate::error::UnpackError::limit(limit, limits))
}

fn read_error(path: &str, source: std::io::Error) -> ImageError {
    ImageError::Io {
        action: "read",
        what: format!("`{path}`"),
        source,
    }
}

/// A regular file beneath the folder; `None` where there is none.
fn open(root: &OwnedFd, path: &str) -> Result<Option<(File, u64)>> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let how = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    let fail = |e: Errno| read_error(path, e.into());
    let file = match openat2(root, path, flags, Mode::empty(), how) {
        Ok(file) => file,
        Err(Errno::NOENT | Errno::NOTDIR) => return Ok(None),
        Err(e) => return Err(fail(e)),
    };
    let stat = fstat(&file).map_err(fail)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Ok(None);
    }
    Ok(Some((File::from(file), stat.st_size as u64)))
}
