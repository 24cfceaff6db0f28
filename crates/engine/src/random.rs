//! Ids that are made of random bytes.

use sampan_types::ContainerId;

use crate::EngineError;

/// An id of a container or exec.
pub(crate) fn new_id() -> Result<ContainerId, EngineError> {
    let mut bytes = [0; 32];
    sampan_store::random(&mut bytes)?;
    Ok(ContainerId::from_random(bytes))
}
