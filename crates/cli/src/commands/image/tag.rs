//! `sampan image tag`.

use clap::Args;
use sampan_types::Reference;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan image tag`.
#[derive(Debug, Args)]
pub(crate) struct TagArgs {
    /// Name or id
    image: String,
    /// The other name
    name: Reference,
}

pub(crate) fn run(app: &App<'_>, args: &TagArgs) -> Result<(), CliError> {
    Ok(app.engine()?.tag_image(&args.image, &args.name)?)
}
