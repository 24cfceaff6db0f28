//! What this crate's caller does for it.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};

use sampan_types::SecretBytes;

use crate::{HostError, Linking, Service};

/// What a step was done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A container.
    Container,
    /// A network.
    Network,
    /// A volume.
    Volume,
    /// An image.
    Image,
    /// A service.
    Service,
}

impl Kind {
    /// Its name in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Network => "network",
            Self::Volume => "volume",
            Self::Image => "image",
            Self::Service => "service",
        }
    }
}

/// Something that happened, for people.
#[derive(Debug)]
pub enum Event<'e> {
    /// A step was done: `created`, `started`, `stopped`, ….
    Done(Kind, &'e str, &'static str),
    /// Something may surprise.
    Warning(String),
    /// A step failed, and others go on.
    Failed(&'e crate::ComposeError),
}

/// What a build has beside its own folder.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Secrets by their ids.
    pub secrets: BTreeMap<String, SecretBytes>,
    /// Folders by their names.
    pub folders: BTreeMap<String, PathBuf>,
    /// Images by the names that stand for them.
    pub images: BTreeMap<String, String>,
}

/// What this crate cannot do itself: it knows no credentials and no people.
pub trait Host {
    /// Tells of something.
    fn tell(&self, event: Event<'_>);

    /// Has the daemon download an image.
    fn pull(&self, image: &str, platform: Option<&str>) -> impl Future<Output = Result<(), HostError>>;

    /// Has the daemon upload an image.
    fn push(&self, image: &str) -> impl Future<Output = Result<(), HostError>>;

    /// Has the image of a service built under a name.
    fn build(
        &self,
        service: &Service,
        image: &str,
        beside: Beside,
    ) -> impl Future<Output = Result<(), HostError>>;

    /// Links images of the daemon into one, and leaves it there under a name.
    fn link(&self, linking: &Linking<'_>) -> impl Future<Output = Result<(), HostError>>;

    /// Sends a Wasm file to the daemon, and gives the name of its image.
    fn send_file(&self, file: &Path) -> impl Future<Output = Result<String, HostError>>;
}
