//! What is asked of the supervisor beside the documents of the API.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use sampan_api::Time;
use sampan_api::container::Filters;
use sampan_runtime::{Attachment, Container};
use tokio::sync::watch;

use super::cell::Cell;
use super::log::LogStream;

/// Who asks, and what such a one may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The trust domain: the user id or certificate of the peer. Containers of different domains share no process.
    pub domain: String,
    /// Whether it may have what is the host's (folders, networks, ports), and see what other domains have.
    pub host: bool,
}

/// How to end a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StopOptions {
    /// The signal to ask with; the container's own where it is not said.
    pub signal: Option<String>,
    /// Seconds to wait before the container is killed; -1 is for ever.
    pub timeout: Option<i64>,
}

/// How to remove a container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RemoveOptions {
    /// Kill it where it runs.
    pub force: bool,
    /// Remove its anonymous volumes too.
    pub volumes: bool,
    /// Remove a link alone.
    pub link: bool,
}

/// What to wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WaitCondition {
    /// That it does not run.
    #[default]
    NotRunning,
    /// Its next end, though it may not run yet.
    NextExit,
    /// Its removal.
    Removed,
}

/// Which containers to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Those that do not run as well.
    pub all: bool,
    /// The last so many, running or not; none where it is 0 or less.
    pub limit: i64,
    /// Sizes of their files as well.
    pub size: bool,
    /// Docker's filters, already out of their JSON.
    pub filters: Filters,
    /// Those of this trust domain alone.
    pub domain: Option<String>,
}

/// What somebody who attaches wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttachQuery {
    /// Write to standard input.
    pub stdin: bool,
    /// Read standard output.
    pub stdout: bool,
    /// Read standard error.
    pub stderr: bool,
    /// What was written so far.
    pub logs: bool,
    /// What is written from now on.
    pub stream: bool,
}

/// The streams of a container or exec that somebody attached to. First `logs` to its end, then `stream`.
#[derive(Debug)]
pub struct Attached {
    /// Whether it has a terminal: then the bytes come as they are, else in frames.
    pub terminal: bool,
    /// What was written before.
    pub logs: Option<LogStream>,
    /// The live streams, framed already.
    pub stream: Option<Attachment>,
    /// Whether the client may write to standard input.
    pub stdin: bool,
    /// Of an exec: turns true when its exit code can be asked for. Clients ask as soon as they see the end of the
    /// streams, so that it is not shown to them before.
    pub settled: Option<watch::Receiver<bool>>,
    /// To be told when the client has said all, or is gone.
    pub over: InputOver,
}

/// Tells a container that a client who was attached has said all.
#[derive(Clone, Default)]
pub struct InputOver {
    /// The container where it ran already, or an exec.
    pub(crate) hold: Option<Arc<dyn Container>>,
    /// Else what to look at when it runs.
    pub(crate) cell: Option<Arc<Cell>>,
    pub(crate) told: Arc<AtomicBool>,
}

impl InputOver {
    /// The client has said all, or is gone.
    pub fn tell(&self) {
        // Before the look: whoever starts it looks here after it is set.
        self.told.store(true, SeqCst);
        let started = || self.cell.as_ref()?.live().hold.clone();
        if let Some(hold) = self.hold.clone().or_else(started) {
            hold.input_over();
        }
    }
}

impl std::fmt::Debug for InputOver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InputOver")
            .field("told", &self.told)
            .finish_non_exhaustive()
    }
}

/// How often to tell what a container uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatsQuery {
    /// Each second, until the container is gone; else once.
    pub stream: bool,
    /// Without a second look, so that the use of the processor is not told.
    pub one_shot: bool,
}

/// Which events to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventQuery {
    /// Past ones from then on.
    pub since: Option<Time>,
    /// Until then; without it, for ever.
    pub until: Option<Time>,
    /// Docker's filters.
    pub filters: Filters,
}

/// How to unpack an archive into a container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArchiveOptions {
    /// Refuse to put a folder in the place of a file, and the other way round.
    pub no_overwrite_dir_non_dir: bool,
    /// Keep owners as the archive has them.
    pub copy_uid_gid: bool,
}

/// How to make an image of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitOptions {
    /// The container.
    pub container: String,
    /// The image's name; none where it is empty.
    pub repo: String,
    /// Its tag; `latest` where it is empty.
    pub tag: String,
    /// What was changed.
    pub comment: String,
    /// By whom.
    pub author: String,
    /// Whether the container is held meanwhile.
    pub pause: bool,
}

/// Which parts of the disk to measure; all of them where none is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskQuery {
    /// Images.
    pub images: bool,
    /// Containers.
    pub containers: bool,
    /// Volumes.
    pub volumes: bool,
    /// What builds keep.
    pub build_cache: bool,
}
