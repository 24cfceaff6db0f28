//! What builds: seen from here through one trait, so that this crate knows neither images nor containers.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use sampan_types::{ErrorClass, Platform, Reference, Secret};
use tokio::sync::mpsc;

use crate::files::ContextReader;
use crate::secrets::Secrets;

/// What is to be built.
#[derive(Debug, Default)]
pub struct Order {
    /// The Dockerfile's text; nothing where it lies in the context.
    pub dockerfile: Option<String>,
    /// The Dockerfile's name.
    pub filename: String,
    /// The image's names.
    pub tags: Vec<Reference>,
    /// Nobody wants the image: it is built for the cache alone.
    pub cache_only: bool,
    /// All files of the image are wanted as an archive.
    pub files: bool,
    /// Nothing of earlier builds is used.
    pub no_cache: bool,
    /// The same for these stages alone.
    pub no_cache_stages: Vec<String>,
    /// Other images in the place of stages and images of these names.
    pub images: BTreeMap<String, String>,
    /// The names of contexts beside the build's own. Where there are some, the archive has a folder `context` with the
    /// build's own files, and one for each of them by its number.
    pub contexts: Vec<String>,
    /// What the image's manifest says of it.
    pub annotations: BTreeMap<String, String>,
    /// The same of an image for several platforms as a whole.
    pub index_annotations: BTreeMap<String, String>,
    /// Images are fetched also where they are here.
    pub pull: bool,
    /// Images whose steps may be used; any where none is said.
    pub cache_from: Vec<String>,
    /// `--build-arg`.
    pub arguments: BTreeMap<String, String>,
    /// `--label`.
    pub labels: BTreeMap<String, String>,
    /// The last stage; empty for the last one of the file.
    pub target: String,
    /// What images are for, where nothing in the file says it; several give one image for all.
    pub platforms: Vec<Platform>,
    /// The network of steps; empty for the usual one.
    pub network: String,
    /// `--add-host`, as `NAME:ADDRESS`.
    pub hosts: Vec<String>,
    /// `/dev/shm` of steps, in bytes; 0 for the usual size.
    pub shm_size: i64,
    /// Limits of steps.
    pub ulimits: Vec<Ulimit>,
    /// The control group under which steps run; empty for the usual one.
    pub cgroup_parent: String,
    /// Who the client is at registries, by the registry's name.
    pub passwords: BTreeMap<String, Password>,
    /// Where `RUN --mount=type=secret` gets its bytes.
    pub secrets: Option<Arc<dyn Secrets>>,
}

/// One limit of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ulimit {
    /// Its name, such as `nofile`.
    pub name: String,
    /// What a process has.
    pub soft: i64,
    /// What it may give itself.
    pub hard: i64,
}

/// What proves to a registry who the client is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    /// A user and a password.
    Basic(String, Secret<String>),
    /// A token that is changed for another one.
    Identity(Secret<String>),
}

/// What a build gave.
#[derive(Debug)]
pub struct Built {
    /// The image's id, by which other commands find it.
    pub image: String,
    /// Its files as a tar archive, where they were wanted.
    pub files: Option<File>,
}

/// Why there is no image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In one line.
    pub message: String,
    /// What sort of failure it is.
    pub class: ErrorClass,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// One thing that a build tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What follows is for this platform, as one of several.
    Platform(String),
    /// A step begins; the one before is over.
    Step {
        /// The stage and the place in it, where 0 is its `FROM`; nothing before the first stage.
        place: Option<(usize, usize)>,
        /// Its line in the Dockerfile.
        line: u32,
        /// How it was written, behind its number among all.
        shown: String,
    },
    /// The step was found in the cache.
    Cached,
    /// What a command wrote.
    Output {
        /// Whether to its standard error.
        error: bool,
        /// The bytes.
        bytes: Bytes,
    },
    /// Something that a person should know.
    Warning(String),
    /// An image is fetched.
    Fetching(String),
}

/// Where a build tells. It ends when nobody listens any more.
pub type Lines = mpsc::Sender<Line>;

/// What builds.
#[async_trait]
pub trait Builder: Send + Sync + 'static {
    /// Reads the context, which is a tar archive, and builds. The future may be dropped: the build ends then and leaves
    /// nothing running. Whatever can be told is told before it is over.
    async fn build(&self, order: Order, context: ContextReader, lines: Lines) -> Result<Built, Failure>;

    /// Forgets what builds kept.
    async fn prune(&self, pruning: Pruning) -> Result<Pruned, Failure>;

    /// What builds keep.
    async fn kept(&self) -> Result<Vec<Kept>, Failure>;
}

/// What of that which builds kept is to be forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruning {
    /// So many bytes stay.
    pub keep: u64,
    /// What was used since stays.
    pub unused_for: Option<Duration>,
    /// What must be said of a thing, by the field's name.
    pub filters: BTreeMap<String, Vec<String>>,
}

/// What was thrown away of what builds kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The ids of the images of steps.
    pub images: Vec<String>,
    /// What the disk got back, in bytes.
    pub freed: u64,
}

/// One thing that builds keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// `regular` for a step's image, `exec.cachemount` for a cache of commands.
    pub kind: String,
    /// What it is.
    pub description: String,
    /// Whether a build has it.
    pub in_use: bool,
    /// What it alone takes, in bytes.
    pub size: u64,
    /// When it was made.
    pub created: SystemTime,
    /// When it was used last.
    pub used: Option<SystemTime>,
    /// How often.
    pub uses: u64,
}
