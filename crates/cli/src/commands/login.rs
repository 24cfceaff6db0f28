//! `sampan login`: proves who the user is to a registry, and keeps the proof where Docker keeps it.

use std::io::{BufRead, IsTerminal, Write};

use clap::Args;
use rustix::termios::{self, LocalModes, OptionalActions};
use sampan_distribution::client::docker_config::Kept;
use sampan_types::Secret;
use sampan_types::reference::DEFAULT_REGISTRY;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan login`.
#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// The registry; Docker Hub where it is left out
    #[arg(value_name = "HOST[:PORT]", default_value = DEFAULT_REGISTRY)]
    registry: String,
    /// User name
    #[arg(short, long)]
    username: Option<String>,
    /// Password; seen by others in the list of processes
    #[arg(short, long, conflicts_with = "password_stdin")]
    password: Option<String>,
    /// Read the password from standard input
    #[arg(long, requires = "username")]
    password_stdin: bool,
}

pub(crate) fn run(app: &App<'_>, args: LoginArgs) -> Result<(), CliError> {
    if args.password.is_some() {
        app.printer.warning(
            "a password on the command line is seen in the list of processes; use `--password-stdin`",
        );
    }
    let username = match args.username {
        Some(username) => username,
        None => ask("Username: ", true)?,
    };
    let password = match (args.password, args.password_stdin) {
        (Some(password), _) => password,
        (None, true) => ask("", true)?,
        (None, false) => ask("Password: ", false)?,
    };
    let engine = app.engine()?;
    let config = app.docker_config()?;
    let kept = app.block_on(async {
        Ok(engine
            .login(&config, &args.registry, &username, Secret::new(password))
            .await?)
    })?;
    match kept {
        Kept::File(path) => {
            app.printer.warning(format_args!(
                "the password is kept unencrypted in `{}`",
                path.display()
            ));
        }
        Kept::Helper(_) => {}
    }
    Ok(app.printer.data("Login Succeeded")?)
}

/// Reads a line from standard input, without echo where it is a secret and a person types it.
fn ask(prompt: &str, echo: bool) -> Result<String, CliError> {
    let stdin = std::io::stdin();
    let mut hidden = None;
    if stdin.is_terminal() {
        let mut stderr = std::io::stderr();
        stderr
            .write_all(prompt.as_bytes())
            .and_then(|()| stderr.flush())
            .map_err(CliError::Password)?;
        if !echo {
            let before = termios::tcgetattr(&stdin).map_err(|e| CliError::Password(e.into()))?;
            let mut silent = before.clone();
            silent.local_modes -= LocalModes::ECHO;
            termios::tcsetattr(&stdin, OptionalActions::Flush, &silent)
                .map_err(|e| CliError::Password(e.into()))?;
            hidden = Some(before);
        }
    }
    let mut line = String::new();
    let read = stdin.lock().read_line(&mut line).map_err(CliError::Password);
    if let Some(before) = hidden {
        termios::tcsetattr(&stdin, OptionalActions::Now, &before)
            .map_err(|e| CliError::Password(e.into()))?;
    }
    read?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
