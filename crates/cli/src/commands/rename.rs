//! `sampan rename`.

use clap::Args;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan rename`.
#[derive(Debug, Args)]
pub(crate) struct RenameArgs {
    /// Name or id
    container: String,
    /// Its new name
    name: String,
}

pub(crate) fn run(app: &App<'_>, args: &RenameArgs) -> Result<(), CliError> {
    app.on_daemon("rename", async |client| {
        Ok(client.rename_container(&args.container, &args.name).await?)
    })
}
