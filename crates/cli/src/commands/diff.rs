//! `sampan diff`: how a container's files differ from its image's.

use clap::Args;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// Name or id
    container: String,
}

pub(crate) fn run(app: &App<'_>, args: &DiffArgs) -> Result<(), CliError> {
    let changes = app.on_daemon("diff", async |client| {
        Ok(client.container_changes(&args.container).await?)
    })?;
    for change in changes {
        let kind = match change.kind {
            0 => 'C',
            1 => 'A',
            _ => 'D',
        };
        let path = sampan_types::foreign::one_line(&change.path);
        app.printer.data(format_args!("{kind} {path}"))?;
    }
    Ok(())
}
