//! The processes of one container, as a program in it may see, start and end them.

use std::time::Duration;

use async_trait::async_trait;

use crate::Program;

/// The variable by which the toolbox is told who it would be on Linux: `UID:GID:GROUP,GROUP…`. It shows none of it to
/// what it starts; another toolbox gets it from the runtime.
pub const IDENTITY: &str = "SAMPAN_ID";

/// One process of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number in the container. The container's own program is 1.
    pub number: u32,
    /// The number of the one that started it; 0 where that was none in the container.
    pub parent: u32,
    /// Processor time.
    pub cpu_time: Duration,
    /// Program and arguments.
    pub command: String,
}

/// What the engine does for a program that starts others in its container: the toolbox.
///
/// What asks may be hostile: answers are for its own container alone.
#[async_trait]
pub trait Kin: Send + Sync {
    /// The program's own number.
    fn number(&self) -> u32;

    /// The program that the container offers by a bare name.
    async fn offered(&self, name: &str) -> Option<Program>;

    /// A process begins, which that one started. Gives its number.
    fn began(&self, parent: u32, command: String) -> u32;

    /// A process that [`Kin::began`] is over.
    fn ended(&self, number: u32);

    /// All processes of the container.
    async fn list(&self) -> Vec<Process>;

    /// Sends a signal by its number in Linux; 0 only asks. Whether there is such a process.
    async fn signal(&self, number: u32, signal: u8) -> bool;
}
