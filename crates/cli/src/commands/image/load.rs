//! `sampan image load`.

use std::fs::File;
use std::path::PathBuf;

use clap::Args;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan image load`.
#[derive(Debug, Args)]
pub(crate) struct LoadArgs {
    /// Read from a file, not from standard input
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
}

pub(crate) fn run(app: &App<'_>, args: &LoadArgs) -> Result<(), CliError> {
    let engine = app.engine()?;
    let loaded = match &args.input {
        Some(path) => {
            let mut file = File::open(path).map_err(|source| CliError::Read {
                path: path.clone(),
                source,
            })?;
            engine.load_images(&mut file)?
        }
        None => engine.load_images(&mut std::io::stdin().lock())?,
    };
    for image in &loaded.images {
        match image.references.as_slice() {
            [] => app
                .printer
                .data(format_args!("Loaded image ID: {}", image.descriptor.digest))?,
            names => {
                for name in names {
                    app.printer
                        .data(format_args!("Loaded image: {}", name.familiar()))?;
                }
            }
        }
    }
    Ok(())
}
