//! `sampan image`: images on this machine.

mod export;
pub(crate) mod history;
mod import;
mod inspect;
pub(crate) mod load;
pub(crate) mod ls;
pub(crate) mod pack;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod rm;
pub(crate) mod save;
pub(crate) mod tag;

use clap::Subcommand;

use crate::app::App;
use crate::commands::prune::{self, ImagePruneArgs};
use crate::error::CliError;

/// What to do with images.
#[derive(Debug, Subcommand)]
pub(crate) enum ImageCommand {
    /// List images
    #[command(visible_alias = "list")]
    Ls(ls::LsArgs),
    /// Show what is known of images, as JSON
    Inspect(inspect::InspectArgs),
    /// Give an image another name
    Tag(tag::TagArgs),
    /// Remove images
    #[command(visible_alias = "remove")]
    Rm(rm::RmArgs),
    /// Write images into an archive
    Save(save::SaveArgs),
    /// Take images out of an archive
    Load(load::LoadArgs),
    /// Download an image
    Pull(pull::PullArgs),
    /// Upload an image
    Push(push::PushArgs),
    /// Make an image of a Wasm file
    Pack(pack::PackArgs),
    /// Take the Wasm file out of an image
    Export(export::ExportArgs),
    /// Take the images of an OCI layout folder
    Import(import::ImportArgs),
    /// Show how an image came to be
    History(history::HistoryArgs),
    /// Remove images of the daemon that no container uses
    Prune(ImagePruneArgs),
}

pub(crate) fn run(app: &App<'_>, command: ImageCommand) -> Result<(), CliError> {
    match command {
        ImageCommand::Ls(args) => ls::run(app, &args),
        ImageCommand::Inspect(args) => inspect::run(app, &args),
        ImageCommand::Tag(args) => tag::run(app, &args),
        ImageCommand::Rm(args) => rm::run(app, &args),
        ImageCommand::Save(args) => save::run(app, &args),
        ImageCommand::Load(args) => load::run(app, &args),
        ImageCommand::Pull(args) => pull::run(app, args),
        ImageCommand::Push(args) => push::run(app, args),
        ImageCommand::Pack(args) => pack::run(app, args),
        ImageCommand::Export(args) => export::run(app, &args),
        ImageCommand::Import(args) => import::run(app, &args),
        ImageCommand::History(args) => history::run(app, &args),
        ImageCommand::Prune(args) => prune::images(app, &args),
    }
}
