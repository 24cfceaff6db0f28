//! `sampan pull`.

use clap::Args;
use sampan_types::{Platform, Reference};

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan pull`.
#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    /// The image
    image: Reference,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,
    /// Every platform of the image
    #[arg(long, conflicts_with = "platform")]
    all_platforms: bool,
}

pub(crate) fn run(app: &App<'_>, args: PullArgs) -> Result<(), CliError> {
    let engine = app.engine()?;
    let progress = app.progress();
    let pulled = app.block_on_many(async {
        Ok(engine
            .pull(&args.image, args.platform, args.all_platforms, &progress)
            .await?)
    })?;
    let state = if pulled.was_up_to_date {
        "up to date"
    } else {
        "pulled"
    };
    app.printer.done(state, args.image.familiar());
    Ok(app.printer.data(&pulled.descriptor.digest)?)
}
