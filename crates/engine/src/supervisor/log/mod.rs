//! What containers write: where it is kept, and how it is read back.
//!
//! The runtime writes the lines (see [`sampan_runtime::LogFiles`]); this module says into which files, turns those
//! round, and reads them. It never writes a line itself.

mod entry;
mod files;
mod options;
mod position;
mod spares;
mod stream;
mod watch;

pub(crate) use files::{LogPlace, WrittenLog};
pub(crate) use options::{LogFacts, LogPlan};
pub(crate) use spares::Spares;
pub(crate) use stream::Following;
pub use stream::{LogQuery, LogStream};
pub(crate) use watch::Watcher;
