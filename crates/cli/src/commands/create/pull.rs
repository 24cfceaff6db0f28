//! Has the daemon download an image.

use std::time::Duration;

use sampan_client::{Auth, Client, ClientError};
use sampan_distribution::client::Credential;
use sampan_types::Reference;

use crate::app::App;
use crate::commands::commit::split_tag;
use crate::error::CliError;

/// How long a credential helper may take.
const HELPER_TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) async fn pull(
    app: &App<'_>,
    client: &Client,
    image: &str,
    platform: Option<&str>,
) -> Result<(), CliError> {
    let auth = credentials(app, image).await?;
    let (name, tag) = split_tag(image);
    // A name without a tag would mean all tags; a digest needs none.
    let tag = tag.or((!image.contains('@')).then_some("latest"));
    let mut lines = client.pull(name, tag, platform, auth.as_ref()).await?;
    while let Some(line) = lines.next().await? {
        if let Some(error) = line.error_detail {
            return Err(ClientError::Failed(error.message).into());
        }
        if !line.error.is_empty() {
            return Err(ClientError::Failed(line.error).into());
        }
        // Lines with a number of bytes come many times a second, and nobody reads those in a log.
        if line.progress_detail.is_none_or(|detail| detail.total == 0) {
            match line.id.as_str() {
                "" => app.printer.note(line.status),
                id => app.printer.note(format_args!("{id}: {}", line.status)),
            }
        }
    }
    Ok(())
}

pub(crate) async fn credentials(app: &App<'_>, image: &str) -> Result<Option<Auth>, CliError> {
    let (Ok(reference), Ok(config)) = (image.parse::<Reference>(), app.docker_config()) else {
        return Ok(None);
    };
    match config.find(reference.registry(), HELPER_TIMEOUT).await? {
        Some(Credential::Basic { username, password }) => Ok(Some(Auth {
            username,
            password: password.expose().clone(),
            serveraddress: reference.registry().to_owned(),
        })),
        // Other tokens have no place in this header that every daemon knows.
        _ => Ok(None),
    }
}
