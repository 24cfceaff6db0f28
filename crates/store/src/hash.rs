//! The digests of the OCI standard, over bytes as they come.

use std::io::Read;
use std::path::Path;

use sampan_types::{Algorithm, Digest};
use sha2::Digest as _;

use crate::error::{Result, StoreError};

/// The digest of bytes that are in memory.
pub fn digest_of(algorithm: Algorithm, bytes: &[u8]) -> Digest {
    Hasher::of(algorithm, bytes)
}

/// A digest in the making.
#[derive(Clone, Debug)]
pub(crate) enum Hasher {
    Sha256(sha2::Sha256),
    Sha512(sha2::Sha512),
}

impl Hasher {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha256 => Self::Sha256(sha2::Sha256::new()),
            Algorithm::Sha512 => Self::Sha512(sha2::Sha512::new()),
        }
    }

    pub(crate) fn of(algorithm: Algorithm, bytes: &[u8]) -> Digest {
        let mut hasher = Self::new(algorithm);
        hasher.update(bytes);
        hasher.finish()
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    /// Takes in all that a reader has, and tells how many bytes that was.
    pub(crate) fn read_all(&mut self, reader: &mut dyn Read, path: &Path) -> Result<u64> {
        let mut buffer = vec![0; 256 << 10];
        let mut total = 0;
        loop {
            let got = reader.read(&mut buffer).map_err(StoreError::io("read", path))?;
            if got == 0 {
                return Ok(total);
            }
            self.update(&buffer[..got]);
            total += got as u64;
        }
    }

    pub(crate) fn finish(self) -> Digest {
        match self {
            Self::Sha256(hasher) => Digest::from_bytes(Algorithm::Sha256, &hasher.finalize()),
            Self::Sha512(hasher) => Digest::from_bytes(Algorithm::Sha512, &hasher.finalize()),
        }
    }
}
