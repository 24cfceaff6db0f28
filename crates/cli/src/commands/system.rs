//! `sampan system`: disk use, and giving disk back.

use clap::{Args, Subcommand};
use sampan_store::DfKind;
use sampan_types::ByteCount;

use crate::app::App;
use crate::error::CliError;
use crate::table::Table;

/// What to do with the disk.
#[derive(Debug, Subcommand)]
pub(crate) enum SystemCommand {
    /// Show what is on the disk
    Df(DfArgs),
    /// Remove what nothing needs
    Prune(PruneArgs),
}

/// The flags of `sampan system df`.
#[derive(Debug, Args)]
pub(crate) struct DfArgs {
    /// Print JSON, sizes in bytes
    #[arg(long)]
    json: bool,
}

/// The flags of `sampan system prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// Compiled code and unpacked files as well; they come again when needed
    #[arg(short, long)]
    all: bool,
    /// Do not ask (it never does; taken for Docker's sake)
    #[arg(short, long)]
    force: bool,
}

pub(crate) fn run(app: &App<'_>, command: &SystemCommand) -> Result<(), CliError> {
    match command {
        SystemCommand::Df(args) => df(app, args),
        SystemCommand::Prune(args) => prune(app, args),
    }
}

fn df(app: &App<'_>, args: &DfArgs) -> Result<(), CliError> {
    let report = app.engine()?.disk()?;
    if args.json {
        let kinds: serde_json::Map<_, _> = report
            .kinds
            .iter()
            .map(|(kind, size)| (kind.to_string(), size.get().into()))
            .collect();
        return Ok(app.printer.json(&serde_json::json!({
            "kinds": kinds,
            "total": report.total(),
            "reclaimable": report.reclaimable,
        }))?);
    }
    let mut table = Table::new(&["TYPE", "SIZE"]);
    for (kind, size) in &report.kinds {
        table.row([kind.to_string(), size.to_string()]);
    }
    table.row(["total".to_owned(), report.total().to_string()]);
    let again =
        [DfKind::Code, DfKind::Rootfs].map(|kind| report.kinds.get(&kind).copied().unwrap_or_default());
    let all = again
        .into_iter()
        .fold(report.reclaimable, ByteCount::saturating_add);
    let with_all = if all > report.reclaimable {
        // What a container that runs holds stays.
        format!(" (`prune --all`: up to {all})")
    } else {
        String::new()
    };
    table.row([
        "reclaimable".to_owned(),
        format!("{}{with_all}", report.reclaimable),
    ]);
    Ok(app.printer.data(table)?)
}

fn prune(app: &App<'_>, args: &PruneArgs) -> Result<(), CliError> {
    let report = app.engine()?.prune(args.all)?;
    if let Some(why) = &report.held_back {
        app.printer.warning(why);
    }
    Ok(app
        .printer
        .data(format_args!("Total reclaimed space: {}", report.freed))?)
}
