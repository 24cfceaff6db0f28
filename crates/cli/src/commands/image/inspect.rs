//! `sampan image inspect`.

use clap::Args;
use sampan_types::Platform;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan image inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// Names or ids
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<String>,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,
}

pub(crate) fn run(app: &App<'_>, args: &InspectArgs) -> Result<(), CliError> {
    let engine = app.engine()?;
    let found: Result<Vec<_>, _> = args
        .images
        .iter()
        .map(|i| engine.image(i, args.platform.clone()))
        .collect();
    Ok(app.printer.json(&found?)?)
}
