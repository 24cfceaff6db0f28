//! The command line, as clap reads it. Each command's own flags stand in its file under `commands/`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    attach, build, builder, call, commit, compose, container, cp, create, daemon, diff, events, exec, export,
    image, info, inspect, kill, link, login, logout, logs, metrics, network, pause, port, ps, reference,
    registry, rename, rm, run, serve, start, stats, stop, system, top, update, version, volume, wait,
};
use crate::deferred::Deferred;

/// Runs WebAssembly containers: a bare `.wasm` file or an image, with nothing but what you grant.
#[derive(Debug, Parser)]
#[command(name = "sampan", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    /// Flags that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command takes.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Global {
    /// Folder of images, compiled code and containers
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub root: Option<PathBuf>,
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub config: Option<PathBuf>,
    /// Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once
    #[arg(
        short = 'H',
        long,
        global = true,
        value_name = "ADDRESS",
        help_heading = "Global options"
    )]
    pub host: Vec<String>,
    /// Say only what was asked for and errors
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// When to use colour
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        help_heading = "Global options"
    )]
    pub color: When,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a Wasm file or image: in the foreground, or with `-d` on the daemon
    Run(Box<Deferred<run::RunArgs>>),
    /// Serve Wasm files or images that answer HTTP requests, one or several on a port
    Serve(Box<Deferred<serve::ServeArgs>>),
    /// Call functions of a Wasm file or image with values, and show what they give
    Call(Box<Deferred<call::CallArgs>>),
    /// Make one component of several, by giving what some export to what others import
    Link(Deferred<link::LinkArgs>),
    /// Show what a file, image or container is, may do and did
    Inspect(Deferred<inspect::InspectArgs>),
    /// Manage images
    #[command(subcommand)]
    Image(Deferred<image::ImageCommand>),
    /// List images
    Images(Deferred<image::ls::LsArgs>),
    /// Download an image
    Pull(Deferred<image::pull::PullArgs>),
    /// Upload an image
    Push(Deferred<image::push::PushArgs>),
    /// Give an image another name
    Tag(Deferred<image::tag::TagArgs>),
    /// Remove images
    Rmi(Deferred<image::rm::RmArgs>),
    /// Write images into an archive
    Save(Deferred<image::save::SaveArgs>),
    /// Take images out of an archive
    Load(Deferred<image::load::LoadArgs>),
    /// Show how an image came to be
    History(Deferred<image::history::HistoryArgs>),
    /// List containers
    Ps(Deferred<ps::PsArgs>),
    /// Remove containers
    Rm(Deferred<rm::RmArgs>),
    /// Make a container, and start it not
    Create(Box<Deferred<create::CreateArgs>>),
    /// Start containers that are there already
    Start(Deferred<start::StartArgs>),
    /// Stop containers
    Stop(Deferred<stop::StopArgs>),
    /// Stop containers and start them again
    Restart(Deferred<stop::StopArgs>),
    /// Send containers a signal
    Kill(Deferred<kill::KillArgs>),
    /// Hold containers up
    Pause(Deferred<pause::PauseArgs>),
    /// Let containers go on
    Unpause(Deferred<pause::PauseArgs>),
    /// Wait until containers have ended
    Wait(Deferred<wait::WaitArgs>),
    /// Show what a container wrote
    Logs(Deferred<logs::LogsArgs>),
    /// Take part in a container's streams
    Attach(Deferred<attach::AttachArgs>),
    /// Run a further program in a running container
    Exec(Deferred<exec::ExecArgs>),
    /// Copy files between a container and here
    Cp(Deferred<cp::CpArgs>),
    /// Show what containers use, as it changes
    Stats(Deferred<stats::StatsArgs>),
    /// Show what servers have answered, version by version
    Metrics(Deferred<metrics::MetricsArgs>),
    /// Show the processes of a container
    Top(Deferred<top::TopArgs>),
    /// Show where a container's ports are reached
    Port(Deferred<port::PortArgs>),
    /// Show how a container's files differ from its image's
    Diff(Deferred<diff::DiffArgs>),
    /// Build an image from a Dockerfile
    Build(Box<Deferred<build::BuildArgs>>),
    /// Build images, and remove what builds keep
    #[command(subcommand)]
    Builder(Deferred<builder::BuilderCommand>),
    /// Make an image of a container
    Commit(Deferred<commit::CommitArgs>),
    /// Write all files of a container into an archive
    Export(Deferred<export::ExportArgs>),
    /// Give a container another name
    Rename(Deferred<rename::RenameArgs>),
    /// Change containers' limits, or the program of a server without a pause
    Update(Deferred<update::UpdateArgs>),
    /// Run the services of a compose file
    Compose(Box<Deferred<compose::ComposeArgs>>),
    /// Manage containers
    #[command(subcommand)]
    Container(Box<Deferred<container::ContainerCommand>>),
    /// Manage volumes
    #[command(subcommand)]
    Volume(Deferred<volume::VolumeCommand>),
    /// Manage networks
    #[command(subcommand)]
    Network(Deferred<network::NetworkCommand>),
    /// Show what happens, as it happens
    Events(Deferred<events::EventsArgs>),
    /// Show the versions of this program and of the daemon
    Version(Deferred<version::VersionArgs>),
    /// Show disk use, and give disk back
    #[command(subcommand)]
    System(Deferred<system::SystemCommand>),
    /// Store credentials for a registry
    Login(Deferred<login::LoginArgs>),
    /// Forget credentials for a registry
    Logout(Deferred<logout::LogoutArgs>),
    /// Answer the Docker API, for docker and every tool that speaks to it
    Daemon(Box<Deferred<daemon::DaemonArgs>>),
    /// Serve a registry
    Registry(Deferred<registry::RegistryArgs>),
    /// Show what this machine can do, and what follows from each no
    #[command(visible_alias = "doctor")]
    Info(Deferred<info::InfoArgs>),
    /// Write the reference pages, completions and man pages
    #[command(hide = true)]
    Reference(Deferred<reference::ReferenceArgs>),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// No two flags of a command have one name, also those of commands whose flags are built late.
    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        let mut command = Cli::command();
        command.build();
        let listen = ["sampan", "daemon", "-H", "unix:///a", "-H", "unix:///b"];
        let cli = Cli::try_parse_from(listen).unwrap();
        assert!(matches!(cli.command, Command::Daemon(_)));
        assert_eq!(cli.global.host, ["unix:///a", "unix:///b"]);
        let cli = Cli::try_parse_from(["sampan", "ps", "-aq", "--host", "unix:///a"]).unwrap();
        assert_eq!(cli.global.host, ["unix:///a"]);
        assert!(cli.global.quiet);
        let words = ["sampan", "exec", "-it", "c", "sh", "-c", "ls -H"];
        assert!(Cli::try_parse_from(words).is_ok());
        let words = [
            "sampan",
            "container",
            "run",
            "-dit",
            "--restart=always",
            "-l",
            "a=b",
            "i",
            "-x",
        ];
        assert!(Cli::try_parse_from(words).is_ok());
    }
}
