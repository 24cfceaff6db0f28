//! The runtime contract over libcontainer: Linux containers, each beneath a small process of its own that keeps its
//! streams and its exit status and outlives the daemon. `docs/design/runtime-linux.md` says how they fit together.
//!
//! libcontainer is called in monitors alone, which have one thread. The daemon's side here signals by pidfd and reads and
//! writes cgroups; it never forks.

mod cgroup;
mod container;
mod devices;
mod disks;
mod error;
mod filter;
mod kin;
pub mod monitor;
mod moves;
mod net;
mod oci;
mod overlay;
mod remains;
mod runtime;
mod sockets;
mod spare;
mod warden;
mod wire;

pub use runtime::{LinuxConfig, LinuxRuntime};
