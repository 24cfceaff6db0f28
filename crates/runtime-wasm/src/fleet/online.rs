//! What a container has of networks, on its way to the network process and to its worker.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use sampan_runtime::{ContainerSpec, NetworkPlace, Networking, Published, PublishedSocket, Within};
use sampan_types::{ContainerId, Grants};
use sampan_wasm_host::net::Neighbourhood;

use super::FleetError;
use super::code::Code;
use super::crew::Crew;
use crate::network::client::{Kept, NetworkClient};
use crate::network::wire::{Admission, ForwardOrder};
use crate::packet::pair;

/// The port on which a component serves in its networks, where nothing says another one.
const HTTP: u16 = 80;

/// One container with sockets, or with ports that lead to it.
pub(super) struct Online {
    network: Arc<NetworkClient>,
    admission: Admission,
    forwards: Vec<PublishedSocket>,
    /// Ports on which its worker listens for it in its networks.
    serves: Vec<u16>,
}

/// A container that the network process knows.
pub(super) struct Admitted {
    pub(super) entry: u64,
    network: Arc<NetworkClient>,
    serves: Vec<u16>,
}

impl Online {
    /// What of a container's networks goes through the network process, if anything does. Listeners of a component that
    /// serves are moved to `listeners`.
    pub(super) async fn of(
        spec: &mut ContainerSpec,
        code: &Code,
        crew: &Arc<Crew>,
    ) -> Result<Option<Self>, FleetError> {
        let Networking {
            places,
            published,
            exposed,
            hosts,
            machine,
            resolver,
            within,
        } = std::mem::take(&mut spec.networking);
        let (within, lent) = match within {
            Some(Within { container, ports }) => (Some(container), ports),
            None => (None, Vec::new()),
        };
        let server = code.serves && spec.entry.is_none();
        let mut ports: Vec<u16> = Vec::new();
        let mut forwards = Vec::new();
        for Published { port, socket } in published {
            match socket {
                PublishedSocket::Tcp(listener) if server => {
                    spec.listeners.push(listener);
                    ports.push(port);
                }
                other => forwards.push((port, other)),
            }
        }
        // In a closed network it is heard on what it exposes, by those who are linked to it.
        let heard = places.iter().any(|place| place.open || !exposed.is_empty());
        let linked = places.iter().any(|place| !place.links.is_empty());
        let grants = &spec.grants;
        let granted = !(grants.net.is_empty() && grants.http.is_empty() && grants.listen.is_empty());
        let sockets = code.reach.network && (granted || heard || linked || !lent.is_empty()) && !spec.learn;
        if !sockets && forwards.is_empty() && !(server && heard) {
            return Ok(None);
        }
        let Some(network) = crew.network().await? else {
            return match forwards.is_empty() {
                // It has networks as names alone, and sockets of its own making.
                true => Ok(None),
                false => Err(FleetError::NoNetworks),
            };
        };
        let serves = match server && heard {
            false => Vec::new(),
            true if !ports.is_empty() => ports,
            true if !exposed.is_empty() => exposed.clone(),
            true => vec![HTTP],
        };
        let (orders, forwards) = forwards
            .into_iter()
            .map(|(port, socket)| {
                let transport = socket.transport();
                (ForwardOrder { port, transport }, socket)
            })
            .unzip();
        let admission = Admission {
            entry: crew.holdings.entry(),
            id: spec.id.clone(),
            pid: None,
            grants: Grants {
                mounts: Vec::new(),
                tmpfs: Vec::new(),
                ..spec.grants.clone()
            },
            places,
            hosts,
            forwards: orders,
            machine,
            within,
            lent,
            exposed,
            resolver,
            apart: None,
            socket: false,
            notify: false,
        };
        Ok(Some(Self {
            network,
            admission,
            forwards,
            serves,
        }))
    }

    /// What its worker is told.
    pub(super) fn neighbourhood(&self) -> Neighbourhood {
        self.admission.neighbourhood()
    }

    /// Whether a socket that its program makes could lead anywhere.
    pub(super) fn needs_sockets(&self) -> bool {
        let hood = self.neighbourhood();
        hood.is_open() || !hood.ports.is_empty() || !hood.linked.is_empty()
    }

    /// Tells the network process of it. For a worker of its own, comes with the worker's end of a socket.
    pub(super) async fn admit(&self, worker: Option<u32>) -> Result<(Admitted, Option<OwnedFd>), FleetError> {
        let stream = |error| FleetError::Stream("networks", error);
        let (ours, its) = match worker {
            Some(_) => pair()
                .map(|(ours, its)| (Some(ours), Some(its)))
                .map_err(stream)?,
            None => (None, None),
        };
        let copies = self.forwards.iter().map(|socket| {
            use std::os::fd::AsFd;
            socket.as_fd().try_clone_to_owned()
        });
        let mut admission = self.admission.clone();
        admission.pid = worker;
        admission.socket = ours.is_some();
        let entry = admission.entry;
        let kept = Kept {
            admission,
            socket: ours,
            notify: None,
            forwards: copies.collect::<std::io::Result<_>>().map_err(stream)?,
            asks: Vec::new(),
        };
        self.network.admit(kept).await.map_err(FleetError::Network)?;
        let admitted = Admitted {
            entry,
            network: self.network.clone(),
            serves: self.serves.clone(),
        };
        Ok((admitted, its))
    }
}

impl Admitted {
    /// Listeners in its networks, for a component that serves.
    pub(super) async fn listeners(&self) -> Result<Vec<OwnedFd>, FleetError> {
        if self.serves.is_empty() {
            return Ok(Vec::new());
        }
        let listeners = self.network.listen(self.entry, self.serves.clone()).await;
        listeners.map_err(FleetError::Network)
    }

    /// Lets go of it.
    pub(super) async fn dismiss(&self) {
        self.network.dismiss(self.entry).await;
    }
}

impl Crew {
    /// The entry of a container that is there, also since before this daemon.
    fn entry(&self, id: &ContainerId) -> Option<u64> {
        self.holdings.entry_of(id)
    }

    /// A container has gone. When this is over its ports are free.
    pub(super) async fn leave_networks(self: &Arc<Self>, id: &ContainerId) {
        let Some(entry) = self.entry(id) else { return };
        match self.network().await {
            Ok(Some(network)) => network.dismiss(entry).await,
            Ok(None) | Err(_) => drop(self.holdings.forget(entry)),
        }
    }

    /// A container has other places. Tells what its worker must know; nothing where it has no sockets.
    pub(super) async fn change_places(
        self: &Arc<Self>,
        id: &ContainerId,
        places: Vec<NetworkPlace>,
    ) -> Result<Option<Neighbourhood>, FleetError> {
        let Some(entry) = self.entry(id) else {
            return Ok(None);
        };
        let Some(admission) = self.holdings.moved(entry, &places) else {
            return Ok(None);
        };
        if let Some(network) = self.network().await? {
            network.places(entry, places).await.map_err(FleetError::Network)?;
        }
        Ok(Some(admission.neighbourhood()))
    }
}
