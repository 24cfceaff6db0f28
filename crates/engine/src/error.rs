//! What a use case can fail with.

use std::path::PathBuf;

use sampan_distribution::client::ClientError;
use sampan_image::ImageError;
use sampan_runtime::RuntimeError;
use sampan_store::StoreError;
use sampan_types::platform::Kind;
use sampan_types::{Classified, ContainerName, ErrorClass, LimitName, Reference};

use crate::config::Missing;

/// What to do where another kind of container cannot be run.
const WASM: &str = "choose a Wasm image, or `--platform wasi/wasm` where the image has both";

/// A use case failed; nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An image is not usable.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// A registry failed.
    #[error(transparent)]
    Registry(#[from] ClientError),
    /// A registry did not give what is not here.
    #[error("`{name}` is not here and cannot be fetched")]
    NotHere {
        /// The image.
        name: String,
        /// What the registry said.
        source: ClientError,
    },
    /// Components do not fit together.
    #[error(transparent)]
    Link(Box<sampan_link::LinkError>),
    /// A runtime failed.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// A file of the caller's is not there.
    #[error("`{0}` does not exist")]
    NoFile(PathBuf),
    /// A file of the caller's is a device, a pipe or a socket.
    #[error("`{0}` is not a regular file")]
    NotRegular(PathBuf),
    /// A file of the caller's is a folder.
    #[error("`{0}` is a folder, not a program")]
    Folder(PathBuf),
    /// A file of the caller's cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{path}`")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// No image has this name.
    #[error("there is no image `{0}` here")]
    NoImage(String),
    /// No image has this name, and it makes no sense to fetch one.
    #[error("there is no image `{0}` here")]
    NoSuchName(String),
    /// No image has this name, under which it should go to a registry.
    #[error("there is no image `{0}` here to push")]
    NothingToPush(String),
    /// A short id fits several images.
    #[error("`{text}` fits {count} images")]
    Ambiguous {
        /// What was written.
        text: String,
        /// How many.
        count: usize,
    },
    /// An image has other names.
    #[error("image `{id}` has {count} names")]
    Named {
        /// The image.
        id: String,
        /// How many.
        count: usize,
    },
    /// No container has this name.
    #[error("there is no container `{0}`")]
    NoContainer(String),
    /// A container of this name is there already.
    #[error("there is a container named `{0}` already")]
    NameTaken(ContainerName),
    /// A container of this name is running.
    #[error("`{0}` is still running")]
    Running(String),
    /// No backend is there for this kind of container.
    #[error("`{0}` containers cannot be run here")]
    Kind(Kind),
    /// The same of Linux, where it is known why.
    #[error("`linux` containers cannot be run here: {why}", why = .0.why)]
    NoLinux(Missing),
    /// A folder that is to be mounted is not there.
    #[error("`{0}`, which is to be mounted, does not exist")]
    NoMountSource(PathBuf),
    /// What is to be mounted is a single file.
    #[error("`{0}` is not a folder, and single files cannot be mounted")]
    MountFile(PathBuf),
    /// A port of the host cannot be listened on.
    #[error("cannot listen on `{address}`")]
    Publish {
        /// Where.
        address: std::net::SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The root folder of a container could not be copied.
    #[error("the image's files cannot be copied for the container")]
    CopyRoot(#[source] std::io::Error),
    /// What is kept of a container or program cannot be put into words.
    #[error("the record cannot be written")]
    Record(#[source] serde_json::Error),
    /// A program's file cannot be read.
    #[error("cannot read `{path}`")]
    Program {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A program's file is larger than its limit allows.
    #[error("the program needs more than its {limit} limit of {value}")]
    Limit {
        /// Which limit.
        limit: LimitName,
        /// Its value, for people.
        value: String,
    },
    /// An image that was wanted from here only.
    #[error("image `{0}` is not here, and `--pull never` forbids to fetch it")]
    PullForbidden(Reference),
}

impl Classified for EngineError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Store(error) => error.class(),
            Self::Image(error) => error.class(),
            Self::Registry(error) | Self::NotHere { source: error, .. } => error.class(),
            Self::Link(error) => error.class(),
            Self::Runtime(error) => error.class(),
            Self::NoFile(_)
            | Self::NoImage(_)
            | Self::NoSuchName(_)
            | Self::NothingToPush(_)
            | Self::NoContainer(_)
            | Self::PullForbidden(_) => ErrorClass::NotFound,
            Self::Folder(_) | Self::NotRegular(_) => ErrorClass::CannotInvoke,
            Self::Read { source, .. } | Self::Write { source, .. } => match source.kind() {
                std::io::ErrorKind::PermissionDenied => ErrorClass::Denied,
                _ => ErrorClass::Internal,
            },
            // As a shell says of what it may not execute.
            Self::Program { source, .. } => match source.kind() {
                std::io::ErrorKind::PermissionDenied => ErrorClass::CannotInvoke,
                _ => ErrorClass::Internal,
            },
            Self::Limit { .. } => ErrorClass::Exhausted,
            Self::NoMountSource(_) | Self::MountFile(_) => ErrorClass::InvalidInput,
            Self::Ambiguous { .. } | Self::Named { .. } | Self::NameTaken(_) | Self::Running(_) => {
                ErrorClass::Conflict
            }
            Self::Publish { .. } => ErrorClass::Conflict,
            Self::Kind(_) | Self::NoLinux(_) => ErrorClass::CannotInvoke,
            Self::CopyRoot(_) | Self::Record(_) => ErrorClass::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Image(error) => error.hint(),
            Self::Registry(error) => error.hint(),
            Self::NotHere { name, source } => {
                let further = source.hint().map_or_else(String::new, |hint| format!("; {hint}"));
                Some(format!(
                    "there is neither a file nor an image `{name}` here{further}"
                ))
            }
            Self::Link(error) => error.hint(),
            Self::Runtime(error) => error.hint(),
            Self::NoImage(name) => Some(format!(
                "fetch it with `sampan pull {name}`, or see `sampan image ls`"
            )),
            Self::NoSuchName(_) => Some("see what is here with `sampan image ls`".to_owned()),
            Self::NothingToPush(name) => Some(format!(
                "give an image this name first: `sampan image tag IMAGE {name}`"
            )),
            Self::Ambiguous { .. } => Some("write more of its digits".to_owned()),
            Self::Named { .. } => Some("remove it by its names, or all of them with `--force`".to_owned()),
            Self::NameTaken(name) => Some(format!(
                "remove it with `sampan rm {name}`, or choose another name"
            )),
            Self::Running(name) => Some(format!("end it first, then `sampan rm {name}`")),
            Self::NoContainer(_) => Some("see `sampan ps --all`; only named containers are kept".to_owned()),
            Self::Kind(Kind::Linux) => Some(format!("start a daemon for it with `sampan daemon`, or {WASM}")),
            Self::Kind(_) => Some(WASM.to_owned()),
            Self::NoLinux(missing) => Some(format!("{}; or {WASM}", missing.hint)),
            Self::Limit { limit, .. } => Some(limit.how_to_raise()),
            Self::NoMountSource(path) => Some(format!("make it with `mkdir -p {}`", path.display())),
            Self::MountFile(_) => Some("mount the folder that it is in".to_owned()),
            Self::Publish { source, .. } if source.kind() == std::io::ErrorKind::AddrInUse => {
                Some("another program has the port; `-p 80` takes any that is free".to_owned())
            }
            Self::PullForbidden(name) => Some(format!("fetch it with `sampan pull {}`", name.familiar())),
            Self::NoFile(path) if !path.to_string_lossy().starts_with(['.', '/']) => {
                Some("an image's name does not end in `.wasm` or `.wat`".to_owned())
            }
            _ => None,
        }
    }
}
