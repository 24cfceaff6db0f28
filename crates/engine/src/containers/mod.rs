//! Containers: what is asked for, and the way from there to a running guest.

mod program;
mod record;
mod root;
mod run;
mod target;
mod used;

use std::fs::File;
use std::path::PathBuf;

use sampan_runtime::{Diagnostics, Stdio};
use sampan_types::{ContainerId, ContainerName, Grants, Limits, Platform, PublishedPort, Reference, Serving};

pub(crate) use program::{check_program, open_beneath, open_program};
pub use record::{ContainerRecord, ContainerState};
pub(crate) use root::{copy_tree, copy_tree_owned};
pub use run::{Finished, Running};
pub use used::LastUse;

/// What is to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file of the caller's: binary or text.
    File(PathBuf),
    /// An image.
    Image(Reference),
}

/// When an image is fetched from its registry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PullPolicy {
    /// The registry is asked each time.
    Always,
    /// When the image is not here.
    #[default]
    Missing,
    /// Never.
    Never,
}

/// Everything about a container that is to run in the foreground.
#[derive(Debug)]
pub struct RunRequest {
    /// What runs.
    pub target: Target,
    /// Arguments of the program.
    pub args: Vec<String>,
    /// For an image with files: the program in it. Else the export to call.
    pub entrypoint: Option<String>,
    /// A call of its exports, with values, instead of any start.
    pub call: Option<String>,
    /// Environment, after the image's own.
    pub env: Vec<(String, String)>,
    /// Working directory, instead of the image's own.
    pub cwd: Option<String>,
    /// Standard streams.
    pub stdio: Stdio,
    /// Ports of the host that lead to it, if it is a server.
    pub publish: Vec<PublishedPort>,
    /// How they are answered.
    pub serving: Serving,
    /// For a server without ports of its own: the one, created and not yet started, on whose ports it answers too.
    pub beside: Option<ContainerId>,
    /// Where a line is written for each request to its ports.
    pub access_log: Option<File>,
    /// What it may reach. Sources of mounts are absolute.
    pub grants: Grants,
    /// What it may use.
    pub limits: Limits,
    /// Its name, if a record of it shall be kept.
    pub name: Option<ContainerName>,
    /// Whether the record outlives the container; without a name there is none.
    pub keep: bool,
    /// Whether the image's files are mounted read-only.
    pub read_only: bool,
    /// The platform to choose from the image.
    pub platform: Option<Platform>,
    /// When the image is fetched.
    pub pull: PullPolicy,
    /// Whether network use beyond the grants is let through and written down.
    pub learn: bool,
    /// What to write down for people who look for a fault.
    pub diagnostics: Diagnostics,
}
