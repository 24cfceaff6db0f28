//! `sampan export`: all files of a container, as an archive.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Name or id
    container: String,
    /// Write to a file, not to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(app: &App<'_>, args: &ExportArgs) -> Result<(), CliError> {
    if args.output.is_none() && std::io::stdout().is_terminal() {
        return Err(CliError::Usage(
            "an archive is not for a terminal: add `-o FILE`, or send it into a pipe",
        ));
    }
    app.on_daemon("export", async |client| {
        let mut archive = client.export_container(&args.container).await?;
        let failed = |source| match &args.output {
            Some(path) => CliError::Write {
                path: path.clone(),
                source,
            },
            None => CliError::Output(source),
        };
        let mut out: Box<dyn Write> = match &args.output {
            Some(path) => Box::new(std::fs::File::create(path).map_err(failed)?),
            None => Box::new(std::io::stdout()),
        };
        while let Some(bytes) = archive.next().await? {
            out.write_all(&bytes).map_err(failed)?;
        }
        out.flush().map_err(failed)
    })
}
