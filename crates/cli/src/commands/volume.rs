//! `sampan volume`: folders that outlive containers.

use clap::{Args, Subcommand};
use sampan_api::volume::{CreateRequest, Volume};

use crate::app::App;
use crate::commands::flags::{ListArgs, filters, pairs};
use crate::commands::inspect::raw_documents;
use crate::commands::prune::{self, PruneArgs};
use crate::error::CliError;
use crate::human::size;
use crate::template::{Sheet, Value};

/// What to do with volumes.
#[derive(Debug, Subcommand)]
pub(crate) enum VolumeCommand {
    /// Make a volume
    Create(CreateArgs),
    /// List volumes
    #[command(visible_alias = "list")]
    Ls(ListArgs),
    /// Show what is known of volumes, as JSON
    Inspect(InspectArgs),
    /// Remove volumes
    #[command(visible_alias = "remove")]
    Rm(RmArgs),
    /// Remove volumes that no container uses
    Prune(VolumePruneArgs),
}

/// The flags of `sampan volume create`.
#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// Its name; the daemon makes one up without it
    name: Option<String>,
    /// What keeps it
    #[arg(short, long, default_value = "local")]
    driver: String,
    /// A label
    #[arg(long, value_name = "KEY[=VALUE]")]
    label: Vec<String>,
    /// An option of the driver
    #[arg(short, long, value_name = "KEY=VALUE")]
    opt: Vec<String>,
}

/// The flags of `sampan volume inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// Names
    #[arg(required = true, value_name = "VOLUME")]
    volumes: Vec<String>,
    /// Write them as `json` or by a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
}

/// The flags of `sampan volume rm`.
#[derive(Debug, Args)]
pub(crate) struct RmArgs {
    /// Names
    #[arg(required = true, value_name = "VOLUME")]
    volumes: Vec<String>,
    /// Also where its driver fails, or it is not there
    #[arg(short, long)]
    force: bool,
}

/// The flags of `sampan volume prune`.
#[derive(Debug, Args)]
pub(crate) struct VolumePruneArgs {
    /// Also those that have names
    #[arg(short, long)]
    all: bool,
    #[command(flatten)]
    prune: PruneArgs,
}

const SHEET: Sheet = Sheet {
    columns: &["{{.Driver}}", "{{.Name}}"],
    headings: &[
        ("Driver", "DRIVER"),
        ("Name", "VOLUME NAME"),
        ("Scope", "SCOPE"),
        ("Mountpoint", "MOUNTPOINT"),
        ("Labels", "LABELS"),
        ("Links", "LINKS"),
        ("Size", "SIZE"),
        ("Availability", "AVAILABILITY"),
        ("Group", "GROUP"),
        ("Status", "STATUS"),
    ],
};

pub(crate) fn run(app: &App<'_>, command: &VolumeCommand) -> Result<u8, CliError> {
    match command {
        VolumeCommand::Create(args) => create(app, args)?,
        VolumeCommand::Ls(args) => ls(app, args)?,
        VolumeCommand::Inspect(args) => {
            return raw_documents(
                app,
                "volume inspect",
                &args.volumes,
                args.format.as_deref(),
                async |client, name| client.inspect_volume_raw(name).await,
            );
        }
        VolumeCommand::Rm(args) => {
            return app.each_on_daemon("volume rm", &args.volumes, async |client, name| {
                client.remove_volume(name, args.force).await
            });
        }
        VolumeCommand::Prune(args) => prune::volumes(app, &args.prune, args.all)?,
    }
    Ok(0)
}

fn create(app: &App<'_>, args: &CreateArgs) -> Result<(), CliError> {
    let request = CreateRequest {
        cluster_volume_spec: None,
        driver: args.driver.clone(),
        driver_opts: Some(pairs(&args.opt)),
        labels: Some(pairs(&args.label)),
        name: args.name.clone().unwrap_or_default(),
    };
    let made = app.on_daemon("volume create", async |client| {
        Ok(client.create_volume(&request).await?)
    })?;
    Ok(app.printer.data(made.name)?)
}

fn ls(app: &App<'_>, args: &ListArgs) -> Result<(), CliError> {
    let filters = filters(&args.filter)?;
    let mut list = app.on_daemon("volume ls", async |client| Ok(client.volumes(&filters).await?))?;
    for warning in list.warnings.iter().flatten() {
        app.printer.warning(warning);
    }
    list.volumes.sort_by(|a, b| a.name.cmp(&b.name));
    if app.printer.quiet() && args.format.is_none() {
        return Ok(list.volumes.iter().try_for_each(|v| app.printer.data(&v.name))?);
    }
    let rows: Vec<_> = list.volumes.iter().map(row).collect();
    app.show_rows(&SHEET, args.format.as_deref(), &rows)
}

fn row(volume: &Volume) -> Value {
    let labels = volume.labels.clone().unwrap_or_default();
    let shown: Vec<String> = labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let unknown = || "N/A".to_owned();
    let usage = volume.usage_data.as_ref();
    Value::row([
        ("Driver", volume.driver.as_str().into()),
        ("Name", volume.name.as_str().into()),
        ("Scope", volume.scope.as_str().into()),
        ("Mountpoint", volume.mountpoint.as_str().into()),
        ("Labels", shown.join(",").into()),
        ("Label", Value::Lookup(labels)),
        (
            "Links",
            usage.map_or_else(unknown, |u| u.ref_count.to_string()).into(),
        ),
        (
            "Size",
            usage.map_or_else(unknown, |u| size(u.size as f64, 4)).into(),
        ),
        ("Availability", unknown().into()),
        ("Group", unknown().into()),
        ("Status", unknown().into()),
    ])
}
