//! `sampan login`: proves who the user is to a registry, and keeps the proof where Docker keeps it.

use std::io::{BufRead, IsTerminal, Write};

use clap::Args;
use sampan_distribution::client::docker_config::Kept;
use sampan_types::Secret;
use sampan_types::reference::DEFAULT_REGISTRY;

use crate::app::App;
use crate::error::CliError;
use crate::terminal::{Changed, Signals};

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
        None => ask(app, "Username: ", false)?,
    };
    let password = match (args.password, args.password_stdin) {
        (Some(password), _) => password,
        (None, true) => read_line()?,
        (None, false) => ask(app, "Password: ", true)?,
    };
    let engine = app.engine()?;
    let config = app.docker_config()?;
    let kept = app.block_on(async {
        Ok(engine
            .login(&config, bare(&args.registry), &username, Secret::new(password))
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

/// Reads a line from standard input.
fn read_line() -> Result<String, CliError> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(CliError::Password)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// Asks a person on the terminal, without echo where the answer is a secret. Ctrl-C ends the question and gives the
/// terminal back as it was.
fn ask(app: &App<'_>, prompt: &str, secret: bool) -> Result<String, CliError> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(CliError::Usage(
            "there is no terminal to ask on: use `-u` and `--password-stdin`",
        ));
    }
    let show = |text: &str| {
        let mut stderr = std::io::stderr();
        let shown = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
        shown.map_err(CliError::Password)
    };
    let answer = app.block_on(async {
        // Before anybody is asked, so that a quick answer or Ctrl-C meets both.
        let mut signals = Signals::new().map_err(CliError::Signals)?;
        let _hidden = match secret {
            true => Some(Changed::silent().map_err(CliError::Password)?),
            false => None,
        };
        show(prompt)?;
        let (tell, told) = tokio::sync::oneshot::channel();
        // A thread of its own: after a signal nobody waits for it, and it ends with the process.
        std::thread::spawn(move || tell.send(read_line()));
        tokio::select! {
            line = told => line.unwrap_or(Err(CliError::Interrupted)),
            _ = signals.next() => Err(CliError::Interrupted),
        }
    });
    if secret || answer.is_err() {
        // What was typed to end the line was not shown.
        show("\n")?;
    }
    answer
}

/// A registry's name without what a browser puts around it.
pub(super) fn bare(registry: &str) -> &str {
    let host = registry
        .strip_prefix("https://")
        .or_else(|| registry.strip_prefix("http://"));
    match host.map(|host| host.trim_end_matches('/')) {
        // A path is part of some keys of Docker's, such as its Hub's own.
        Some(host) if !host.contains('/') => host,
        _ => registry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_may_be_written_as_a_browser_shows_it() {
        assert_eq!(bare("https://localhost:5090"), "localhost:5090");
        assert_eq!(bare("http://ghcr.io/"), "ghcr.io");
        assert_eq!(bare("ghcr.io"), "ghcr.io");
        assert_eq!(bare("https://index.docker.io/v1/"), "https://index.docker.io/v1/");
    }
}
