//! What a tar archive is made of.

use std::io;

/// One member, its body still to be read.
#[derive(Debug, Default)]
pub(crate) struct Member {
    /// As written, with whatever slashes and dots.
    pub(crate) path: Vec<u8>,
    pub(crate) kind: MemberKind,
    pub(crate) mode: u32,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    /// Seconds and nanoseconds.
    pub(crate) mtime: (i64, u32),
    /// Length of the file, holes included.
    pub(crate) size: u64,
    /// Where the body's bytes belong, as offset and length, in order; all else is holes.
    pub(crate) segments: Vec<(u64, u64)>,
    /// Extended attributes, name and value.
    pub(crate) xattrs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What a member is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum MemberKind {
    #[default]
    File,
    Directory,
    Symlink(Vec<u8>),
    HardLink(Vec<u8>),
    Char(u64, u64),
    Block(u64, u64),
    Fifo,
    /// A type that no standard gives a meaning here.
    Other(u8),
}

/// Why an archive cannot be read on.
#[derive(Debug)]
pub(crate) enum TarError {
    /// The stream below failed or ended.
    Io(io::Error),
    /// The bytes at this offset are not what a tar archive has there.
    Malformed(u64, &'static str),
    /// The extended headers of one member are larger than allowed.
    HeaderTooLarge,
}

impl From<io::Error> for TarError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
