//! The command line, as clap reads it. Each command's own flags stand in its file under `commands/`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    daemon, image, info, inspect, login, logout, ps, reference, registry, rm, run, system,
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
    /// Run a Wasm file or image in the foreground
    Run(Box<Deferred<run::RunArgs>>),
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
    /// List named containers
    Ps(Deferred<ps::PsArgs>),
    /// Forget containers that have ended
    Rm(Deferred<rm::RmArgs>),
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
