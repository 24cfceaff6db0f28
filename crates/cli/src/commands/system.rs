//! `sampan system`: disk use, and giving disk back.

mod disk;

use clap::{Args, Subcommand};
use sampan_store::DfKind;
use sampan_types::ByteCount;

use crate::app::App;
use crate::commands::events;
use crate::commands::flags::filters;
use crate::commands::prune::{everything, total};
use crate::error::CliError;
use crate::human::binary_size;
use crate::table::Table;
use crate::template::Value;

/// What to do with the disk.
#[derive(Debug, Subcommand)]
pub(crate) enum SystemCommand {
    /// Show what is on the disk
    Df(DfArgs),
    /// Remove what nothing needs
    Prune(PruneArgs),
    /// Show what the daemon is, has and can do
    Info(InfoArgs),
    /// Show what happens, as it happens
    Events(events::EventsArgs),
}

/// The flags of `sampan system df`.
#[derive(Debug, Args)]
pub(crate) struct DfArgs {
    /// Print JSON, sizes in bytes: what lies in the folder of state here
    #[arg(long)]
    json: bool,
    /// Write what the daemon says as `json`, a `table TEMPLATE` or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

/// The flags of `sampan system info`.
#[derive(Debug, Args)]
pub(crate) struct InfoArgs {
    /// Write it as `json` or by a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
}

/// The flags of `sampan system prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// Compiled code and unpacked files as well, which come again when needed; with a daemon, all unused images
    #[arg(short, long)]
    all: bool,
    /// Do not ask (it asks only where there is a daemon)
    #[arg(short, long)]
    force: bool,
    /// Unused volumes as well (needs the daemon)
    #[arg(long)]
    volumes: bool,
    /// Remove those that fit alone (needs the daemon)
    #[arg(long, value_name = "NAME=VALUE")]
    filter: Vec<String>,
}

pub(crate) fn run(app: &App<'_>, command: &SystemCommand) -> Result<(), CliError> {
    match command {
        SystemCommand::Df(args) => df(app, args),
        SystemCommand::Prune(args) => prune(app, args),
        SystemCommand::Info(args) => info(app, args),
        SystemCommand::Events(args) => events::run(app, args),
    }
}

fn df(app: &App<'_>, args: &DfArgs) -> Result<(), CliError> {
    if !args.json {
        let usage = app.on_daemon_if_there(async |client| Ok(client.disk_usage().await?))?;
        match usage {
            Some(usage) => return app.show_rows(&disk::SHEET, args.format.as_deref(), &disk::rows(&usage)),
            None if args.format.is_some() => {
                return Err(CliError::NeedsDaemon("system df --format".to_owned()));
            }
            None => {}
        }
    }
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
    if prune_daemon(app, args)? {
        return Ok(());
    }
    let report = app.engine()?.prune(args.all)?;
    if let Some(why) = &report.held_back {
        app.printer.warning(why);
    }
    Ok(app
        .printer
        .data(format_args!("Total reclaimed space: {}", report.freed))?)
}

/// Whether there is a daemon, which then was asked.
fn prune_daemon(app: &App<'_>, args: &PruneArgs) -> Result<bool, CliError> {
    let filters = filters(&args.filter)?;
    let done = app.on_daemon_if_there(async |client| {
        let images = if args.all {
            "all images without at least one container associated to them"
        } else {
            "all dangling images"
        };
        let volumes = if args.volumes { "\n  - all anonymous volumes not used by at least one container" } else { "" };
        let warning = format!(
            "This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\
             {volumes}\n  - {images}\n"
        );
        if !app.confirmed(args.force, &warning)? {
            return Ok(());
        }
        let freed = everything(app, client, args.all, args.volumes, &filters).await?;
        total(app, freed)
    })?;
    if done.is_none() && (args.volumes || !args.filter.is_empty()) {
        return Err(CliError::NeedsDaemon("system prune` with these flags".to_owned()));
    }
    Ok(done.is_some())
}

fn info(app: &App<'_>, args: &InfoArgs) -> Result<(), CliError> {
    let (raw, info) = app.on_daemon("system info", async |client| {
        Ok((client.info_raw().await?, client.info().await?))
    })?;
    if let Some(format) = &args.format {
        let value = Value::from_json(&raw).map_err(CliError::DaemonJson)?;
        return app.show_documents(Some(format), &[value]);
    }
    let memory = binary_size(info.mem_total as f64);
    let lines = [
        ("Containers", info.containers.to_string()),
        (" Running", info.containers_running.to_string()),
        (" Paused", info.containers_paused.to_string()),
        (" Stopped", info.containers_stopped.to_string()),
        ("Images", info.images.to_string()),
        ("Server Version", info.server_version),
        ("Storage Driver", info.driver),
        ("Logging Driver", info.logging_driver),
        ("Default Runtime", info.default_runtime),
        ("Kernel Version", info.kernel_version),
        ("Operating System", info.operating_system),
        ("OSType", info.os_type),
        ("Architecture", info.architecture),
        ("CPUs", info.n_cpu.to_string()),
        ("Total Memory", memory),
        ("Name", info.name),
        ("ID", info.id),
        ("Docker Root Dir", info.docker_root_dir),
    ];
    for (name, value) in lines {
        app.printer.data(format_args!("{name}: {value}"))?;
    }
    for warning in info.warnings.iter().flatten() {
        app.printer.warning(warning);
    }
    Ok(())
}
