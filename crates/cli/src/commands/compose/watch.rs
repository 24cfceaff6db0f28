//! `sampan compose watch`: brings into containers what changes on the disk.

use clap::Args;
use sampan_compose::{Change, UpOptions, WatchOptions};

use super::project::{ProjectFlags, on_files};
use crate::app::App;
use crate::error::CliError;
use crate::terminal::Signals;

/// The flags of `sampan compose watch`.
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// Services that are meant; all that have something to watch where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Start no services before
    #[arg(long)]
    no_up: bool,
}

pub(super) fn show(app: &App<'_>, change: &Change) {
    let files = if change.files == 1 { "file" } else { "files" };
    app.printer.done(
        change.what,
        format_args!("service `{}` ({} {files} changed)", change.service, change.files),
    );
}

pub(crate) fn run(app: &App<'_>, flags: &ProjectFlags, args: &WatchArgs) -> Result<u8, CliError> {
    on_files(app, "watch", flags, &args.services, async |session| {
        let mut signals = Signals::new().map_err(CliError::Signals)?;
        let work = async {
            if !args.no_up {
                let up = UpOptions {
                    services: args.services.clone(),
                    ..UpOptions::default()
                };
                session.up(&up).await?;
            }
            let options = WatchOptions {
                services: args.services.clone(),
            };
            app.printer.note("watching");
            session.watch(&options, |change| show(app, change)).await
        };
        tokio::select! {
            ended = work => ended.map(|()| 0).map_err(CliError::from),
            _ = signals.next() => Ok(130),
        }
    })
}
