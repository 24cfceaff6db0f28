//! A container on its way into its networks and out of them.

use std::net::{TcpListener, UdpSocket};
use std::os::fd::OwnedFd;
use std::sync::Arc;

use sampan_network::namespace;
use sampan_process::desk::{Asks, Neighbour};
use sampan_process::users;
use sampan_runtime::{NetworkPlace, Networking, Published, PublishedSocket};
use sampan_types::ContainerId;
use sampan_types::grants::Transport;

use super::inside::{Asked, Fresh, fresh, named_again};
use super::{Door, Told, Wired, apart, delete, doors};
use crate::error::LinuxError;
use crate::runtime::Shared;
use crate::spare::Spare;

/// What a container that starts has of networks.
pub(crate) struct Plugged {
    pub(crate) namespace: OwnedFd,
    /// That of its bridges, where it is not the host's.
    pub(crate) yard: Option<OwnedFd>,
    /// What is written down of it.
    pub(crate) wired: Wired,
}

impl Plugged {
    /// Who answers for names in it.
    pub(crate) fn asked(&self) -> Asked {
        match self.wired.told.asks {
            Some(_) => self.wired.asked(),
            None => Asked::None,
        }
    }
}

impl Shared {
    /// Makes a namespace with all that a container has of networks. `None` where it has nothing of them. Where something
    /// fails, nothing is left.
    pub(crate) async fn plug(
        &self,
        id: &ContainerId,
        networking: Networking,
    ) -> Result<Option<Plugged>, LinuxError> {
        let Networking {
            places,
            published,
            hosts,
            resolver,
            ..
        } = networking;
        if places.is_empty() && published.is_empty() {
            return Ok(None);
        }
        self.ground(None, true).await?;
        let yard = self.wires.yard().map_err(LinuxError::Yard)?;
        if let Some(desk) = &self.desk
            && !self.wires.has_doorway()
        {
            let doorway = desk.doorway().await.map_err(LinuxError::Desk)?;
            apart(&self.wires, move |wires| wires.set_doorway(doorway)).await?;
        }
        let asked = match self.desk {
            Some(_) => Asked::of(&places),
            None => Asked::None,
        };
        let told = Told {
            published: doors(&published),
            hosts: hosts.clone(),
            asks: (asked != Asked::None).then(|| resolver.clone()),
        };
        let (own, own_places) = (id.clone(), places.clone());
        let spare = self.spare_namespace(asked).take();
        let (fresh, wired) = apart(&self.wires, move |wires| {
            let fresh = spare.map_or_else(|| fresh(asked), Ok)?;
            let wired = wires.join(&own, &own_places, told, &fresh.namespace)?;
            Ok((fresh, wired))
        })
        .await?;
        let asks = fresh.asks.map(|(udp, tcp)| Asks { udp, tcp, resolver });
        let neighbour = Neighbour {
            places,
            hosts,
            published,
            asks,
        };
        if let Err(error) = self.introduce(id, neighbour).await {
            self.unplug(id).await;
            return Err(error);
        }
        Ok(Some(Plugged {
            namespace: fresh.namespace,
            yard,
            wired,
        }))
    }

    /// Learns where bridges are, if that is not the host. With `make` it is needed; one may be offered in which containers are.
    pub(crate) async fn ground(&self, offered: Option<OwnedFd>, make: bool) -> Result<(), LinuxError> {
        if self.wires.is_grounded() {
            return Ok(());
        }
        let desk = self.desk.as_ref().ok_or(LinuxError::NoDesk)?;
        if let Some(yard) = desk.yard(offered, make).await.map_err(LinuxError::Desk)? {
            self.wires.ground(yard);
        }
        Ok(())
    }

    /// A namespace with nothing in it but a loopback interface, if one is ready. A monitor that is root in a namespace of users
    /// alone can make none: it could not go back to where it was.
    pub(crate) async fn bare_namespace(&self) -> Result<Option<OwnedFd>, LinuxError> {
        let spare = self.spare_namespace(Asked::None).take();
        let fresh = match spare {
            None if !users::is_root() => Some(apart(&self.wires, |_| fresh(Asked::None)).await?),
            spare => spare,
        };
        Ok(fresh.map(|fresh| fresh.namespace))
    }

    /// Has a namespace ready for the next container of this sort.
    pub(crate) fn fill_namespace(&self, asked: Asked) {
        let wires = self.wires.clone();
        self.spare_namespace(asked)
            .fill(async move { apart(&wires, move |_| fresh(asked)).await.ok() });
    }

    fn spare_namespace(&self, asked: Asked) -> &Arc<Spare<Fresh>> {
        &self.namespaces[asked as usize]
    }

    /// Tells whoever answers for names and ports of a container that runs and that nobody answers for any more: the one who
    /// did fell while no daemon was there.
    pub(crate) async fn introduce_again(&self, id: &ContainerId, wired: Wired) -> Result<(), LinuxError> {
        let asked = wired.asked();
        let Wired { cables, told, .. } = wired;
        let Told {
            published,
            hosts,
            asks,
        } = told;
        let pid = self.pid_of(id).filter(|_| asks.is_some());
        // The host's, wherever bridges are.
        let published = published.iter().filter_map(open_again).collect();
        let asks = apart(&self.wires, move |_| {
            Ok(match pid.zip(asks) {
                Some((pid, resolver)) => {
                    let (udp, tcp) = named_again(&namespace::of_process(pid)?, asked)?;
                    Some(Asks { udp, tcp, resolver })
                }
                None => None,
            })
        })
        .await?;
        let neighbour = Neighbour {
            places: cables.into_iter().map(|cable| cable.place).collect(),
            hosts,
            published,
            asks,
        };
        self.introduce(id, neighbour).await
    }

    async fn introduce(&self, id: &ContainerId, neighbour: Neighbour) -> Result<(), LinuxError> {
        match &self.desk {
            Some(desk) => desk.admit(id, neighbour).await.map_err(LinuxError::Desk),
            None if neighbour.published.is_empty() => Ok(()),
            None => Err(LinuxError::NoDesk),
        }
    }

    /// Takes away what a container has of networks. When this is over its addresses and ports are free; its interfaces are
    /// deleted behind it.
    pub(crate) async fn unplug(&self, id: &ContainerId) {
        if let Some(desk) = &self.desk {
            desk.dismiss(id).await;
        }
        let own = id.clone();
        let cut = match apart(&self.wires, move |wires| wires.leave(&own)).await {
            Ok(cut) if cut.is_empty() => return,
            Ok(cut) => cut,
            Err(error) => {
                tracing::error!(%error, id = id.short(), "what a container had of networks could not be removed");
                return;
            }
        };
        let wires = self.wires.clone();
        tokio::spawn(async move {
            if let Err(error) = apart(&wires, move |_| delete(&cut)).await {
                tracing::error!(%error, "interfaces of a container that has ended could not be deleted");
            }
        });
    }

    /// Gives a running container other places. What it has now.
    pub(crate) async fn replug(
        &self,
        id: &ContainerId,
        places: Vec<NetworkPlace>,
        pid: u32,
    ) -> Result<Wired, LinuxError> {
        let (own, own_places) = (id.clone(), places.clone());
        let wired = apart(&self.wires, move |wires| wires.change(&own, &own_places, pid)).await?;
        if let Some(desk) = &self.desk {
            desk.places(id, places).await.map_err(LinuxError::Desk)?;
        }
        Ok(wired)
    }
}

/// Binds a port of the host once more. One that somebody else has meanwhile leads to the container no longer.
fn open_again(door: &Door) -> Option<Published> {
    let socket = match door.transport {
        Transport::Tcp => TcpListener::bind(door.at).map(PublishedSocket::Tcp),
        Transport::Udp => UdpSocket::bind(door.at).map(PublishedSocket::Udp),
    };
    match socket {
        Ok(socket) => Some(Published {
            port: door.port,
            socket,
        }),
        Err(error) => {
            tracing::error!(%error, at = %door.at, "a published port cannot be had again");
            None
        }
    }
}
