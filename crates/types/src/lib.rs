//! The words that every crate of Sampan shares: ids, image references, digests, sizes, grants, limits,
//! how a container ends, and how an error is classed.
//!
//! Everything here is a value that was parsed at the edge and cannot be wrong inside. This crate never
//! does I/O, never reads the environment and never prints.

pub mod bytes;
pub mod call;
pub mod digest;
pub mod duration;
pub mod effort;
pub mod ending;
pub mod error;
pub mod foreign;
pub mod grants;
pub mod guarded;
pub mod id;
pub mod limits;
pub mod links;
pub mod media;
mod named;
pub mod near;
pub mod platform;
pub mod publish;
pub mod reference;
pub mod secret;
pub mod serving;
pub mod time;
pub mod used;

pub use bytes::ByteCount;
pub use call::{Call, CallValues, CallWhat, Called, WrongCall, WrongKind};
pub use digest::{Algorithm, Digest};
pub use effort::{Effort, WrongEffort};
pub use ending::{Ending, LimitBreach, Signal, Trap};
pub use error::{Classified, ErrorClass, ExitCode};
pub use grants::Grants;
pub use id::{ContainerId, ContainerName};
pub use limits::{LimitName, Limits, Usage};
pub use platform::Platform;
pub use publish::PublishedPort;
pub use reference::Reference;
pub use secret::{Secret, SecretBytes};
pub use serving::{Answering, HttpCheck, HttpLimits, Route, Served, Serving, Split, TlsFiles};
pub use used::Used;

/// The target of spans that are told to a collector of traces, where somebody asked for that. Nothing else looks at
/// them.
pub const TRACES: &str = "sampan::traces";
