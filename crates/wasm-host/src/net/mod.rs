//! Sockets and names: what a guest may connect to, listen on and look up.
//!
//! Everything that is not granted is refused. The decision is made for addresses, at each bind, listen,
//! connect, send and receive; a rule with a name grants the addresses that looking up that name gave to this
//! guest, and no others. So the guest's look-ups pass through here too: Wasmtime's own are never reachable.
//! `docs/design/grants.md` has the rules in words. This module opens no socket itself.

mod addresses;
mod border;
mod linker;
mod lookup;
mod neighbours;
mod policy;
mod resolver;

use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;

use sampan_types::Grants;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::sockets::SocketAddrUse;

use crate::ledger::Ledger;

pub use border::Border;
pub use linker::{add_to_linker_p2, add_to_linker_p3};
pub use lookup::{Lookup, LookupError};
pub use neighbours::{Neighbourhood, Neighbours, stand_in};
pub use resolver::{Resolve, Resolving, SystemResolver};

pub(crate) use addresses::{admits, has_address, plain, reached};
pub(crate) use lookup::parse_host;
pub(crate) use resolver::Resolver;

/// What happens to a use that no rule grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It is refused.
    #[default]
    Enforce,
    /// It is let through and written down: for `--learn`, which finds out what a program needs.
    Learn,
}

/// The network of one guest. Cheap to clone.
#[derive(Clone)]
pub struct Network(Arc<policy::Policy>);

/// What the look-up functions need of a store's data.
#[derive(Debug)]
pub struct NetworkCtx<'a> {
    /// The guest's network.
    pub network: &'a Network,
    /// The guest's resources.
    pub table: &'a mut ResourceTable,
}

/// A store's data that has a network.
pub trait NetworkView: Send {
    /// Its network and its resources.
    fn network(&mut self) -> NetworkCtx<'_>;
}

/// What surrounds a guest's network.
#[derive(Clone)]
pub struct Surroundings {
    /// Who looks up names: the machine, unless it is said.
    pub resolve: Arc<dyn Resolve>,
    /// The networks in which the guest has a place.
    pub neighbours: Neighbours,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            resolve: Arc::new(SystemResolver),
            neighbours: Neighbours::default(),
        }
    }
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings")
            .field("neighbours", &self.neighbours)
            .finish_non_exhaustive()
    }
}

/// Gives a guest the network that its grants and surroundings say. Put the result in the store's data for
/// [`add_to_linker_p2`] and [`add_to_linker_p3`].
pub fn configure(
    builder: &mut WasiCtxBuilder,
    grants: &Grants,
    mode: Mode,
    ledger: &Arc<Ledger>,
    surroundings: &Surroundings,
) -> Network {
    let network = Network::within(grants, mode, ledger, surroundings);
    network.configure(builder);
    network
}

impl Network {
    /// The network of a guest, with names resolved by `resolve`.
    pub fn new(grants: &Grants, mode: Mode, ledger: &Arc<Ledger>, resolve: Arc<dyn Resolve>) -> Self {
        let surroundings = Surroundings {
            resolve,
            ..Surroundings::default()
        };
        Self::within(grants, mode, ledger, &surroundings)
    }

    /// The network of a guest within its surroundings.
    pub fn within(grants: &Grants, mode: Mode, ledger: &Arc<Ledger>, surroundings: &Surroundings) -> Self {
        let ledger = Arc::clone(ledger);
        Self(Arc::new(policy::Policy::new(grants, mode, ledger, surroundings)))
    }

    /// Makes the guest's sockets ask this network.
    pub fn configure(&self, builder: &mut WasiCtxBuilder) {
        let policy = Arc::clone(&self.0);
        builder
            // Sockets may be made, so that the address they are wanted for is known when it is refused.
            .allow_tcp(true)
            .allow_udp(true)
            // Wasmtime's own look-ups stay off; ours take their place in the linker.
            .allow_ip_name_lookup(false)
            .socket_addr_check(move |address, purpose| Box::pin(ready(policy.check(address, purpose))));
    }

    /// Whether the guest may connect to an address over TCP. It is written down as used or refused.
    pub(crate) fn connects(&self, to: SocketAddr) -> bool {
        self.0.check(to, SocketAddrUse::TcpConnect)
    }

    /// Begins to look up a name for the guest.
    pub fn lookup(&self, name: &str) -> Result<Lookup, LookupError> {
        lookup::begin(&self.0, name)
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
