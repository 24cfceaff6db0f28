//! `sampan ps`: containers, from the daemon where one runs, else those that `run --name` keeps.

pub(crate) mod ports;

use clap::Args;
use sampan_api::Time;
use sampan_api::container::Summary;
use sampan_client::ListOptions;
use sampan_engine::containers::ContainerState;

use crate::app::App;
use crate::commands::flags::filters;
use crate::error::CliError;
use crate::human::{ago, ellipsis, moment, short, size};
use crate::table::Table;
use crate::template::{Sheet, Value};

/// The flags of `sampan ps`.
#[derive(Debug, Args)]
pub(crate) struct PsArgs {
    /// Show those that do not run, too
    #[arg(short, long)]
    all: bool,
    /// Show those that fit alone (needs the daemon)
    #[arg(short, long, value_name = "NAME=VALUE")]
    filter: Vec<String>,
    /// Write them as `json`, a `table TEMPLATE` or a Go template (needs the daemon)
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Show the last so many, whatever their state (needs the daemon)
    #[arg(short = 'n', long, value_name = "NUMBER")]
    last: Option<u64>,
    /// Show the last one, whatever its state (needs the daemon)
    #[arg(short, long, conflicts_with = "last")]
    latest: bool,
    /// Show ids and commands in full
    #[arg(long)]
    no_trunc: bool,
    /// Show sizes (needs the daemon)
    #[arg(short, long)]
    size: bool,
}

const SHEET: Sheet = Sheet {
    columns: &[
        "{{.ID}}",
        "{{.Image}}",
        "{{.Command}}",
        "{{.RunningFor}}",
        "{{.Status}}",
        "{{.Ports}}",
        "{{.Names}}",
    ],
    headings: HEADINGS,
};
const WITH_SIZE: Sheet = Sheet {
    columns: &[
        "{{.ID}}",
        "{{.Image}}",
        "{{.Command}}",
        "{{.RunningFor}}",
        "{{.Status}}",
        "{{.Ports}}",
        "{{.Names}}",
        "{{.Size}}",
    ],
    headings: HEADINGS,
};
const HEADINGS: &[(&str, &str)] = &[
    ("ID", "CONTAINER ID"),
    ("Image", "IMAGE"),
    ("Command", "COMMAND"),
    ("CreatedAt", "CREATED AT"),
    ("RunningFor", "CREATED"),
    ("Status", "STATUS"),
    ("State", "STATE"),
    ("Ports", "PORTS"),
    ("Names", "NAMES"),
    ("Size", "SIZE"),
    ("Labels", "LABELS"),
    ("Mounts", "MOUNTS"),
    ("LocalVolumes", "LOCAL VOLUMES"),
    ("Networks", "NETWORKS"),
    ("Platform", "PLATFORM"),
];

pub(crate) fn run(app: &App<'_>, args: &PsArgs) -> Result<(), CliError> {
    let options = ListOptions {
        all: args.all,
        last: args.last.or(args.latest.then_some(1)),
        size: args.size || args.format.as_deref().is_some_and(|f| f.contains(".Size")),
        filters: filters(&args.filter)?,
    };
    let listed = app.on_daemon_if_there(async |client| Ok(client.containers(&options).await?))?;
    let Some(containers) = listed else {
        return kept(app, args);
    };
    if app.printer.quiet() && args.format.is_none() {
        for container in &containers {
            let id = if args.no_trunc {
                &container.id
            } else {
                short(&container.id)
            };
            app.printer.data(id)?;
        }
        return Ok(());
    }
    let rows: Vec<_> = containers.iter().map(|c| row(c, args.no_trunc)).collect();
    let sheet = if args.size { &WITH_SIZE } else { &SHEET };
    app.show_rows(sheet, args.format.as_deref(), &rows)
}

/// Those that ran without a daemon.
fn kept(app: &App<'_>, args: &PsArgs) -> Result<(), CliError> {
    if !args.filter.is_empty() || args.format.is_some() || args.last.is_some() || args.latest || args.size {
        return Err(CliError::NeedsDaemon("ps` with these flags".to_owned()));
    }
    let mut table = Table::new(&["CONTAINER ID", "PROGRAM", "STATUS", "NAME"]);
    let shown = app.engine()?.containers()?;
    let shown: Vec<_> = shown
        .into_iter()
        .filter(|(_, s)| args.all || *s == ContainerState::Running)
        .collect();
    for (record, state) in &shown {
        let full = record.id.to_string();
        let id = if args.no_trunc { &full } else { record.id.short() };
        if app.printer.quiet() {
            app.printer.data(id)?;
        }
        let status = match (state, &record.ending) {
            (_, Some(ending)) => format!("Exited ({})", ending.code()),
            (ContainerState::Running, None) => "Up".to_owned(),
            (ContainerState::Exited | ContainerState::Dead, None) => "Dead".to_owned(),
        };
        table.row([
            id.to_owned(),
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

/// A container as a row.
pub(crate) fn row(container: &Summary, whole: bool) -> Value {
    let cut = |text: &str, most| {
        if whole {
            text.to_owned()
        } else {
            ellipsis(text, most)
        }
    };
    let names: Vec<&str> = container
        .names
        .iter()
        .map(|name| name.strip_prefix('/').unwrap_or(name))
        // Those with another slash are names that other containers have for it.
        .filter(|name| whole || !name.contains('/'))
        .collect();
    let mounts: Vec<String> = container
        .mounts
        .iter()
        .map(|mount| {
            if mount.name.is_empty() {
                &mount.source
            } else {
                &mount.name
            }
        })
        .map(|name| cut(name, 15))
        .collect();
    let labels: Vec<String> = container.labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let volumes = container.mounts.iter().filter(|m| m.driver == "local").count();
    let networks: Vec<&str> = container
        .network_settings
        .networks
        .keys()
        .map(String::as_str)
        .collect();
    let written = size(container.size_rw.unwrap_or(0) as f64, 3);
    let sizes = match container.size_root_fs {
        Some(all) if all > 0 => format!("{written} (virtual {})", size(all as f64, 3)),
        _ => written,
    };
    let id = if whole {
        &container.id
    } else {
        short(&container.id)
    };
    let image = match container.image.as_str() {
        "" => "<no image>".to_owned(),
        image if image.starts_with("sha256:") && !whole => short(image).to_owned(),
        image => image.to_owned(),
    };
    Value::row([
        ("ID", id.into()),
        ("Names", names.join(",").into()),
        ("Image", image.into()),
        ("Command", format!("{:?}", cut(&container.command, 20)).into()),
        ("CreatedAt", moment(Time::from_unix(container.created, 0)).into()),
        ("RunningFor", ago(container.created).into()),
        ("Ports", ports::line(&container.ports).into()),
        ("State", container.state.as_str().into()),
        ("Status", container.status.as_str().into()),
        ("Size", sizes.into()),
        ("Labels", labels.join(",").into()),
        ("Label", Value::Lookup(container.labels.clone())),
        ("Mounts", mounts.join(",").into()),
        ("LocalVolumes", volumes.to_string().into()),
        ("Networks", networks.join(",").into()),
        ("Platform", Value::Null),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same container as Docker 28 printed it.
    #[test]
    fn a_row_is_dockers() {
        let container: Summary = serde_json::from_str(
            r#"{"Id":"8da42ac620613657fb7ae1a2771261ad431b31895a3191ede5b33f0d32a9f1aa","Names":["/aa"],
            "Image":"busybox","ImageID":"sha256:07","Command":"sleep 1000","Created":1795245107,"Ports":[],
            "SizeRw":0,"SizeRootFs":1982001,"Labels":{"com.ex.a":"b"},"State":"running","Status":"Up 2 seconds",
            "HostConfig":{"NetworkMode":"none"},"NetworkSettings":{"Networks":{"none":{}}},"Mounts":[]}"#,
        )
        .unwrap();
        let rows = [row(&container, false)];
        let fields =
            "{{.ID}}|{{.Image}}|{{.Command}}|{{.CreatedAt}}|{{.Names}}|{{.Size}}|{{.Labels}}|{{.Networks}}";
        assert_eq!(
            SHEET.show(Some(fields), &rows).unwrap(),
            "8da42ac62061|busybox|\"sleep 1000\"|2026-11-21 07:11:47 +0000 UTC|aa|0B (virtual 1.98MB)|com.ex.a=b|none"
        );
        assert_eq!(
            SHEET
                .show(
                    Some("table {{.Names}}\\t{{.Label \"com.ex.a\"}}\\t{{.Mounts}}|{{lower .State}}"),
                    &rows
                )
                .unwrap(),
            "NAMES     com.ex.a   MOUNTS|STATE\naa        b          |running"
        );
    }
}
