//! The decision about one address.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sampan_types::Grants;
use sampan_types::grants::{ListenRule, NetRule, Transport};
use wasmtime_wasi::sockets::SocketAddrUse;

use super::addresses::{has_address, plain, reached};
use super::{Mode, Neighbours, Resolver, Surroundings};
use crate::ledger::{Ledger, Refusal};

/// How many addresses are remembered with the names that led to them; the oldest go first, and must be
/// looked up again.
const ANSWERS: usize = 2_048;
/// How many names are remembered for one address.
const NAMES: usize = 8;
/// How many senders of datagrams are remembered, for answers to them.
const PEERS: usize = 4_096;
/// How many explicit binds are remembered.
const BINDS: usize = 1_024;

pub(super) struct Policy {
    net: Vec<NetRule>,
    listen: Vec<ListenRule>,
    pub(super) mode: Mode,
    pub(super) ledger: Arc<Ledger>,
    pub(super) resolver: Resolver,
    pub(super) neighbours: Neighbours,
    memory: Mutex<Memory>,
}

/// What this guest did before, as far as later decisions stand on it. All of it bounded.
#[derive(Default)]
struct Memory {
    names: HashMap<IpAddr, Vec<Arc<str>>>,
    names_order: VecDeque<IpAddr>,
    peers: HashSet<SocketAddr>,
    peers_order: VecDeque<SocketAddr>,
    binds: HashSet<SocketAddr>,
    /// The guest has a UDP socket that no rule lets it listen with: it was made for sending.
    loose: bool,
    /// That strangers are not heard because of it was written down.
    told: bool,
}

impl Policy {
    pub(super) fn new(grants: &Grants, mode: Mode, ledger: Arc<Ledger>, surroundings: &Surroundings) -> Self {
        Self {
            net: grants.net.clone(),
            listen: grants.listen.clone(),
            mode,
            ledger,
            resolver: Resolver::new(Arc::clone(&surroundings.resolve)),
            neighbours: surroundings.neighbours.clone(),
            memory: Mutex::default(),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the guest may look up a name: some rule has it, for whatever port.
    pub(super) fn grants_name(&self, name: &str) -> bool {
        self.net
            .iter()
            .any(|r| r.host.is_name() && r.host.matches_name(name))
    }

    /// Whether some rule has an address itself, for whatever port.
    pub(super) fn grants_address(&self, address: IpAddr) -> bool {
        self.net.iter().any(|r| has_address(&r.host, address))
    }

    /// Remembers that looking up a name gave an address to this guest.
    pub(super) fn remember(&self, name: &str, address: IpAddr) {
        let mut memory = self.memory();
        let memory = &mut *memory;
        let names = memory.names.entry(address).or_insert_with(|| {
            memory.names_order.push_back(address);
            Vec::new()
        });
        if !names.iter().any(|n| **n == *name) {
            if names.len() == NAMES {
                names.remove(0);
            }
            names.push(name.into());
        }
        while memory.names.len() > ANSWERS {
            if let Some(oldest) = memory.names_order.pop_front() {
                memory.names.remove(&oldest);
            }
        }
    }

    pub(super) fn names_of(&self, address: IpAddr) -> Vec<Arc<str>> {
        self.memory().names.get(&address).cloned().unwrap_or_default()
    }

    /// The decision, for each purpose that Wasmtime asks about.
    pub(super) fn check(&self, address: SocketAddr, purpose: SocketAddrUse) -> bool {
        let address = plain(address);
        match purpose {
            SocketAddrUse::TcpBind => self.bind(address, Transport::Tcp),
            SocketAddrUse::UdpBind => self.bind(address, Transport::Udp),
            SocketAddrUse::TcpListen => self.start_to_listen(address),
            // Listening was granted; who comes is the grant's business.
            SocketAddrUse::TcpAccept => true,
            SocketAddrUse::TcpConnect => self.connect(address, Transport::Tcp),
            SocketAddrUse::UdpSend => {
                self.memory().peers.contains(&address) || self.connect(address, Transport::Udp)
            }
            SocketAddrUse::UdpReceive => self.receive(address),
        }
    }

    /// Wasmtime also asks about the bind that a connect implies, as the unspecified address with port 0:
    /// that alone reaches nothing, and what follows is asked about by itself.
    fn bind(&self, address: SocketAddr, transport: Transport) -> bool {
        if address.ip().is_unspecified() && address.port() == 0 {
            if transport == Transport::Udp && !self.may_listen(address, transport) {
                self.memory().loose = true;
            }
            return true;
        }
        let as_client = address.port() == 0 && self.net.iter().any(|r| r.transport == transport);
        let granted = self.may_listen(address, transport);
        let allowed = as_client || granted || self.mode == Mode::Learn;
        if allowed {
            let mut memory = self.memory();
            memory.loose |= transport == Transport::Udp && !granted;
            if address.port() != 0 && memory.binds.len() < BINDS {
                memory.binds.insert(address);
            }
        }
        // TCP is written down when it listens; UDP has no such step.
        if !allowed || (transport == Transport::Udp && address.port() != 0) {
            self.ledger
                .listen(address.ip(), address.port(), transport, allowed);
        }
        if !allowed {
            self.ledger.refuse(Refusal::Listen { address, transport });
        }
        allowed
    }

    /// `address` is the socket's own, with the port that the system picked if the guest left it the choice.
    /// A port of the guest's choice was granted at its bind.
    fn start_to_listen(&self, address: SocketAddr) -> bool {
        // On an address of its own the port is part of the network's grant, whoever picked it.
        let own = self.neighbours.now().listens(address, Transport::Tcp);
        let picked = !own && !self.memory().binds.contains(&address);
        let asked = SocketAddr::new(address.ip(), if picked { 0 } else { address.port() });
        let granted = self.may_listen(address, Transport::Tcp) || self.may_listen(asked, Transport::Tcp);
        let allowed = granted || self.mode == Mode::Learn;
        self.ledger
            .listen(asked.ip(), asked.port(), Transport::Tcp, allowed);
        if !allowed {
            self.ledger.refuse(Refusal::Listen {
                address: asked,
                transport: Transport::Tcp,
            });
        }
        allowed
    }

    /// Whether it may listen, by a rule or in a network.
    fn may_listen(&self, address: SocketAddr, transport: Transport) -> bool {
        self.grants_listen(address, transport) || self.neighbours.now().listens(address, transport)
    }

    pub(super) fn grants_listen(&self, address: SocketAddr, transport: Transport) -> bool {
        self.listen
            .iter()
            .any(|r| r.allows(address.ip(), address.port(), transport))
    }

    fn connect(&self, address: SocketAddr, transport: Transport) -> bool {
        let target = reached(address);
        let names = self.names_of(target.ip());
        let by_name = names
            .iter()
            .rev()
            .find(|n| self.name_grants(n, target.port(), transport));
        let by_address =
            self.address_grants(target, transport) || self.neighbours.now().reaches(target, transport);
        let allowed = by_name.is_some() || by_address || self.mode == Mode::Learn;
        let name = by_name.or_else(|| names.last());
        // An address of its own right is written down under the name that led to it, where there is one.
        self.ledger
            .connect(name.map(|n| &**n), target.ip(), target.port(), transport, allowed);
        if !allowed {
            self.ledger.refuse(Refusal::Connect {
                name: name.map(|n| n.to_string()),
                address: target,
                transport,
            });
        }
        allowed
    }

    fn name_grants(&self, name: &str, port: u16, transport: Transport) -> bool {
        self.net.iter().any(|r| {
            r.transport == transport
                && r.ports.contains(port)
                && r.host.is_name()
                && r.host.matches_name(name)
        })
    }

    fn address_grants(&self, target: SocketAddr, transport: Transport) -> bool {
        self.net.iter().any(|r| {
            r.transport == transport && r.ports.contains(target.port()) && has_address(&r.host, target.ip())
        })
    }

    /// A datagram has come. Strangers' are dropped without a word, else whoever sends them could fill the
    /// record.
    fn receive(&self, from: SocketAddr) -> bool {
        let expected = self.neighbours.now().hears(from.ip())
            || self.address_grants(from, Transport::Udp)
            || self
                .names_of(from.ip())
                .iter()
                .any(|n| self.name_grants(n, from.port(), Transport::Udp));
        if expected {
            return true;
        }
        // Which socket it came to is not told. Where the guest may listen, it hears everyone and may answer whom
        // it heard, unless it has a socket on every address, which was let through only for sending.
        let mut memory = self.memory();
        let rules = self.listen.iter().any(|r| r.transport == Transport::Udp);
        if rules && memory.loose && self.mode != Mode::Learn {
            if std::mem::replace(&mut memory.told, true) {
                return false;
            }
            drop(memory);
            let everywhere = match from.ip() {
                IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
                IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            };
            self.ledger.refuse(Refusal::Listen {
                address: SocketAddr::new(everywhere, 0),
                transport: Transport::Udp,
            });
            return false;
        }
        let listens = rules || self.mode == Mode::Learn;
        if listens {
            if memory.peers.insert(from) {
                memory.peers_order.push_back(from);
            }
            if memory.peers.len() > PEERS
                && let Some(oldest) = memory.peers_order.pop_front()
            {
                memory.peers.remove(&oldest);
            }
        }
        listens
    }
}
