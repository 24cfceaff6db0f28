//! Questions that go over all repositories of the registry server, and the end of its old uploads.

use std::time::{Duration, SystemTime};

use sampan_types::{ByteCount, Digest};

use crate::disk;
use crate::error::{Result, StoreError};
use crate::registry::Registry;

impl Registry {
    /// Whether any repository holds the blob. What only local images refer to does not count.
    pub fn holds_blob(&self, digest: &Digest) -> Result<bool> {
        for repository in self.all()? {
            if repository.blob_size(digest)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Ends the upload sessions that nobody wrote to for `age`, and tells how many. One that is written to at
    /// this moment stays.
    pub fn expire_uploads(&self, age: Duration) -> Result<usize> {
        let uploads = self.inner.uploads();
        let mut ended = 0;
        for id in disk::names(&uploads)? {
            let path = uploads.join(&id);
            let written = path
                .join("data")
                .symlink_metadata()
                .and_then(|meta| meta.modified());
            let old = written.is_ok_and(|at| {
                SystemTime::now()
                    .duration_since(at)
                    .is_ok_and(|passed| passed >= age)
            });
            if !old {
                continue;
            }
            let Some(name) = disk::read_small(&path.join("repository"), ByteCount::kib(1))? else {
                continue;
            };
            let Ok(repository) = self.repository(&String::from_utf8_lossy(&name)) else {
                continue;
            };
            match repository.upload(&id).and_then(crate::Upload::cancel) {
                Ok(()) => ended += 1,
                // Somebody writes to it, or was quicker.
                Err(StoreError::Busy { .. } | StoreError::NotInRegistry { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(ended)
    }
}
