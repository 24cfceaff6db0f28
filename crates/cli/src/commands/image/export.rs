//! `sampan image export`: the Wasm file of an image.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use sampan_types::Platform;

use crate::app::App;
use crate::error::CliError;
use crate::files;

/// The flags of `sampan image export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Name or id
    image: String,
    /// The Wasm file (the only form there is)
    #[arg(long)]
    wasm: bool,
    /// Write to a file, not to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,
}

pub(crate) fn run(app: &App<'_>, args: &ExportArgs) -> Result<(), CliError> {
    if args.output.is_none() && std::io::stdout().is_terminal() {
        return Err(CliError::Usage(
            "a Wasm file is not for a terminal: add `-o FILE`, or send it into a pipe",
        ));
    }
    let (mut file, _) = app.engine()?.export_wasm(&args.image, args.platform.clone())?;
    match &args.output {
        Some(path) => files::stream_whole(path, |out| {
            std::io::copy(&mut file, out)
                .map_err(|source| CliError::Write {
                    path: path.clone(),
                    source,
                })
                .map(drop)
        }),
        None => {
            let mut out = std::io::stdout().lock();
            std::io::copy(&mut file, &mut out)?;
            Ok(out.flush()?)
        }
    }
}
