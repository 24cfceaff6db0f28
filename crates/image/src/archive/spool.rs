//! The members of an archive, taken into the store in whatever order they come.

use std::collections::HashMap;
use std::io::{Read, Write};

use sampan_store::{Blob, Lease, MAX_MANIFEST};
use sampan_types::Digest;

use crate::decompress::{Meter, Unpacked, drain};
use crate::error::{ImageError, Result, UnpackError};
use crate::failpoint;
use crate::pack::injected;
use crate::tarstream::{Member, MemberKind, TarReader};
use crate::unpack::{UnpackLimit, UnpackLimits, readable};

/// So many links may lead to a member.
const MAX_HOPS: usize = 8;
/// The documents that say what an archive is. They are kept in memory.
const DOCUMENTS: [&str; 4] = ["oci-layout", "index.json", "manifest.json", "repositories"];

/// What an archive has. Its blobs are in the store, without a name, so that collection takes what stays
/// unused.
#[derive(Debug, Default)]
pub(super) struct Spool {
    pub(super) documents: HashMap<String, Vec<u8>>,
    files: HashMap<String, Blob>,
    links: HashMap<String, String>,
    /// Names for the error that says what was found.
    pub(super) seen: Vec<String>,
}

impl Spool {
    /// Reads a whole archive, compressed or not.
    pub(super) fn read(lease: &Lease, source: impl Read, limits: &UnpackLimits) -> Result<Self> {
        let meter = Meter::new(limits);
        let stream = Unpacked::new(source, &meter).map_err(|e| ImageError::Read(meter.error(e)))?;
        let mut tar = TarReader::new(stream, limits.header);
        let mut spool = Self::default();
        let mut entries = 0;
        while let Some(member) = tar.next().map_err(|e| not_tar(&spool, meter.tar_error(e)))? {
            entries += 1;
            if entries > limits.entries {
                return Err(ImageError::Read(UnpackError::limit(UnpackLimit::Entries, limits)));
            }
            spool.member(lease, &member, &mut tar, &meter)?;
            failpoint("image::load::member").map_err(injected)?;
        }
        drain(&mut tar.into_inner()).map_err(|e| ImageError::Read(meter.error(e)))?;
        Ok(spool)
    }

    fn member(&mut self, lease: &Lease, member: &Member, body: &mut impl Read, meter: &Meter) -> Result<()> {
        let refused = |why| {
            ImageError::Read(UnpackError::Refused {
                entry: readable(&member.path),
                why,
            })
        };
        let Ok(path) = std::str::from_utf8(&member.path) else {
            return Err(refused("its name is not text"));
        };
        if path.len() > meter.limits().path {
            return Err(ImageError::Read(UnpackError::limit(
                UnpackLimit::Path,
                meter.limits(),
            )));
        }
        let name = join("", path).ok_or_else(|| refused("its path leads out of the archive"))?;
        if self.seen.len() < 8 && !name.is_empty() {
            self.seen.push(readable(name.as_bytes()));
        }
        let text = |target: &[u8]| std::str::from_utf8(target).map(str::to_owned).ok();
        match &member.kind {
            MemberKind::Symlink(target) => {
                let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
                // A target outside means nothing here; it matters only when something refers to it.
                if let Some(target) = text(target).and_then(|target| join(folder, &target)) {
                    self.links.insert(name, target);
                }
            }
            MemberKind::HardLink(target) => {
                if let Some(target) = text(target).and_then(|target| join("", &target)) {
                    self.links.insert(name, target);
                }
            }
            MemberKind::File => {
                if member.segments.iter().map(|(_, length)| *length).sum::<u64>() != member.size {
                    return Err(refused("a sparse file in an image archive"));
                }
                self.file(lease, name, member.size, body, meter)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn file(
        &mut self,
        lease: &Lease,
        name: String,
        size: u64,
        body: &mut impl Read,
        meter: &Meter,
    ) -> Result<()> {
        self.links.remove(&name);
        if DOCUMENTS.contains(&name.as_str()) {
            if size > MAX_MANIFEST.get() {
                return Err(ImageError::TooLarge {
                    what: name,
                    max: MAX_MANIFEST,
                });
            }
            let mut bytes = Vec::new();
            body.read_to_end(&mut bytes)
                .map_err(|e| ImageError::Read(meter.error(e)))?;
            self.documents.insert(name, bytes);
            return Ok(());
        }
        let promised = digest_in(&name);
        if let Some(digest) = &promised
            && lease.blobs().contains(digest)?
        {
            self.files.insert(
                name,
                Blob {
                    digest: digest.clone(),
                    size,
                },
            );
            return Ok(());
        }
        // The archive's own word for the digest is checked after the bytes are in, to name the member.
        let mut ingest = match &promised {
            Some(digest) => lease.blobs().ingest(Some(digest), Some(size))?,
            None => lease.blobs().ingest(None, Some(size))?,
        };
        let mut buffer = vec![0; 128 << 10];
        loop {
            let n = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(ImageError::Read(meter.error(e))),
            };
            ingest.write_all(&buffer[..n]).map_err(|source| ImageError::Io {
                action: "write",
                what: "a blob".to_owned(),
                source,
            })?;
        }
        let blob = ingest.commit().map_err(|error| match error {
            sampan_store::StoreError::DigestMismatch { found, .. } => ImageError::ArchiveDigest {
                member: name.clone(),
                found,
            },
            other => other.into(),
        })?;
        self.files.insert(name, blob);
        Ok(())
    }

    /// The blob that a member's name stands for, links followed.
    pub(super) fn blob(&self, path: &str) -> Result<&Blob> {
        let missing = || ImageError::ArchiveMember(readable(path.as_bytes()));
        let mut name = join("", path).ok_or_else(missing)?;
        for _ in 0..MAX_HOPS {
            if let Some(blob) = self.files.get(&name) {
                return Ok(blob);
            }
            name = self.links.get(&name).ok_or_else(missing)?.clone();
        }
        Err(missing())
    }

    /// What the archive has, for the error that says that it is none.
    pub(super) fn found(&self) -> String {
        match self.seen.as_slice() {
            [] => "it is empty".to_owned(),
            names => format!(
                "it has neither `index.json` nor `manifest.json`, but `{}`",
                names.join("`, `")
            ),
        }
    }
}

/// A stream whose very first bytes are no tar archive is another file altogether.
fn not_tar(spool: &Spool, error: UnpackError) -> ImageError {
    match error {
        UnpackError::Malformed { offset: 0, why } if spool.seen.is_empty() => {
            ImageError::NotAnArchive(format!("it is no tar archive ({why})"))
        }
        other => ImageError::Read(other),
    }
}

/// The digest that a blob's place in an OCI layout promises.
pub(super) fn digest_in(name: &str) -> Option<Digest> {
    let (algorithm, hex) = name.strip_prefix("blobs/")?.split_once('/')?;
    format!("{algorithm}:{hex}").parse().ok()
}

/// A path within the archive, by its text alone: there are no folders here that could be symlinks. `None`
/// where it leads out.
fn join(folder: &str, path: &str) -> Option<String> {
    let start = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn paths_stay_within() {
        assert_eq!(join("", "./a//b").as_deref(), Some("a/b"));
        assert_eq!(join("x/y", "../z/layer.tar").as_deref(), Some("x/z/layer.tar"));
        assert_eq!(join("x", "/abs").as_deref(), Some("abs"));
        assert_eq!(join("x", "../../etc/passwd"), None);
        assert_eq!(join("", ".."), None);
    }
}
