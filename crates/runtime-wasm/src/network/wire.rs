//! What the network process hears and says: from and to its daemon, from and to the workers.
//!
//! To it a daemon is trusted and a worker hostile. Fields that are added later have defaults, as in `worker::wire`.

use std::net::IpAddr;

use sampan_runtime::{LentPort, NameServers, NetworkPlace};
use sampan_types::grants::Transport;
use sampan_types::{ContainerId, Grants};
use sampan_wasm_host::net::{LookupError, Neighbourhood};
use serde::{Deserialize, Serialize};

/// What a daemon orders. Each order that has an `order` number is answered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(crate) enum Order {
    /// Take up the namespace in the first descriptor, or make one where there is none. Comes before all others.
    Settle {
        order: u64,
        /// Whether the bridges of containers with interfaces are in a namespace of their own.
        #[serde(default)]
        apart: bool,
        /// Whether that is the last descriptor; else it is made.
        #[serde(default)]
        known: bool,
    },
    /// A container comes. Descriptors: the end of its worker's socket and the notify descriptor, where the admission has
    /// them, then the host's side of each forward.
    Admit { order: u64, admission: Box<Admission> },
    /// Take what comes to the listener in the descriptor, and carry it to where it was going. A second descriptor is the
    /// same for datagrams.
    Doorway { order: u64 },
    /// A container has other places.
    Places {
        order: u64,
        entry: u64,
        places: Vec<NetworkPlace>,
    },
    /// Make listeners on these ports of its own address. They are the answer's descriptors.
    Listen { order: u64, entry: u64, ports: Vec<u16> },
    /// A container has gone. Its ports are free when this is answered.
    Dismiss { order: u64, entry: u64 },
}

/// A container with sockets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Admission {
    /// Never the same again, also for two runs of one container.
    pub(crate) entry: u64,
    pub(crate) id: ContainerId,
    /// Its worker, if that is its alone.
    pub(crate) pid: Option<u32>,
    pub(crate) grants: Grants,
    pub(crate) places: Vec<NetworkPlace>,
    pub(crate) hosts: Vec<(String, IpAddr)>,
    pub(crate) forwards: Vec<ForwardOrder>,
    /// Addresses that stand for the host itself.
    #[serde(default)]
    pub(crate) machine: Vec<IpAddr>,
    /// The container inside of which it runs, and whose places it has.
    #[serde(default)]
    pub(crate) within: Option<ContainerId>,
    /// That one's published ports.
    #[serde(default)]
    pub(crate) lent: Vec<LentPort>,
    /// TCP ports on which it may listen for those who are linked to it.
    #[serde(default)]
    pub(crate) exposed: Vec<u16>,
    /// How names are looked up that its networks do not know and that it was granted.
    #[serde(default)]
    pub(crate) resolver: NameServers,
    /// Set where its sockets are its own, in a namespace of its own: nothing of it is decided here but names.
    #[serde(default)]
    pub(crate) apart: Option<Apart>,
    /// Whether the worker's socket is among the descriptors.
    pub(crate) socket: bool,
    /// Whether the notify descriptor is.
    pub(crate) notify: bool,
}

/// What is known of a container whose sockets are its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Apart {
    /// Whether sockets by which it asks for names are the last descriptors: one for UDP, one for TCP.
    pub(crate) asks: bool,
    /// Who is asked for what no network knows.
    pub(crate) servers: Vec<IpAddr>,
    /// Whether its own resolver puts domains behind names without a dot.
    #[serde(default)]
    pub(crate) searches: bool,
}

/// A port that leads to a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ForwardOrder {
    pub(crate) port: u16,
    pub(crate) transport: Transport,
}

impl Admission {
    /// The container whose addresses these are.
    pub(crate) fn container(&self) -> &ContainerId {
        self.within.as_ref().unwrap_or(&self.id)
    }

    /// Its places in networks whose members it reaches by links alone.
    pub(crate) fn linked(&self) -> impl Iterator<Item = &NetworkPlace> + Clone {
        let places = self.places.iter();
        places.filter(|place| !place.open && !place.links.is_empty())
    }

    /// What it may do in its networks, for its worker.
    pub(crate) fn neighbourhood(&self) -> Neighbourhood {
        let open = self.places.iter().filter(|place| place.open);
        let own = self.forwards.iter().map(|one| (one.port, one.transport));
        let lent = self.lent.iter().map(|one| (one.port, one.transport));
        let exposed = self.exposed.iter().map(|port| (*port, Transport::Tcp));
        let linked = self.linked();
        let aliases = linked.clone().flat_map(|place| &place.links);
        let given = self.hosts.iter().map(|(name, _)| name);
        Neighbourhood {
            own: self
                .places
                .iter()
                .flat_map(|place| &place.addresses)
                .copied()
                .collect(),
            subnets: open.flat_map(|place| &place.subnets).copied().collect(),
            gateways: self
                .places
                .iter()
                .flat_map(|place| &place.gateways)
                .copied()
                .collect(),
            ports: own.chain(lent).chain(exposed).collect(),
            names: given.chain(aliases.map(|(alias, _)| alias)).cloned().collect(),
            linked: linked.flat_map(|place| &place.subnets).copied().collect(),
        }
    }
}

/// What it says to a daemon.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub(crate) enum Say {
    /// A container that is here, with its descriptors. Part of the first words.
    Known { admission: Box<Admission> },
    /// The end of the first words. Descriptors: the namespace, if it has one, that of bridges, if there is one, then the
    /// doorway and that of datagrams, if it has them.
    Ready {
        #[serde(default)]
        yard: bool,
    },
    /// The answer to an order.
    Answer { order: u64, answer: Answer },
    /// A worker has handed over its notify descriptor, of which this is a copy.
    Hailed { entry: u64 },
}

/// The answer to an order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// Done. After `settle`, the namespace is the descriptor, and that of bridges the second; after `listen`, the listeners
    /// are.
    Done,
    /// There is no such container.
    Gone,
    /// Not done.
    Failed { what: String },
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "wants", rename_all = "kebab-case")]
pub(crate) enum Ask {
    /// Its calls wait at this descriptor of its, which is fetched: to send it would be such a call. Once, before it
    /// takes a guest.
    Hail { notify: i32 },
    /// What are the addresses of a name?
    LookUp { ask: u64, name: String },
}

/// What a worker hears.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "kebab-case")]
pub(crate) enum Told {
    /// Its calls are answered from now on.
    Welcome,
    /// The addresses of a name, or why there are none.
    Addresses {
        ask: u64,
        addresses: Result<Vec<IpAddr>, Unknown>,
    },
}

/// Why a name has no addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unknown {
    Denied,
    Unresolvable,
    Timeout,
    Busy,
}

impl From<LookupError> for Unknown {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Denied | LookupError::Invalid => Self::Denied,
            LookupError::Unresolvable => Self::Unresolvable,
            LookupError::Timeout => Self::Timeout,
            LookupError::Busy => Self::Busy,
        }
    }
}
