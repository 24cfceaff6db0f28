//! Folders for work in progress.

use std::path::Path;
use std::sync::Arc;

use crate::error::Result;
use crate::store::Inner;
use crate::temp::Temp;

/// An empty folder on the store's file system, for files on their way into an image. It goes with its owner: when it
/// is dropped, or with the next collection where its process was killed.
#[derive(Debug)]
pub struct Scratch(Temp);

impl Scratch {
    pub(crate) fn new(inner: &Arc<Inner>) -> Result<Self> {
        Temp::dir(&inner.tmp()).map(Self)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }
}
