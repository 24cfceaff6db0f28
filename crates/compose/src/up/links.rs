//! Components that are linked into a service's own: the image that its containers then have.

use std::path::Path;

use super::{Found, UpOptions};
use crate::paths::is_wasm_file;
use crate::session::Session;
use crate::{ComposeError, Host, Link, Service};

/// How much of the digest is the name's tag: enough that two links never share one.
const TAG: usize = 32;

/// What is to be linked, for whoever does it.
#[derive(Clone, Debug)]
pub struct Linking<'l> {
    /// The service's image, by its name at the daemon.
    pub image: &'l str,
    /// The images at the daemon that serve its imports, each with the import that it is meant for.
    pub with: Vec<(Option<&'l str>, String)>,
    /// Whether the result may ask for more than the image alone.
    pub approved: bool,
    /// The name that the result gets at the daemon.
    pub name: String,
}

impl<H: Host> Session<'_, H> {
    /// The image of a service with what it is linked with; the image itself where it is linked with nothing.
    pub(super) async fn linked(
        &self,
        service: &Service,
        found: Found,
        options: &UpOptions,
    ) -> Result<Found, ComposeError> {
        let own = &service.sampan;
        if own.links.is_empty() {
            return Ok(found);
        }
        only_wasm(service, &found)?;
        // Named by everything that it comes from: what is there under this name is what would be made.
        let mut key = format!("1 {} {}", found.id, own.approve_links);
        let mut with = Vec::new();
        for link in &own.links {
            let provider = self.provider(service, link, options).await?;
            only_wasm(service, &provider)?;
            let import = link.import.as_deref();
            key.push_str(&format!(
                "\n{} {} {}",
                import.unwrap_or_default(),
                provider.id,
                provider.name
            ));
            with.push((import, provider.name));
        }
        key.push_str(&format!("\n{}", found.name));
        let digest = crate::model::digest(key.as_bytes());
        let name = format!("localhost/linked:{}", digest.get(..TAG).unwrap_or(&digest));
        if let Some(there) = self.known(&name).await? {
            return Ok(there);
        }
        let linking = Linking {
            image: &found.name,
            with,
            approved: own.approve_links,
            name,
        };
        let made = self.host.link(&linking).await;
        made.map_err(|source| ComposeError::Host {
            action: "link the image",
            service: service.name.clone(),
            source,
        })?;
        match self.known(&linking.name).await? {
            Some(there) => Ok(there),
            None => Err(ComposeError::model(
                place(service),
                "gave an image, which went away",
            )),
        }
    }

    async fn provider(
        &self,
        service: &Service,
        link: &Link,
        options: &UpOptions,
    ) -> Result<Found, ComposeError> {
        let image = &link.from;
        let missing = || {
            ComposeError::model(
                place(service),
                format!("names `{image}`, which is not there, and is not to be had"),
            )
        };
        if is_wasm_file(image) {
            let sent = self.host.send_file(Path::new(image)).await;
            let name = sent.map_err(|source| ComposeError::Host {
                action: "send a Wasm file",
                service: service.name.clone(),
                source,
            })?;
            return self.known(&name).await?.ok_or_else(missing);
        }
        self.downloaded(service, image, options)
            .await?
            .ok_or_else(missing)
    }
}

/// Where the file says it.
fn place(service: &Service) -> String {
    format!("services.{}.x-sampan.links", service.name)
}

fn only_wasm(service: &Service, found: &Found) -> Result<(), ComposeError> {
    if found.is_wasm {
        return Ok(());
    }
    Err(ComposeError::model(
        place(service),
        format!("is for Wasm, and `{}` is an image of another kind", found.name),
    ))
}
