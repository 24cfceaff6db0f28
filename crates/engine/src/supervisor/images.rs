//! What containers are made of: images and the programs in them, looked up once and remembered.
//!
//! An image that is remembered is held against collection. Those that no container uses are forgotten when an image
//! is removed.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sampan_image::unpack::{Layers, UnpackOptions};
use sampan_image::{
    FileForm, ImageError, Prepared, Program as ImageProgram, Removed, Request, Runnable, prepare,
};
use sampan_runtime::{Met, OpenFile, Program, ProgramBytes};
use sampan_store::{Descriptor, Lease, Rootfs};
use sampan_types::platform::Kind;
use sampan_types::{Classified, Digest, Effort, ErrorClass, Limits, Platform, Reference};

use super::Supervisor;
use super::error::{Result, SupervisorError};
use crate::error::EngineError;

/// How many images are remembered before those that nobody uses are forgotten.
const MANY: usize = 128;

/// An image that a container can be made from.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) descriptor: Descriptor,
    pub(crate) runnable: Runnable,
    pub(crate) platform: Option<Platform>,
    lease: Lease,
}

/// A program, ready to be given to a runtime.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) kind: Kind,
    pub(crate) digest: Digest,
    /// The file, and the root filesystem that it is in, if it is in one.
    file: PathBuf,
    within: bool,
    /// The export that the image's entrypoint names.
    pub(crate) export: Option<String>,
    pub(crate) rootfs: Option<Rootfs>,
    /// The files of its image, where it is a Linux container's.
    pub(crate) layers: Option<Layers>,
    /// Whether it could open a file at all.
    pub(crate) uses_files: bool,
}

impl Image {
    /// What holds it against collection.
    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }
}

impl Ready {
    /// Opens the program.
    pub(crate) fn open(&self) -> Result<File> {
        self.open_file().map_err(SupervisorError::io("open", &self.file))
    }

    fn open_file(&self) -> io::Result<File> {
        match (&self.rootfs, self.within) {
            (Some(rootfs), true) => crate::containers::open_beneath(rootfs.path(), &self.file),
            _ => File::open(&self.file),
        }
    }

    /// It as a runtime is told of it. It is opened when it is needed: code that was compiled before runs without it.
    pub(crate) fn program(self: &Arc<Self>, name: String, effort: Effort) -> Program {
        Program {
            name,
            digest: self.digest.clone(),
            bytes: ProgramBytes::Later(Box::new(Later(Arc::clone(self)))),
            effort,
        }
    }
}

#[derive(Debug)]
struct Later(Arc<Ready>);

impl OpenFile for Later {
    fn open(&self) -> io::Result<File> {
        self.0.open_file()
    }
}

/// The list of images as it was: its file is replaced whenever it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stamp(u64, i64, i64, u64);

type ImageKey = (Digest, Option<String>);

#[derive(Default)]
struct Memo {
    stamp: Stamp,
    by_text: HashMap<(String, Option<String>), Arc<Image>>,
    by_id: HashMap<ImageKey, Arc<Image>>,
    ready: HashMap<(ImageKey, Vec<String>), Arc<Ready>>,
}

/// Images and programs that were looked up.
#[derive(Default)]
pub(crate) struct Images {
    memo: Mutex<Memo>,
}

impl Images {
    fn memo(&self) -> MutexGuard<'_, Memo> {
        self.memo.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, used: &HashSet<Digest>) {
        let mut memo = self.memo();
        memo.by_text.clear();
        memo.by_id.retain(|(id, _), _| used.contains(id));
        memo.ready.retain(|((id, _), _), _| used.contains(id));
    }
}

fn key(descriptor: &Descriptor, platform: Option<&Platform>) -> ImageKey {
    (descriptor.digest.clone(), platform.map(Platform::to_string))
}

impl Supervisor {
    /// The image that a create body names: a reference, or the beginning of an id.
    pub(crate) fn image(&self, text: &str, platform: Option<&Platform>) -> Result<Arc<Image>> {
        let stamp = self.image_stamp();
        let asked = (text.to_owned(), platform.map(Platform::to_string));
        {
            let mut memo = self.shared.images.memo();
            if memo.stamp != stamp {
                memo.by_text.clear();
                memo.stamp = stamp;
            } else if let Some(found) = memo.by_text.get(&asked) {
                return Ok(found.clone());
            }
        }
        let lease = self.shared.engine.store().lease()?;
        let record = self.shared.engine.find_image(&lease, text).map_err(|error| {
            let missing = matches!(error, EngineError::NoImage(_))
                || matches!(&error, EngineError::Image(ImageError::Store(e)) if e.class() == ErrorClass::NotFound);
            match missing {
                true => SupervisorError::NoImage(familiar(text)),
                false => error.into(),
            }
        })?;
        let image = self.image_of(record.descriptor, platform.cloned(), lease)?;
        let many = {
            let mut memo = self.shared.images.memo();
            memo.by_text.insert(asked, image.clone());
            memo.by_id.len() > MANY
        };
        if many {
            self.forget_unused_images();
        }
        Ok(image)
    }

    /// The image of a container that was made already.
    pub(crate) fn image_by_id(
        &self,
        descriptor: &Descriptor,
        platform: Option<Platform>,
    ) -> Result<Arc<Image>> {
        let known = self
            .shared
            .images
            .memo()
            .by_id
            .get(&key(descriptor, platform.as_ref()))
            .cloned();
        match known {
            Some(image) => Ok(image),
            None => {
                let lease = self.shared.engine.store().lease()?;
                self.image_of(descriptor.clone(), platform, lease)
            }
        }
    }

    fn image_of(
        &self,
        descriptor: Descriptor,
        platform: Option<Platform>,
        lease: Lease,
    ) -> Result<Arc<Image>> {
        let wanted = platform.clone().map_or_else(Request::any, Request::on);
        let runnable = sampan_image::resolve(&lease, &descriptor, &wanted)?;
        let id = key(&descriptor, platform.as_ref());
        let image = Arc::new(Image {
            descriptor,
            runnable,
            platform,
            lease,
        });
        self.shared.images.memo().by_id.insert(id, image.clone());
        Ok(image)
    }

    /// Finds the program of a command in an image, unpacking what is needed.
    pub(crate) async fn program(&self, image: &Arc<Image>, command: &[String]) -> Result<Arc<Ready>> {
        let id = key(&image.descriptor, image.platform.as_ref());
        // Of a program that is a blob, all words are arguments; else the first one names it.
        let blob = matches!(
            image.runnable.program,
            Some(sampan_image::ProgramSource::Blob { .. })
        );
        let words: Vec<String> = match blob {
            true => Vec::new(),
            false => command.iter().take(1).cloned().collect(),
        };
        let known = (id, words);
        if let Some(ready) = self.shared.images.memo().ready.get(&known) {
            return Ok(ready.clone());
        }
        let (me, image, word) = (self.clone(), image.clone(), known.1.clone());
        // Unpacking takes as long as it takes; others go on meanwhile.
        let ready = tokio::task::spawn_blocking(move || me.prepare(&image, &word))
            .await
            .map_err(|e| SupervisorError::io("prepare", "the image")(std::io::Error::other(e)))??;
        let ready = Arc::new(ready);
        self.shared.images.memo().ready.insert(known, ready.clone());
        Ok(ready)
    }

    fn prepare(&self, image: &Image, word: &[String]) -> Result<Ready> {
        let engine = &self.shared.engine;
        if let Some(ready) = self.prepare_linux(image, word)? {
            return Ok(ready);
        }
        let wanted = image.platform.clone().map_or_else(Request::any, Request::on);
        let Prepared {
            kind,
            program,
            rootfs,
            notes,
            ..
        } = prepare(
            engine.store(),
            &image.lease,
            &image.descriptor,
            &wanted,
            Some(word),
            &[],
            &UnpackOptions::default(),
        )?;
        for note in notes {
            tracing::warn!("{note}");
        }
        let (file, within, digest, export) = match program {
            ImageProgram::Blob { digest, path, .. } => (path, false, Some(digest), None),
            ImageProgram::InRootfs(located) => (located.path, true, None, located.export),
        };
        let mut ready = Ready {
            kind,
            digest: digest.clone().unwrap_or_else(|| image.runnable.id.clone()),
            file,
            within,
            export,
            rootfs,
            layers: None,
            uses_files: true,
        };
        if kind == Kind::Wasm {
            let limits = Limits::default();
            let opened = ready.open()?;
            crate::containers::check_program(&opened, &ready.file, &limits)?;
            let digested = engine.store().digest_of_file(opened, &ready.file)?;
            if digest.is_none() {
                ready.digest = digested.digest;
            }
            ready.uses_files = self.uses_files(kind, digested.file);
        }
        Ok(ready)
    }

    /// The files of an image whose containers are of kind linux; `None` where they are of another one, or where such
    /// containers cannot be run. What runs there is not looked for: it may be in a volume.
    fn prepare_linux(&self, image: &Image, word: &[String]) -> Result<Option<Ready>> {
        let engine = &self.shared.engine;
        let plan = match &image.runnable {
            Runnable {
                kind: Kind::Linux,
                must_be_wasm: false,
                rootfs: Some(plan),
                ..
            } if engine.runtime(Kind::Linux).is_ok() => plan,
            _ => return Ok(None),
        };
        let layers = self.linux_image(&image.lease, plan)?;
        if let Some(word) = word.first() {
            let files = self.stacked(&layers)?;
            let program = sampan_image::locate(&files.path(), &image.runnable.config, word);
            if program.is_ok_and(|located| located.form == FileForm::Wasm) {
                return Ok(None);
            }
        }
        Ok(Some(Ready {
            kind: Kind::Linux,
            digest: image.runnable.id.clone(),
            file: PathBuf::new(),
            within: false,
            export: None,
            rootfs: None,
            layers: Some(layers),
            uses_files: true,
        }))
    }

    /// Whether a program imports anything that opens files. What cannot be told counts as yes.
    fn uses_files(&self, kind: Kind, file: File) -> bool {
        let Ok(runtime) = self.shared.engine.runtime(kind) else {
            return true;
        };
        let Ok(bytes) = crate::inspect::bounded(file) else {
            return true;
        };
        runtime.inspect(&bytes).map_or(true, |inspection| {
            inspection
                .needs
                .iter()
                .any(|need| matches!(&need.met, Met::By { flag } if flag.starts_with("-v")))
        })
    }

    fn image_stamp(&self) -> Stamp {
        let index = self.shared.engine.store().layout_path().join("index.json");
        std::fs::metadata(index).map_or(Stamp::default(), |m| {
            Stamp(m.ino(), m.mtime(), m.mtime_nsec(), m.size())
        })
    }

    /// Lets go of images that no container uses, so that they can be collected.
    pub fn forget_unused_images(&self) {
        let cells = self.shared.cells();
        let used: HashSet<Digest> = cells
            .iter()
            .flat_map(|cell| cell.record().images().cloned().collect::<Vec<_>>())
            .collect();
        self.shared.images.forget(&used);
    }

    /// Which image a name, or the beginning of an id, means now.
    pub(crate) fn means(&self, text: &str) -> Option<Digest> {
        let lease = self.shared.engine.store().brief_lease().ok()?;
        let record = self.shared.engine.find_image(&lease, text).ok()?;
        Some(record.descriptor.digest)
    }

    /// Takes a name, or all names, from an image, as `docker rmi`: what a container uses stays.
    pub async fn image_remove(&self, text: &str, force: bool) -> Result<Vec<Removed>> {
        let (image, by_id) = {
            let lease = self.shared.engine.store().brief_lease()?;
            let record = self
                .shared
                .engine
                .find_image(&lease, text)
                .map_err(|error| match error {
                    EngineError::NoImage(_) => SupervisorError::NoImage(familiar(text)),
                    other => other.into(),
                })?;
            let digits = text.strip_prefix("sha256:").unwrap_or(text);
            let by_id = record.descriptor.digest.hex().starts_with(digits);
            (record.descriptor, by_id)
        };
        let id = image.digest.clone();
        let last = by_id
            || self
                .shared
                .engine
                .image(text, None)
                .map_or(true, |image| image.repo_tags.len() < 2);
        let mut runs = false;
        // One name of several can go without the image.
        for cell in self.shared.cells().into_iter().filter(|_| last) {
            let live = cell.live();
            let (running, same) = (live.state.running, live.record.images().any(|image| *image == id));
            if !same || (!running && force) {
                continue;
            }
            if force && !by_id {
                // Its last name goes, as it was asked for; what runs keeps the image.
                runs = true;
                continue;
            }
            let (image, container) = (id.short(), cell.id.short());
            return Err(SupervisorError::Conflict(match (running, by_id) {
                (true, true) => format!(
                    "conflict: unable to delete {image} (cannot be forced) - image is being used by running container {container}"
                ),
                (false, true) => format!(
                    "conflict: unable to delete {image} (must be forced) - image is being used by stopped container {container}"
                ),
                _ => format!(
                    "conflict: unable to remove repository reference \"{text}\" (must force) - container {container} is using its referenced image {image}"
                ),
            }));
        }
        self.forget_unused_images();
        if runs {
            let lease = self.shared.engine.store().brief_lease()?;
            let name = sampan_store::unnamed(&id).map_err(|e| SupervisorError::Invalid(e.to_string()))?;
            lease.images().tag(&name, &image)?;
        }
        let (engine, word) = (self.shared.engine.clone(), text.to_owned());
        let removed = tokio::task::spawn_blocking(move || engine.remove_image(&word, force))
            .await
            .map_err(|e| SupervisorError::io("remove", text)(std::io::Error::other(e)))??;
        for one in &removed {
            match one {
                Removed::Untagged(name) => self.image_event("untag", &id.to_string(), &name.familiar()),
                Removed::Deleted(id) => self.image_event("delete", &id.to_string(), &id.to_string()),
            }
        }
        Ok(removed)
    }

    /// The containers made from an image, by its id.
    pub fn image_users(&self, image: &str) -> Vec<sampan_types::ContainerId> {
        self.shared
            .cells()
            .iter()
            .filter(|cell| cell.record().images().any(|own| own.to_string() == image))
            .map(|cell| cell.id.clone())
            .collect()
    }
}

/// The name as Docker shows it, with its tag.
fn familiar(text: &str) -> String {
    match text.parse::<Reference>() {
        Ok(reference) => {
            let name = reference.familiar();
            let bare = reference.digest().is_none() && !name.rsplit('/').next().unwrap_or("").contains(':');
            if bare { format!("{name}:latest") } else { name }
        }
        Err(_) => text.to_owned(),
    }
}
