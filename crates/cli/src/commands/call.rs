//! `sampan call`: functions of a file or image with values, in the foreground.

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

use crate::app::App;
use crate::commands::run::{self, RunArgs};
use crate::error::CliError;

/// The flags of `sampan run` that mean something for a call.
const KEPT: [&str; 22] = [
    "words",
    "env",
    "env_file",
    "workdir",
    "platform",
    "pull",
    "volume",
    "tmpfs",
    "allow_net",
    "allow_http",
    "allow_listen",
    "grants",
    "learn",
    "read_only",
    "memory",
    "cpus",
    "timeout",
    "pids_limit",
    "limit",
    "coredump",
    "profile",
    "trace",
];

/// The flags of `sampan call`: those of `sampan run`, without what is about servers, terminals and the daemon.
#[derive(Debug)]
pub(crate) struct CallArgs(RunArgs);

impl Args for CallArgs {
    fn augment_args(command: Command) -> Command {
        let command = RunArgs::augment_args(command).mut_args(|arg| {
            let kept = KEPT.contains(&arg.get_id().as_str());
            // They are known, so that they are refused with a word that helps.
            if kept { arg } else { arg.hide(true) }
        });
        command.mut_arg("words", |words| {
            words
                .value_names(["FILE|IMAGE", "CALL"])
                .num_args(2..)
                .help("A .wasm or .wat file, or an image; then calls with values in WAVE: 'analyze(\"text\", {depth: 3})'")
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for CallArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let foreign = matches.ids().map(clap::Id::as_str).find(|id| {
            // Groups of flags have ids as well, which are names of types.
            let flag = id.starts_with(|c: char| c.is_ascii_lowercase());
            let known = KEPT.contains(id) || GLOBAL.contains(id);
            flag && !known && matches.value_source(id) == Some(ValueSource::CommandLine)
        });
        match foreign {
            Some(id) => Err(Error::raw(
                ErrorKind::UnknownArgument,
                format!(
                    "`--{}` is a flag of `sampan run` alone: leave it out\n",
                    id.replace('_', "-")
                ),
            )),
            None => RunArgs::from_arg_matches(matches).map(Self),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Flags that every command takes.
const GLOBAL: [&str; 5] = ["root", "config", "host", "quiet", "color"];

/// Calls, and gives the exit code: 1 where the function answers with an error.
pub(crate) fn run(app: &App<'_>, args: CallArgs) -> Result<u8, CliError> {
    let mut args = args.0;
    // Several words are one chain of calls.
    let call = args.words.split_off(1).join("; ");
    // A word alone would be an export that is started, and whose number is the exit code.
    if !call.contains('(') {
        return Err(CliError::Value {
            value: call,
            wanted: "a call, which is written `FUNCTION(VALUE, …)`",
        });
    }
    run::here(app, args, Some(call))
}
