//! `sampan create`, and `sampan run` through the daemon.

pub(crate) mod file;
pub(crate) mod flags;
pub(crate) mod pull;
mod request;
pub(crate) mod values;
pub(crate) mod volume_flag;

use std::path::Path;

use clap::Args;
use sampan_api::container::CreateRequest;
use sampan_client::{AttachOptions, Client};

use crate::app::App;
use crate::commands::attach::exit_code;
use crate::commands::run::RunArgs;
use crate::detach::DetachKeys;
use crate::error::CliError;
use crate::files;
use crate::session::{Left, Screen, Session};
use crate::terminal;

/// The flags of `sampan create`.
#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    run: RunArgs,
}

/// Makes a container, and starts it not.
pub(crate) fn run(app: &App<'_>, args: &CreateArgs) -> Result<(), CliError> {
    let request = request::of(app, &args.run, false)?;
    let id = app.on_daemon("create", async |client| {
        made(app, client, &args.run, &request).await
    })?;
    Ok(app.printer.data(id)?)
}

/// Makes a container and starts it; unless it is detached, takes part in its streams until it has ended.
pub(crate) fn run_on_daemon(app: &App<'_>, args: &RunArgs) -> Result<u8, CliError> {
    let flags = &args.daemon;
    let tty = args.tty.is_some();
    terminal::wanted(tty && args.interactive && !flags.detach)?;
    let keys = DetachKeys::parse(flags.detach_keys.as_deref())?;
    let request = request::of(app, args, flags.detach)?;
    app.on_daemon("run", async |client| {
        let id = made(app, client, args, &request).await?;
        if flags.detach {
            client.start_container(&id, flags.detach_keys.as_deref()).await?;
            app.printer.data(&id)?;
            return Ok(0);
        }
        let options = AttachOptions {
            stdin: args.interactive,
            stdout: true,
            stderr: true,
            logs: false,
            detach_keys: flags.detach_keys.clone(),
        };
        // In this order nothing is missed: neither a first line nor the end of a program that ends at once.
        let streams = client.attach_container(&id, &options, tty).await?;
        let condition = if args.rm { "removed" } else { "next-exit" };
        let waiting = client.wait_container(&id, condition).await?;
        client.start_container(&id, None).await?;
        let session = Session {
            client,
            stdin: args.interactive,
            screen: tty.then_some(Screen::Container(&id)),
            keys,
            signals_to: Some(&id),
        };
        match session.run(streams).await? {
            Left::Detached => Ok(0),
            Left::Ended => {
                let ended = waiting.end().await?;
                if let Some(error) = ended.error.filter(|error| !error.message.is_empty()) {
                    app.printer.error_line(error.message);
                }
                Ok(exit_code(ended.status_code))
            }
        }
    })
}

/// Makes the container, with its image downloaded where it has to be.
async fn made(
    app: &App<'_>,
    client: &Client,
    args: &RunArgs,
    request: &CreateRequest,
) -> Result<String, CliError> {
    let mut request = request.clone();
    if is_file(&request.config.image) {
        let path = Path::new(&request.config.image);
        request.config.image = file::send(app, client, path).await?;
    }
    let request = &request;
    let platform = args.platform.as_ref().map(ToString::to_string);
    let name = args.name.as_ref().map(ToString::to_string);
    let create = || client.create_container(name.as_deref(), platform.as_deref(), request);
    if args.pulls_always() {
        pull::pull(app, client, &request.config.image, platform.as_deref()).await?;
    }
    let made = match create().await {
        Err(error) if error.is_not_found() && args.pulls_missing() => {
            let image = &request.config.image;
            app.printer.note(format_args!(
                "unable to find image `{image}` on the daemon's side"
            ));
            pull::pull(app, client, image, platform.as_deref()).await?;
            create().await?
        }
        made => made?,
    };
    made.warnings
        .iter()
        .for_each(|warning| app.printer.warning(warning));
    if let Some(file) = &args.daemon.cidfile {
        files::write_new(file, made.id.as_bytes())?;
    }
    Ok(made.id)
}

/// Whether a word is a file by the way it is written, as for `run` without the daemon.
pub(crate) fn is_file(word: &str) -> bool {
    word.starts_with(['.', '/']) || word.ends_with(".wasm") || word.ends_with(".wat")
}
