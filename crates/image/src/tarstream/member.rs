//! What a tar archive is made of.

use std::io;

/// One member, its body still to be read.
#[derive(Debug, Default)]
pub struct Member {
    /// As written, with whatever slashes and dots.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: MemberKind,
    /// Permission bits, as written.
    pub mode: u32,
    /// Its owner.
    pub uid: u64,
    /// Its group.
    pub gid: u64,
    /// Seconds and nanoseconds.
    pub mtime: (i64, u32),
    /// Length of the file, holes included.
    pub size: u64,
    /// Where the body's bytes belong, as offset and length, in order; all else is holes.
    pub segments: Vec<(u64, u64)>,
    /// Extended attributes, name and value.
    pub xattrs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What a member is.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum MemberKind {
    /// A regular file, sparse ones included.
    #[default]
    File,
    /// A folder.
    Directory,
    /// A link to this path.
    Symlink(Vec<u8>),
    /// Another name of the file that is at this path.
    HardLink(Vec<u8>),
    /// A character device, by its numbers.
    Char(u64, u64),
    /// A block device, by its numbers.
    Block(u64, u64),
    /// A named pipe.
    Fifo,
    /// A type that no standard gives a meaning here.
    Other(u8),
}

/// Why an archive cannot be read on.
#[derive(Debug)]
pub enum TarError {
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
