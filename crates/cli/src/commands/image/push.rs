//! `sampan push`.

use clap::Args;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan push`.
#[derive(Debug, Args)]
pub(crate) struct PushArgs {
    /// The image, by the name under which it goes to its registry
    image: String,
}

pub(crate) fn run(app: &App<'_>, args: PushArgs) -> Result<(), CliError> {
    let engine = app.engine()?;
    let progress = app.progress();
    let pushed = app.block_on_many(async { Ok(engine.push(&args.image, &progress).await?) })?;
    app.printer.done("pushed", pushed.reference.familiar());
    Ok(app.printer.data(&pushed.descriptor.digest)?)
}
