//! `sampan exec`: a further program in a running container.

use std::path::PathBuf;

use clap::Args;
use sampan_api::exec::{ExecCreateRequest, ExecStartRequest};
use sampan_client::Client;

use crate::app::App;
use crate::commands::attach::exit_code;
use crate::detach::DetachKeys;
use crate::environment_file;
use crate::error::CliError;
use crate::session::{Left, Screen, Session};
use crate::terminal;

/// The flags of `sampan exec`.
#[derive(Debug, Args)]
pub(crate) struct ExecArgs {
    /// Name or id, then the program and its arguments
    #[arg(value_names = ["CONTAINER", "COMMAND"], num_args = 2.., required = true, trailing_var_arg = true)]
    words: Vec<String>,
    /// Let it run, and do not wait
    #[arg(short, long)]
    detach: bool,
    /// The keys that leave it running
    #[arg(long, value_name = "KEYS")]
    detach_keys: Option<String>,
    /// Set an environment variable; without a value, pass the caller's
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,
    /// Read environment variables from a file
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// Pass on what is typed
    #[arg(short, long)]
    interactive: bool,
    /// Give it a terminal
    #[arg(short, long)]
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

pub(crate) fn run(app: &App<'_>, args: &ExecArgs) -> Result<u8, CliError> {
    terminal::wanted(args.tty && args.interactive && !args.detach)?;
    let mut env = Vec::new();
    for file in &args.env_file {
        env.extend(environment_file::read(file)?);
    }
    for entry in &args.env {
        env.extend(environment_file::entry(entry).map_err(CliError::Environment)?);
    }
    let (container, command) = args
        .words
        .split_first()
        .ok_or(CliError::Usage("no container is named"))?;
    let console = terminal::size()
        .filter(|_| args.tty)
        .map(|(rows, columns)| [u64::from(rows), u64::from(columns)]);
    let request = ExecCreateRequest {
        user: args.user.clone().unwrap_or_default(),
        privileged: args.privileged,
        tty: args.tty,
        console_size: console,
        attach_stdin: args.interactive && !args.detach,
        attach_stdout: !args.detach,
        attach_stderr: !args.detach,
        detach_keys: args.detach_keys.clone().unwrap_or_default(),
        env: Some(
            env.into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        ),
        working_dir: args.workdir.clone().unwrap_or_default(),
        cmd: Some(command.to_vec().into()),
    };
    let start = ExecStartRequest {
        detach: args.detach,
        tty: args.tty,
        console_size: console,
    };
    let keys = DetachKeys::parse(args.detach_keys.as_deref())?;
    app.on_daemon("exec", async |client| {
        joined(client, container, &request, &start, args.interactive, keys).await
    })
}

/// Starts a further program, and takes part in its streams unless it is detached.
pub(crate) async fn joined(
    client: &Client,
    container: &str,
    request: &ExecCreateRequest,
    start: &ExecStartRequest,
    stdin: bool,
    keys: DetachKeys,
) -> Result<u8, CliError> {
    let id = client.create_exec(container, request).await?;
    if start.detach {
        client.start_exec_detached(&id, start).await?;
        return Ok(0);
    }
    let streams = client.start_exec(&id, start).await?;
    let session = Session {
        client,
        stdin,
        screen: start.tty.then_some(Screen::Exec(&id)),
        keys,
        signals_to: None,
    };
    match session.run(streams).await? {
        Left::Detached => Ok(0),
        Left::Ended => {
            let ended = client.inspect_exec(&id).await?;
            Ok(exit_code(ended.exit_code.unwrap_or_default()))
        }
    }
}
