//! `sampan builder`: building images, and what builds keep for later ones.

use clap::{Args, Subcommand};
use sampan_types::ByteCount;

use crate::app::App;
use crate::commands::build;
use crate::commands::flags::filters;
use crate::commands::prune::{told, total};
use crate::error::CliError;

/// What to do with builds.
#[derive(Debug, Subcommand)]
pub(crate) enum BuilderCommand {
    /// Build an image from a Dockerfile
    Build(Box<build::BuildArgs>),
    /// Remove what builds keep for later ones
    Prune(BuilderPruneArgs),
}

/// The flags of `sampan builder prune`.
#[derive(Debug, Args)]
pub(crate) struct BuilderPruneArgs {
    /// Taken for docker's sake: all that nobody uses goes anyway
    #[arg(short, long)]
    all: bool,
    /// Remove those that fit alone, such as `until=24h` or `type=exec.cachemount`
    #[arg(long, value_name = "NAME=VALUE")]
    filter: Vec<String>,
    /// Do not ask
    #[arg(short, long)]
    force: bool,
    /// Leave so much, what was used last first
    #[arg(long, value_name = "SIZE", visible_alias = "reserved-space")]
    keep_storage: Option<ByteCount>,
}

pub(crate) fn run(app: &App<'_>, command: &BuilderCommand) -> Result<(), CliError> {
    match command {
        BuilderCommand::Build(args) => build::run(app, args),
        BuilderCommand::Prune(args) => prune(app, args),
    }
}

fn prune(app: &App<'_>, args: &BuilderPruneArgs) -> Result<(), CliError> {
    let filters = filters(&args.filter)?;
    if !app.confirmed(args.force, "This will remove what builds keep for later ones.")? {
        return Ok(());
    }
    let keep = args.keep_storage.map_or(0, ByteCount::get);
    let report = app.on_daemon("builder prune", async |client| {
        Ok(client.prune_builds(keep, args.all, &filters).await?)
    })?;
    told(
        app,
        "Deleted build cache objects",
        &report.caches_deleted.unwrap_or_default(),
    )?;
    total(app, report.space_reclaimed)
}
