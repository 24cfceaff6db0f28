//! `sampan ps`: named containers.

use clap::Args;
use sampan_engine::containers::ContainerState;

use crate::app::App;
use crate::error::CliError;
use crate::table::Table;

/// The flags of `sampan ps`.
#[derive(Debug, Args)]
pub(crate) struct PsArgs {
    /// Show those that have ended, too
    #[arg(short, long)]
    all: bool,
}

pub(crate) fn run(app: &App<'_>, args: &PsArgs) -> Result<(), CliError> {
    let mut table = Table::new(&["CONTAINER ID", "PROGRAM", "STATUS", "NAME"]);
    let shown = app.engine()?.containers()?;
    let shown: Vec<_> = shown
        .into_iter()
        .filter(|(_, s)| args.all || *s == ContainerState::Running)
        .collect();
    for (record, state) in &shown {
        if app.printer.quiet() {
            app.printer.data(record.id.short())?;
        }
        let status = match (state, &record.ending) {
            (_, Some(ending)) => format!("Exited ({})", ending.code()),
            (ContainerState::Running, None) => "Up".to_owned(),
            (ContainerState::Exited | ContainerState::Dead, None) => "Dead".to_owned(),
        };
        table.row([
            record.id.short().to_owned(),
            record.target.clone(),
            status,
            record.name.to_string(),
        ]);
    }
    if !app.printer.quiet() {
        app.printer.data(table)?;
    }
    Ok(())
}
