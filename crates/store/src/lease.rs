//! Leases: what keeps the collector of another process away from what this one is about to need.

use sampan_types::Digest;

use crate::blobs::Blobs;
use crate::error::Result;
use crate::images::Images;

/// Protects blobs until it is dropped or its process ends, however that ends.
#[derive(Clone, Debug)]
pub struct Lease {}

impl Lease {
    /// Content through this lease.
    pub fn blobs(&self) -> Blobs {
        todo!()
    }
    /// Names through this lease: what is resolved stays, with everything that it refers to.
    pub fn images(&self) -> Images {
        todo!()
    }
    /// Protects a blob, and what it refers to where it is a manifest. Tells whether it is there.
    pub fn protect(&self, _digest: &Digest) -> Result<bool> {
        todo!()
    }
}
