//! What containers write: where it is kept, and how it is read back.
//!
//! The runtime writes the lines (see [`sampan_runtime::LogFiles`]); this module says into which files, turns those
//! round, and reads them. It never writes a line itself. The machine's journal is reached here, too, and written by the
//! runtime; what is read back is a copy in files, as dockerd keeps it for drivers that it cannot read.

mod attributes;
mod entry;
mod files;
mod journal;
mod options;
mod packed;
mod position;
mod spares;
mod stream;
mod watch;

pub(crate) use attributes::LogFacts;
pub(crate) use files::{LogPlace, WrittenLog};
pub(crate) use journal::JournalSocket;
pub(crate) use options::{LogDriver, LogPlan};
pub(crate) use spares::Spares;
pub(crate) use stream::Following;
pub use stream::{LogQuery, LogStream};
pub(crate) use watch::Watcher;
