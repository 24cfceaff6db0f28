//! `sampan inspect`: what a file, image or container is, may do and did.

use clap::Args;
use sampan_engine::containers::{ContainerRecord, ContainerState, Target};
use sampan_engine::inspect::Inspected;
use sampan_runtime::Met;
use sampan_types::foreign::{first_few, one_line};
use sampan_types::{LimitName, Platform};
use serde_json::json;

use crate::app::App;
use crate::commands::run::target;
use crate::error::CliError;
use crate::show;
use crate::table::Table;

/// The flags of `sampan inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// A file, an image, or a named container
    #[arg(value_name = "FILE|IMAGE|CONTAINER")]
    target: String,
    /// Only what it could ask for, what it was given, and what it used
    #[arg(long)]
    grants: bool,
    /// Only the interface of a component, in WIT
    #[arg(long, conflicts_with = "grants")]
    wit: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,
}

pub(crate) fn run(app: &App<'_>, args: &InspectArgs) -> Result<(), CliError> {
    let engine = app.engine()?;
    match engine.container(&args.target) {
        Ok((record, state)) => return container(app, args, &record, state),
        Err(sampan_engine::EngineError::NoContainer(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let inspected = match target(&engine, &args.target) {
        Ok(Target::File(path)) => engine.inspect_file(&path)?,
        // The beginning of an id need not be a reference.
        Ok(Target::Image(_)) | Err(_) => engine.inspect_image(&args.target, args.platform.clone())?,
    };
    if args.wit {
        return match &inspected.program.interface {
            Some(wit) => Ok(app.printer.data(wit.trim_end())?),
            None => Err(CliError::NoInterface(args.target.clone())),
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
            about(app, args, &inspected)?;
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

fn about(app: &App<'_>, args: &InspectArgs, inspected: &Inspected) -> Result<(), CliError> {
    let program = &inspected.program;
    app.printer.data(format_args!(
        "{}: {}, {}",
        args.target, program.form, program.world
    ))?;
    app.printer.data(format_args!(
        "digest {}\nsize   {}",
        inspected.digest, inspected.size
    ))?;
    if let Some(image) = &inspected.image {
        app.printer.data(format_args!("image  {}", image.id))?;
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
