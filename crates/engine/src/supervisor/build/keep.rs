//! What a step changed becomes a layer, and the image of it.

use std::io;
use std::path::Path;

use sampan_store::Blob;

use super::Builder;
use super::context::discard;
use super::files::{Change, MOST};
use super::layer::Packing;
use super::stage::Stage;
use super::steps::invalid;
use super::tree::Root;
use crate::supervisor::error::{Result, SupervisorError, step};
use crate::supervisor::layer::{Writing, written};

impl Builder<'_> {
    /// Does something to the files of a stage, and makes the image of it.
    pub(super) fn change(
        &mut self,
        stage: &mut Stage,
        created_by: String,
        words: &[&str],
        work: impl FnOnce(&Root, bool) -> io::Result<()>,
    ) -> Result<()> {
        if stage.below.as_ref().is_some_and(|below| !below.takes_files()) {
            return Err(SupervisorError::Invalid(
                "the stage begins with a single Wasm program, which has no files to change: begin with `FROM scratch` and `COPY` the program"
                    .to_owned(),
            ));
        }
        let workshop = &self.context.workshop;
        let change = self.supervisor.change(&self.lease, workshop, &stage.files)?;
        work(&change.root, self.supervisor.owned()).map_err(|error| match error.raw_os_error() {
            Some(_) if is_full(&error) => SupervisorError::io("write", "the build's files")(error),
            _ => invalid(format!(
                "failed to copy files: {}",
                crate::supervisor::life::chain(&error)
            )),
        })?;
        self.keep(stage, change, created_by, words)
    }

    /// Makes a layer of what a step changed, and the image of it.
    fn keep(&mut self, stage: &mut Stage, change: Change, created_by: String, words: &[&str]) -> Result<()> {
        let (folder, before) = change.over();
        let overlaid = before.is_none();
        let layer = self.pack(|packing| match &before {
            None => packing.upper(&folder),
            Some(before) => {
                let mut found = Vec::new();
                let empty = self.context.workshop.folder("empty").map_err(io::Error::other)?;
                let base = before.as_ref().map_or(empty.as_path(), |rootfs| rootfs.path());
                crate::supervisor::layer::compare(base, &folder, Path::new("/"), &mut found)?;
                packing.differences(&folder, &found)
            }
        })?;
        self.make_with(
            stage,
            created_by,
            words,
            layer,
            overlaid.then_some(folder.as_path()),
        )?;
        if !overlaid {
            discard(&folder);
        }
        Ok(())
    }

    /// Writes the image of a step with a layer. `folder` holds what changed, in the form that lies above others.
    pub(super) fn make_with(
        &mut self,
        stage: &mut Stage,
        created_by: String,
        words: &[&str],
        layer: Option<Blob>,
        folder: Option<&Path>,
    ) -> Result<()> {
        let changed = layer.is_some();
        // Before the image is made: what it is for is told by its program.
        if let (true, Some(folder)) = (changed, folder) {
            stage.files.above.push(folder.to_owned());
        }
        self.make(stage, created_by, words, layer)?;
        if changed && (folder.is_none() || stage.files.above.len() > MOST) {
            self.adopt(stage)?;
        }
        Ok(())
    }

    /// Writes a layer; none where nothing is in it.
    pub(super) fn pack(
        &self,
        fill: impl FnOnce(&mut Packing<&mut Writing>) -> io::Result<()>,
    ) -> Result<Option<Blob>> {
        step!("supervisor::build::layer");
        written(
            self.lease.blobs().ingest(None, None)?,
            "the build's files",
            |to| {
                let mut packing = Packing::new(to, self.epoch, self.supervisor.owned());
                fill(&mut packing)?;
                packing.finish().map(|(_, entries)| entries)
            },
        )
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}
