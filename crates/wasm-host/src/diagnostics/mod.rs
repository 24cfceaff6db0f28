//! What helps a person who looks for a fault in a guest: backtraces, core dumps, profiles.
//!
//! The functions here are called by the core at a few points: [`configure`] before an engine is made,
//! [`ProfilerSession`] at each epoch while the guest runs, [`Diagnostics::after_trap`] when it trapped. Text
//! that comes from a guest's own name and debug sections is shortened and freed of control characters
//! before it leaves this module, so that it cannot drive the terminal that shows it. Nothing here prints.

mod backtrace;
mod coredump;
mod error;
mod file;
mod profile;

use std::net::SocketAddr;
use std::path::PathBuf;

use wasmtime::{Config, WasmBacktraceDetails};

pub use backtrace::{frames, frames_of};
pub use error::DiagnosticsError;
pub use profile::{HasProfiler, Profiled, ProfilerSession};

/// What to write down about one guest, and where a debugger may connect. The default is nothing, and costs
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// Where to write a core dump if the guest traps.
    pub coredump: Option<PathBuf>,
    /// Where to write a profile, in the form that the Firefox profiler reads.
    pub profile: Option<PathBuf>,
    /// Where a debugger may connect; the guest would wait for it. [`Diagnostics::check`] refuses it.
    pub debug: Option<SocketAddr>,
}

impl Diagnostics {
    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether all that was asked for can be given. Call it before the guest is made, so that a wish is never
    /// passed over in silence.
    pub fn check(&self) -> Result<(), DiagnosticsError> {
        match self.debug {
            // See `docs/design/diagnostics.md` for why there is no stub.
            Some(_) => Err(DiagnosticsError::NoDebugger),
            None => Ok(()),
        }
    }
}

/// How many frames a backtrace keeps. The innermost ones tell the most; endless recursion has no end.
pub const BACKTRACE_FRAMES: std::num::NonZeroUsize = match std::num::NonZeroUsize::new(64) {
    Some(frames) => frames,
    None => std::num::NonZeroUsize::MIN,
};

/// Sets what an engine needs: backtraces with source lines always (the code then carries the module's line
/// tables, which costs disk and nothing at run time), core dumps as asked for.
pub fn configure(config: &mut Config, diagnostics: &Diagnostics) {
    config
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        .wasm_backtrace_max_frames(Some(BACKTRACE_FRAMES))
        .coredump_on_trap(diagnostics.coredump.is_some());
}
