//! `sampan start`: containers that are there already.

use clap::Args;
use sampan_client::AttachOptions;

use crate::app::App;
use crate::commands::attach::exit_code;
use crate::detach::DetachKeys;
use crate::error::CliError;
use crate::session::{Left, Screen, Session};

/// The flags of `sampan start`.
#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    /// Names or ids
    #[arg(required = true, value_name = "CONTAINER")]
    containers: Vec<String>,
    /// Show what it writes, and pass on signals
    #[arg(short, long)]
    attach: bool,
    /// Pass on what is typed as well
    #[arg(short, long)]
    interactive: bool,
    /// The keys that leave it running
    #[arg(long, value_name = "KEYS")]
    detach_keys: Option<String>,
}

pub(crate) fn run(app: &App<'_>, args: &StartArgs) -> Result<u8, CliError> {
    if !args.attach && !args.interactive {
        return app.each_on_daemon("start", &args.containers, async |client, name| {
            client.start_container(name, args.detach_keys.as_deref()).await
        });
    }
    let [name] = args.containers.as_slice() else {
        return Err(CliError::Usage(
            "`--attach` and `--interactive` take one container alone",
        ));
    };
    let keys = DetachKeys::parse(args.detach_keys.as_deref())?;
    app.on_daemon("start", async |client| {
        let container = client.inspect_container(name).await?;
        let stdin = args.interactive && container.config.open_stdin;
        let options = AttachOptions {
            stdin,
            stdout: true,
            stderr: true,
            logs: false,
            detach_keys: args.detach_keys.clone(),
        };
        let streams = client
            .attach_container(&container.id, &options, container.config.tty)
            .await?;
        let condition = if container.host_config.auto_remove {
            "removed"
        } else {
            "next-exit"
        };
        let waiting = client.wait_container(&container.id, condition).await?;
        client.start_container(&container.id, None).await?;
        let session = Session {
            client,
            stdin,
            screen: container.config.tty.then_some(Screen::Container(&container.id)),
            keys,
            signals_to: Some(&container.id),
        };
        match session.run(streams).await? {
            Left::Detached => Ok(0),
            Left::Ended => Ok(exit_code(waiting.end().await?.status_code)),
        }
    })
}
