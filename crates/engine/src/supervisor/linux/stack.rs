//! The files of an image for Linux containers: its layers over each other.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sampan_image::RootfsPlan;
use sampan_image::unpack::{Layers, Ownership, Stacking, UnpackOptions};
use sampan_runtime::{LinuxRoot, Runtime};
use sampan_store::Lease;
use sampan_types::platform::Kind;

use crate::supervisor::Supervisor;
use crate::supervisor::error::{Result, SupervisorError};

/// Folders over each other, as the runtime mounts them for its containers.
struct Overlays(Arc<dyn Runtime>);

impl Stacking for Overlays {
    fn stack(&self, lower: &[PathBuf], own: Option<(&Path, &Path)>) -> io::Result<OwnedFd> {
        let (upper, work) = own.unwrap_or((Path::new(""), Path::new("")));
        let root = LinuxRoot {
            lower: lower.to_vec(),
            upper: upper.to_owned(),
            work: work.to_owned(),
            read_only: false,
        };
        self.0.root_at_rest(&root).map_err(io::Error::other)
    }
}

/// An image's files as one folder, for reading, as long as this lives.
#[derive(Debug)]
pub(in crate::supervisor) struct Stacked(OwnedFd);

impl Stacked {
    /// For this process alone.
    pub(in crate::supervisor) fn path(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()))
    }

    pub(in crate::supervisor) fn into_fd(self) -> OwnedFd {
        self.0
    }
}

impl Supervisor {
    fn overlays(&self) -> Result<Overlays> {
        Ok(Overlays(self.shared.engine.runtime(Kind::Linux)?.clone()))
    }

    /// The layers of an image, unpacked where they are not yet.
    pub(in crate::supervisor) fn linux_image(&self, lease: &Lease, plan: &RootfsPlan) -> Result<Layers> {
        let store = self.shared.engine.store();
        let options = UnpackOptions {
            ownership: Ownership::Apply,
            ..UnpackOptions::default()
        };
        let unpacked = sampan_image::unpack::layers(store, lease, plan, &options, &self.overlays()?)?;
        for note in unpacked.notes {
            tracing::warn!("{note}");
        }
        if unpacked.fresh {
            let store = store.clone();
            // Nobody waits for it: a layer that a power cut takes is unpacked again.
            std::thread::spawn(move || {
                if let Err(error) = store.sync_layers() {
                    tracing::warn!(%error, "unpacked layers are not synced; the next collection tries again");
                }
            });
        }
        Ok(unpacked.layers)
    }

    /// The files of an image, for reading.
    pub(in crate::supervisor) fn stacked(&self, layers: &Layers) -> Result<Stacked> {
        let stacked = self.overlays()?.stack(&layers.folders(), None);
        stacked
            .map(Stacked)
            .map_err(SupervisorError::io("lay over each other", "the image's layers"))
    }
}
