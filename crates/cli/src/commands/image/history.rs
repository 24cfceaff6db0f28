//! `sampan image history`.

use clap::Args;
use sampan_types::{ByteCount, Platform};

use crate::app::App;
use crate::error::CliError;
use crate::table::Table;

/// The flags of `sampan image history`.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// Name or id
    image: String,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,
}

pub(crate) fn run(app: &App<'_>, args: &HistoryArgs) -> Result<(), CliError> {
    let mut table = Table::new(&["CREATED", "CREATED BY", "SIZE", "COMMENT"]);
    for row in app.engine()?.image_history(&args.image, args.platform.clone())? {
        let created = row.created.unwrap_or_else(|| "-".to_owned());
        table.row([
            created,
            row.created_by,
            ByteCount::new(row.size).to_string(),
            row.comment,
        ]);
    }
    Ok(app.printer.data(table)?)
}
