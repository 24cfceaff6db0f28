//! `sampan compose`: the services of a compose file.

mod attached;
mod build;
mod config;
mod events;
mod exec;
mod host;
mod images;
mod links;
mod list;
mod logs;
mod one_off;
mod project;
mod states;
mod top;
mod up;
mod watch;

use clap::{Args, Subcommand};
use sampan_types::ExitCode;

use crate::app::App;
use crate::error::CliError;

use project::ProjectFlags;

/// The flags of `sampan compose`.
#[derive(Debug, Args)]
pub(crate) struct ComposeArgs {
    #[command(flatten)]
    project: ProjectFlags,
    #[command(subcommand)]
    command: ComposeCommand,
}

/// What to do with services.
#[derive(Debug, Subcommand)]
enum ComposeCommand {
    /// Build the images of services
    Build(images::BuildArgs),
    /// Show what the files say, with everything filled in
    #[command(visible_alias = "convert")]
    Config(config::ConfigArgs),
    /// Copy files between a service's container and here
    Cp(exec::ServiceCpArgs),
    /// Make containers, and start them not
    Create(up::CreateArgs),
    /// Stop and remove containers and networks
    Down(states::DownArgs),
    /// Show what happens in the project, as it happens
    Events(events::EventsArgs),
    /// Run a further program in a running container of a service
    Exec(exec::ExecArgs),
    /// List the images that containers use
    Images(images::ImagesArgs),
    /// Send containers a signal
    Kill(states::KillArgs),
    /// Show what services wrote
    Logs(logs::LogsArgs),
    /// List projects
    Ls(list::LsArgs),
    /// Hold containers up
    Pause(states::ServicesArgs),
    /// Show where a service's port is reached
    Port(list::PortArgs),
    /// List containers
    Ps(list::PsArgs),
    /// Download the images of services
    Pull(images::PullArgs),
    /// Upload the images of services
    Push(images::PushArgs),
    /// Stop containers and start them again
    Restart(states::RestartArgs),
    /// Remove containers that do not run
    Rm(states::RmArgs),
    /// Run one task in a container of a service
    Run(Box<one_off::RunArgs>),
    /// Set how many containers services have
    Scale(up::ScaleArgs),
    /// Start containers that are there already
    Start(states::ServicesArgs),
    /// Stop containers
    Stop(states::StopArgs),
    /// Show the processes of services
    Top(top::TopArgs),
    /// Let containers go on
    Unpause(states::ServicesArgs),
    /// Make and start containers
    Up(Box<up::UpArgs>),
    /// Show the version
    Version(list::VersionArgs),
    /// List the project's volumes
    Volumes(list::VolumesArgs),
    /// Wait until containers of services have ended
    Wait(states::WaitArgs),
    /// Bring into containers what changes on the disk
    Watch(watch::WatchArgs),
}

pub(crate) fn run(app: &App<'_>, args: ComposeArgs) -> Result<u8, CliError> {
    use ComposeCommand as C;
    let ComposeArgs { project, command } = args;
    match command {
        C::Build(args) => images::build(app, &project, &args)?,
        C::Config(args) => config::run(app, &project, &args)?,
        C::Cp(args) => exec::cp(app, &project, &args)?,
        C::Create(args) => up::create(app, &project, &args)?,
        C::Down(args) => states::down(app, &project, &args)?,
        C::Events(args) => events::run(app, &project, &args)?,
        C::Exec(args) => return exec::run(app, &project, &args),
        C::Images(args) => images::list(app, &project, &args)?,
        C::Kill(args) => states::kill(app, &project, &args)?,
        C::Logs(args) => logs::run(app, &project, &args)?,
        C::Ls(args) => list::projects(app, &args)?,
        C::Pause(args) => states::pause(app, &project, &args)?,
        C::Port(args) => list::port(app, &project, &args)?,
        C::Ps(args) => list::ps(app, &project, &args)?,
        C::Pull(args) => images::pull(app, &project, &args)?,
        C::Push(args) => images::push(app, &project, &args)?,
        C::Restart(args) => states::restart(app, &project, &args)?,
        C::Rm(args) => states::rm(app, &project, &args)?,
        C::Run(args) => return one_off::run(app, &project, &args),
        C::Scale(args) => up::scale(app, &project, &args)?,
        C::Start(args) => states::start(app, &project, &args)?,
        C::Stop(args) => states::stop(app, &project, &args)?,
        C::Top(args) => top::run(app, &project, &args)?,
        C::Unpause(args) => states::unpause(app, &project, &args)?,
        C::Up(args) => return up::run(app, &project, &args),
        C::Version(args) => list::version(app, &args)?,
        C::Volumes(args) => list::volumes(app, &project, &args)?,
        C::Wait(args) => return states::wait(app, &project, &args),
        C::Watch(args) => return watch::run(app, &project, &args),
    }
    Ok(ExitCode::Success.code())
}
