//! How a host is set up, before any guest is known.

use sampan_types::{ByteCount, Effort, Limits};
use serde::{Deserialize, Serialize};

/// Settings of a [`crate::Host`], fixed for its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostConfig {
    /// Where memories, tables and stacks of guests come from.
    pub allocation: Allocation,
    /// Whether guests share their thread with others.
    pub sharing: Sharing,
    /// Whether a guest that computes can be stopped without ending the process.
    pub interruption: Interruption,
    /// Stack of a guest in the main engine. Programs with another stack limit run in an engine of their own,
    /// which allocates on demand.
    pub stack: ByteCount,
    /// Whether this host may compile at all. Workers say no.
    pub compile: bool,
    /// Native profilers that machine code is announced to.
    pub profiling: Profiling,
    /// Instruments guest code for the debugger, at a cost in speed.
    pub guest_debug: bool,
    /// Keeps what a core dump needs when a guest traps.
    pub coredump: bool,
    /// How much time machine code is worth.
    #[serde(default)]
    pub effort: Effort,
}

/// Where memories, tables and stacks of guests come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Allocation {
    /// From the operating system, each time: right for one guest per process.
    OnDemand,
    /// From slots reserved at the start: right for many guests per process. The pool steps down to what the
    /// address space gives; [`crate::Host::explain_pool`] says so.
    Pooled {
        /// Core instances that shall fit at a time.
        instances: u32,
    },
}

/// Whether guests share their thread with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sharing {
    /// One guest for each thread: file operations block the thread, which is quickest.
    Alone,
    /// Many guests on a thread: what can block goes to helper threads.
    Shared,
}

/// How a guest is stopped that computes and calls nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Interruption {
    /// Its machine code asks at every loop and function whether it shall go on: what a process with several
    /// guests needs, and a guest with a share of processors.
    Checked,
    /// It does not ask, which makes tight loops up to twice as fast. Such a guest ends with its process: see
    /// [`crate::GuestHandle::ended_from_outside`].
    Unchecked,
}

/// Native profilers that machine code is announced to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Profiling {
    /// None.
    #[default]
    None,
    /// `perf` by its map file.
    PerfMap,
    /// `perf inject` by jitdump.
    JitDump,
}

impl Default for HostConfig {
    fn default() -> Self {
        Self {
            allocation: Allocation::OnDemand,
            sharing: Sharing::Alone,
            interruption: Interruption::Checked,
            stack: Limits::default().stack,
            compile: true,
            profiling: Profiling::None,
            guest_debug: false,
            coredump: false,
            effort: Effort::default(),
        }
    }
}
