//! Removal of what nothing uses: containers, images, volumes, networks, and all of them.

use clap::Args;
use sampan_client::{Client, Filters};

use crate::app::App;
use crate::commands::flags::filters;
use crate::error::CliError;
use crate::human::size;

/// The flags of each `prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// Remove those that fit alone, such as `until=24h` or `label=a=b`
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) filter: Vec<String>,
    /// Do not ask
    #[arg(short, long)]
    pub(crate) force: bool,
}

/// The flags of `image prune`.
#[derive(Debug, Args)]
pub(crate) struct ImagePruneArgs {
    /// Also those that have names
    #[arg(short, long)]
    all: bool,
    #[command(flatten)]
    prune: PruneArgs,
}

pub(crate) fn containers(app: &App<'_>, args: &PruneArgs) -> Result<(), CliError> {
    let filters = filters(&args.filter)?;
    if !app.confirmed(args.force, "This will remove all stopped containers.")? {
        return Ok(());
    }
    let freed = app.on_daemon("container prune", async |client| {
        stopped(app, client, &filters).await
    })?;
    total(app, freed)
}

pub(crate) fn volumes(app: &App<'_>, args: &PruneArgs, all: bool) -> Result<(), CliError> {
    let mut filters = filters(&args.filter)?;
    if all {
        filters.add("all", "true");
    }
    let which = if all { "all local" } else { "anonymous local" };
    let warning = format!("This will remove {which} volumes not used by at least one container.");
    if !app.confirmed(args.force, &warning)? {
        return Ok(());
    }
    let freed = app.on_daemon("volume prune", async |client| {
        unused_volumes(app, client, &filters).await
    })?;
    total(app, freed)
}

pub(crate) fn networks(app: &App<'_>, args: &PruneArgs) -> Result<(), CliError> {
    let filters = filters(&args.filter)?;
    let warning = "This will remove all custom networks not used by at least one container.";
    if !app.confirmed(args.force, warning)? {
        return Ok(());
    }
    app.on_daemon("network prune", async |client| {
        unused_networks(app, client, &filters).await
    })
}

pub(crate) fn images(app: &App<'_>, args: &ImagePruneArgs) -> Result<(), CliError> {
    let mut filters = filters(&args.prune.filter)?;
    filters.add("dangling", if args.all { "false" } else { "true" });
    let warning = if args.all {
        "This will remove all images without at least one container associated to them."
    } else {
        "This will remove all dangling images."
    };
    if !app.confirmed(args.prune.force, warning)? {
        return Ok(());
    }
    let freed = app.on_daemon("image prune", async |client| {
        unused_images(app, client, &filters).await
    })?;
    total(app, freed)
}

/// All of them, volumes only where they are asked for.
pub(crate) async fn everything(
    app: &App<'_>,
    client: &Client,
    all: bool,
    with_volumes: bool,
    given: &Filters,
) -> Result<u64, CliError> {
    let mut freed = stopped(app, client, given).await?;
    unused_networks(app, client, given).await?;
    if with_volumes {
        freed += unused_volumes(app, client, given).await?;
    }
    let mut of_images = given.clone();
    of_images.add("dangling", if all { "false" } else { "true" });
    freed += unused_images(app, client, &of_images).await?;
    Ok(freed)
}

pub(crate) fn total(app: &App<'_>, freed: u64) -> Result<(), CliError> {
    let freed = size(freed as f64, 4);
    Ok(app.printer.data(format_args!("Total reclaimed space: {freed}"))?)
}

pub(crate) fn told(app: &App<'_>, title: &str, lines: &[String]) -> Result<(), CliError> {
    if lines.is_empty() {
        return Ok(());
    }
    Ok(app
        .printer
        .data(format_args!("{title}:\n{}\n", lines.join("\n")))?)
}

async fn stopped(app: &App<'_>, client: &Client, filters: &Filters) -> Result<u64, CliError> {
    let report = client.prune_containers(filters).await?;
    told(
        app,
        "Deleted Containers",
        &report.containers_deleted.unwrap_or_default(),
    )?;
    Ok(report.space_reclaimed)
}

async fn unused_volumes(app: &App<'_>, client: &Client, filters: &Filters) -> Result<u64, CliError> {
    let report = client.prune_volumes(filters).await?;
    told(app, "Deleted Volumes", &report.volumes_deleted)?;
    Ok(report.space_reclaimed)
}

async fn unused_networks(app: &App<'_>, client: &Client, filters: &Filters) -> Result<(), CliError> {
    let report = client.prune_networks(filters).await?;
    told(
        app,
        "Deleted Networks",
        &report.networks_deleted.unwrap_or_default(),
    )
}

async fn unused_images(app: &App<'_>, client: &Client, filters: &Filters) -> Result<u64, CliError> {
    let report = client.prune_images(filters).await?;
    let lines: Vec<String> = report
        .images_deleted
        .iter()
        .flatten()
        .map(|item| match item.untagged.as_str() {
            "" => format!("deleted: {}", item.deleted),
            name => format!("untagged: {name}"),
        })
        .collect();
    told(app, "Deleted Images", &lines)?;
    Ok(report.space_reclaimed)
}
