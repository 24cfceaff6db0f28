//! `sampan kill`: a signal to containers.

use clap::Args;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan kill`.
#[derive(Debug, Args)]
pub(crate) struct KillArgs {
    /// Names or ids
    #[arg(required = true, value_name = "CONTAINER")]
    containers: Vec<String>,
    /// The signal; SIGKILL without it
    #[arg(short, long, value_name = "SIGNAL")]
    signal: Option<String>,
}

pub(crate) fn run(app: &App<'_>, args: &KillArgs) -> Result<u8, CliError> {
    app.each_on_daemon("kill", &args.containers, async |client, name| {
        client.kill_container(name, args.signal.as_deref()).await
    })
}
