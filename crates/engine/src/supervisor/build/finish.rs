//! What becomes of the last stage: one layer of all its steps, what its manifest says, an image for several platforms,
//! its names, its files.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};

use sampan_store::{Descriptor, Rootfs};
use sampan_types::{Platform, media};
use serde_json::json;

use super::Builder;
use super::image::{self, Below};
use super::layer::Packing;
use super::output::BuildLine;
use super::steps::invalid;
use crate::supervisor::documents::put;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::layer::compare_exactly;

impl Builder<'_> {
    /// The last stage's image, as it was asked for.
    pub(super) async fn finish(&mut self) -> Result<Below> {
        let last = self.finished.last_mut().and_then(|last| {
            let below = last.below.take()?;
            Some((below, last.base.take()))
        });
        let (mut below, base) =
            last.ok_or_else(|| invalid("No image was generated. Is your Dockerfile empty?"))?;
        if self.options.squash {
            below = self.squashed(&below, base.as_ref())?;
        }
        if !self.options.annotations.is_empty() {
            below = image::annotated(&self.lease, &below, &self.options.annotations)?;
        }
        if self.options.squash || !self.options.annotations.is_empty() {
            self.output.tell(BuildLine::Image(below.id())).await;
        }
        Ok(below)
    }

    /// One layer in the place of all that a stage put on what it began with.
    fn squashed(&self, below: &Below, base: Option<&Below>) -> Result<Below> {
        if base.is_some_and(|base| base.descriptor.digest == below.descriptor.digest) {
            return Ok(below.clone());
        }
        let (before, after) = (
            base.map(|base| self.unpacked(base)).transpose()?,
            self.unpacked(below)?,
        );
        let empty = self.context.workshop.folder("empty")?;
        let path =
            |rootfs: Option<&Rootfs>| rootfs.map_or_else(|| empty.clone(), |one| one.path().to_owned());
        let before = path(before.flatten().as_ref());
        let after = path(after.as_ref());
        let mut found = Vec::new();
        compare_exactly(&before, &after, &mut found).map_err(SupervisorError::io("compare", &after))?;
        let layer = self.pack(|packing| packing.differences(&after, &found))?;
        image::squashed(&self.lease, below, base, layer, self.epoch)
    }

    /// An image's files as one folder; none where it has none.
    fn unpacked(&self, below: &Below) -> Result<Option<Rootfs>> {
        let image = self.supervisor.image_by_id(&below.descriptor, None)?;
        self.supervisor.one_folder(&self.lease, &image)
    }

    /// All files of an image as an archive, in a file that goes with whoever has it.
    pub(super) fn archive_of(&self, below: &Below) -> Result<File> {
        let path = self.context.workshop.folder("files")?.join("tar");
        let failed = || SupervisorError::io("write", "the image's files");
        let mut options = File::options();
        let mut file = options
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(failed())?;
        let mut packing = Packing::new(
            std::io::BufWriter::new(&mut file),
            self.epoch,
            self.supervisor.owned(),
        );
        if let Some(rootfs) = self.unpacked(below)? {
            packing.upper(rootfs.path()).map_err(failed())?;
        }
        let (written, _) = packing.finish().map_err(failed())?;
        written
            .into_inner()
            .map_err(|error| failed()(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(failed())?;
        Ok(file)
    }

    /// One image of those for each platform.
    pub(super) fn one_of(&self, all: Vec<(Option<Platform>, Below)>) -> Result<Descriptor> {
        if let [(_, only)] = all.as_slice()
            && self.options.index_annotations.is_empty()
        {
            return Ok(only.descriptor.clone());
        }
        let entries = all.iter().map(|(platform, below)| {
            let mut entry = json!(below.descriptor);
            let platform = platform.as_ref();
            entry["platform"] = platform.map_or_else(|| below.platform(), image::platform_value);
            entry
        });
        let mut index = json!({
            "schemaVersion": 2,
            "mediaType": media::OCI_INDEX,
            "manifests": entries.collect::<Vec<_>>(),
        });
        if !self.options.index_annotations.is_empty() {
            index["annotations"] = json!(self.options.index_annotations);
        }
        let blob = put(&self.lease, &index)?;
        Ok(Descriptor::new(media::OCI_INDEX, blob.digest, blob.size))
    }

    /// Gives the image its names.
    pub(super) async fn name(&self, descriptor: &Descriptor) -> Result<()> {
        let id = descriptor.digest.to_string();
        if self.options.tags.is_empty() && !self.options.cache_only {
            // Kept under its own digest, so that it is found by it and not collected.
            let name = sampan_store::unnamed(&descriptor.digest).map_err(invalid)?;
            self.lease.images().tag(&name, descriptor)?;
        }
        for name in &self.options.tags {
            self.lease.images().tag(name, descriptor)?;
            self.supervisor.image_event("tag", &id, &name.familiar());
            self.output
                .say(format!("Successfully tagged {}\n", name.familiar()))
                .await;
        }
        Ok(())
    }
}
