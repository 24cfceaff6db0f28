//! `sampan compose ps`, `ls`, `port`, `volumes` and `version`.

use clap::Args;
use sampan_api::{Port, Protocol};
use sampan_compose::Container;

use super::project::{ProjectFlags, on_project};
use crate::app::App;
use crate::commands::ps;
use crate::error::CliError;
use crate::template::{Sheet, Value};

const SHEET: Sheet = Sheet {
    columns: &[
        "{{.Name}}",
        "{{.Image}}",
        "{{.Command}}",
        "{{.Service}}",
        "{{.RunningFor}}",
        "{{.Status}}",
        "{{.Ports}}",
    ],
    headings: &[
        ("Name", "NAME"),
        ("Names", "NAMES"),
        ("ID", "CONTAINER ID"),
        ("Image", "IMAGE"),
        ("Command", "COMMAND"),
        ("Service", "SERVICE"),
        ("RunningFor", "CREATED"),
        ("CreatedAt", "CREATED AT"),
        ("Status", "STATUS"),
        ("State", "STATE"),
        ("Health", "HEALTH"),
        ("ExitCode", "EXIT CODE"),
        ("Project", "PROJECT"),
        ("Ports", "PORTS"),
    ],
};

/// The flags of `sampan compose ps`.
#[derive(Debug, Args)]
pub(crate) struct PsArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Also those that do not run, and those of `run`
    #[arg(short, long)]
    all: bool,
    /// Those in this state: running, paused, restarting, removing, exited, dead, created
    #[arg(long, value_name = "STATE")]
    status: Vec<String>,
    /// Those that fit: `status=STATE`
    #[arg(long, value_name = "NAME=VALUE")]
    filter: Vec<String>,
    /// Write them as `json`, a `table TEMPLATE` or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// The names of their services
    #[arg(long = "services")]
    list_services: bool,
    /// Whole ids and commands
    #[arg(long)]
    no_trunc: bool,
}

pub(crate) fn ps(app: &App<'_>, flags: &ProjectFlags, args: &PsArgs) -> Result<(), CliError> {
    let mut states = args.status.clone();
    for filter in &args.filter {
        let state = filter.strip_prefix("status=").ok_or_else(|| CliError::Value {
            value: filter.clone(),
            wanted: "a condition: write status=STATE",
        })?;
        states.push(state.to_owned());
    }
    on_project(app, "ps", flags, &args.services, async |session| {
        for name in &args.services {
            session.project.service(name)?;
        }
        let observed = session.observed().await?;
        let is_meant = |container: &&Container| {
            let named = args.services.is_empty() || args.services.contains(&container.service);
            let state = container.summary.state.as_str();
            let in_state = match states.as_slice() {
                [] => args.all || (container.is_up() && !container.one_off),
                states => states.iter().any(|wanted| wanted == state),
            };
            named && in_state
        };
        let containers: Vec<&Container> = observed.containers.iter().filter(is_meant).collect();
        if args.list_services {
            let mut names: Vec<&str> = containers
                .iter()
                .map(|container| container.service.as_str())
                .collect();
            names.dedup();
            return names
                .iter()
                .try_for_each(|name| app.printer.data(name))
                .map_err(CliError::Output);
        }
        if app.printer.quiet() {
            let mut ids = containers.iter().map(|container| container.id());
            return ids
                .try_for_each(|id| app.printer.data(id))
                .map_err(CliError::Output);
        }
        let rows: Vec<Value> = containers
            .iter()
            .map(|container| row(container, &session.project.name, args.no_trunc))
            .collect();
        app.show_rows(&SHEET, args.format.as_deref(), &rows)
    })
}

fn row(container: &Container, project: &str, whole: bool) -> Value {
    let summary = &container.summary;
    let plain = ps::row(summary, whole);
    let of = |name: &str| {
        plain
            .field(name)
            .map_or(Value::Null, std::borrow::Cow::into_owned)
    };
    // `Exited (3) 2 minutes ago`
    let code = summary
        .status
        .strip_prefix("Exited (")
        .and_then(|rest| rest.split(')').next()?.parse().ok())
        .unwrap_or(0_i64);
    let health = summary
        .health
        .as_ref()
        .map(|health| health.status.as_str())
        .filter(|status| *status != "none");
    Value::row([
        ("ID", of("ID")),
        ("Name", container.name.as_str().into()),
        ("Names", container.name.as_str().into()),
        ("Image", of("Image")),
        ("Command", of("Command")),
        ("Project", project.into()),
        ("Service", container.service.as_str().into()),
        ("RunningFor", of("RunningFor")),
        ("CreatedAt", of("CreatedAt")),
        ("State", of("State")),
        ("Status", of("Status")),
        ("Health", health.unwrap_or_default().into()),
        ("ExitCode", code.into()),
        ("Ports", of("Ports")),
        ("Labels", of("Labels")),
        ("Mounts", of("Mounts")),
        ("Networks", of("Networks")),
    ])
}

const PROJECTS: Sheet = Sheet {
    columns: &["{{.Name}}", "{{.Status}}", "{{.ConfigFiles}}"],
    headings: &[
        ("Name", "NAME"),
        ("Status", "STATUS"),
        ("ConfigFiles", "CONFIG FILES"),
    ],
};

/// The flags of `sampan compose ls`.
#[derive(Debug, Args)]
pub(crate) struct LsArgs {
    /// Also projects that do not run
    #[arg(short, long)]
    all: bool,
    /// Those that fit: `name=PART`
    #[arg(long, value_name = "NAME=VALUE")]
    filter: Vec<String>,
    /// Write them as `json`, a `table TEMPLATE` or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

pub(crate) fn projects(app: &App<'_>, args: &LsArgs) -> Result<(), CliError> {
    let mut parts = Vec::new();
    for filter in &args.filter {
        parts.push(filter.strip_prefix("name=").ok_or_else(|| CliError::Value {
            value: filter.clone(),
            wanted: "a condition: write name=PART",
        })?);
    }
    let mut projects = app.on_daemon("compose ls", async |client| {
        Ok(sampan_compose::projects(client, args.all).await?)
    })?;
    projects.retain(|project| parts.iter().all(|part| project.name.contains(part)));
    if app.printer.quiet() {
        let mut names = projects.iter().map(|project| &project.name);
        return names
            .try_for_each(|name| app.printer.data(name))
            .map_err(CliError::Output);
    }
    if args.format.as_deref() == Some("json") {
        // One list, as docker compose has it.
        let list: Vec<_> = projects
            .iter()
            .map(|project| {
                serde_json::json!({
                    "Name": project.name, "Status": project.status, "ConfigFiles": project.files
                })
            })
            .collect();
        return Ok(app.printer.json_line(&list)?);
    }
    let rows: Vec<Value> = projects
        .iter()
        .map(|project| {
            Value::row([
                ("Name", project.name.as_str().into()),
                ("Status", project.status.as_str().into()),
                ("ConfigFiles", project.files.as_str().into()),
            ])
        })
        .collect();
    app.show_rows(&PROJECTS, args.format.as_deref(), &rows)
}

/// The flags of `sampan compose port`.
#[derive(Debug, Args)]
pub(crate) struct PortArgs {
    /// The service
    service: String,
    /// The port in the container
    #[arg(value_name = "PORT")]
    port: u16,
    /// The number of the container, where the service has several
    #[arg(long, value_name = "NUMBER")]
    index: Option<u64>,
    /// The protocol: tcp or udp
    #[arg(long, value_name = "PROTOCOL", default_value = "tcp")]
    protocol: String,
}

pub(crate) fn port(app: &App<'_>, flags: &ProjectFlags, args: &PortArgs) -> Result<(), CliError> {
    let protocol = match args.protocol.as_str() {
        "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        "sctp" => Protocol::Sctp,
        _ => {
            return Err(CliError::Value {
                value: args.protocol.clone(),
                wanted: "a protocol: write `tcp` or `udp`",
            });
        }
    };
    let wanted = Port {
        number: args.port,
        protocol,
    };
    let named = std::slice::from_ref(&args.service);
    on_project(app, "port", flags, named, async |session| {
        session.project.service(&args.service)?;
        let observed = session.observed().await?;
        let container = observed.one(&args.service, args.index)?;
        let inspected = session.client.inspect_container(container.id()).await?;
        let bindings = inspected.network_settings.ports.get(&wanted).cloned().flatten();
        let bindings = bindings.unwrap_or_default();
        let Some(binding) = bindings.first() else {
            return Err(CliError::NoObject(format!(
                "public port {wanted} of {}",
                container.name
            )));
        };
        let address = match binding.host_ip.contains(':') {
            true => format!("[{}]:{}", binding.host_ip, binding.host_port),
            false => format!("{}:{}", binding.host_ip, binding.host_port),
        };
        Ok(app.printer.data(address)?)
    })
}

const VOLUMES: Sheet = Sheet {
    columns: &["{{.Driver}}", "{{.Name}}"],
    headings: &[("Driver", "DRIVER"), ("Name", "VOLUME NAME")],
};

/// The flags of `sampan compose volumes`.
#[derive(Debug, Args)]
pub(crate) struct VolumesArgs {
    /// Write them as `json`, a `table TEMPLATE` or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

pub(crate) fn volumes(app: &App<'_>, flags: &ProjectFlags, args: &VolumesArgs) -> Result<(), CliError> {
    on_project(app, "volumes", flags, &[], async |session| {
        let volumes = session.own_volumes().await?;
        if app.printer.quiet() {
            let mut names = volumes.iter().map(|volume| &volume.name);
            return names
                .try_for_each(|name| app.printer.data(name))
                .map_err(CliError::Output);
        }
        let rows: Vec<Value> = volumes
            .iter()
            .map(|volume| {
                Value::row([
                    ("Driver", volume.driver.as_str().into()),
                    ("Name", volume.name.as_str().into()),
                ])
            })
            .collect();
        app.show_rows(&VOLUMES, args.format.as_deref(), &rows)
    })
}

/// The flags of `sampan compose version`.
#[derive(Debug, Args)]
pub(crate) struct VersionArgs {
    /// The number alone
    #[arg(long)]
    short: bool,
    /// `json` for a document
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
}

pub(crate) fn version(app: &App<'_>, args: &VersionArgs) -> Result<(), CliError> {
    let version = env!("CARGO_PKG_VERSION");
    match (args.short, args.format.as_deref()) {
        (true, _) => app.printer.data(version)?,
        (false, Some("json")) => app
            .printer
            .json_line(&serde_json::json!({ "version": version }))?,
        (false, _) => app.printer.data(format_args!("sampan compose {version}"))?,
    }
    Ok(())
}
