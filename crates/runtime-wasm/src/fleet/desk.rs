//! The process for networks at the service of containers whose sockets are their own.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use async_trait::async_trait;
use sampan_process::desk::{Asks, Desk, DeskError, Doorway, Neighbour};
use sampan_process::users;
use sampan_runtime::{NameServers, NetworkPlace};
use sampan_types::{ContainerId, Grants};

use super::FleetError;
use super::crew::Crew;
use crate::network::client::{self, Kept};
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
        let (asks, resolver) = match asks {
            Some(Asks { udp, tcp, resolver }) => (vec![udp.into(), tcp.into()], resolver),
            None => (Vec::new(), NameServers::default()),
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
            resolver: NameServers::default(),
            apart: Some(Apart {
                asks: !asks.is_empty(),
                servers: resolver.servers,
                searches: resolver.dots.is_some(),
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
    async fn own_yard(&self, offered: Option<OwnedFd>, make: bool) -> Result<Option<OwnedFd>, FleetError> {
        if users::is_root() {
            return Ok(None);
        }
        if let Some(offered) = offered {
            self.0.holdings.offer_yard(offered);
        }
        if make {
            self.0.network().await?.ok_or(FleetError::NoNetworks)?;
        }
        let stream = |error| FleetError::Stream("networks", error);
        self.0.holdings.yard().map_err(stream)
    }

    async fn open_doorway(&self) -> Result<Doorway, FleetError> {
        let stream = |error| FleetError::Stream("networks", error);
        let network = self.0.network().await?.ok_or(FleetError::NoNetworks)?;
        if let Some(there) = self.0.holdings.doorway().map_err(stream)? {
            return ports(&there).map_err(stream);
        }
        let made = client::Doorway::open(self.0.holdings.yard().map_err(stream)?).map_err(stream)?;
        let ports = ports(&made).map_err(stream)?;
        network.open_doorway(made).await.map_err(FleetError::Network)?;
        Ok(ports)
    }
}

fn ports(doorway: &client::Doorway) -> std::io::Result<Doorway> {
    let udp = doorway.udp.as_ref().map(std::net::UdpSocket::local_addr);
    Ok(Doorway {
        tcp: doorway.tcp.local_addr()?.port(),
        udp: udp.transpose()?.map(|at| at.port()),
    })
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

    async fn doorway(&self) -> Result<Doorway, DeskError> {
        let opened = self.open_doorway().await;
        opened.map_err(|error| Box::new(error) as DeskError)
    }

    async fn yard(&self, offered: Option<OwnedFd>, make: bool) -> Result<Option<OwnedFd>, DeskError> {
        let yard = self.own_yard(offered, make).await;
        yard.map_err(|error| Box::new(error) as DeskError)
    }

    async fn dismiss(&self, id: &ContainerId) {
        self.0.leave_networks(id).await;
    }

    async fn retain(&self, known: &[ContainerId]) -> Vec<ContainerId> {
        for (entry, id) in self.0.holdings.apart() {
            let latest = self.0.holdings.entry_of(&id) == Some(entry);
            if !(known.contains(&id) && latest)
                && let Ok(Some(network)) = self.0.network().await
            {
                network.dismiss(entry).await;
            }
        }
        let unknown = |id: &&ContainerId| self.0.holdings.entry_of(id).is_none();
        known.iter().filter(unknown).cloned().collect()
    }
}
