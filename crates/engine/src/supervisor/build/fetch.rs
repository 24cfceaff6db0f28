//! Where stages begin and files come from: stages of before, images, registries.

use std::sync::Arc;

use sampan_distribution::client::PullOptions;
use sampan_store::Descriptor;
use sampan_types::{Classified, ErrorClass, Platform, Reference};

use super::Builder;
use super::files::Files;
use super::given;
use super::image::Below;
use super::output::BuildLine;
use super::stage::Finished;
use crate::error::EngineError;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::images::Image;

impl Builder<'_> {
    /// A stage of before, by its name.
    pub(super) fn finished(&self, name: &str) -> Option<&Finished> {
        let lower = name.to_lowercase();
        // Of several with one name the last one, as in BuildKit.
        self.finished.iter().rfind(|stage| stage.name() == Some(&lower))
    }

    /// What `--from` names: a stage by name or number, else an image.
    pub(super) async fn files_of(&mut self, name: &str, platform: &Platform) -> Result<Files> {
        if let Some(image) = given::image(self.options, name) {
            let wanted = self.platform.clone();
            let (_, image) = self.fetched(image, wanted.as_ref()).await?;
            return Ok(Files {
                base: Some(image),
                above: Vec::new(),
            });
        }
        if let Some(stage) = self.finished(name) {
            return Ok(stage.files.clone());
        }
        if let Ok(number) = name.parse::<usize>() {
            let why = match number == self.finished.len() {
                true => "refers to current build stage",
                false => "index out of bounds",
            };
            let stage = self
                .finished
                .get(number)
                .ok_or_else(|| SupervisorError::Invalid(format!("invalid from flag value {name}: {why}")))?;
            return Ok(stage.files.clone());
        }
        let found = self.fetched(name, None).await;
        let image = match found {
            Ok((_, image)) => image,
            Err(_) if self.platform.is_none() => self.fetched(name, Some(platform)).await?.1,
            Err(error) => return Err(error),
        };
        Ok(Files {
            base: Some(image),
            above: Vec::new(),
        })
    }

    /// The files of a stage whose steps lie above each other, unpacked as one folder: once, whoever asks for them later.
    pub(super) fn unpacked_stage(&mut self, name: &str) -> Result<Files> {
        let lower = name.to_lowercase();
        let place = self
            .finished
            .iter()
            .rposition(|stage| stage.name() == Some(&lower))
            .or_else(|| name.parse().ok());
        let stage = place.and_then(|place| self.finished.get_mut(place));
        let Some((stage, below)) = stage.and_then(|stage| {
            let below = stage.below.clone()?;
            Some((stage, below))
        }) else {
            return Err(SupervisorError::Invalid(format!("stage {name} has no files")));
        };
        stage.files = Files {
            base: Some(self.supervisor.image_by_id(&below.descriptor, None)?),
            above: Vec::new(),
        };
        Ok(stage.files.clone())
    }

    /// An image by its name, from a registry where it is not here.
    pub(super) async fn fetched(
        &mut self,
        name: &str,
        platform: Option<&Platform>,
    ) -> Result<(Below, Arc<Image>)> {
        let local = match self.options.pull {
            true => None,
            false => match self.supervisor.image(name, platform) {
                Ok(image) => Some(image),
                Err(error) if is_missing(&error) => None,
                Err(error) => return Err(error),
            },
        };
        let image = match local {
            Some(image) => image,
            None => {
                self.pull(name, platform).await?;
                self.supervisor.image(name, platform)?
            }
        };
        let runnable = &image.runnable;
        let descriptor = match runnable.manifest == image.descriptor.digest {
            true => image.descriptor.clone(),
            false => {
                let size = self.lease.blobs().size(&runnable.manifest)?.unwrap_or(0);
                Descriptor::new(sampan_types::media::OCI_MANIFEST, runnable.manifest.clone(), size)
            }
        };
        // Held by this build, too: its name may be taken away meanwhile.
        self.lease.protect(&image.descriptor.digest)?;
        let below = Below::read(
            &self.lease,
            descriptor,
            &runnable.manifest,
            &runnable.config_digest,
        )?;
        Ok((below, image))
    }

    async fn pull(&mut self, name: &str, platform: Option<&Platform>) -> Result<()> {
        let reference: Reference = name.parse().map_err(|_| {
            SupervisorError::Invalid(format!("invalid reference format: {name:?} names no image"))
        })?;
        let text = format!("Pulling from {}", reference.repository());
        let id = reference.selector();
        self.output.tell(BuildLine::Status { id, text }).await;
        let engine = &self.supervisor.shared.engine;
        let options = PullOptions {
            platform: platform.cloned(),
            all_platforms: false,
        };
        let client = engine.registry_client(self.options.credentials.clone());
        let pulled = client
            .pull(
                engine.store(),
                &reference,
                &options,
                &sampan_distribution::client::Silent,
            )
            .await
            .map_err(|error| match error.class() {
                ErrorClass::NotFound | ErrorClass::Denied | ErrorClass::Unauthenticated => {
                    SupervisorError::NotFound(format!(
                        "pull access denied for {}, repository does not exist or may require 'docker login'",
                        reference.familiar()
                    ))
                }
                _ => SupervisorError::Engine(EngineError::from(error)),
            })?;
        let line = |text| BuildLine::Status {
            id: String::new(),
            text,
        };
        self.output
            .tell(line(format!("Digest: {}", pulled.descriptor.digest)))
            .await;
        let shown = reference.familiar();
        self.supervisor.image_event("pull", &shown, &shown);
        Ok(())
    }
}

fn is_missing(error: &SupervisorError) -> bool {
    matches!(error, SupervisorError::NoImage(_)) || error.class() == ErrorClass::NotFound
}
