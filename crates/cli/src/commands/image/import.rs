//! `sampan image import`: the images of an OCI layout folder.

use std::path::PathBuf;

use clap::Args;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan image import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// A folder in OCI image-layout form
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(crate) fn run(app: &App<'_>, args: &ImportArgs) -> Result<(), CliError> {
    let loaded = app.engine()?.import_layout(&args.dir)?;
    for name in loaded.images.iter().flat_map(|image| &image.references) {
        app.printer
            .data(format_args!("Loaded image: {}", name.familiar()))?;
    }
    Ok(())
}
