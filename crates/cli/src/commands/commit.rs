//! `sampan commit`: an image of a container.

use clap::{ArgAction, Args};
use sampan_client::Commit;
use sampan_types::Reference;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan commit`.
#[derive(Debug, Args)]
pub(crate) struct CommitArgs {
    /// Name or id
    container: String,
    /// The image's name
    #[arg(value_name = "REPOSITORY[:TAG]")]
    image: Option<String>,
    /// Who made it
    #[arg(short, long)]
    author: Option<String>,
    /// A line of a Dockerfile that changes its configuration
    #[arg(short, long, value_name = "LINE")]
    change: Vec<String>,
    /// Why
    #[arg(short, long)]
    message: Option<String>,
    /// Hold the container up meanwhile
    #[arg(short, long, value_name = "YES", default_value_t = true, num_args = 0..=1, require_equals = true,
        default_missing_value = "true", action = ArgAction::Set)]
    pause: bool,
}

pub(crate) fn run(app: &App<'_>, args: &CommitArgs) -> Result<(), CliError> {
    if let Some(image) = &args.image {
        image.parse::<Reference>().map_err(|source| CliError::Target {
            text: image.clone(),
            source,
        })?;
    }
    let named = args.image.as_deref().map(split_tag);
    let commit = Commit {
        container: &args.container,
        repository: named.map(|(repository, _)| repository),
        tag: named.and_then(|(_, tag)| tag),
        comment: args.message.as_deref(),
        author: args.author.as_deref(),
        changes: &args.change,
        pause: args.pause,
    };
    let made = app.on_daemon("commit", async |client| Ok(client.commit(&commit).await?))?;
    Ok(app.printer.data(made.id)?)
}

/// Takes the tag off a name; a colon before a slash belongs to a port.
pub(crate) fn split_tag(image: &str) -> (&str, Option<&str>) {
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') && !image.contains('@') => (name, Some(tag)),
        _ => (image, None),
    }
}
