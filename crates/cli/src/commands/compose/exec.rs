//! `sampan compose exec` and `cp`.

use clap::Args;
use sampan_api::exec::{ExecCreateRequest, ExecStartRequest};
use sampan_compose::{ComposeError, Session};

use super::host::ComposeHost;
use super::project::{ProjectFlags, on_project};
use crate::app::App;
use crate::commands::{cp, exec};
use crate::detach::DetachKeys;
use crate::environment_file;
use crate::error::CliError;
use crate::terminal;

/// The flags of `sampan compose exec`.
#[derive(Debug, Args)]
pub(crate) struct ExecArgs {
    /// The service, then the program and its arguments
    #[arg(value_names = ["SERVICE", "COMMAND"], num_args = 2.., required = true, trailing_var_arg = true)]
    words: Vec<String>,
    /// Let it run, and do not wait
    #[arg(short, long)]
    detach: bool,
    /// Set an environment variable; without a value, pass the caller's
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,
    /// The number of the container, where the service has several
    #[arg(long, value_name = "NUMBER")]
    index: Option<u64>,
    /// Without a terminal
    #[arg(short = 'T', long = "no-tty", visible_alias = "no-TTY")]
    no_tty: bool,
    /// Pass on what is typed, which is done anyway
    #[arg(short, long, hide = true)]
    interactive: bool,
    /// With a terminal, which is so anyway where this one is
    #[arg(short, long, hide = true)]
    tty: bool,
    /// Extended privileges (of Linux containers)
    #[arg(long)]
    privileged: bool,
    /// User (of Linux containers)
    #[arg(short, long, value_name = "USER")]
    user: Option<String>,
    /// Working directory in the container
    #[arg(short, long, value_name = "DIR")]
    workdir: Option<String>,
}

/// The container of a service that runs and has a number.
async fn running(
    session: &Session<'_, ComposeHost<'_>>,
    service: &str,
    index: Option<u64>,
) -> Result<String, CliError> {
    session.project.service(service)?;
    let observed = session.observed().await?;
    let container = observed
        .of_service(service)
        .find(|container| container.is_up() && index.is_none_or(|index| container.number == index));
    let none = || ComposeError::NoContainer {
        service: service.to_owned(),
        state: "running",
    };
    Ok(container.ok_or_else(none)?.id().to_owned())
}

pub(crate) fn run(app: &App<'_>, flags: &ProjectFlags, args: &ExecArgs) -> Result<u8, CliError> {
    let (service, command) = args
        .words
        .split_first()
        .ok_or(CliError::Usage("no service is named"))?;
    let mut env = Vec::new();
    for entry in &args.env {
        env.extend(environment_file::entry(entry).map_err(CliError::Environment)?);
    }
    // As docker compose has it: a terminal where there is one, unless it is not wanted.
    let tty = !args.no_tty && !args.detach && terminal::is_stdin();
    let console = terminal::size()
        .filter(|_| tty)
        .map(|(rows, columns)| [u64::from(rows), u64::from(columns)]);
    let request = ExecCreateRequest {
        user: args.user.clone().unwrap_or_default(),
        privileged: args.privileged,
        tty,
        console_size: console,
        attach_stdin: !args.detach,
        attach_stdout: !args.detach,
        attach_stderr: !args.detach,
        env: Some(
            env.into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        ),
        working_dir: args.workdir.clone().unwrap_or_default(),
        cmd: Some(command.to_vec().into()),
        ..ExecCreateRequest::default()
    };
    let start = ExecStartRequest {
        detach: args.detach,
        tty,
        console_size: console,
    };
    let keys = DetachKeys::parse(None)?;
    let named = std::slice::from_ref(service);
    on_project(app, "exec", flags, named, async |session| {
        let id = running(session, service, args.index).await?;
        exec::joined(session.client, &id, &request, &start, true, keys).await
    })
}

/// The flags of `sampan compose cp`.
#[derive(Debug, Args)]
pub(crate) struct ServiceCpArgs {
    #[command(flatten)]
    copy: cp::CpArgs,
    /// The number of the container, where the service has several
    #[arg(long, value_name = "NUMBER")]
    index: Option<u64>,
    /// Containers of `run` as well, which `--index` does not name
    #[arg(long, hide = true)]
    all: bool,
}

pub(crate) fn cp(app: &App<'_>, flags: &ProjectFlags, args: &ServiceCpArgs) -> Result<(), CliError> {
    let source = cp::of_container(&args.copy.source);
    let target = cp::of_container(&args.copy.target);
    let service = match (source, target) {
        (Some((service, _)), None) | (None, Some((service, _))) => service.to_owned(),
        (Some(_), Some(_)) => {
            return Err(CliError::Usage("copying from service to service is not possible"));
        }
        (None, None) => {
            return Err(CliError::Usage(
                "one of both must be in a container: write SERVICE:PATH",
            ));
        }
    };
    on_project(
        app,
        "cp",
        flags,
        std::slice::from_ref(&service),
        async |session| {
            session.project.service(&service)?;
            let observed = session.observed().await?;
            if let Some((_, path)) = source {
                let container = observed.one(&service, args.index)?;
                return cp::out_of(session.client, &args.copy, container.id(), path).await;
            }
            // Into all containers of the service, as docker compose does.
            observed.one(&service, args.index)?;
            for container in observed.of_service(&service) {
                if args.index.is_none_or(|index| container.number == index)
                    && let Some((_, path)) = target
                {
                    cp::into(session.client, &args.copy, container.id(), path).await?;
                }
            }
            Ok(())
        },
    )
}
