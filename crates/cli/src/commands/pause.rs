//! `sampan pause` and `sampan unpause`.

use clap::Args;

use crate::app::App;
use crate::error::CliError;

/// The flags of both.
#[derive(Debug, Args)]
pub(crate) struct PauseArgs {
    /// Names or ids
    #[arg(required = true, value_name = "CONTAINER")]
    containers: Vec<String>,
}

pub(crate) fn pause(app: &App<'_>, args: &PauseArgs) -> Result<u8, CliError> {
    app.each_on_daemon("pause", &args.containers, async |client, name| {
        client.pause_container(name).await
    })
}

pub(crate) fn unpause(app: &App<'_>, args: &PauseArgs) -> Result<u8, CliError> {
    app.each_on_daemon("unpause", &args.containers, async |client, name| {
        client.unpause_container(name).await
    })
}
