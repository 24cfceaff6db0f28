//! Links, their addresses, and routes.

use std::io;
use std::net::IpAddr;
use std::os::fd::{AsRawFd, BorrowedFd};

use ipnet::IpNet;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE};
use netlink_packet_route::address::{AddressAttribute, AddressFlags, AddressMessage};
use netlink_packet_route::link::{
    InfoBridgePort, InfoData, InfoKind, InfoPortData, InfoPortKind, InfoVeth, LinkAttribute, LinkFlags,
    LinkInfo, LinkMessage,
};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteProtocol, RouteScope, RouteType,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use crate::NetworkError;
use crate::kernel::Kernel;

/// An address of a network interface.
pub type Mac = [u8; 6];

/// The links of one namespace.
pub struct Links {
    kernel: Kernel,
}

/// A link as the kernel shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Its number in the namespace.
    pub index: u32,
    /// Its name there.
    pub name: String,
    /// What somebody wrote on it.
    pub alias: String,
    /// Its largest packet.
    pub mtu: u32,
    /// The bridge that it is in.
    pub bridge: Option<u32>,
}

/// A bridge to make.
#[derive(Clone, Debug)]
pub struct Bridge<'a> {
    /// Its name.
    pub name: &'a str,
    /// By which its maker knows it again.
    pub alias: &'a str,
    /// Its largest packet.
    pub mtu: Option<u32>,
    /// Its address: without one it would have that of one of its members.
    pub mac: Mac,
}

/// Two links that are joined: one here, one elsewhere.
#[derive(Clone, Debug)]
pub struct Pair<'a> {
    /// The name of the one here.
    pub name: &'a str,
    /// By which its maker knows it again.
    pub alias: &'a str,
    /// The bridge that it is in.
    pub bridge: u32,
    /// Whether it is kept from other members of the bridge that are kept apart as well.
    pub apart: bool,
    /// The name of the other.
    pub peer: &'a str,
    /// Where the other is.
    pub namespace: BorrowedFd<'a>,
    /// The address of the other.
    pub mac: Option<Mac>,
    /// The largest packet of both.
    pub mtu: Option<u32>,
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Links").finish_non_exhaustive()
    }
}

impl Links {
    /// Those of the namespace that the calling thread is in, whoever uses them later.
    pub fn here() -> Result<Self, NetworkError> {
        let kernel = Kernel::new(None).map_err(NetworkError::at("talk to the kernel of networks"))?;
        Ok(Self { kernel })
    }

    /// All of them.
    pub fn all(&self) -> Result<Vec<Link>, NetworkError> {
        let listed = self
            .kernel
            .list(RouteNetlinkMessage::GetLink(LinkMessage::default()));
        let listed = listed.map_err(NetworkError::at("list network interfaces"))?;
        let links = listed.into_iter().filter_map(|message| match message {
            RouteNetlinkMessage::NewLink(message) => Some(read(&message)),
            _ => None,
        });
        Ok(links.collect())
    }

    /// The number of a link. `None` where there is none of that name.
    pub fn index(&self, name: &str) -> Result<Option<u32>, NetworkError> {
        Ok(self.find(name)?.map(|link| link.index))
    }

    /// A link. `None` where there is none of that name.
    pub fn find(&self, name: &str) -> Result<Option<Link>, NetworkError> {
        match self.get(name) {
            Ok(link) => Ok(Some(link)),
            Err(error) if error.raw_os_error() == Some(libc::ENODEV) => Ok(None),
            Err(error) => Err(NetworkError::at(format!("look for the interface `{name}`"))(
                error,
            )),
        }
    }

    /// Puts a link into a bridge, as [`Self::make_pair`] does.
    pub fn put_into(&self, index: u32, bridge: u32, apart: bool) -> Result<(), NetworkError> {
        let mut message = numbered(index);
        message.attributes.push(LinkAttribute::Controller(bridge));
        let put = self.kernel.ask(RouteNetlinkMessage::SetLink(message), 0);
        put.and_then(|()| self.settle_port(index, apart))
            .map_err(NetworkError::at("put an interface into a bridge"))
    }

    /// Makes a bridge that is up.
    pub fn make_bridge(&self, bridge: &Bridge<'_>) -> Result<u32, NetworkError> {
        let step = format!("make the bridge `{}`", bridge.name);
        let mut message = named(bridge.name);
        message.header.flags = LinkFlags::Up;
        message.header.change_mask = LinkFlags::Up;
        message
            .attributes
            .push(LinkAttribute::Address(bridge.mac.to_vec()));
        message.attributes.extend(bridge.mtu.map(LinkAttribute::Mtu));
        message
            .attributes
            .push(LinkAttribute::LinkInfo(vec![LinkInfo::Kind(InfoKind::Bridge)]));
        let done = self.make(message, bridge.name, bridge.alias);
        done.map_err(NetworkError::at(step))
    }

    /// Makes a pair of joined links. The one here is up.
    pub fn make_pair(&self, pair: &Pair<'_>) -> Result<u32, NetworkError> {
        let step = format!("make the interface `{}`", pair.name);
        let mut peer = named(pair.peer);
        peer.attributes
            .push(LinkAttribute::NetNsFd(pair.namespace.as_raw_fd()));
        peer.attributes
            .extend(pair.mac.map(|mac| LinkAttribute::Address(mac.to_vec())));
        peer.attributes.extend(pair.mtu.map(LinkAttribute::Mtu));
        let mut message = named(pair.name);
        message.header.flags = LinkFlags::Up;
        message.header.change_mask = LinkFlags::Up;
        message.attributes.extend(pair.mtu.map(LinkAttribute::Mtu));
        message.attributes.push(LinkAttribute::Controller(pair.bridge));
        message.attributes.push(LinkAttribute::LinkInfo(vec![
            LinkInfo::Kind(InfoKind::Veth),
            LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(peer))),
        ]));
        let made = self.make(message, pair.name, pair.alias).and_then(|index| {
            let settled = self.settle_port(index, pair.apart);
            if settled.is_err() {
                // The first failure is told.
                let _ = self.ask_delete(index);
            }
            settled.map(|()| index)
        });
        made.map_err(NetworkError::at(step))
    }

    fn make(&self, message: LinkMessage, name: &str, alias: &str) -> io::Result<u32> {
        self.kernel
            .ask(RouteNetlinkMessage::NewLink(message), NLM_F_CREATE | NLM_F_EXCL)?;
        let made = self.get(name)?;
        // An alias is not heard while a link is made.
        let mut message = numbered(made.index);
        message.attributes.push(LinkAttribute::IfAlias(alias.to_owned()));
        let told = self.kernel.ask(RouteNetlinkMessage::SetLink(message), 0);
        if told.is_err() {
            let _ = self.ask_delete(made.index);
        }
        told.map(|()| made.index)
    }

    fn get(&self, name: &str) -> io::Result<Link> {
        let found = self.kernel.find(named(name))?;
        Ok(read(&found))
    }

    /// What a member's link in a bridge does: a container may reach itself by a port that is published.
    fn settle_port(&self, index: u32, apart: bool) -> io::Result<()> {
        let mut message = numbered(index);
        let mut data = vec![InfoBridgePort::HairpinMode(true)];
        if apart {
            data.push(InfoBridgePort::Isolated(true));
        }
        message.attributes.push(LinkAttribute::LinkInfo(vec![
            LinkInfo::PortKind(InfoPortKind::Bridge),
            LinkInfo::PortData(InfoPortData::BridgePort(data)),
        ]));
        self.kernel.ask(RouteNetlinkMessage::NewLink(message), 0)
    }

    /// Takes a link out of the bridge that it is in. One that is not there is as good.
    pub fn take_out(&self, index: u32) -> Result<(), NetworkError> {
        let mut message = numbered(index);
        message.attributes.push(LinkAttribute::Controller(0));
        match self.kernel.ask(RouteNetlinkMessage::SetLink(message), 0) {
            Err(error) if error.raw_os_error() == Some(libc::ENODEV) => Ok(()),
            other => other.map_err(NetworkError::at("take a network interface out of its bridge")),
        }
    }

    /// Removes a link, and the other one of a pair. One that is not there is as good. The kernel waits for all that may still
    /// use one: 8 to 20 ms.
    pub fn delete(&self, index: u32) -> Result<(), NetworkError> {
        self.ask_delete(index)
            .map_err(NetworkError::at("remove a network interface"))
    }

    fn ask_delete(&self, index: u32) -> io::Result<()> {
        let asked = self.kernel.ask(RouteNetlinkMessage::DelLink(numbered(index)), 0);
        match asked {
            Err(error) if error.raw_os_error() == Some(libc::ENODEV) => Ok(()),
            other => other,
        }
    }

    /// Sets a link going by its name.
    pub fn set_up(&self, name: &str) -> Result<(), NetworkError> {
        let mut message = named(name);
        message.header.flags = LinkFlags::Up;
        message.header.change_mask = LinkFlags::Up;
        self.kernel
            .ask(RouteNetlinkMessage::SetLink(message), 0)
            .map_err(NetworkError::at(format!("set the interface `{name}` up")))
    }

    /// Gives a link an address and the route to its subnet. One that it has is as good.
    pub fn add_address(&self, index: u32, address: IpNet) -> Result<(), NetworkError> {
        let mut message = AddressMessage::default();
        message.header.family = family(address.addr());
        message.header.prefix_len = address.prefix_len();
        message.header.index = index;
        message.attributes.push(AddressAttribute::Local(address.addr()));
        message.attributes.push(AddressAttribute::Address(address.addr()));
        match address {
            IpNet::V4(v4) => message
                .attributes
                .push(AddressAttribute::Broadcast(v4.broadcast())),
            // The engine gives each address once: nobody need ask whether another one has it.
            IpNet::V6(_) => message
                .attributes
                .push(AddressAttribute::Flags(AddressFlags::Nodad)),
        }
        let asked = self.kernel.ask(
            RouteNetlinkMessage::NewAddress(message),
            NLM_F_CREATE | NLM_F_REPLACE,
        );
        asked.map_err(NetworkError::at(format!(
            "give an interface the address {address}"
        )))
    }

    /// The addresses of a link.
    pub fn addresses(&self, index: u32) -> Result<Vec<IpNet>, NetworkError> {
        let asked = RouteNetlinkMessage::GetAddress(AddressMessage::default());
        let listed = self
            .kernel
            .list(asked)
            .map_err(NetworkError::at("list addresses"))?;
        let all = listed.into_iter().filter_map(|message| match message {
            RouteNetlinkMessage::NewAddress(message) if message.header.index == index => {
                let address = message.attributes.iter().find_map(|attribute| match attribute {
                    AddressAttribute::Address(address) => Some(*address),
                    _ => None,
                });
                IpNet::new(address?, message.header.prefix_len).ok()
            }
            _ => None,
        });
        Ok(all.collect())
    }

    /// Takes an address from a link. One that it has not is as good.
    pub fn remove_address(&self, index: u32, address: IpNet) -> Result<(), NetworkError> {
        let mut message = AddressMessage::default();
        message.header.family = family(address.addr());
        message.header.prefix_len = address.prefix_len();
        message.header.index = index;
        message.attributes.push(AddressAttribute::Local(address.addr()));
        match self.kernel.ask(RouteNetlinkMessage::DelAddress(message), 0) {
            Err(error) if matches!(error.raw_os_error(), Some(libc::EADDRNOTAVAIL | libc::ENODEV)) => Ok(()),
            other => other.map_err(NetworkError::at(format!(
                "take the address {address} from an interface"
            ))),
        }
    }

    /// Lets everything that has no other route go by a gateway.
    pub fn set_default_route(&self, index: u32, gateway: IpAddr) -> Result<(), NetworkError> {
        let asked = self.kernel.ask(
            RouteNetlinkMessage::NewRoute(default_route(index, gateway)),
            NLM_F_CREATE | NLM_F_REPLACE,
        );
        asked.map_err(NetworkError::at(format!("set the default route by {gateway}")))
    }

    /// Takes the default routes of a family away, if there are any.
    pub fn remove_default_routes(&self, v4: bool) -> Result<(), NetworkError> {
        let family = if v4 {
            AddressFamily::Inet
        } else {
            AddressFamily::Inet6
        };
        let mut wanted = RouteMessage::default();
        wanted.header.address_family = family;
        let step = "change the default route";
        let routes = self.kernel.list(RouteNetlinkMessage::GetRoute(wanted));
        for route in routes.map_err(NetworkError::at(step))? {
            let RouteNetlinkMessage::NewRoute(route) = route else {
                continue;
            };
            let has_gateway = route
                .attributes
                .iter()
                .any(|attribute| matches!(attribute, RouteAttribute::Gateway(_)));
            if route.header.destination_prefix_length == 0 && has_gateway {
                self.kernel
                    .ask(RouteNetlinkMessage::DelRoute(route), 0)
                    .map_err(NetworkError::at(step))?;
            }
        }
        Ok(())
    }

    /// The subnets that routes lead to, other than by a default route.
    pub fn subnets(&self) -> Result<Vec<IpNet>, NetworkError> {
        let mut all = Vec::new();
        for family in [AddressFamily::Inet, AddressFamily::Inet6] {
            let mut wanted = RouteMessage::default();
            wanted.header.address_family = family;
            let routes = self.kernel.list(RouteNetlinkMessage::GetRoute(wanted));
            for route in routes.map_err(NetworkError::at("list routes"))? {
                let RouteNetlinkMessage::NewRoute(route) = route else {
                    continue;
                };
                if route.header.table != RouteHeader::RT_TABLE_MAIN {
                    continue;
                }
                all.extend(destination(&route));
            }
        }
        Ok(all)
    }
}

impl Kernel {
    /// The one link that a message names.
    fn find(&self, message: LinkMessage) -> io::Result<LinkMessage> {
        let answers = self.talk_once(RouteNetlinkMessage::GetLink(message))?;
        match answers {
            RouteNetlinkMessage::NewLink(link) => Ok(link),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

fn destination(route: &RouteMessage) -> Option<IpNet> {
    let length = route.header.destination_prefix_length;
    let address = route.attributes.iter().find_map(|attribute| match attribute {
        RouteAttribute::Destination(RouteAddress::Inet(v4)) => Some(IpAddr::V4(*v4)),
        RouteAttribute::Destination(RouteAddress::Inet6(v6)) => Some(IpAddr::V6(*v6)),
        _ => None,
    })?;
    IpNet::new(address, length).ok().filter(|_| length > 0)
}

fn default_route(index: u32, gateway: IpAddr) -> RouteMessage {
    let mut message = RouteMessage::default();
    message.header.address_family = family(gateway);
    message.header.table = RouteHeader::RT_TABLE_MAIN;
    message.header.protocol = RouteProtocol::Boot;
    message.header.scope = RouteScope::Universe;
    message.header.kind = RouteType::Unicast;
    message.attributes.push(RouteAttribute::Oif(index));
    message.attributes.push(RouteAttribute::Gateway(match gateway {
        IpAddr::V4(v4) => RouteAddress::Inet(v4),
        IpAddr::V6(v6) => RouteAddress::Inet6(v6),
    }));
    message
}

fn family(address: IpAddr) -> AddressFamily {
    match address {
        IpAddr::V4(_) => AddressFamily::Inet,
        IpAddr::V6(_) => AddressFamily::Inet6,
    }
}

fn named(name: &str) -> LinkMessage {
    let mut message = LinkMessage::default();
    message.attributes.push(LinkAttribute::IfName(name.to_owned()));
    message
}

fn numbered(index: u32) -> LinkMessage {
    let mut message = LinkMessage::default();
    message.header.index = index;
    message
}

fn read(message: &LinkMessage) -> Link {
    let mut link = Link {
        index: message.header.index,
        ..Link::default()
    };
    for attribute in &message.attributes {
        match attribute {
            LinkAttribute::IfName(name) => link.name.clone_from(name),
            LinkAttribute::IfAlias(alias) => link.alias.clone_from(alias),
            LinkAttribute::Mtu(mtu) => link.mtu = *mtu,
            LinkAttribute::Controller(bridge) => link.bridge = Some(*bridge),
            _ => {}
        }
    }
    link
}
