//! Images of services: there, downloaded, built, or sent as a file.

use std::collections::BTreeMap;
use std::path::Path;

use futures::stream::{self, TryStreamExt};
use sampan_types::SecretBytes;

use super::{Pull, UpOptions};
use crate::host::{Beside, Kind};
use crate::paths::{is_remote, is_wasm_file};
use crate::session::Session;
use crate::{ComposeError, Content, Host, Service};

/// An image that is there.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Its name.
    pub(crate) name: String,
    /// Its id.
    pub(crate) id: String,
    /// Whether its containers are Wasm, which cannot have single files of the host.
    pub(crate) is_wasm: bool,
}

/// How many images come at once.
const AT_ONCE: usize = 4;

impl<H: Host> Session<'_, H> {
    /// The images of some services, each had once.
    pub(crate) async fn images(
        &self,
        services: &[String],
        options: &UpOptions,
    ) -> Result<BTreeMap<String, Found>, ComposeError> {
        let mut by_image: BTreeMap<String, Vec<&Service>> = BTreeMap::new();
        for name in services {
            let service = self.project.service(name)?;
            by_image
                .entry(service.image_name(&self.project.name))
                .or_default()
                .push(service);
        }
        let found = stream::iter(by_image.into_iter().map(Ok::<_, ComposeError>));
        let found: Vec<(Vec<&Service>, Found)> = found
            .map_ok(|(image, services)| async move {
                // One that can be built says more than one that only uses it.
                let service = services
                    .iter()
                    .find(|service| service.build.is_some())
                    .or(services.first());
                let service = service
                    .copied()
                    .ok_or_else(|| ComposeError::NoService(image.clone()))?;
                let found = self.image(service, &image, options).await?;
                Ok((services, found))
            })
            .try_buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let mut each = BTreeMap::new();
        for (services, found) in found {
            for service in services {
                // Most services are linked with nothing, and the future is large.
                let linked = Box::pin(self.linked(service, found.clone(), options)).await?;
                each.insert(service.name.clone(), linked);
            }
        }
        Ok(each)
    }

    async fn image(
        &self,
        service: &Service,
        image: &str,
        options: &UpOptions,
    ) -> Result<Found, ComposeError> {
        let host = |action: &'static str| {
            let service = service.name.clone();
            move |source| ComposeError::Host {
                action,
                service,
                source,
            }
        };
        if is_wasm_file(image) && service.build.is_none() {
            let sent = self.host.send_file(Path::new(image)).await;
            let name = sent.map_err(host("send the Wasm file"))?;
            return self.known(&name).await?.ok_or_else(|| ComposeError::Model {
                place: format!("services.{}.image", service.name),
                what: format!("is `{name}`, which went away"),
            });
        }
        let policy = service.pull_policy.as_deref().unwrap_or("missing");
        let pull = pull_of(service, options);
        let can_build = service.build.is_some() && !options.no_build;
        if can_build && (options.build || policy == "build") {
            self.build_one(service, image).await?;
        } else if pull == Pull::Always && service.build.is_none() {
            self.pull_one(service, image).await?;
        }
        if let Some(found) = self.known(image).await? {
            return Ok(found);
        }
        if can_build {
            self.build_one(service, image).await?;
        } else if pull != Pull::Never {
            self.pull_one(service, image).await?;
        }
        match self.known(image).await? {
            Some(found) => Ok(found),
            None => Err(ComposeError::model(
                format!("services.{}.image", service.name),
                format!("is `{image}`, which is not there, and is not to be had"),
            )),
        }
    }

    /// An image beside the service's own, downloaded when the service's policy says so.
    pub(super) async fn downloaded(
        &self,
        service: &Service,
        image: &str,
        options: &UpOptions,
    ) -> Result<Option<Found>, ComposeError> {
        let pull = pull_of(service, options);
        if pull == Pull::Always {
            self.pull_one(service, image).await?;
        }
        match self.known(image).await? {
            None if pull == Pull::Missing => {
                self.pull_one(service, image).await?;
                self.known(image).await
            }
            found => Ok(found),
        }
    }

    /// Downloads a service's image.
    pub async fn pull_one(&self, service: &Service, image: &str) -> Result<(), ComposeError> {
        let pulled = self.host.pull(image, service.platform.as_deref()).await;
        pulled.map_err(|source| ComposeError::Host {
            action: "pull the image",
            service: service.name.clone(),
            source,
        })?;
        self.done(Kind::Image, image, "pulled");
        Ok(())
    }

    /// Builds a service's image, after those that it is built from.
    pub async fn build_one(&self, service: &Service, image: &str) -> Result<(), ComposeError> {
        self.build_after(service, image, &[]).await
    }

    async fn build_after(
        &self,
        service: &Service,
        image: &str,
        waiting: &[&str],
    ) -> Result<(), ComposeError> {
        if waiting.contains(&service.name.as_str()) {
            return Err(ComposeError::model(
                format!("services.{}.build.additional_contexts", service.name),
                "leads back to the service itself",
            ));
        }
        let waiting = [waiting, &[service.name.as_str()]].concat();
        for other in service.builds_from() {
            let other = self.project.service(other)?;
            let name = other.image_name(&self.project.name);
            match other.build.is_some() {
                true => Box::pin(self.build_after(other, &name, &waiting)).await?,
                false if self.known(&name).await?.is_some() => {}
                false => self.pull_one(other, &name).await?,
            }
        }
        let beside = self.beside(service)?;
        let built = self.host.build(service, image, beside).await;
        built.map_err(|source| ComposeError::Host {
            action: "build the image",
            service: service.name.clone(),
            source,
        })?;
        self.done(Kind::Image, image, "built");
        Ok(())
    }

    /// What a service's build has beside its folder.
    fn beside(&self, service: &Service) -> Result<Beside, ComposeError> {
        let mut beside = Beside::default();
        let Some(build) = &service.build else {
            return Ok(beside);
        };
        for wanted in &build.secrets {
            let failed = |source| ComposeError::Content {
                what: format!("secret `{}`", wanted.source),
                service: service.name.clone(),
                source,
            };
            let content = self.project.secrets.get(&wanted.source);
            let bytes = content
                .map_or_else(|| Ok(Vec::new()), Content::bytes)
                .map_err(failed)?;
            let id = match wanted.target.as_str() {
                "" => wanted.source.as_str(),
                target => target,
            };
            beside.secrets.insert(id.to_owned(), SecretBytes::new(bytes));
        }
        for (name, context) in &build.additional_contexts {
            if let Some(other) = context.strip_prefix("service:") {
                let image = self.project.service(other)?.image_name(&self.project.name);
                beside.images.insert(name.clone(), image);
            } else if let Some(image) = context.strip_prefix("docker-image://") {
                beside.images.insert(name.clone(), image.to_owned());
            } else if is_remote(context) {
                return Err(ComposeError::model(
                    format!("services.{}.build.additional_contexts.{name}", service.name),
                    format!("is `{context}`, which is not fetched: name a folder, an image or a service"),
                ));
            } else {
                beside.folders.insert(name.clone(), context.into());
            }
        }
        Ok(beside)
    }

    pub(super) async fn known(&self, image: &str) -> Result<Option<Found>, ComposeError> {
        match self.client.inspect_image(image).await {
            Ok(inspected) => Ok(Some(Found {
                name: image.to_owned(),
                is_wasm: inspected.architecture == "wasm",
                id: inspected.id,
            })),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(ComposeError::call("look for image", image)(error)),
        }
    }
}

/// When the images of a service are downloaded.
fn pull_of(service: &Service, options: &UpOptions) -> Pull {
    match (options.pull, service.pull_policy.as_deref().unwrap_or("missing")) {
        (Pull::Policy, "always") => Pull::Always,
        (Pull::Policy, "never" | "build") => Pull::Never,
        (Pull::Policy, _) => Pull::Missing,
        (wanted, _) => wanted,
    }
}
