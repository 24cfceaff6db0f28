//! Images: listed, named, moved in and out, and spoken of with registries.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use sampan_distribution::client::docker_config::{DockerConfig, Kept};
use sampan_distribution::client::{Client, ClientConfig, Credentials, Progress, PullOptions, PushOptions};
use sampan_image::unpack::{UnpackLimits, UnpackOptions};
use sampan_image::{
    ArchiveFormat, Artifact, HistoryRow, ImageInspect, ImageRow, Loaded, PackOptions, Packed, Removed,
    Request, export_wasm,
};
use sampan_store::{Descriptor, GcPolicy, ImageRecord, Lease};
use sampan_types::platform::Kind;
use sampan_types::{Classified, ErrorClass, Limits, Platform, Reference, Secret};

use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// All images, with their names.
    pub fn images(&self) -> Result<Vec<ImageRow>, EngineError> {
        Ok(sampan_image::list(&self.store.brief_lease()?)?)
    }

    /// What is known of an image, in the shape of `docker image inspect`.
    pub fn image(&self, text: &str, platform: Option<Platform>) -> Result<ImageInspect, EngineError> {
        let lease = self.store.brief_lease()?;
        let record = self.find_image(&lease, text)?;
        Ok(sampan_image::inspect(
            &lease,
            &record.descriptor,
            &request(platform),
        )?)
    }

    /// Gives an image another name.
    pub fn tag_image(&self, text: &str, name: &Reference) -> Result<(), EngineError> {
        let lease = self.store.brief_lease()?;
        let found = self.find_image(&lease, text);
        let record = found.map_err(|error| missing(error, EngineError::NoSuchName))?;
        lease.images().tag(&name.tagged(), &record.descriptor)?;
        Ok(())
    }

    /// Takes a name, or all names, from an image. What then has no name is collected.
    pub fn remove_image(&self, text: &str, force: bool) -> Result<Vec<Removed>, EngineError> {
        let mut outcome = sampan_image::remove(&self.store.brief_lease()?, text, force);
        if let Err(sampan_image::ImageError::Store(error)) = &outcome
            && error.class() == ErrorClass::Exhausted
        {
            // Not even the room for a shorter list of names: what can be made again makes it.
            self.prune(true)?;
            outcome = sampan_image::remove(&self.store.brief_lease()?, text, force);
        }
        let removed = match outcome {
            Err(sampan_image::ImageError::Store(error)) if error.is_not_found() => {
                return Err(EngineError::NoSuchName(text.to_owned()));
            }
            removed => removed?,
        };
        // The person wants the disk back now, not when the next collection is due.
        self.store.gc(&GcPolicy::unreferenced())?;
        Ok(removed)
    }

    /// How an image came to be.
    pub fn image_history(
        &self,
        text: &str,
        platform: Option<Platform>,
    ) -> Result<Vec<HistoryRow>, EngineError> {
        let lease = self.store.brief_lease()?;
        let record = self.find_image(&lease, text)?;
        Ok(sampan_image::history(
            &lease,
            &record.descriptor,
            &request(platform),
        )?)
    }

    /// Makes an image of a Wasm file.
    pub fn pack_image(
        &self,
        file: &Path,
        name: &Reference,
        options: &PackOptions,
    ) -> Result<Packed, EngineError> {
        let wasm = self.wasm(file)?;
        let packed = sampan_image::pack(&self.store.lease()?, &wasm, Some(&name.tagged()), options)?;
        Ok(packed)
    }

    /// An image of a Wasm file at hand, which goes somewhere else.
    pub fn artifact(&self, file: &Path, options: &PackOptions) -> Result<Artifact<'static>, EngineError> {
        Ok(Artifact::of(self.wasm(file)?, options)?)
    }

    /// A Wasm file, or one in its text form, as binary.
    fn wasm(&self, file: &Path) -> Result<Vec<u8>, EngineError> {
        let limits = Limits::default();
        let program = crate::containers::open_program(file, &limits)?;
        let read = |source| EngineError::Read {
            path: file.to_path_buf(),
            source,
        };
        let mut wasm = Vec::new();
        program
            .take(limits.module_size.get().saturating_add(1))
            .read_to_end(&mut wasm)
            .map_err(read)?;
        Ok(self.runtime(Kind::Wasm)?.assemble(wasm)?)
    }

    /// The Wasm file of an image, and its size.
    pub fn export_wasm(&self, text: &str, platform: Option<Platform>) -> Result<(File, u64), EngineError> {
        let lease = self.store.lease()?;
        let record = self.find_image(&lease, text)?;
        Ok(export_wasm(
            &self.store,
            &lease,
            &record.descriptor,
            &request(platform),
            &UnpackOptions::default(),
        )?)
    }

    /// Writes images into an archive, and tells its form: one that every tool reads where all images fit it,
    /// unless another was asked for.
    pub fn save_images(
        &self,
        names: &[String],
        format: Option<ArchiveFormat>,
        out: &mut dyn Write,
    ) -> Result<ArchiveFormat, EngineError> {
        let lease = self.store.lease()?;
        let mut images: Vec<(Descriptor, Vec<Reference>)> = Vec::new();
        for record in names.iter().map(|n| self.find_image(&lease, n)) {
            let record = record?;
            match images
                .iter_mut()
                .find(|(descriptor, _)| descriptor.digest == record.descriptor.digest)
            {
                Some((_, names)) => names.push(record.reference),
                None => images.push((record.descriptor, vec![record.reference])),
            }
        }
        Ok(sampan_image::save(&lease, &images, format, &Request::any(), out)?)
    }

    /// Takes images out of an archive of any form.
    pub fn load_images(&self, archive: &mut dyn Read) -> Result<Loaded, EngineError> {
        let loaded = sampan_image::load(&self.store.lease()?, archive, &UnpackLimits::default())?;
        self.tidy();
        Ok(loaded)
    }

    /// Takes the images of a folder in OCI image-layout form.
    pub fn import_layout(&self, dir: &Path) -> Result<Loaded, EngineError> {
        Ok(sampan_image::import_layout(
            &self.store.lease()?,
            dir,
            &UnpackLimits::default(),
        )?)
    }

    /// Fetches an image.
    pub async fn pull(
        &self,
        reference: &Reference,
        platform: Option<Platform>,
        all_platforms: bool,
        progress: &dyn Progress,
    ) -> Result<sampan_distribution::client::Pulled, EngineError> {
        let options = PullOptions {
            platform,
            all_platforms,
        };
        let pulled = self
            .client()
            .pull(&self.store, reference, &options, progress)
            .await?;
        self.tidy();
        Ok(pulled)
    }

    /// Sends an image under its own name.
    pub async fn push(&self, text: &str, progress: &dyn Progress) -> Result<ImageRecord, EngineError> {
        let lease = self.store.lease()?;
        let found = self.find_image(&lease, text);
        let record = found.map_err(|error| missing(error, EngineError::NothingToPush))?;
        let digest = &record.descriptor.digest;
        self.client()
            .push(
                &self.store,
                digest,
                &record.reference,
                &PushOptions::default(),
                progress,
            )
            .await?;
        Ok(record)
    }

    /// Proves to a registry who the user is, and keeps the proof.
    pub async fn login(
        &self,
        keep_in: &DockerConfig,
        registry: &str,
        username: &str,
        password: Secret<String>,
    ) -> Result<Kept, EngineError> {
        Ok(self.client().login(keep_in, registry, username, password).await?)
    }

    /// How registries are reached.
    pub(crate) fn registries(&self) -> &ClientConfig {
        &self.config.registries
    }

    fn client(&self) -> Client {
        Client::new(self.config.registries.clone())
    }

    /// A client of registries as this engine reaches them, for somebody who brings credentials along.
    pub fn registry_client(&self, credentials: Credentials) -> Client {
        Client::new(ClientConfig {
            credentials,
            ..self.config.registries.clone()
        })
    }

    /// The one image that a name or the beginning of an id means.
    pub(crate) fn find_image(&self, lease: &Lease, text: &str) -> Result<ImageRecord, EngineError> {
        let mut found = match sampan_image::find(lease, text) {
            Ok(found) => found,
            Err(sampan_image::ImageError::Store(error)) if error.is_not_found() => {
                return Err(EngineError::NoImage(text.to_owned()));
            }
            Err(error) => return Err(error.into()),
        };
        let digests: std::collections::BTreeSet<_> =
            found.iter().map(|r| r.descriptor.digest.clone()).collect();
        match (digests.len(), found.pop()) {
            (1, Some(record)) => Ok(record),
            (0, _) | (_, None) => Err(EngineError::NoImage(text.to_owned())),
            (count, _) => Err(EngineError::Ambiguous {
                text: text.to_owned(),
                count,
            }),
        }
    }
}

/// Says of an image that is not here what makes sense for what was to be done with it.
fn missing(error: EngineError, as_: fn(String) -> EngineError) -> EngineError {
    match error {
        EngineError::NoImage(name) => as_(name),
        other => other,
    }
}

fn request(platform: Option<Platform>) -> Request {
    platform.map_or_else(Request::any, Request::on)
}
