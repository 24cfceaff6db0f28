//! `sampan run`: a container in the foreground, for as long as this process lives.

mod args;
mod request;
mod serving;

use sampan_types::Ending;

use crate::app::App;
use crate::commands::create;
use crate::error::CliError;
use crate::terminal::{Changed, Signals};
use crate::{files, grants_file, trace};

use args::TerminalMode;
pub(crate) use args::{Pull, RunArgs};
pub(crate) use request::request;
pub(crate) use request::target;

/// Runs it, and gives the exit code.
pub(crate) fn run(app: &App<'_>, args: RunArgs) -> Result<u8, CliError> {
    if args.wants_daemon(app)? {
        return create::run_on_daemon(app, &args);
    }
    here(app, args, None)
}

/// The same without the daemon; instead of the program's own start, `call`.
pub(crate) fn here(app: &App<'_>, args: RunArgs, call: Option<String>) -> Result<u8, CliError> {
    let all_frames = args.trace;
    trace::begin(app.printer, all_frames);
    let raw = args.tty == Some(TerminalMode::Raw);
    let learn = args.learn.clone();
    if let Some(file) = &learn {
        files::check_writable(file)?;
        app.printer
            .note("learning: the program may use the network freely in this run");
    }
    let engine = app.engine()?;
    let scheme = args.serving.scheme();
    let mut request = request(app, &engine, args)?;
    request.call = call;
    let given = request.grants.clone();
    let progress = app.progress();
    let outcome = app.block_on(async {
        // From the start: the guest may tell somebody that it is ready before this goes on.
        let mut signals = Signals::new().map_err(CliError::Signals)?;
        let running = tokio::select! {
            running = engine.run(request, &progress) => running?,
            // Nothing needs undoing that the next collection does not do.
            signal = signals.next() => return Ok(Err(Ending::Signalled { signal }.code())),
        };
        for address in running.published() {
            app.printer.done("serving", format_args!("{scheme}://{address}/"));
        }
        let terminal = if raw {
            Changed::raw().map_err(CliError::Terminal)?
        } else {
            None
        };
        loop {
            tokio::select! {
                _ = running.wait() => break,
                signal = signals.next() => running.kill(signal),
            }
        }
        let finished = running.finish().await?;
        Ok::<_, CliError>(Ok((finished, terminal)))
    })?;
    let (finished, terminal) = match outcome {
        Ok(finished) => finished,
        Err(code) => return Ok(code),
    };
    drop(terminal);
    if let Some(file) = learn {
        grants_file::write(&file, &finished.used.smallest_grants(&given))?;
        app.printer.done(
            "learned",
            format_args!("the grants that this run used are in `{}`", file.display()),
        );
    }
    app.show_ending(&finished, all_frames);
    Ok(finished.ending.code())
}
