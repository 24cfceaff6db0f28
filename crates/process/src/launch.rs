//! By whom processes are started that outlive the daemon: it forks nothing itself.

use std::os::fd::OwnedFd;

use async_trait::async_trait;
use sampan_types::Classified;

/// Starts processes of this engine's own binary.
#[async_trait]
pub trait Launch: Send + Sync {
    /// Starts one under a role's name (`argv[0]`), with one argument and these descriptors as its standard input and
    /// output. Nobody tells how it ended. Its process id.
    async fn launch(
        &self,
        role: &str,
        argument: String,
        descriptors: [OwnedFd; 2],
    ) -> Result<u32, Box<dyn Classified>>;
}
