//! Grants: what a caller gives a container beyond standard streams, arguments, clocks and random numbers.
//!
//! A [`Grants`] is the whole set. The same type is written by `--learn FILE`, read by `--grants FILE`, and
//! filled by the flags of `sampan run`; nothing else lets a guest reach anything.

mod files;
mod learn;
mod net;

use serde::{Deserialize, Serialize};

pub use files::{Access, FilesError, Mount, Tmpfs};
pub(crate) use learn::smallest;
pub use net::{Cidr, HostPattern, HttpRule, ListenRule, NetError, NetRule, PortRange, Transport};

/// Everything that a container was given. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grants {
    /// Folders and files of the host: `-v SOURCE:TARGET[:ro]`.
    pub mounts: Vec<Mount>,
    /// Folders in memory: `--tmpfs TARGET[:size=64m]`.
    pub tmpfs: Vec<Tmpfs>,
    /// Connections out: `--allow-net HOST:PORT`.
    pub net: Vec<NetRule>,
    /// HTTP requests out through `wasi:http`: `--allow-http HOST`.
    pub http: Vec<HttpRule>,
    /// Ports to listen on: `--allow-listen PORT`.
    pub listen: Vec<ListenRule>,
}

impl Grants {
    /// Whether nothing at all was given.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the grants of another set.
    pub fn extend(&mut self, other: Self) {
        self.mounts.extend(other.mounts);
        self.tmpfs.extend(other.tmpfs);
        self.net.extend(other.net);
        self.http.extend(other.http);
        self.listen.extend(other.listen);
    }
}
