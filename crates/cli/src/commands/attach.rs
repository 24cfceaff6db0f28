//! `sampan attach`: to take part in a container's streams.

use clap::{ArgAction, Args};
use sampan_client::AttachOptions;

use crate::app::App;
use crate::detach::DetachKeys;
use crate::error::CliError;
use crate::session::{Left, Screen, Session};

/// The flags of `sampan attach`.
#[derive(Debug, Args)]
pub(crate) struct AttachArgs {
    /// Name or id
    container: String,
    /// Pass on nothing that is typed
    #[arg(long)]
    no_stdin: bool,
    /// The keys that leave it running
    #[arg(long, value_name = "KEYS")]
    detach_keys: Option<String>,
    /// Pass on signals
    #[arg(long, value_name = "YES", default_value_t = true, num_args = 0..=1, require_equals = true,
        default_missing_value = "true", action = ArgAction::Set)]
    sig_proxy: bool,
}

pub(crate) fn run(app: &App<'_>, args: &AttachArgs) -> Result<u8, CliError> {
    app.on_daemon("attach", async |client| {
        let container = client.inspect_container(&args.container).await?;
        let refused = match () {
            () if !container.state.running => {
                Some("you cannot attach to a container that does not run: start it first")
            }
            () if container.state.paused => {
                Some("you cannot attach to a container that is paused: unpause it first")
            }
            () => None,
        };
        if let Some(why) = refused {
            return Err(CliError::Refused(why));
        }
        let stdin = !args.no_stdin && container.config.open_stdin;
        let waiting = client.wait_container(&container.id, "not-running").await?;
        let streams = client
            .attach_container(
                &container.id,
                &AttachOptions {
                    stdin,
                    stdout: true,
                    stderr: true,
                    logs: false,
                    detach_keys: args.detach_keys.clone(),
                },
                container.config.tty,
            )
            .await?;
        let session = Session {
            client,
            stdin,
            screen: container.config.tty.then_some(Screen::Container(&container.id)),
            keys: DetachKeys::parse(args.detach_keys.as_deref())?,
            signals_to: args.sig_proxy.then_some(container.id.as_str()),
        };
        match session.run(streams).await? {
            Left::Detached => Ok(0),
            Left::Ended => Ok(exit_code(waiting.end().await?.status_code)),
        }
    })
}

/// A container's code as this process's own.
pub(crate) fn exit_code(status: i64) -> u8 {
    // As the kernel does: the low eight bits.
    (status & 0xff) as u8
}
