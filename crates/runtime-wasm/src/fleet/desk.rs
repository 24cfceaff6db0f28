//! The process for networks at the service of containers whose sockets are their own.

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use async_trait::async_trait;
use sampan_process::desk::{Asks, Desk, DeskError, Neighbour};
use sampan_runtime::NetworkPlace;
use sampan_types::{ContainerId, Grants};

use super::FleetError;
use super::crew::Crew;
use crate::network::client::Kept;
use crate::network::wire::{Admission, Apart, ForwardOrder};

/// Tells the process for networks of them, and the next one if that falls.
pub(super) struct FleetDesk(pub(super) Arc<Crew>);

impl FleetDesk {
    async fn welcome(&self, id: &ContainerId, neighbour: Neighbour) -> Result<(), FleetError> {
        let Neighbour {
            places,
            hosts,
            published,
            asks,
        } = neighbour;
        let network = self.0.network().await?.ok_or(FleetError::NoNetworks)?;
        let stream = |error| FleetError::Stream("networks", error);
        let copies = published
            .iter()
            .map(|one| one.socket.as_fd().try_clone_to_owned());
        let forwards: Vec<OwnedFd> = copies.collect::<std::io::Result<_>>().map_err(stream)?;
        let orders = published.iter().map(|one| ForwardOrder {
            port: one.port,
            transport: one.socket.transport(),
        });
        let (asks, servers) = match asks {
            Some(Asks { udp, tcp, servers }) => (vec![udp.into(), tcp.into()], servers),
            None => (Vec::new(), Vec::new()),
        };
        let admission = Admission {
            entry: self.0.holdings.entry(),
            id: id.clone(),
            pid: None,
            grants: Grants::default(),
            places,
            hosts,
            forwards: orders.collect(),
            machine: Vec::new(),
            within: None,
            lent: Vec::new(),
            exposed: Vec::new(),
            apart: Some(Apart {
                asks: !asks.is_empty(),
                servers,
            }),
            socket: false,
            notify: false,
        };
        let kept = Kept {
            admission,
            socket: None,
            notify: None,
            forwards,
            asks,
        };
        network.admit(kept).await.map_err(FleetError::Network)
    }
}

impl FleetDesk {
    async fn open_doorway(&self) -> Result<u16, FleetError> {
        let stream = |error| FleetError::Stream("networks", error);
        let network = self.0.network().await?.ok_or(FleetError::NoNetworks)?;
        if let Some(there) = self.0.holdings.doorway().map_err(stream)? {
            return Ok(there.local_addr().map_err(stream)?.port());
        }
        // On both families; whoever comes by himself and was not led here is turned away.
        let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0))
            .or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)))
            .map_err(stream)?;
        let port = listener.local_addr().map_err(stream)?.port();
        network
            .open_doorway(listener)
            .await
            .map_err(FleetError::Network)?;
        Ok(port)
    }
}

#[async_trait]
impl Desk for FleetDesk {
    async fn admit(&self, id: &ContainerId, neighbour: Neighbour) -> Result<(), DeskError> {
        let welcomed = self.welcome(id, neighbour).await;
        welcomed.map_err(|error| Box::new(error) as DeskError)
    }

    async fn places(&self, id: &ContainerId, places: Vec<NetworkPlace>) -> Result<(), DeskError> {
        let changed = self.0.change_places(id, places).await;
        changed.map(drop).map_err(|error| Box::new(error) as DeskError)
    }

    async fn doorway(&self) -> Result<u16, DeskError> {
        let opened = self.open_doorway().await;
        opened.map_err(|error| Box::new(error) as DeskError)
    }

    async fn dismiss(&self, id: &ContainerId) {
        self.0.leave_networks(id).await;
    }

    async fn retain(&self, known: &[ContainerId]) {
        for (entry, id) in self.0.holdings.apart() {
            let latest = self.0.holdings.entry_of(&id) == Some(entry);
            if !(known.contains(&id) && latest)
                && let Ok(Some(network)) = self.0.network().await
            {
                network.dismiss(entry).await;
            }
        }
    }
}
