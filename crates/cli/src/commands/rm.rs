//! `sampan rm`: removes containers.

use clap::Args;
use sampan_types::ExitCode;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan rm`.
#[derive(Debug, Args)]
pub(crate) struct RmArgs {
    /// Names or ids
    #[arg(required = true, value_name = "CONTAINER")]
    containers: Vec<String>,
    /// Also one that runs: it is killed (needs the daemon)
    #[arg(short, long)]
    force: bool,
    /// Its anonymous volumes as well (needs the daemon)
    #[arg(short, long)]
    volumes: bool,
}

pub(crate) fn run(app: &App<'_>, args: &RmArgs) -> Result<u8, CliError> {
    let removed = app.on_daemon_if_there(async |client| {
        app.each(&args.containers, async |name| {
            match client
                .remove_container(name, args.volumes, false, args.force)
                .await
            {
                // One that ran without the daemon.
                Err(error) if error.is_not_found() => match app.engine()?.remove_container(name) {
                    Err(sampan_engine::EngineError::NoContainer(_)) if args.force => Ok(()),
                    Err(sampan_engine::EngineError::NoContainer(_)) => Err(error.into()),
                    other => Ok(other.map(drop)?),
                },
                other => Ok(other?),
            }
        })
        .await
    })?;
    if let Some(code) = removed {
        return Ok(code);
    }
    let engine = app.engine()?;
    for container in &args.containers {
        engine.remove_container(container)?;
        app.printer.data(container)?;
    }
    Ok(ExitCode::Success.code())
}
