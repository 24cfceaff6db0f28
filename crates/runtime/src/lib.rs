//! The contract between the engine and whatever runs containers.
//!
//! The engine sees containers of every kind through [`Runtime`] and [`Container`] alone: a backend for
//! another kind is one more implementation, never another branch in the engine. The contract carries no
//! notion of images or names of containers; it gets a program, what it may reach and what it may use.

mod error;
mod inspection;
mod spec;

use std::sync::Arc;

use async_trait::async_trait;
use sampan_types::platform::Kind;
use sampan_types::used::Used;
use sampan_types::{Ending, Signal, Usage};

pub use error::RuntimeError;
pub use inspection::{Inspection, Met, Need};
pub use spec::{ContainerSpec, Diagnostics, Program, ProgramBytes, RootDir, Stdio, Stream};

/// Runs containers of one kind.
#[async_trait]
pub trait Runtime: Send + Sync {
    /// Which kind.
    fn kind(&self) -> Kind;

    /// Looks into a program, in its binary or text form, without running or compiling it.
    fn inspect(&self, program: &[u8]) -> Result<Inspection, RuntimeError>;

    /// Turns the text form of a program into the binary one; gives back as it is what is binary already.
    fn assemble(&self, program: Vec<u8>) -> Result<Vec<u8>, RuntimeError>;

    /// Prepares a container: the program is loaded, compiled where needed, and linked to what its grants
    /// allow. Nothing of the guest runs yet. An error leaves nothing behind.
    async fn create(&self, spec: ContainerSpec) -> Result<Arc<dyn Container>, RuntimeError>;
}

/// One container, from its creation to its end.
///
/// `start` may be called once; `wait` as often and by as many as wish, before or after the end; `kill` at
/// any time, and after the end it does nothing.
#[async_trait]
pub trait Container: Send + Sync {
    /// Lets the guest run.
    async fn start(&self) -> Result<(), RuntimeError>;

    /// Resolves when the guest has ended, with how it ended. An error means that it never began: it needs more
    /// than a limit from its first moment, say.
    async fn wait(&self) -> Result<Ending, RuntimeError>;

    /// Ends the guest. [`Signal::Kill`] does so at once, whatever it does; the others ask, and since a Wasm
    /// guest has no signal handlers, it ends at its next interruption point.
    fn kill(&self, signal: Signal);

    /// What the guest has used so far of each limit.
    fn usage(&self) -> Usage;

    /// What the guest has used so far of its grants.
    fn used(&self) -> Used;
}
