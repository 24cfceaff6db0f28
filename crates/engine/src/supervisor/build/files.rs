//! The files of a stage while it is built: an image's folder, and above it what each step changed. So no step copies
//! what those before it made.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sampan_image::unpack::UnpackOptions;
use sampan_runtime::LinuxRoot;
use sampan_store::{Lease, Rootfs, Scratch};
use sampan_types::platform::Kind;

use super::tree::Root;
use crate::supervisor::Supervisor;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::images::{Image, linux_unpack};

/// How many steps lie above an image's folder before they are unpacked as one: the kernel takes so many at once.
pub(super) const MOST: usize = 9;

/// Where a build has its folders. All are gone when it is over.
#[derive(Debug)]
pub(super) struct Workshop {
    pub(super) scratch: Scratch,
    count: std::sync::atomic::AtomicUsize,
}

impl Workshop {
    pub(super) fn new(scratch: Scratch) -> Self {
        Self {
            scratch,
            count: std::sync::atomic::AtomicUsize::new(0),
        }
    }

    /// A folder of its own, which everybody may read as they may read an image's root.
    pub(super) fn folder(&self, name: &str) -> Result<PathBuf> {
        let number = self.count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let path = self.scratch.path().join(format!("{number}-{name}"));
        fs::create_dir(&path)
            .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o755)))
            .map_err(SupervisorError::io("create", &path))?;
        Ok(path)
    }
}

/// The files of a stage.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    /// The image whose folder lies lowest; none where a stage began with nothing.
    pub(super) base: Option<Arc<Image>>,
    /// What steps changed, the last one last.
    pub(super) above: Vec<PathBuf>,
}

/// Files that can be looked at, and what they need meanwhile.
pub(super) struct View {
    pub(super) root: Root,
    _held: Option<Rootfs>,
}

/// Files that are being changed.
pub(super) struct Change {
    pub(super) root: Root,
    pub(super) upper: PathBuf,
    /// What the files were before, where the kernel does not keep both apart: they are compared.
    pub(super) before: Option<Option<Rootfs>>,
    held: Option<Rootfs>,
}

impl Supervisor {
    fn overlay(&self) -> bool {
        self.shared.engine.runtime(Kind::Linux).is_ok()
    }

    /// Whether owners mean something here.
    pub(super) fn owned(&self) -> bool {
        rustix::process::geteuid().is_root()
    }

    fn unpacking(&self) -> UnpackOptions {
        match self.overlay() {
            true => linux_unpack(),
            false => UnpackOptions::default(),
        }
    }

    pub(super) fn base(&self, lease: &Lease, files: &Files) -> Result<Option<Rootfs>> {
        let Some(plan) = files.base.as_ref().and_then(|base| base.runnable.rootfs.as_ref()) else {
            return Ok(None);
        };
        let store = self.shared.engine.store();
        let (rootfs, notes) = sampan_image::unpack::rootfs(store, lease, plan, &self.unpacking())?;
        for note in notes {
            tracing::debug!("{note}");
        }
        Ok(Some(rootfs))
    }

    /// The files of a stage or an image, for reading.
    pub(super) fn view(&self, lease: &Lease, workshop: &Workshop, files: &Files) -> Result<View> {
        let held = self.base(lease, files)?;
        let open = |path: &Path| Root::open(path).map_err(SupervisorError::io("open", path));
        let root = match (&held, files.above.is_empty()) {
            (Some(rootfs), true) => open(rootfs.path())?,
            (None, true) => open(&workshop.folder("empty")?)?,
            (held, false) => {
                let upper = workshop.folder("view")?;
                Root::of(self.stacked(workshop, held.as_ref(), &files.above, &upper)?)
            }
        };
        Ok(View { root, _held: held })
    }

    /// The files of a stage, for a step that changes them.
    pub(super) fn change(&self, lease: &Lease, workshop: &Workshop, files: &Files) -> Result<Change> {
        let held = self.base(lease, files)?;
        let upper = workshop.folder("step")?;
        if self.overlay() {
            return Ok(Change {
                root: Root::of(self.stacked(workshop, held.as_ref(), &files.above, &upper)?),
                upper,
                before: None,
                held,
            });
        }
        if let Some(rootfs) = &held {
            crate::containers::copy_tree(rootfs.path(), &upper)
                .map_err(SupervisorError::io("copy the image's files to", &upper))?;
        }
        Ok(Change {
            root: Root::open(&upper).map_err(SupervisorError::io("open", &upper))?,
            upper,
            before: Some(held),
            held: None,
        })
    }

    fn stacked(
        &self,
        workshop: &Workshop,
        base: Option<&Rootfs>,
        above: &[PathBuf],
        upper: &Path,
    ) -> Result<OwnedFd> {
        let mut lower: Vec<PathBuf> = above.iter().rev().cloned().collect();
        lower.extend(base.map(|rootfs| rootfs.path().to_owned()));
        if lower.is_empty() {
            lower.push(workshop.folder("empty")?);
        }
        let root = LinuxRoot {
            lower,
            upper: upper.to_owned(),
            work: workshop.folder("work")?,
            read_only: false,
        };
        Ok(self.shared.engine.runtime(Kind::Linux)?.root_at_rest(&root)?)
    }
}

impl Change {
    /// Lets go of the mount, so that what is written is all in the upper folder.
    pub(super) fn over(self) -> (PathBuf, Option<Option<Rootfs>>) {
        let Self {
            root,
            upper,
            before,
            held,
        } = self;
        drop((root, held));
        (upper, before)
    }
}
