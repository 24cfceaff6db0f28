//! The image of a service that is built.

use std::path::Path;

use sampan_api::build::BuildHead;
use sampan_client::{Build, Client};
use sampan_compose::{Beside, Service};

use crate::app::App;
use crate::commands::build::{Context, build_of};
use crate::error::CliError;

/// Builds it under a name, and under those that its `build` gives.
pub(super) async fn build(
    app: &App<'_>,
    client: &Client,
    service: &Service,
    image: &str,
    beside: Beside,
) -> Result<(), CliError> {
    let Some(asked) = &service.build else {
        return Ok(());
    };
    let mut context = match (&asked.dockerfile_inline, &asked.dockerfile) {
        (Some(text), _) => Context::with_text(&asked.context, text.as_bytes())?,
        (None, Some(file)) => Context::find(&asked.context, Some(&Path::new(&asked.context).join(file)))?,
        (None, None) => Context::find(&asked.context, None)?,
    };
    for (name, folder) in &beside.folders {
        context.add_folder(name, folder)?;
    }
    let platform = match asked.platforms.as_slice() {
        [] => service.platform.clone().unwrap_or_default(),
        [one] => one.clone(),
        _ => {
            return Err(CliError::Value {
                value: asked.platforms.join(", "),
                wanted: "one platform to build for: this daemon makes one image at a time",
            });
        }
    };
    let hosts = asked.extra_hosts.iter();
    let build = Build {
        tags: std::iter::once(image.to_owned())
            .chain(asked.tags.iter().cloned())
            .collect(),
        dockerfile: context.dockerfile.clone(),
        arguments: asked.args.clone(),
        labels: asked.labels.clone(),
        target: asked.target.clone().unwrap_or_default(),
        platform,
        network: asked.network.clone().unwrap_or_default(),
        hosts: hosts
            .flat_map(|(name, addresses)| addresses.iter().map(move |address| format!("{name}:{address}")))
            .collect(),
        memory: 0,
        shm_size: asked
            .shm_size
            .and_then(|size| u64::try_from(size).ok())
            .unwrap_or(0),
        no_cache: asked.no_cache,
        pull: asked.pull,
        keep: false,
        head: BuildHead {
            secrets: beside.secrets,
            contexts: context.names(),
            images: beside.images,
        },
    };
    build_of(app, client, &build, context).await.map(drop)
}
