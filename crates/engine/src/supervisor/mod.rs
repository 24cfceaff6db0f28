//! The long-lived owner of containers, execs, volumes, networks and events: what a daemon answers from.
//!
//! Everything is kept in memory and written to a journal before it is answered; reading never touches the disk.
//! Containers are seen through the runtime contract alone. How state and processes fit together is in
//! `docs/design/daemon.md`; how Docker's create body becomes grants and limits in `docs/design/daemon-api.md`.
//!
//! Locks are taken in this order, and each but the gate for moments only: a container's gate, the index, networks
//! or volumes, a container's own lock, the journal.

mod build;
mod calls;
mod cell;
mod clock;
mod config;
mod create;
mod defaults;
mod deploy;
mod documents;
mod error;
mod events;
mod execs;
mod filters;
mod health;
mod images;
mod index;
mod inspect;
mod journal;
mod layer;
mod life;
mod links;
mod linux;
mod list;
mod log;
mod names;
mod networks;
mod open;
mod record;
mod requests;
mod shared;
mod stats;
mod strangers;
mod streams;
mod system;
mod talk;
mod top;
mod users;
mod volumes;

pub use build::{
    BuildContext, BuildLine, BuildOptions, BuildOutput, BuildStep, BuiltImage, GivenSecrets, LARGEST_SECRET,
    Pruned, Secrets,
};
pub use clock::moment;
pub use config::{SupervisorConfig, Toolbox};
pub use defaults::{BridgeDefaults, Defaults, Forwarding};
pub use error::{Result, SupervisorError};
pub use events::EventStream;
pub use journal::JournalError;
pub use life::Waiting;
pub use log::{LogQuery, LogStream};
pub use requests::{
    ArchiveOptions, AttachQuery, Attached, Caller, CommitOptions, DiskQuery, EventQuery, InputOver,
    ListQuery, RemoveOptions, StatsQuery, StopOptions, WaitCondition,
};
pub use shared::Supervisor;
pub(crate) use shared::{new_id, random, random_hex, tree_size};
pub use stats::StatsStream;
pub use streams::ByteStream;

#[cfg(test)]
mod tests;
