//! Folders of the host that a volume stands for.

use std::path::Path;

use crate::supervisor::Caller;
use crate::supervisor::error::{Result, SupervisorError};

/// A folder of the host that a volume stands for. dockerd makes none either.
pub(super) fn check_device(caller: &Caller, name: &str, device: &Path) -> Result<()> {
    if !caller.host {
        return Err(SupervisorError::Denied(format!(
            "volume {name} is a folder of the host, which cannot be mounted through this socket"
        )));
    }
    match device.is_dir() {
        true => Ok(()),
        false => Err(SupervisorError::Invalid(format!(
            "error while mounting volume '{name}': failed to mount local volume: {} is no folder",
            device.display()
        ))),
    }
}
