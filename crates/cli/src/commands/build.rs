//! `sampan build`: an image of a folder with a Dockerfile.

mod context;
mod secrets;
mod tree;

pub(crate) use context::Context;

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use sampan_api::build::BuildHead;
use sampan_client::{Auth, Build, Client, ClientError, Upload};
use sampan_distribution::client::Credential;
use sampan_image::dockerfile::parse;
use sampan_types::{ByteCount, Platform, Reference};

use crate::app::App;
use crate::env::of_caller;
use crate::error::CliError;

/// How long a credential helper may take.
const HELPER_TIMEOUT: Duration = Duration::from_secs(30);

/// The flags of `sampan build`.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// The folder to build from; `-` reads an archive or a Dockerfile from standard input
    #[arg(value_name = "PATH")]
    context: String,
    /// The Dockerfile, if it is not `PATH/Dockerfile`
    #[arg(short, long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// The image's name; may be written several times
    #[arg(short, long, value_name = "NAME[:TAG]")]
    tag: Vec<Reference>,
    /// Say what an `ARG` is; without a value, what the environment says
    #[arg(long, value_name = "NAME[=VALUE]")]
    build_arg: Vec<String>,
    /// Label the image
    #[arg(long, value_name = "NAME=VALUE")]
    label: Vec<String>,
    /// Build up to this stage
    #[arg(long, value_name = "STAGE")]
    target: Option<String>,
    /// What images are for, where the Dockerfile does not say it
    #[arg(long, value_name = "OS/ARCHITECTURE")]
    platform: Option<Platform>,
    /// The network of RUN steps
    #[arg(long, value_name = "NETWORK")]
    network: Option<String>,
    /// A name that RUN steps know
    #[arg(long, value_name = "NAME:ADDRESS")]
    add_host: Vec<String>,
    /// How much memory a RUN step may take
    #[arg(short, long, value_name = "SIZE")]
    memory: Option<ByteCount>,
    /// The size of /dev/shm in RUN steps
    #[arg(long, value_name = "SIZE")]
    shm_size: Option<ByteCount>,
    /// Do every step anew
    #[arg(long)]
    no_cache: bool,
    /// Fetch images also where they are here
    #[arg(long)]
    pull: bool,
    /// Leave the containers of RUN steps
    #[arg(long)]
    keep_containers: bool,
    /// Give a secret to the steps that ask for it; without `src` or `env`, the variable or file of the same name
    #[arg(long, value_name = "id=ID[,src=PATH|,env=NAME]")]
    secret: Vec<String>,
    /// Name another folder, or an image, to begin with, copy and mount from
    #[arg(long, value_name = "NAME=PATH|NAME=docker-image://IMAGE")]
    build_context: Vec<String>,
    /// Write the image's id into this file
    #[arg(long, value_name = "PATH")]
    iidfile: Option<PathBuf>,
}

pub(crate) fn run(app: &App<'_>, args: &BuildArgs) -> Result<(), CliError> {
    let mut sent = Context::find(&args.context, args.file.as_deref())?;
    let mut images = BTreeMap::new();
    for word in &args.build_context {
        let (name, place) = word
            .split_once('=')
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| CliError::Value {
                value: word.clone(),
                wanted: "a build context: write NAME=PATH or NAME=docker-image://IMAGE",
            })?;
        match place.strip_prefix("docker-image://") {
            Some(image) => drop(images.insert(name.to_owned(), image.to_owned())),
            None => sent.add_folder(name, Path::new(place))?,
        }
    }
    let build = Build {
        tags: args.tag.iter().map(ToString::to_string).collect(),
        dockerfile: sent.dockerfile.clone(),
        arguments: arguments(&args.build_arg),
        labels: labels(&args.label)?,
        target: args.target.clone().unwrap_or_default(),
        platform: args
            .platform
            .as_ref()
            .map(Platform::to_string)
            .unwrap_or_default(),
        network: args.network.clone().unwrap_or_default(),
        hosts: args.add_host.clone(),
        memory: args.memory.map_or(0, ByteCount::get),
        shm_size: args.shm_size.map_or(0, ByteCount::get),
        no_cache: args.no_cache,
        pull: args.pull,
        keep: args.keep_containers,
        head: BuildHead {
            secrets: secrets::read(&args.secret)?,
            contexts: sent.names(),
            images,
        },
    };
    let id = app.on_daemon("build", async |client| build_of(app, client, &build, sent).await)?;
    if let Some(path) = &args.iidfile {
        std::fs::write(path, &id).map_err(|source| CliError::Write {
            path: path.clone(),
            source,
        })?;
    }
    Ok(app.printer.data(id)?)
}

/// Has an image built, with the credentials of whoever asks; tells its id.
pub(crate) async fn build_of(
    app: &App<'_>,
    client: &Client,
    build: &Build,
    sent: Context,
) -> Result<String, CliError> {
    let auths = credentials(app, &sent).await?;
    follow(app, client, build, &auths, sent).await
}

/// Sends the context and shows how the image comes to be; tells its id.
async fn follow(
    app: &App<'_>,
    client: &Client,
    build: &Build,
    auths: &[Auth],
    sent: Context,
) -> Result<String, CliError> {
    let (send, upload) = Upload::new();
    let packing = tokio::task::spawn_blocking(move || sent.pack(&send));
    let answered = client.build(build, auths, upload).await;
    let packed = packing.await.map_err(|error| CliError::Streams(error.into()))?;
    // What could not be packed is why the daemon got no context.
    packed?;
    let mut lines = answered?;
    let mut id = String::new();
    while let Some(line) = lines.next().await? {
        if let Some(error) = line.error_detail {
            return Err(ClientError::Failed(error.message).into());
        }
        if let Some(found) = line.aux.as_ref().and_then(|aux| aux["ID"].as_str()) {
            found.clone_into(&mut id);
        }
        if !line.status.is_empty() {
            app.printer.note(line.status);
        }
        if !line.stream.is_empty() && !app.printer.quiet() {
            show(&line.stream).map_err(CliError::Streams)?;
        }
    }
    Ok(id)
}

/// Shows what a step wrote, as it comes: it may be half a line.
fn show(text: &str) -> std::io::Result<()> {
    let mut err = std::io::stderr().lock();
    // What steps write to standard error comes in red, which only a terminal shows.
    let plain = text
        .strip_prefix("\u{1b}[91m")
        .and_then(|text| text.strip_suffix("\u{1b}[0m"))
        .filter(|_| !err.is_terminal());
    err.write_all(plain.unwrap_or(text).as_bytes())
}

fn arguments(words: &[String]) -> BTreeMap<String, Option<String>> {
    let mut all: BTreeMap<String, Option<String>> = words
        .iter()
        .map(|word| match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word.clone(), of_caller(word)),
        })
        .collect();
    // A build that is to be the same everywhere is asked for so by the environment.
    if let Some(epoch) = of_caller("SOURCE_DATE_EPOCH") {
        all.entry("SOURCE_DATE_EPOCH".to_owned()).or_insert(Some(epoch));
    }
    all
}

fn labels(words: &[String]) -> Result<BTreeMap<String, String>, CliError> {
    let label = |word: &String| {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        match name.is_empty() {
            true => Err(CliError::Value {
                value: word.clone(),
                wanted: "a label: write NAME=VALUE",
            }),
            false => Ok((name.to_owned(), value.to_owned())),
        }
    };
    words.iter().map(label).collect()
}

/// Credentials for the registries that the Dockerfile's stages may come from.
async fn credentials(app: &App<'_>, sent: &Context) -> Result<Vec<Auth>, CliError> {
    let Ok(config) = app.docker_config() else {
        return Ok(Vec::new());
    };
    let text = sent.text().unwrap_or_default();
    let bases = parse(&text).map(|file| file.stages).unwrap_or_default();
    let mut registries: Vec<String> = bases
        .iter()
        .filter_map(|stage| stage.base.parse::<Reference>().ok())
        .map(|reference| reference.registry().to_owned())
        .collect();
    registries.sort();
    registries.dedup();
    let mut all = Vec::new();
    for registry in registries {
        if let Some(Credential::Basic { username, password }) = config.find(&registry, HELPER_TIMEOUT).await?
        {
            all.push(Auth {
                username,
                password: password.expose().clone(),
                serveraddress: registry,
            });
        }
    }
    Ok(all)
}
