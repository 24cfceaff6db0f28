//! `sampan compose start`, `stop`, `restart`, `kill`, `pause`, `unpause`, `rm`, `down` and `wait`.

use clap::{Args, ValueEnum};
use sampan_compose::{ComposeError, Container, DownOptions, RemoveImages};

use super::project::{ProjectFlags, on_project};
use crate::app::App;
use crate::commands::attach::exit_code;
use crate::env::ComposeVariables;
use crate::error::CliError;

/// Services and nothing else.
#[derive(Debug, Args)]
pub(crate) struct ServicesArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
}

pub(crate) fn start(app: &App<'_>, flags: &ProjectFlags, args: &ServicesArgs) -> Result<(), CliError> {
    on_project(app, "start", flags, &args.services, async |session| {
        Ok(session.start(&args.services).await?)
    })
}

pub(crate) fn pause(app: &App<'_>, flags: &ProjectFlags, args: &ServicesArgs) -> Result<(), CliError> {
    on_project(app, "pause", flags, &args.services, async |session| {
        Ok(session.pause(&args.services).await?)
    })
}

pub(crate) fn unpause(app: &App<'_>, flags: &ProjectFlags, args: &ServicesArgs) -> Result<(), CliError> {
    on_project(app, "unpause", flags, &args.services, async |session| {
        Ok(session.unpause(&args.services).await?)
    })
}

/// The flags of `sampan compose stop`.
#[derive(Debug, Args)]
pub(crate) struct StopArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Seconds until a container is killed
    #[arg(short, long, value_name = "SECONDS", allow_hyphen_values = true)]
    timeout: Option<i64>,
}

pub(crate) fn stop(app: &App<'_>, flags: &ProjectFlags, args: &StopArgs) -> Result<(), CliError> {
    on_project(app, "stop", flags, &args.services, async |session| {
        Ok(session.stop(&args.services, args.timeout).await?)
    })
}

/// The flags of `sampan compose restart`.
#[derive(Debug, Args)]
pub(crate) struct RestartArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Seconds until a container is killed
    #[arg(short, long, value_name = "SECONDS", allow_hyphen_values = true)]
    timeout: Option<i64>,
    /// Leave services alone that are to follow those
    #[arg(long)]
    no_deps: bool,
}

pub(crate) fn restart(app: &App<'_>, flags: &ProjectFlags, args: &RestartArgs) -> Result<(), CliError> {
    on_project(app, "restart", flags, &args.services, async |session| {
        Ok(session
            .restart(&args.services, args.timeout, args.no_deps)
            .await?)
    })
}

/// The flags of `sampan compose kill`.
#[derive(Debug, Args)]
pub(crate) struct KillArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// The signal
    #[arg(short, long, value_name = "SIGNAL")]
    signal: Option<String>,
}

pub(crate) fn kill(app: &App<'_>, flags: &ProjectFlags, args: &KillArgs) -> Result<(), CliError> {
    on_project(app, "kill", flags, &args.services, async |session| {
        Ok(session.kill(&args.services, args.signal.as_deref()).await?)
    })
}

/// The flags of `sampan compose rm`.
#[derive(Debug, Args)]
pub(crate) struct RmArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Do not ask
    #[arg(short, long)]
    force: bool,
    /// Stop containers before
    #[arg(short, long)]
    stop: bool,
    /// Remove their anonymous volumes as well
    #[arg(short, long)]
    volumes: bool,
}

pub(crate) fn rm(app: &App<'_>, flags: &ProjectFlags, args: &RmArgs) -> Result<(), CliError> {
    on_project(app, "rm", flags, &args.services, async |session| {
        let containers = session.removable(&args.services, args.stop).await?;
        if containers.is_empty() {
            app.printer.note("no container is to be removed");
            return Ok(());
        }
        let names: Vec<_> = containers
            .iter()
            .map(|container| container.name.as_str())
            .collect();
        let question = format!("this removes {}", names.join(", "));
        if !app.confirmed(args.force, &question)? {
            return Ok(());
        }
        Ok(session.remove(&containers, args.volumes).await?)
    })
}

/// Which images go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Rmi {
    /// Those without a name of their own
    Local,
    /// All
    All,
}

/// The flags of `sampan compose down`.
#[derive(Debug, Args)]
pub(crate) struct DownArgs {
    /// Services that are meant; all, with networks, where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Remove containers of services that are not in the files
    #[arg(long)]
    remove_orphans: bool,
    /// Remove images
    #[arg(long, value_enum, value_name = "WHICH")]
    rmi: Option<Rmi>,
    /// Seconds until a container is killed
    #[arg(short, long, value_name = "SECONDS", allow_hyphen_values = true)]
    timeout: Option<i64>,
    /// Remove volumes
    #[arg(short, long)]
    volumes: bool,
}

pub(crate) fn down(app: &App<'_>, flags: &ProjectFlags, args: &DownArgs) -> Result<(), CliError> {
    let options = DownOptions {
        services: args.services.clone(),
        timeout: args.timeout,
        volumes: args.volumes,
        images: args.rmi.map(|which| match which {
            Rmi::Local => RemoveImages::Local,
            Rmi::All => RemoveImages::All,
        }),
        remove_orphans: args.remove_orphans || ComposeVariables::read().remove_orphans,
    };
    on_project(app, "down", flags, &args.services, async |session| {
        Ok(session.down(&options).await?)
    })
}

/// The flags of `sampan compose wait`.
#[derive(Debug, Args)]
pub(crate) struct WaitArgs {
    /// Services that are meant
    #[arg(value_name = "SERVICE", required = true)]
    services: Vec<String>,
    /// Take the project down when the first has ended
    #[arg(long)]
    down_project: bool,
}

/// Prints how each ended; the exit code is that of the last that did not end well.
pub(crate) fn wait(app: &App<'_>, flags: &ProjectFlags, args: &WaitArgs) -> Result<u8, CliError> {
    on_project(app, "wait", flags, &args.services, async |session| {
        let observed = session.observed().await?;
        let mut code = 0;
        for name in &args.services {
            session.project.service(name)?;
            let containers: Vec<&Container> = observed.of_service(name).collect();
            if containers.is_empty() {
                return Err(ComposeError::NoContainer {
                    service: name.clone(),
                    state: "such",
                }
                .into());
            }
            for container in containers {
                let waiting = session
                    .client
                    .wait_container(container.id(), "not-running")
                    .await?;
                let end = waiting.end().await?;
                app.printer.data(end.status_code)?;
                if end.status_code != 0 {
                    code = exit_code(end.status_code);
                }
            }
            if args.down_project {
                session.down(&DownOptions::default()).await?;
                break;
            }
        }
        Ok(code)
    })
}
