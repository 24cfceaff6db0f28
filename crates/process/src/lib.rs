//! What the engine's processes share: packets and links between them, and the streams that one of them keeps for a
//! container, whatever its kind.
//!
//! Nothing here decides anything, and but for `users`, which must come before all else, nothing starts a process; it knows no
//! image and no network.

pub mod awaited;
pub mod desk;
pub mod launch;
pub mod link;
pub mod marks;
pub mod memory;
pub mod mounts;
pub mod packet;
pub mod streams;
pub mod users;
