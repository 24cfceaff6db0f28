//! `sampan image rm`.

use clap::Args;
use sampan_image::Removed;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan image rm`.
#[derive(Debug, Args)]
pub(crate) struct RmArgs {
    /// Names or ids
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<String>,
    /// Take all names from an image that an id means
    #[arg(short, long)]
    force: bool,
}

pub(crate) fn run(app: &App<'_>, args: &RmArgs) -> Result<(), CliError> {
    let engine = app.engine()?;
    for image in &args.images {
        for removed in engine.remove_image(image, args.force)? {
            match removed {
                Removed::Untagged(reference) => app
                    .printer
                    .data(format_args!("Untagged: {}", reference.familiar()))?,
                Removed::Deleted(digest) => app.printer.data(format_args!("Deleted: {digest}"))?,
            }
        }
    }
    Ok(())
}
