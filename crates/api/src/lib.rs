//! Docker Engine API: wire types and route table, no logic.
//!
//! Each type is one document of the Docker Engine API, spelled as dockerd spells it: what is `null`, what is missing
//! and what is empty are told apart by clients. Requests are read as Go reads them: keys in any case, unknown
//! ones passed over, `null` is the zero value, and a wrong type is an error.

mod error;
mod keys;
mod port;
mod time;
mod wire;

pub mod build;
pub mod call;
pub mod container;
pub mod deploy;
pub mod event;
pub mod exec;
pub mod image;
pub mod network;
pub mod progress;
pub mod registry;
pub mod routes;
pub mod system;
pub mod volume;

pub use error::ErrorBody;
pub use port::{BadPort, Port, Protocol};
pub use time::{BadTime, Time, in_words};
pub use wire::{Empty, StrSlice};

/// Labels, options and other free texts by name.
pub type Strings = std::collections::BTreeMap<String, String>;
/// A set, as Go writes it: names with empty documents.
pub type Set<T = String> = std::collections::BTreeMap<T, Empty>;

/// Media type of a stream whose bytes are those of a terminal.
pub const RAW_STREAM: &str = "application/vnd.docker.raw-stream";
/// Media type of a stream of frames: eight bytes of head, then the bytes of one stream.
pub const MULTIPLEXED_STREAM: &str = "application/vnd.docker.multiplexed-stream";
