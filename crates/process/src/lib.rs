//! What the engine's processes share: packets and links between them, and the streams that one of them keeps for a
//! container, whatever its kind.
//!
//! Nothing here starts a process or decides anything; it knows no image and no network.

pub mod awaited;
pub mod launch;
pub mod link;
pub mod memory;
pub mod mounts;
pub mod packet;
pub mod streams;
