//! `sampan image save`.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sampan_image::ArchiveFormat;

use crate::app::App;
use crate::error::CliError;
use crate::files;

/// The flags of `sampan image save`.
#[derive(Debug, Args)]
pub(crate) struct SaveArgs {
    /// Names or ids
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<String>,
    /// Write to a file, not to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The form of the archive; without it, one that every tool reads where the images fit it
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// The form of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An OCI layout: holds every image
    OciArchive,
    /// With Docker's own manifest beside it; cannot hold Wasm artifacts
    DockerArchive,
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    causes.any(|error| {
        error
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

pub(crate) fn run(app: &App<'_>, args: &SaveArgs) -> Result<(), CliError> {
    let format = args.format.map(|format| match format {
        Format::OciArchive => ArchiveFormat::Oci,
        Format::DockerArchive => ArchiveFormat::Docker,
    });
    let engine = app.engine()?;
    match &args.output {
        Some(path) => files::stream_whole(path, |out| {
            engine.save_images(&args.images, format, out)?;
            Ok(())
        }),
        None if std::io::stdout().is_terminal() => Err(CliError::Usage(
            "an archive is not for a terminal: add `-o FILE`, or send it into a pipe",
        )),
        None => {
            let mut out = std::io::stdout().lock();
            match engine.save_images(&args.images, format, &mut out) {
                // Whoever reads has enough: that is no error here, as with other commands.
                Err(error) if is_broken_pipe(&error) => {
                    Err(CliError::Output(std::io::ErrorKind::BrokenPipe.into()))
                }
                saved => {
                    saved?;
                    Ok(out.flush()?)
                }
            }
        }
    }
}
