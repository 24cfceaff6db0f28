//! `sampan image pack`: a Wasm file becomes an image (CNCF Wasm artifact).

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use sampan_image::PackOptions;
use sampan_types::Reference;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan image pack`.
#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    /// A .wasm or .wat file
    file: PathBuf,
    /// The image's name
    image: Reference,
    /// Who made it
    #[arg(long)]
    author: Option<String>,
    /// A note for the manifest
    #[arg(long, value_name = "KEY=VALUE", value_parser = annotation)]
    annotation: Vec<(String, String)>,
}

fn annotation(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE".to_owned()),
    }
}

pub(crate) fn run(app: &App<'_>, args: PackArgs) -> Result<(), CliError> {
    let title = args.file.file_name().map(|n| n.to_string_lossy().into_owned());
    let options = PackOptions {
        created: created(app)?,
        author: args.author,
        annotations: args.annotation.into_iter().collect(),
        title,
        target: None,
    };
    let packed = app.engine()?.pack_image(&args.file, &args.image, &options)?;
    app.printer.done("packed", args.image.familiar());
    Ok(app.printer.data(&packed.descriptor.digest)?)
}

/// When an image was made that is made now, in seconds since 1970.
pub(crate) fn created(app: &App<'_>) -> Result<u64, CliError> {
    match &app.environment.source_date_epoch {
        Some(text) => text.parse().map_err(|_| CliError::SourceDate(text.clone())),
        None => Ok(SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_secs())),
    }
}
