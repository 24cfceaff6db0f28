//! The long-lived owner of containers, execs, volumes, networks and events: what a daemon answers from.
//!
//! Everything is kept in memory and written to a journal before it is answered; reading never touches the disk.
//! Containers are seen through the runtime contract alone. How state and processes fit together is in
//! `docs/design/daemon.md`; how Docker's create body becomes grants and limits in `docs/design/daemon-api.md`.

mod clock;
mod config;
mod error;
mod journal;
mod log;
mod names;
mod requests;
mod sketch;
mod streams;

pub use clock::moment;
pub use config::{SupervisorConfig, Toolbox};
pub(crate) use error::step;
pub use error::{Result, SupervisorError};
pub use journal::JournalError;
pub use log::{LogQuery, LogStream};
pub use requests::{
    ArchiveOptions, AttachQuery, Attached, Caller, CommitOptions, DiskQuery, EventQuery, ListQuery,
    RemoveOptions, StatsQuery, StopOptions, WaitCondition,
};
pub use sketch::{EventStream, StatsStream, Supervisor, Waiting};
pub use streams::ByteStream;
