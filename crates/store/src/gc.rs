//! Garbage collection.

use std::time::Duration;

use sampan_types::ByteCount;

/// What may go.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcPolicy {
    /// How much compiled code and unpacked root filesystems may take together; past it, the least recently
    /// used go. `None`: no limit.
    pub budget: Option<ByteCount>,
    /// Blobs younger than this stay even when nothing refers to them.
    pub min_age: Duration,
    /// Partial downloads and upload sessions that nobody touched for this long go.
    pub partial_age: Duration,
    /// Removes untagged manifests of the registry older than this that no other manifest refers to. `None`: they
    /// stay until they are deleted.
    pub registry_untagged: Option<Duration>,
}

/// What went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcReport {
    /// Blobs that nothing referred to.
    pub blobs: usize,
    /// Root filesystems of images that are gone, or past the budget.
    pub rootfs: usize,
    /// Compiled code past the budget.
    pub code: usize,
    /// Temporary files, dead leases, expired uploads, folders of dead containers.
    pub leftovers: usize,
    /// The space that all of it took on the disk.
    pub freed: ByteCount,
    /// Why blobs were left alone, where a document that keeps others alive cannot be read.
    pub held_back: Option<String>,
}
