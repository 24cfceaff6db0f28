//! The memo from a local file's identity to its digest.

use std::fs::File;

use sampan_types::Digest;

/// A local file and its SHA-256.
#[derive(Debug)]
pub struct FileDigest {
    /// The file, open for reading at offset 0: what the digest is about.
    pub file: File,
    /// Its SHA-256.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// Whether the memo knew it, so that it was not read.
    pub known: bool,
}
