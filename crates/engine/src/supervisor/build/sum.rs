//! Checksums over several things.

use sampan_types::{Algorithm, Digest};
use sha2::{Digest as _, Sha256};

/// A checksum over parts that cannot run into each other.
#[derive(Default)]
pub(super) struct Sum(Sha256);

impl Sum {
    /// One part, with its length.
    pub(super) fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    /// More bytes of something whose length is told elsewhere.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn finish(self) -> Digest {
        Digest::from_bytes(Algorithm::Sha256, &self.0.finalize())
    }
}
