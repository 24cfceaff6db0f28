//! What the store takes on the disk.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use sampan_types::{ByteCount, Digest};

use crate::error::Result;
use crate::mark::Marks;
use crate::store::Inner;
use crate::tree;

/// What bytes are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DfKind {
    /// Blobs of local images.
    Images,
    /// Blobs that only the registry server refers to, and its records.
    Registry,
    /// Blobs that nothing refers to yet, or any more.
    Unreferenced,
    /// Compiled code and the file memo.
    Code,
    /// Unpacked root filesystems and layers.
    Rootfs,
    /// Containers' folders, and what is noted of their programs.
    Containers,
    /// Partial downloads and uploads, temporary files.
    Temporary,
    /// The folders themselves, locks, leases, and what is not the store's.
    Other,
}

impl fmt::Display for DfKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Images => "images",
            Self::Registry => "registry",
            Self::Unreferenced => "unreferenced",
            Self::Code => "compiled code",
            Self::Rootfs => "unpacked files",
            Self::Containers => "containers",
            Self::Temporary => "temporary",
            Self::Other => "other",
        })
    }
}

/// Allocated bytes by kind. A file with several names counts once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Df {
    /// Bytes by kind; a kind with nothing is absent.
    pub kinds: BTreeMap<DfKind, ByteCount>,
    /// What the next collection may free: the unreferenced and temporary ones.
    pub reclaimable: ByteCount,
}

impl Df {
    /// Everything.
    pub fn total(&self) -> ByteCount {
        self.kinds.values().copied().sum()
    }

    pub(crate) fn take(inner: &Arc<Inner>) -> Result<Self> {
        let marks = Marks::for_df(inner)?;
        let mut kinds: BTreeMap<DfKind, u64> = BTreeMap::new();
        tree::measure(&inner.root, &mut |path, bytes| {
            *kinds.entry(kind(inner, &marks, path)).or_default() += bytes;
        })?;
        kinds.retain(|_, bytes| *bytes > 0);
        let kinds: BTreeMap<_, _> = kinds.into_iter().map(|(k, v)| (k, ByteCount::new(v))).collect();
        let of = |kind| kinds.get(&kind).copied().unwrap_or_default();
        Ok(Self {
            reclaimable: of(DfKind::Unreferenced).saturating_add(of(DfKind::Temporary)),
            kinds,
        })
    }
}

/// What an entry is for, by its place.
fn kind(inner: &Inner, marks: &Marks, path: &Path) -> DfKind {
    let Ok(inside) = path.strip_prefix(&inner.base) else {
        return DfKind::Other;
    };
    let mut parts = inside.iter().filter_map(|part| part.to_str());
    match (parts.next(), parts.next()) {
        (Some("images"), Some("blobs")) => match (parts.next(), parts.next()) {
            (Some(algorithm), Some(hex)) => match format!("{algorithm}:{hex}").parse::<Digest>() {
                Ok(digest) if marks.images.contains(&digest) => DfKind::Images,
                Ok(digest) if marks.registry.contains(&digest) => DfKind::Registry,
                Ok(_) | Err(_) => DfKind::Unreferenced,
            },
            _ => DfKind::Other,
        },
        (Some("images"), _) => DfKind::Other,
        (Some("registry"), Some("uploads")) if parts.next().is_some() => DfKind::Temporary,
        (Some("registry"), _) => DfKind::Registry,
        (Some("code"), _) => DfKind::Code,
        (Some("rootfs" | "layers"), _) => DfKind::Rootfs,
        (Some("containers" | "used"), _) => DfKind::Containers,
        (Some("tmp"), Some(_)) => DfKind::Temporary,
        _ => DfKind::Other,
    }
}

/// Bytes that a file or folder takes on the disk, as `du` counts.
pub(crate) fn allocated(meta: &fs::Metadata) -> u64 {
    meta.blocks().saturating_mul(512)
}

pub(crate) fn allocated_at(path: &Path) -> u64 {
    fs::symlink_metadata(path).map_or(0, |meta| allocated(&meta))
}

/// The same for a folder with all that is in it.
pub(crate) fn allocated_tree(path: &Path) -> Result<u64> {
    let mut total = 0;
    tree::measure(path, &mut |_, bytes| total += bytes)?;
    Ok(total)
}
