//! What the library of compose files cannot do itself.

use std::path::Path;

use sampan_client::{Client, ClientError};
use sampan_compose::{Beside, Event, Host, HostError, Linking, Service};

use crate::app::App;
use crate::commands::commit::split_tag;
use crate::commands::create::{file, pull};
use crate::error::CliError;

/// Credentials, files and people of this command line.
pub(crate) struct ComposeHost<'h> {
    app: &'h App<'h>,
    client: &'h Client,
}

impl<'h> ComposeHost<'h> {
    pub(crate) fn new(app: &'h App<'_>, client: &'h Client) -> Self {
        Self { app, client }
    }
}

impl Host for ComposeHost<'_> {
    fn tell(&self, event: Event<'_>) {
        match event {
            Event::Done(kind, name, what) => {
                self.app
                    .printer
                    .done(what, format_args!("{} `{name}`", kind.as_str()));
            }
            Event::Warning(text) => self.app.printer.warning(text),
            Event::Failed(error) => self.app.printer.error(error),
        }
    }

    async fn pull(&self, image: &str, platform: Option<&str>) -> Result<(), HostError> {
        pull::pull(self.app, self.client, image, platform)
            .await
            .map_err(HostError::new)
    }

    async fn push(&self, image: &str) -> Result<(), HostError> {
        push(self.app, self.client, image).await.map_err(HostError::new)
    }

    async fn build(&self, service: &Service, image: &str, beside: Beside) -> Result<(), HostError> {
        super::build::build(self.app, self.client, service, image, beside)
            .await
            .map_err(HostError::new)
    }

    async fn link(&self, linking: &Linking<'_>) -> Result<(), HostError> {
        super::links::link(self.app, self.client, linking)
            .await
            .map_err(HostError::new)
    }

    async fn send_file(&self, path: &Path) -> Result<String, HostError> {
        file::send(self.app, self.client, path)
            .await
            .map_err(HostError::new)
    }
}

async fn push(app: &App<'_>, client: &Client, image: &str) -> Result<(), CliError> {
    let auth = pull::credentials(app, image).await?;
    let (name, tag) = split_tag(image);
    let mut lines = client.push(name, tag.or(Some("latest")), auth.as_ref()).await?;
    while let Some(line) = lines.next().await? {
        if let Some(error) = line.error_detail {
            return Err(ClientError::Failed(error.message).into());
        }
        if !line.error.is_empty() {
            return Err(ClientError::Failed(line.error).into());
        }
    }
    Ok(())
}
