//! The containers' own folders.

use std::path::Path;
use std::sync::Arc;

use sampan_types::{ContainerId, Digest};

use crate::error::Result;
use crate::store::Inner;

/// All containers' folders.
#[derive(Clone, Debug)]
pub struct Containers {
    pub(crate) inner: Arc<Inner>,
}

impl Containers {
    /// Makes the folder of a new container. `images` are the manifests (or indexes) that it runs from: they
    /// are not collected while the folder exists.
    pub fn create(&self, _id: &ContainerId, _images: &[Digest]) -> Result<ContainerDir> {
        todo!()
    }
    /// Takes hold of a folder that no living process holds.
    pub fn open(&self, _id: &ContainerId) -> Result<Option<ContainerDir>> {
        todo!()
    }
    /// The ids of all folders, and whether a living process holds each.
    pub fn list(&self) -> Result<Vec<(ContainerId, bool)>> {
        todo!()
    }
    /// Removes the folders of processes that died, except kept ones. Tells whose.
    pub fn sweep(&self) -> Result<Vec<ContainerId>> {
        todo!()
    }
}

/// A container's folder, held by this process. When dropped, it is released, not removed: the next sweep
/// removes it unless it was kept.
#[derive(Debug)]
pub struct ContainerDir {}

impl ContainerDir {
    /// The container.
    pub fn id(&self) -> &ContainerId {
        todo!()
    }
    /// The folder; everything in it but `.store` is the caller's.
    pub fn path(&self) -> &Path {
        todo!()
    }
    /// Lets the folder outlive this process.
    pub fn keep(&self) -> Result<()> {
        todo!()
    }
    /// Removes it with everything in it.
    pub fn remove(self) -> Result<()> {
        todo!()
    }
}
