//! `sampan stop` and `sampan restart`.

use clap::Args;
use sampan_client::Stop;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan stop` and `sampan restart`.
#[derive(Debug, Args)]
pub(crate) struct StopArgs {
    /// Names or ids
    #[arg(required = true, value_name = "CONTAINER")]
    containers: Vec<String>,
    /// The signal that asks it to end
    #[arg(short, long, value_name = "SIGNAL")]
    signal: Option<String>,
    /// Seconds until it is killed; -1 for never
    #[arg(
        short,
        long,
        visible_alias = "time",
        value_name = "SECONDS",
        allow_hyphen_values = true
    )]
    timeout: Option<i64>,
}

impl StopArgs {
    fn stop(&self) -> Stop {
        Stop {
            signal: self.signal.clone(),
            timeout: self.timeout,
        }
    }
}

pub(crate) fn stop(app: &App<'_>, args: &StopArgs) -> Result<u8, CliError> {
    let stop = args.stop();
    app.each_on_daemon("stop", &args.containers, async |client, name| {
        client.stop_container(name, &stop).await
    })
}

pub(crate) fn restart(app: &App<'_>, args: &StopArgs) -> Result<u8, CliError> {
    let stop = args.stop();
    app.each_on_daemon("restart", &args.containers, async |client, name| {
        client.restart_container(name, &stop).await
    })
}
