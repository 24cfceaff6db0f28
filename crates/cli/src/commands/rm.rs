//! `sampan rm`: forgets containers that have ended.

use clap::Args;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan rm`.
#[derive(Debug, Args)]
pub(crate) struct RmArgs {
    /// Names or ids
    #[arg(required = true, value_name = "CONTAINER")]
    containers: Vec<String>,
}

pub(crate) fn run(app: &App<'_>, args: &RmArgs) -> Result<(), CliError> {
    let engine = app.engine()?;
    for container in &args.containers {
        engine.remove_container(container)?;
        app.printer.data(container)?;
    }
    Ok(())
}
