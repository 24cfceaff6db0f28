//! `sampan wait`: until containers have ended.

use clap::Args;
use sampan_types::ExitCode;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan wait`.
#[derive(Debug, Args)]
pub(crate) struct WaitArgs {
    /// Names or ids
    #[arg(required = true, value_name = "CONTAINER")]
    containers: Vec<String>,
}

pub(crate) fn run(app: &App<'_>, args: &WaitArgs) -> Result<u8, CliError> {
    app.on_daemon("wait", async |client| {
        let mut code = ExitCode::Success;
        for name in &args.containers {
            let ended = match client.wait_container(name, "not-running").await {
                Ok(waiting) => waiting.end().await,
                Err(error) => Err(error),
            };
            match ended {
                Ok(ended) => app.printer.data(ended.status_code)?,
                Err(error) => {
                    app.printer.error(&error);
                    code = ExitCode::Failure;
                }
            }
        }
        Ok(code.code())
    })
}
