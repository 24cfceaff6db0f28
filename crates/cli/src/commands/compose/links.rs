//! Links of compose services: the parts come from the daemon, are linked here, and go back as one image.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use sampan_client::Client;
use sampan_compose::Linking;
use sampan_engine::containers::Target;
use sampan_engine::link::LinkRequest;
use sampan_engine::{Engine, PullPolicy};
use sampan_types::Reference;

use crate::app::App;
use crate::commands::create::file;
use crate::commands::link;
use crate::error::CliError;

/// Links, in a store of its own that goes afterwards: the daemon's images are none of this user's.
pub(super) async fn link(app: &App<'_>, client: &Client, linking: &Linking<'_>) -> Result<(), CliError> {
    let scratch = app.store()?.scratch()?;
    let engine = app.engine_at(scratch.path())?;
    let mut names = vec![linking.image.to_owned()];
    for (_, name) in &linking.with {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    fetch(client, &engine, &names, &scratch.path().join("parts.tar")).await?;
    let image = |name: &str| Ok::<_, CliError>(Target::Image(reference(name)?));
    let mut with = Vec::new();
    for (import, name) in &linking.with {
        with.push((import.map(str::to_owned), image(name)?));
    }
    let request = LinkRequest {
        app: image(linking.image)?,
        with,
        platform: None,
        pull: PullPolicy::Never,
    };
    let program = engine.link(&request, &app.progress()).await?;
    link::shown(app, &program);
    let added = link::added(&program);
    if !added.is_empty() && !linking.approved {
        return Err(CliError::NotApproved {
            added,
            how: "`approve-links: true` beside the links",
        });
    }
    // A fixed time, so that the same parts are the same image.
    engine.keep_linked(&program, &reference(&linking.name)?, 0)?;
    file::send_image(client, engine, &linking.name).await
}

fn reference(name: &str) -> Result<Reference, CliError> {
    name.parse().map_err(|source| CliError::Target {
        text: name.to_owned(),
        source,
    })
}

/// Brings images of the daemon here.
async fn fetch(client: &Client, engine: &Engine, names: &[String], to: &Path) -> Result<(), CliError> {
    let write = |source| CliError::Write {
        path: to.to_path_buf(),
        source,
    };
    let mut file = File::create_new(to).map_err(write)?;
    let mut archive = client.save(names).await?;
    while let Some(bytes) = archive.next().await? {
        file.write_all(&bytes).map_err(write)?;
    }
    let mut archive = File::open(to).map_err(|source| CliError::Read {
        path: to.to_path_buf(),
        source,
    })?;
    engine.load_images(&mut archive)?;
    Ok(())
}
