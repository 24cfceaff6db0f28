//! From the words of the command line to the exit code.

use clap::Parser;
use sampan_types::{Classified, ExitCode};

use crate::app::{App, Backends};
use crate::args::{Cli, Command};
use crate::commands::{self, run};
use crate::env::Environment;
use crate::error::CliError;
use crate::foreign_flags;
use crate::printer::Printer;

/// Parses, builds, runs, and says how it went.
pub fn main(backends: &Backends) -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let error = foreign_flags::explain(error, std::env::args_os());
            // Nobody can be told that the terminal is gone.
            drop(error.print());
            return if error.use_stderr() {
                ExitCode::Usage.code()
            } else {
                ExitCode::Success.code()
            };
        }
    };
    let environment = Environment::read();
    let printer = Printer::new(cli.global.color, cli.global.quiet, &environment);
    let app = App::new(cli.global, environment, printer, backends);
    let is_run = matches!(
        cli.command,
        Command::Run(_) | Command::Serve(_) | Command::Call(_)
    );
    match dispatch(&app, cli.command) {
        Ok(code) => code,
        Err(CliError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::Success.code()
        }
        Err(error) => {
            printer.error(&error);
            match is_run {
                _ if error.is_usage() => ExitCode::Usage.code(),
                true => error.class().run_exit_code().code(),
                false => ExitCode::Failure.code(),
            }
        }
    }
}

fn dispatch(app: &App<'_>, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Run(args) => return run::run(app, args.0),
        Command::Serve(args) => return commands::serve::run(app, args.0),
        Command::Call(args) => return commands::call::run(app, args.0),
        Command::Inspect(args) => return commands::inspect::run(app, &args.0),
        Command::Start(args) => return commands::start::run(app, &args.0),
        Command::Stop(args) => return commands::stop::stop(app, &args.0),
        Command::Restart(args) => return commands::stop::restart(app, &args.0),
        Command::Kill(args) => return commands::kill::run(app, &args.0),
        Command::Pause(args) => return commands::pause::pause(app, &args.0),
        Command::Unpause(args) => return commands::pause::unpause(app, &args.0),
        Command::Wait(args) => return commands::wait::run(app, &args.0),
        Command::Attach(args) => return commands::attach::run(app, &args.0),
        Command::Exec(args) => return commands::exec::run(app, &args.0),
        Command::Rm(args) => return commands::rm::run(app, &args.0),
        Command::Update(args) => return commands::update::run(app, &args.0),
        Command::Compose(args) => return commands::compose::run(app, args.0),
        Command::Container(command) => return commands::container::run(app, command.0),
        Command::Volume(command) => return commands::volume::run(app, &command.0),
        Command::Network(command) => return commands::network::run(app, &command.0),
        Command::Link(args) => commands::link::run(app, args.0)?,
        Command::Create(args) => commands::create::run(app, &args.0)?,
        Command::Logs(args) => commands::logs::run(app, &args.0)?,
        Command::Cp(args) => commands::cp::run(app, &args.0)?,
        Command::Stats(args) => commands::stats::run(app, &args.0)?,
        Command::Metrics(args) => commands::metrics::run(app, &args.0)?,
        Command::Top(args) => commands::top::run(app, &args.0)?,
        Command::Port(args) => commands::port::run(app, &args.0)?,
        Command::Diff(args) => commands::diff::run(app, &args.0)?,
        Command::Build(args) => commands::build::run(app, &args.0)?,
        Command::Builder(command) => commands::builder::run(app, &command.0)?,
        Command::Commit(args) => commands::commit::run(app, &args.0)?,
        Command::Export(args) => commands::export::run(app, &args.0)?,
        Command::Rename(args) => commands::rename::run(app, &args.0)?,
        Command::Events(args) => commands::events::run(app, &args.0)?,
        Command::Version(args) => commands::version::run(app, &args.0)?,
        Command::Image(command) => commands::image::run(app, command.0)?,
        Command::Images(args) => commands::image::ls::run(app, &args.0)?,
        Command::Tag(args) => commands::image::tag::run(app, &args.0)?,
        Command::Rmi(args) => commands::image::rm::run(app, &args.0)?,
        Command::Save(args) => commands::image::save::run(app, &args.0)?,
        Command::Load(args) => commands::image::load::run(app, &args.0)?,
        Command::History(args) => commands::image::history::run(app, &args.0)?,
        Command::Pull(args) => commands::image::pull::run(app, args.0)?,
        Command::Push(args) => commands::image::push::run(app, args.0)?,
        Command::Ps(args) => commands::ps::run(app, &args.0)?,
        Command::System(command) => commands::system::run(app, &command.0)?,
        Command::Login(args) => commands::login::run(app, args.0)?,
        Command::Logout(args) => commands::logout::run(app, args.0)?,
        Command::Daemon(args) => commands::daemon::run(app, args.0)?,
        Command::Registry(args) => commands::registry::run(app, args.0)?,
        Command::Info(args) => commands::info::run(app, &args.0)?,
        Command::Reference(args) => commands::reference::run(app, &args.0)?,
    }
    Ok(ExitCode::Success.code())
}
