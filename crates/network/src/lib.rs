//! What the kernel is told of networks, through netlink: links, addresses, routes, namespaces, and rules of nftables.
//!
//! Nothing here knows why, and nothing is kept here: `docs/design/networks-linux.md` says who decides. All calls but those of [`watch`] block for
//! as long as the kernel needs, which is a millisecond at most, and all concern the namespace of the thread that calls them.

mod error;
mod kernel;
pub mod links;
pub mod namespace;
pub mod nft;
pub mod watch;

pub use error::NetworkError;
