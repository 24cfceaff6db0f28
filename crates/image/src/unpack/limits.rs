//! What unpacking may cost.

use std::fmt;

use sampan_types::ByteCount;

/// What a stranger's layers or archive may cost this machine. All are on by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnpackLimits {
    /// Bytes that come out, over all layers together; holes of sparse files count as if they were written.
    pub bytes: ByteCount,
    /// Files, folders, links and whiteouts, over all layers together; folders that no entry names count as
    /// well, and the names that whiteouts have to look through an eighth each.
    pub entries: u64,
    /// Layers of one image: what other engines take, too. Each has some descriptors while it is unpacked.
    pub layers: usize,
    /// Folders below one another, as they lie in the end and not as a path spells them.
    pub depth: u32,
    /// Bytes of one name between slashes.
    pub name: usize,
    /// Bytes of a whole path or link target.
    pub path: usize,
    /// Bytes of the extended headers (long names, pax records, sparse maps) of one entry.
    pub header: usize,
    /// How many bytes may come out for each byte that goes in, once [`Self::RATIO_FREE`] have come out.
    pub ratio: u64,
}

impl UnpackLimits {
    /// So much may come out of any stream, however small: a few blocks of zeros are no bomb.
    pub const RATIO_FREE: ByteCount = ByteCount::mib(64);
}

impl Default for UnpackLimits {
    fn default() -> Self {
        Self {
            bytes: ByteCount::gib(16),
            entries: 1_000_000,
            layers: 128,
            depth: 128,
            name: 255,
            path: 4_095,
            header: 1 << 20,
            ratio: 500,
        }
    }
}

/// Which of [`UnpackLimits`] was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnpackLimit {
    /// [`UnpackLimits::bytes`].
    Bytes,
    /// [`UnpackLimits::entries`].
    Entries,
    /// [`UnpackLimits::layers`].
    Layers,
    /// [`UnpackLimits::depth`].
    Depth,
    /// [`UnpackLimits::name`].
    Name,
    /// [`UnpackLimits::path`].
    Path,
    /// [`UnpackLimits::header`].
    Header,
    /// [`UnpackLimits::ratio`].
    Ratio,
}

impl fmt::Display for UnpackLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "unpacked bytes",
            Self::Entries => "entries",
            Self::Layers => "layers",
            Self::Depth => "folder depth",
            Self::Name => "name length",
            Self::Path => "path length",
            Self::Header => "header size",
            Self::Ratio => "compression ratio",
        })
    }
}

impl UnpackLimits {
    /// The value of one limit, for people.
    pub fn show(&self, limit: UnpackLimit) -> String {
        match limit {
            UnpackLimit::Bytes => self.bytes.to_string(),
            UnpackLimit::Entries => self.entries.to_string(),
            UnpackLimit::Layers => self.layers.to_string(),
            UnpackLimit::Depth => self.depth.to_string(),
            UnpackLimit::Name => format!("{} bytes", self.name),
            UnpackLimit::Path => format!("{} bytes", self.path),
            UnpackLimit::Header => format!("{} bytes", self.header),
            UnpackLimit::Ratio => format!("{} to 1", self.ratio),
        }
    }
}
