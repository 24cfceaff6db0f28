//! `sampan logout`: forgets who the user is to a registry.

use clap::Args;
use sampan_types::reference::DEFAULT_REGISTRY;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan logout`.
#[derive(Debug, Args)]
pub(crate) struct LogoutArgs {
    /// The registry; Docker Hub where it is left out
    #[arg(value_name = "HOST[:PORT]", default_value = DEFAULT_REGISTRY)]
    registry: String,
}

pub(crate) fn run(app: &App<'_>, args: LogoutArgs) -> Result<(), CliError> {
    let config = app.docker_config()?;
    let registry = super::login::bare(&args.registry);
    let timeout = sampan_distribution::client::Timeouts::default().helper;
    let any = app.block_on(async { Ok(config.logout(registry, timeout).await?) })?;
    if any {
        Ok(app
            .printer
            .data(format_args!("Removed login credentials for {registry}"))?)
    } else {
        Ok(app.printer.data(format_args!("Not logged in to {registry}"))?)
    }
}
