//! `sampan compose config`: what the files say, with everything filled in.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sampan_compose::{escape_dollars, shown, to_yaml};

use super::project::ProjectFlags;
use crate::app::App;
use crate::error::CliError;
use crate::files;

/// How it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// YAML
    #[default]
    Yaml,
    /// JSON
    Json,
}

/// The flags of `sampan compose config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// The names of services
    #[arg(long = "services")]
    list_services: bool,
    /// The names of volumes
    #[arg(long)]
    volumes: bool,
    /// The names of networks
    #[arg(long)]
    networks: bool,
    /// The names of profiles
    #[arg(long)]
    profiles: bool,
    /// The names of images
    #[arg(long)]
    images: bool,
    /// The names of variables that are not set
    #[arg(long)]
    variables: bool,
    /// The hash of some services' configuration; `*` for all
    #[arg(long, value_name = "SERVICE,…")]
    hash: Option<String>,
    /// Leave variables as they are written
    #[arg(long)]
    no_interpolate: bool,
    /// Write it to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(app: &App<'_>, flags: &ProjectFlags, args: &ConfigArgs) -> Result<(), CliError> {
    let loaded = flags.load_with(app, &args.services, args.no_interpolate)?;
    loaded
        .warnings
        .iter()
        .for_each(|warning| app.printer.warning(warning));
    let project = &loaded.project;
    let mut lines: Option<Vec<String>> = None;
    if args.list_services {
        lines = Some(project.services.keys().cloned().collect());
    } else if args.volumes {
        lines = Some(project.volumes.keys().cloned().collect());
    } else if args.networks {
        lines = Some(project.networks.keys().cloned().collect());
    } else if args.profiles {
        lines = Some(loaded.profiles.clone());
    } else if args.images {
        lines = Some(
            project
                .services
                .values()
                .map(|service| service.image_name(&project.name))
                .collect(),
        );
    } else if args.variables {
        lines = Some(loaded.unset.clone());
    } else if let Some(wanted) = &args.hash {
        let names: Vec<String> = match wanted.as_str() {
            "*" => project.services.keys().cloned().collect(),
            list => list.split(',').map(|name| name.trim().to_owned()).collect(),
        };
        let hashes = names
            .iter()
            .map(|name| Ok(format!("{name} {}", project.service(name)?.config_hash())));
        lines = Some(hashes.collect::<Result<_, CliError>>()?);
    }
    if let Some(lines) = lines {
        return lines
            .iter()
            .try_for_each(|line| app.printer.data(line))
            .map_err(CliError::Output);
    }
    let mut tree = loaded.tree.clone();
    if !args.services.is_empty() {
        let chosen = project.with_dependencies(&args.services)?;
        if let Some(services) = tree
            .get_mut("services")
            .and_then(serde_json::Value::as_object_mut)
        {
            services.retain(|name, _| chosen.contains(name));
        }
    }
    if app.printer.quiet() {
        return Ok(());
    }
    shown(&mut tree);
    if !args.no_interpolate {
        escape_dollars(&mut tree);
    }
    let text = match args.format {
        Form::Yaml => to_yaml(&tree),
        Form::Json => serde_json::to_string_pretty(&tree).map_err(CliError::DaemonJson)? + "\n",
    };
    match &args.output {
        Some(path) => files::write_whole(path, text.as_bytes()),
        None => Ok(app.printer.data(text.trim_end_matches('\n'))?),
    }
}
