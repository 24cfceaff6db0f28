//! Random bytes and the ids that are made of them.

use rustix::rand::{GetRandomFlags, getrandom};
use sampan_types::ContainerId;

use crate::EngineError;

/// Fills a buffer.
pub(crate) fn fill(mut buffer: &mut [u8]) -> Result<(), EngineError> {
    while !buffer.is_empty() {
        let filled =
            getrandom(&mut *buffer, GetRandomFlags::empty()).map_err(|e| EngineError::Random(e.into()))?;
        buffer = &mut buffer[filled..];
    }
    Ok(())
}

/// An id of a container or exec.
pub(crate) fn new_id() -> Result<ContainerId, EngineError> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Ok(ContainerId::from_random(bytes))
}
