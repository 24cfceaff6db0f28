//! Fixtures for tests: guest programs, the `sampan` binary under test, terminals, loopback servers, files and layers.
//!
//! Only ever a dev-dependency. Its functions panic when a fixture cannot be made, with the reason, because a test has
//! nothing better to do with such an error. Nothing here uses a fixed port, a fixed path or another test's leavings.

pub mod evil;
pub mod files;
pub mod guest;
mod import;
pub mod layer;
pub mod net;
pub mod place;
pub mod sampan;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub mod takeover;
pub mod terminal;
pub mod wait;

pub use import::{import, import_for};
pub use sampan::{Ended, Run, Running, Sampan, rounds, under_test};
pub use wait::until;
