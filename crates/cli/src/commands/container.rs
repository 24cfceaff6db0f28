//! `sampan container`: the same commands as without it, in one group.

use clap::Subcommand;

use crate::app::App;
use crate::commands::prune::PruneArgs;
use crate::commands::{
    attach, commit, cp, create, diff, exec, export, inspect, kill, logs, pause, port, prune, ps, rename, rm,
    run, start, stats, stop, top, update, wait,
};
use crate::error::CliError;

/// What to do with containers.
#[derive(Debug, Subcommand)]
pub(crate) enum ContainerCommand {
    /// Take part in a container's streams
    Attach(attach::AttachArgs),
    /// Make an image of a container
    Commit(commit::CommitArgs),
    /// Copy files between a container and here
    Cp(cp::CpArgs),
    /// Make a container, and start it not
    Create(Box<create::CreateArgs>),
    /// Show how a container's files differ from its image's
    Diff(diff::DiffArgs),
    /// Run a further program in a running container
    Exec(exec::ExecArgs),
    /// Write all files of a container into an archive
    Export(export::ExportArgs),
    /// Show what containers are, may do and did
    Inspect(inspect::InspectArgs),
    /// Send containers a signal
    Kill(kill::KillArgs),
    /// Show what a container wrote
    Logs(logs::LogsArgs),
    /// List containers
    #[command(visible_aliases = ["list", "ps"])]
    Ls(ps::PsArgs),
    /// Hold containers up
    Pause(pause::PauseArgs),
    /// Show where a container's ports are reached
    Port(port::PortArgs),
    /// Remove all containers that do not run
    Prune(PruneArgs),
    /// Give a container another name
    Rename(rename::RenameArgs),
    /// Stop containers and start them again
    Restart(stop::StopArgs),
    /// Remove containers
    #[command(visible_alias = "remove")]
    Rm(rm::RmArgs),
    /// Run a container
    Run(Box<run::RunArgs>),
    /// Start containers that are there already
    Start(start::StartArgs),
    /// Show what containers use, as it changes
    Stats(stats::StatsArgs),
    /// Stop containers
    Stop(stop::StopArgs),
    /// Show the processes of a container
    Top(top::TopArgs),
    /// Let containers go on
    Unpause(pause::PauseArgs),
    /// Change containers' limits
    Update(Box<update::UpdateArgs>),
    /// Wait until containers have ended
    Wait(wait::WaitArgs),
}

pub(crate) fn run(app: &App<'_>, command: ContainerCommand) -> Result<u8, CliError> {
    use ContainerCommand as C;
    match command {
        C::Attach(args) => return attach::run(app, &args),
        C::Commit(args) => commit::run(app, &args)?,
        C::Cp(args) => cp::run(app, &args)?,
        C::Create(args) => create::run(app, &args)?,
        C::Diff(args) => diff::run(app, &args)?,
        C::Exec(args) => return exec::run(app, &args),
        C::Export(args) => export::run(app, &args)?,
        C::Inspect(args) => return inspect::run(app, &args),
        C::Kill(args) => return kill::run(app, &args),
        C::Logs(args) => logs::run(app, &args)?,
        C::Ls(args) => ps::run(app, &args)?,
        C::Pause(args) => return pause::pause(app, &args),
        C::Port(args) => port::run(app, &args)?,
        C::Prune(args) => prune::containers(app, &args)?,
        C::Rename(args) => rename::run(app, &args)?,
        C::Restart(args) => return stop::restart(app, &args),
        C::Rm(args) => return rm::run(app, &args),
        C::Run(args) => return run::run(app, *args),
        C::Start(args) => return start::run(app, &args),
        C::Stats(args) => stats::run(app, &args)?,
        C::Stop(args) => return stop::stop(app, &args),
        C::Top(args) => top::run(app, &args)?,
        C::Unpause(args) => return pause::unpause(app, &args),
        C::Update(args) => return update::run(app, &args),
        C::Wait(args) => return wait::run(app, &args),
    }
    Ok(0)
}
