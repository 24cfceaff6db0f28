//! Unpacked root filesystems, shared by containers.

use std::path::{Path, PathBuf};

use sampan_types::Digest;

use crate::error::Result;

/// The chain id of all layers (image-spec config.md §layer chainid), under which a root filesystem is kept.
/// `None` where there is no layer.
pub fn chain_id(_diff_ids: &[Digest]) -> Option<Digest> {
    todo!()
}

/// An unpacked root filesystem. While this lives, in any process, it is not collected.
#[derive(Debug)]
pub struct Rootfs {
    pub(crate) path: PathBuf,
}

impl Rootfs {
    /// Its folder. Only for reading.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What [`crate::Store::build_rootfs`] found.
#[derive(Debug)]
pub enum RootfsBuilder {
    /// It was unpacked in the meantime.
    Ready(Rootfs),
    /// It is to be unpacked.
    Build(RootfsDraft),
}

/// A root filesystem that is being unpacked. Dropping it removes it.
#[derive(Debug)]
pub struct RootfsDraft {}

impl RootfsDraft {
    /// The empty folder to unpack into.
    pub fn path(&self) -> &Path {
        todo!()
    }
    /// Makes it durable and puts it in place.
    pub fn publish(self) -> Result<Rootfs> {
        todo!()
    }
}
