//! `sampan inspect`: what a file, image or container is, may do and did.

use bytes::Bytes;
use clap::{Args, ValueEnum};
use sampan_client::{Client, ClientError};
use sampan_engine::containers::{ContainerRecord, ContainerState, Target};
use sampan_engine::inspect::Inspected;
use sampan_runtime::Met;
use sampan_types::foreign::{first_few, one_line};
use sampan_types::{ExitCode, LimitName, Platform};
use serde_json::json;

use crate::app::App;
use crate::commands::run::target;
use crate::error::CliError;
use crate::show;
use crate::table::Table;
use crate::template::Value;

/// The flags of `sampan inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// Files, images, containers; with a daemon also volumes and networks
    #[arg(value_name = "FILE|IMAGE|CONTAINER", required = true)]
    targets: Vec<String>,
    /// Write what the daemon knows as `json` or by a Go template
    #[arg(short, long, value_name = "FORMAT", conflicts_with_all = ["grants", "wit"])]
    format: Option<String>,
    /// With the sizes of containers (needs the daemon)
    #[arg(short, long)]
    size: bool,
    /// Look among these alone: `container`, `image`, `network`, `volume`
    #[arg(long = "type", value_name = "KIND", value_enum)]
    kind: Option<Kind>,
    /// Only what it could ask for, what it was given, and what it used
    #[arg(long)]
    grants: bool,
    /// Only the world of a component, or a WIT package, as one WIT document
    #[arg(long, conflicts_with = "grants")]
    wit: bool,
    /// Compare what it imports and exports with a package of WIT, which is fetched when it is not here
    #[arg(long, value_name = "FILE|IMAGE", conflicts_with_all = ["format", "grants", "wit", "json"])]
    against: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Container,
    Image,
    Network,
    Volume,
}

pub(crate) fn run(app: &App<'_>, args: &InspectArgs) -> Result<u8, CliError> {
    // Of what a program can do, the daemon knows no more than its file says.
    let asked = if args.wit || args.against.is_some() || args.kind == Some(Kind::Image) {
        None
    } else {
        app.on_daemon_if_there(async |client| of_daemon(client, args).await)?
    };
    let (documents, rest) = match asked {
        Some((documents, rest)) => (documents, rest),
        None => (Vec::new(), args.targets.clone()),
    };
    if !documents.is_empty() {
        if args.grants {
            for document in &documents {
                let grants = document.field("Sampan").map(std::borrow::Cow::into_owned);
                app.printer.indented_json(&grants.unwrap_or(Value::Null))?;
            }
        } else {
            app.show_documents(args.format.as_deref(), &documents)?;
        }
    }
    let mut code = ExitCode::Success;
    for target in &rest {
        let shown = match args.kind {
            None | Some(Kind::Image) => here(app, args, target),
            Some(Kind::Container) if args.format.is_none() => here(app, args, target),
            Some(_) => Err(CliError::NoObject(target.clone())),
        };
        match shown {
            Ok(()) => {}
            // A single target's error is the command's own.
            Err(error) if args.targets.len() == 1 => return Err(error),
            Err(error) => {
                app.printer.error(&error);
                code = ExitCode::Failure;
            }
        }
    }
    Ok(code.code())
}

/// What the daemon knows, and the names that it does not know.
async fn of_daemon(client: &Client, args: &InspectArgs) -> Result<(Vec<Value>, Vec<String>), CliError> {
    let mut documents = Vec::new();
    let mut rest = Vec::new();
    let wanted = |kind| args.kind.is_none_or(|wanted| wanted == kind);
    for name in &args.targets {
        let mut found = None;
        // A path is a file's.
        if !name.contains('/') || args.kind.is_some() {
            if wanted(Kind::Container) {
                found = known(client.inspect_container_raw(name, args.size).await)?;
            }
            if found.is_none() && wanted(Kind::Network) {
                found = known(client.inspect_network_raw(name, false).await)?;
            }
            if found.is_none() && wanted(Kind::Volume) {
                found = known(client.inspect_volume_raw(name).await)?;
            }
        }
        match found {
            Some(document) => documents.push(document),
            None => rest.push(name.clone()),
        }
    }
    Ok((documents, rest))
}

/// A document, where there is one.
fn known(answer: Result<Bytes, ClientError>) -> Result<Option<Value>, CliError> {
    match answer {
        Ok(bytes) => Value::from_json(&bytes).map(Some).map_err(CliError::DaemonJson),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Shows documents of the daemon by their names. One that is not there is told, after the others.
pub(crate) fn raw_documents(
    app: &App<'_>,
    command: &str,
    names: &[String],
    format: Option<&str>,
    get: impl AsyncFn(&Client, &str) -> Result<Bytes, ClientError>,
) -> Result<u8, CliError> {
    let (documents, failed) = app.on_daemon(command, async |client| {
        let mut documents = Vec::new();
        let mut failed = Vec::new();
        for name in names {
            match get(client, name).await {
                Ok(bytes) => documents.push(Value::from_json(&bytes).map_err(CliError::DaemonJson)?),
                Err(error) => failed.push(error),
            }
        }
        Ok((documents, failed))
    })?;
    app.show_documents(format, &documents)?;
    failed.iter().for_each(|error| app.printer.error(error));
    Ok(if failed.is_empty() {
        ExitCode::Success.code()
    } else {
        ExitCode::Failure.code()
    })
}

/// Of a file, an image, or a container that ran without the daemon.
fn here(app: &App<'_>, args: &InspectArgs, name: &str) -> Result<(), CliError> {
    let engine = app.engine()?;
    if let Some(package) = &args.against {
        return against(app, args, name, package);
    }
    match engine.container(name) {
        Ok((record, state)) => return container(app, args, &record, state),
        Err(sampan_engine::EngineError::NoContainer(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let inspected = match target(&engine, name) {
        Ok(Target::File(path)) => engine.inspect_file(&path)?,
        // The beginning of an id need not be a reference.
        Ok(Target::Image(_)) | Err(_) => engine.inspect_image(name, args.platform.clone())?,
    };
    if let Some(format) = &args.format {
        let json = serde_json::to_vec(&inspected).map_err(CliError::DaemonJson)?;
        let value = Value::from_json(&json).map_err(CliError::DaemonJson)?;
        return app.show_documents(Some(format), &[value]);
    }
    if args.wit {
        return match &inspected.program.interface {
            Some(wit) => {
                let lacks = &inspected.program.not_in_interface;
                if !lacks.is_empty() {
                    app.printer.warning(one_line(&format!(
                        "WIT has no words for the imports {}, which are left out",
                        first_few(lacks, SHOWN)
                    )));
                }
                Ok(app.printer.data(wit.trim_end())?)
            }
            None if inspected.program.details["layer"] == "component" => {
                Err(CliError::NoWit(name.to_owned()))
            }
            None => Err(CliError::NoInterface(name.to_owned())),
        };
    }
    match (args.json, args.grants) {
        (true, false) => Ok(app.printer.json(&inspected)?),
        (true, true) => {
            let last = inspected.last_use.as_ref().map(|last| &last.used);
            Ok(app
                .printer
                .json(&json!({ "needs": inspected.program.needs, "used": last }))?)
        }
        (false, true) => needs(app, &inspected),
        (false, false) => {
            about(app, name, &inspected)?;
            needs(app, &inspected)?;
            app.printer.data("\nlimits, unless others are set:")?;
            let mut table = Table::new(&["  LIMIT", "VALUE", "WHAT IT BOUNDS"]);
            for name in LimitName::ALL {
                table.row([
                    format!("  {name}"),
                    inspected.limits.show(*name),
                    name.about().to_owned(),
                ]);
            }
            Ok(app.printer.data(table)?)
        }
    }
}

/// That its interfaces are as they were published.
fn against(app: &App<'_>, args: &InspectArgs, name: &str, package: &str) -> Result<(), CliError> {
    let engine = app.engine()?;
    let (component, of) = (target(&engine, name)?, target(&engine, package)?);
    let progress = app.progress();
    let compared = app.block_on(async {
        let platform = args.platform.as_ref();
        Ok(engine.published(&component, &of, platform, &progress).await?)
    })?;
    if compared.is_empty() {
        return Err(CliError::NothingPublished {
            name: name.to_owned(),
            package: package.to_owned(),
        });
    }
    let mut table = Table::new(&["WAY", "INTERFACE", "AS PUBLISHED"]);
    for kept in compared {
        table.row([
            kept.way.to_string(),
            one_line(&kept.name).into_owned(),
            one_line(&kept.published).into_owned(),
        ]);
    }
    Ok(app.printer.data(table)?)
}

fn about(app: &App<'_>, name: &str, inspected: &Inspected) -> Result<(), CliError> {
    let program = &inspected.program;
    app.printer
        .data(format_args!("{name}: {}, {}", program.form, program.world))?;
    app.printer.data(format_args!(
        "digest {}\nsize   {}",
        inspected.digest, inspected.size
    ))?;
    if let Some(image) = &inspected.image {
        app.printer.data(format_args!("image  {}", image.id))?;
    }
    if let Some(linked) = &program.linked {
        app.printer.data("\nsays that it was linked from:")?;
        for part in &linked.parts {
            let serves = match part.serves.as_slice() {
                [] => String::new(),
                serves => format!("\n    (serves {})", one_line(&first_few(serves, SHOWN))),
            };
            app.printer.data(format_args!(
                "  {}  {}  {}{serves}",
                one_line(&part.name),
                part.size,
                part.digest
            ))?;
        }
    }
    Ok(())
}

fn needs(app: &App<'_>, inspected: &Inspected) -> Result<(), CliError> {
    let group = |title: &str, lines: Vec<String>| -> Result<(), CliError> {
        if lines.is_empty() {
            return Ok(());
        }
        app.printer.data(format_args!("\n{title}"))?;
        lines
            .iter()
            .try_for_each(|line| app.printer.data(format_args!("  {line}")))
            .map_err(CliError::Output)
    };
    let needs = &inspected.program.needs;
    let always = needs
        .iter()
        .filter(|n| n.met == Met::Always)
        .map(|n| one_line(&n.what).into_owned())
        .collect();
    let granted = needs.iter().filter_map(|n| match &n.met {
        Met::By { flag } => Some(format!(
            "{}   {}\n    ({})",
            one_line(&n.what),
            one_line(flag),
            one_line(&first_few(&n.imports, SHOWN))
        )),
        Met::Always | Met::Never { .. } => None,
    });
    let never = needs.iter().filter_map(|n| match &n.met {
        Met::Never { hint } => {
            let hint = hint.as_deref().map_or_else(String::new, |h| format!(" ({h})"));
            let line = format!("{}: {}{hint}", n.what, n.imports.join(", "));
            Some(one_line(&line).into_owned())
        }
        Met::Always | Met::By { .. } => None,
    });
    if needs.is_empty() {
        app.printer.data("\nit asks for nothing")?;
    }
    group("may always:", always)?;
    group("may only when you grant it:", granted.collect())?;
    group("needs what Sampan does not have:", never.collect())?;
    match &inspected.last_use {
        Some(last) => group("its last run:", show::used(&last.used)),
        None => Ok(()),
    }
}

/// How many of the imports that tell so are shown.
const SHOWN: usize = 4;

fn container(
    app: &App<'_>,
    args: &InspectArgs,
    record: &ContainerRecord,
    state: ContainerState,
) -> Result<(), CliError> {
    if args.json {
        return Ok(app.printer.json(record)?);
    }
    let print = |line: std::fmt::Arguments<'_>| app.printer.data(line).map_err(CliError::Output);
    if !args.grants {
        print(format_args!(
            "{}: {}\nid      {}",
            record.name, record.target, record.id
        ))?;
        match (&record.ending, state) {
            (Some(ending), _) => print(format_args!("state   {ending}"))?,
            (None, ContainerState::Running) => print(format_args!("state   running"))?,
            (None, _) => print(format_args!("state   its process was killed"))?,
        }
    }
    let list = |title: &str, lines: Vec<String>| -> Result<(), CliError> {
        print(format_args!("\n{title}"))?;
        if lines.is_empty() {
            print(format_args!("  nothing"))?;
        }
        lines.iter().try_for_each(|line| print(format_args!("  {line}")))
    };
    list("was granted:", show::grants(&record.grants))?;
    list("used:", show::used(&record.used))?;
    if args.grants {
        return Ok(());
    }
    let mut table = Table::new(&["LIMIT", "USED", "OF"]);
    for name in LimitName::ALL {
        let used = record.usage.show(*name).unwrap_or_else(|| "-".to_owned());
        table.row([name.to_string(), used, record.limits.show(*name)]);
    }
    print(format_args!("\n{table}"))
}
