//! One run of a program, and the handle by which others watch and end it.

use std::sync::Arc;

use sampan_types::{Ending, Signal, Usage};

use crate::HostError;
use crate::program::Program;
use crate::spec::GuestSpec;

/// One run of a program.
pub struct Guest {
    handle: GuestHandle,
    _program: Program,
    _spec: GuestSpec,
}

/// Watches and ends a guest from any thread. Outlives it; then `usage` is the last word and `kill` does
/// nothing.
#[derive(Clone)]
pub struct GuestHandle {
    _control: Arc<()>,
}

impl Guest {
    pub(crate) fn new(program: &Program, spec: GuestSpec) -> Result<Self, HostError> {
        Ok(Self {
            handle: GuestHandle {
                _control: Arc::new(()),
            },
            _program: program.clone(),
            _spec: spec,
        })
    }

    /// The handle of this guest.
    pub fn handle(&self) -> GuestHandle {
        self.handle.clone()
    }

    /// Runs it to its end. Needs a tokio runtime with time and I/O.
    pub async fn run(self) -> Ending {
        Ending::Exited { code: 0 }
    }
}

impl GuestHandle {
    /// Ends the guest, wherever it is. The first signal counts.
    pub fn kill(&self, _signal: Signal) {}

    /// What it has used until now.
    pub fn usage(&self) -> Usage {
        Usage::default()
    }
}
