//! Use cases: what a person asks of Sampan, each as steps that are undone when a later one fails.
//!
//! The engine knows images, the store and registries; containers it sees through the runtime contract alone.
//! It never prints, never reads the environment, and holds no guest code.

mod config;
pub mod containers;
mod engine;
mod environment;
mod error;
pub mod images;
mod import;
pub mod inspect;
pub mod link;
mod random;
pub mod supervisor;
pub mod system;

pub use config::{EngineConfig, LinuxHere, Missing};
pub use containers::PullPolicy;
pub use engine::Engine;
pub use error::EngineError;
pub use import::ImportOptions;
pub use supervisor::{Supervisor, SupervisorConfig, SupervisorError};
