//! The files of a stage while it is built: an image's layers, and above them what each step changed. So no step copies
//! what those before it made.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sampan_image::RootfsPlan;
use sampan_image::unpack::{Layers, Ownership, UnpackOptions};
use sampan_runtime::LinuxRoot;
use sampan_store::{Lease, Rootfs, Scratch};
use sampan_types::platform::Kind;

use super::tree::Root;
use crate::supervisor::Supervisor;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::images::Image;

/// How many steps lie above an image's layers before they are unpacked as layers of its own: the kernel takes 500 at once, and
/// an image has up to 128.
pub(super) const MOST: usize = 100;

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
    /// The image whose files lie lowest; none where a stage began with nothing.
    pub(super) base: Option<Arc<Image>>,
    /// What steps changed, the last one last.
    pub(super) above: Vec<PathBuf>,
}

/// What lies lowest.
enum Base {
    /// Where layers can lie over each other.
    Layers(Layers),
    /// Where not: merged, and copied by each step.
    Merged(Rootfs),
    /// The stage began with nothing.
    Nothing,
}

/// Files that can be looked at, and what they need meanwhile.
pub(super) struct View {
    pub(super) root: Root,
    _held: Base,
}

/// Files that are being changed.
pub(super) struct Change {
    pub(super) root: Root,
    pub(super) upper: PathBuf,
    /// What the files were before, where the kernel does not keep both apart: they are compared.
    pub(super) before: Option<Option<Rootfs>>,
    held: Base,
}

impl Supervisor {
    fn overlay(&self) -> bool {
        self.shared.engine.runtime(Kind::Linux).is_ok()
    }

    /// Whether owners mean something here.
    pub(super) fn owned(&self) -> bool {
        rustix::process::geteuid().is_root()
    }

    fn base(&self, lease: &Lease, files: &Files) -> Result<Base> {
        let Some(plan) = files.base.as_ref().and_then(|base| base.runnable.rootfs.as_ref()) else {
            return Ok(Base::Nothing);
        };
        match self.overlay() {
            true => self.linux_image(lease, plan).map(Base::Layers),
            false => self.merged(lease, plan, Ownership::Ignore).map(Base::Merged),
        }
    }

    fn merged(&self, lease: &Lease, plan: &RootfsPlan, ownership: Ownership) -> Result<Rootfs> {
        let options = UnpackOptions {
            ownership,
            ..UnpackOptions::default()
        };
        let (rootfs, notes) =
            sampan_image::unpack::rootfs(self.shared.engine.store(), lease, plan, &options)?;
        for note in notes {
            tracing::debug!("{note}");
        }
        Ok(rootfs)
    }

    /// An image's files as one folder; none where it has none.
    pub(super) fn one_folder(&self, lease: &Lease, image: &Image) -> Result<Option<Rootfs>> {
        let ownership = match self.overlay() {
            true => Ownership::Apply,
            false => Ownership::Ignore,
        };
        let plan = image.runnable.rootfs.as_ref();
        plan.map(|plan| self.merged(lease, plan, ownership)).transpose()
    }

    /// The files of an image for reading, as a folder of the host that a container can be given: what lies over each other
    /// is no such folder, because its mount is attached nowhere.
    pub(super) fn folder_view(&self, lease: &Lease, workshop: &Workshop, files: &Files) -> Result<View> {
        let plan = files.base.as_ref().and_then(|base| base.runnable.rootfs.as_ref());
        let (true, Some(plan)) = (self.overlay(), plan) else {
            return self.view(lease, workshop, files);
        };
        let held = Base::Merged(self.merged(lease, plan, Ownership::Apply)?);
        self.opened(workshop, &Files::default(), held)
    }

    /// The files of a stage or an image, for reading.
    pub(super) fn view(&self, lease: &Lease, workshop: &Workshop, files: &Files) -> Result<View> {
        let held = self.base(lease, files)?;
        self.opened(workshop, files, held)
    }

    fn opened(&self, workshop: &Workshop, files: &Files, held: Base) -> Result<View> {
        let open = |path: &Path| Root::open(path).map_err(SupervisorError::io("open", path));
        let root = match (&held, files.above.is_empty()) {
            (Base::Merged(rootfs), true) => open(rootfs.path())?,
            (Base::Layers(layers), true) => Root::of(self.stacked(layers)?.into_fd()),
            (Base::Nothing, true) => open(&workshop.folder("empty")?)?,
            (held, false) => {
                let upper = workshop.folder("view")?;
                Root::of(self.over(workshop, held, &files.above, &upper)?)
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
                root: Root::of(self.over(workshop, &held, &files.above, &upper)?),
                upper,
                before: None,
                held,
            });
        }
        let before = match held {
            Base::Merged(rootfs) => Some(rootfs),
            Base::Layers(_) | Base::Nothing => None,
        };
        if let Some(rootfs) = &before {
            crate::containers::copy_tree(rootfs.path(), &upper)
                .map_err(SupervisorError::io("copy the image's files to", &upper))?;
        }
        Ok(Change {
            root: Root::open(&upper).map_err(SupervisorError::io("open", &upper))?,
            upper,
            before: Some(before),
            held: Base::Nothing,
        })
    }

    fn over(&self, workshop: &Workshop, base: &Base, above: &[PathBuf], upper: &Path) -> Result<OwnedFd> {
        let mut lower: Vec<PathBuf> = above.iter().rev().cloned().collect();
        match base {
            Base::Layers(layers) => lower.extend(layers.folders()),
            Base::Merged(rootfs) => lower.push(rootfs.path().to_owned()),
            Base::Nothing => {}
        }
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
