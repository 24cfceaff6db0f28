//! What the store takes on the disk.

use std::collections::BTreeMap;

use sampan_types::ByteCount;

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
    /// Unpacked root filesystems.
    Rootfs,
    /// Containers' folders.
    Containers,
    /// Partial downloads and uploads, temporary files.
    Temporary,
    /// The folders themselves, locks, leases, and what is not the store's.
    Other,
}

/// Allocated bytes by kind. A file with several names counts once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Df {
    /// Bytes by kind; a kind with nothing is absent.
    pub kinds: BTreeMap<DfKind, ByteCount>,
    /// What the next collection would free of [`DfKind::Images`] and the like: the unreferenced and
    /// temporary ones.
    pub reclaimable: ByteCount,
}

impl Df {
    /// Everything.
    pub fn total(&self) -> ByteCount {
        self.kinds.values().copied().sum()
    }
}
