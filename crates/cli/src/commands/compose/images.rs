//! `sampan compose build`, `pull`, `push` and `images`.

use std::collections::BTreeSet;

use clap::Args;
use sampan_compose::{ComposeError, Event, Host, Service, is_wasm_file};

use super::project::{ProjectFlags, on_files, on_project};
use crate::app::App;
use crate::error::CliError;
use crate::human::{ago, short, size};
use crate::template::{Sheet, Value};

/// The flags of `sampan compose build`.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// Services that are meant; all that can be built where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Upload the images after
    #[arg(long)]
    push: bool,
}

pub(crate) fn build(app: &App<'_>, flags: &ProjectFlags, args: &BuildArgs) -> Result<(), CliError> {
    on_files(app, "build", flags, &args.services, async |session| {
        let project = session.project;
        for name in &args.services {
            project.service(name)?;
        }
        let named = |service: &&Service| args.services.is_empty() || args.services.contains(&service.name);
        let buildable: Vec<&Service> = project
            .services
            .values()
            .filter(named)
            .filter(|service| service.build.is_some())
            .collect();
        if buildable.is_empty() {
            app.printer.warning("no service is to be built");
        }
        for service in buildable {
            let image = service.image_name(&project.name);
            session.build_one(service, &image).await?;
            if args.push {
                push_one(session.host, service, &image).await?;
            }
        }
        Ok(())
    })
}

async fn push_one(host: &impl Host, service: &Service, image: &str) -> Result<(), CliError> {
    host.push(image).await.map_err(|source| ComposeError::Host {
        action: "push the image",
        service: service.name.clone(),
        source,
    })?;
    host.tell(Event::Done(sampan_compose::Kind::Image, image, "pushed"));
    Ok(())
}

/// The flags of `sampan compose pull`.
#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Pass over images that can be built
    #[arg(long)]
    ignore_buildable: bool,
    /// Go on when one is not to be had
    #[arg(long)]
    ignore_pull_failures: bool,
    /// Those of services that the named ones depend on as well
    #[arg(long)]
    include_deps: bool,
}

pub(crate) fn pull(app: &App<'_>, flags: &ProjectFlags, args: &PullArgs) -> Result<(), CliError> {
    on_files(app, "pull", flags, &args.services, async |session| {
        let project = session.project;
        let names = match (args.services.is_empty(), args.include_deps) {
            (false, false) => args.services.clone(),
            _ => project.with_dependencies(&args.services)?,
        };
        let mut seen = BTreeSet::new();
        for name in &names {
            let service = project.service(name)?;
            let image = service.image_name(&project.name);
            let skipped = service.image.is_none() || (args.ignore_buildable && service.build.is_some());
            if skipped || is_wasm_file(&image) || !seen.insert(image.clone()) {
                continue;
            }
            match session.pull_one(service, &image).await {
                Err(error) if args.ignore_pull_failures => app.printer.error(&error),
                pulled => pulled?,
            }
        }
        Ok(())
    })
}

/// The flags of `sampan compose push`.
#[derive(Debug, Args)]
pub(crate) struct PushArgs {
    /// Services that are meant; all that can be built where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Go on when one cannot be uploaded
    #[arg(long)]
    ignore_push_failures: bool,
}

pub(crate) fn push(app: &App<'_>, flags: &ProjectFlags, args: &PushArgs) -> Result<(), CliError> {
    on_files(app, "push", flags, &args.services, async |session| {
        let project = session.project;
        let names = match args.services.is_empty() {
            true => project.services.keys().cloned().collect(),
            false => args.services.clone(),
        };
        for name in &names {
            let service = project.service(name)?;
            // Only what is made here is to be uploaded, unless it was named.
            if args.services.is_empty() && service.build.is_none() {
                continue;
            }
            let image = service.image_name(&project.name);
            match push_one(session.host, service, &image).await {
                Err(error) if args.ignore_push_failures => app.printer.error(&error),
                pushed => pushed?,
            }
        }
        Ok(())
    })
}

const SHEET: Sheet = Sheet {
    columns: &[
        "{{.ContainerName}}",
        "{{.Repository}}",
        "{{.Tag}}",
        "{{.Platform}}",
        "{{.ID}}",
        "{{.Size}}",
        "{{.Created}}",
    ],
    headings: &[
        ("ContainerName", "CONTAINER"),
        ("Repository", "REPOSITORY"),
        ("Tag", "TAG"),
        ("Platform", "PLATFORM"),
        ("ID", "IMAGE ID"),
        ("Size", "SIZE"),
        ("Created", "CREATED"),
    ],
};

/// The flags of `sampan compose images`.
#[derive(Debug, Args)]
pub(crate) struct ImagesArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Write them as `json`, a `table TEMPLATE` or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

pub(crate) fn list(app: &App<'_>, flags: &ProjectFlags, args: &ImagesArgs) -> Result<(), CliError> {
    on_project(app, "images", flags, &args.services, async |session| {
        let observed = session.observed().await?;
        let mut rows = Vec::new();
        let mut ids = Vec::new();
        for container in observed.of_services(&args.services) {
            let summary = &container.summary;
            if app.printer.quiet() {
                if !ids.contains(&summary.image_id) {
                    ids.push(summary.image_id.clone());
                }
                continue;
            }
            let (name, tag) = crate::commands::commit::split_tag(&summary.image);
            let image = match session.client.inspect_image(&summary.image_id).await {
                Ok(image) => Some(image),
                Err(error) if error.is_not_found() => None,
                Err(error) => return Err(error.into()),
            };
            let of = |read: &dyn Fn(&sampan_api::image::Inspect) -> String| {
                image.as_ref().map(read).unwrap_or_default()
            };
            rows.push(Value::row([
                ("ContainerName", container.name.as_str().into()),
                ("Repository", name.into()),
                ("Tag", tag.unwrap_or("latest").into()),
                (
                    "Platform",
                    of(&|image| format!("{}/{}", image.os, image.architecture)).into(),
                ),
                ("ID", short(&summary.image_id).into()),
                ("Size", of(&|image| size(image.size as f64, 3)).into()),
                (
                    "Created",
                    of(&|image| {
                        image
                            .created
                            .parse::<sampan_api::Time>()
                            .map(|time| ago(time.unix()))
                            .unwrap_or_default()
                    })
                    .into(),
                ),
            ]));
        }
        if app.printer.quiet() {
            return ids
                .iter()
                .try_for_each(|id| app.printer.data(id))
                .map_err(CliError::Output);
        }
        app.show_rows(&SHEET, args.format.as_deref(), &rows)
    })
}
