//! The networks of Linux containers as the kernel has them: bridges, pairs of joined interfaces, and one table of
//! nftables. `docs/design/networks-linux.md` has the whole.

mod bridge;
mod forwarding;
mod inside;
mod mend;
mod note;
mod online;
mod strangers;
mod table;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, Weak};

use sampan_network::links::{Links, Pair};
use sampan_network::nft::Family;
use sampan_network::{NetworkError, namespace};
use sampan_process::desk::Doorway;
use sampan_process::users;
use sampan_runtime::{Forwarding, NetworkPlace};
use sampan_types::ContainerId;
use sampan_types::grants::Transport;

use crate::warden::lock;
use bridge::Bridges;
use forwarding::Switches;
pub(crate) use inside::Fresh;
pub(crate) use note::{Cable, Door, Told, Wired};
pub(crate) use online::Plugged;
use strangers::Strangers;

/// All networks of one daemon's Linux containers. Calls block for some milliseconds, and are made on threads for that.
pub(crate) struct Wires {
    /// Written on what is this daemon's, and told to the next one with the same data.
    owner: String,
    /// The namespace of bridges, where that is not the host's. Set before anything is done in it.
    yard: OnceLock<OwnedFd>,
    state: Mutex<State>,
    /// For whoever hears what others do to it.
    own: Weak<Self>,
}

struct State {
    forwarding: Switches,
    bridges: Bridges,
    wired: HashMap<ContainerId, Wired>,
    /// Containers of other kinds.
    strangers: Strangers,
    /// Where what is for them is led.
    doorway: Option<Doorway>,
    /// How many rules the table has, once it is there.
    ruled: Option<usize>,
    /// Whether somebody listens to what others do to it.
    watched: bool,
}

impl Wires {
    /// `folder` is one that is gone when the machine starts anew.
    pub(crate) fn new(owner: &str, folder: PathBuf) -> Arc<Self> {
        Arc::new_cyclic(|own| Self {
            owner: format!("sampan {owner}"),
            yard: OnceLock::new(),
            state: Mutex::new(State {
                forwarding: Switches::new(folder),
                bridges: Bridges::default(),
                wired: HashMap::new(),
                strangers: Strangers::default(),
                doorway: None,
                ruled: None,
                watched: false,
            }),
            own: own.clone(),
        })
    }

    /// Whether it is known where bridges are.
    pub(crate) fn is_grounded(&self) -> bool {
        users::is_root() || self.yard.get().is_some()
    }

    /// Notes the namespace of bridges.
    pub(crate) fn ground(&self, yard: OwnedFd) {
        // The one that was there first has the bridges.
        let _ = self.yard.set(yard);
    }

    /// The namespace of bridges, for whoever keeps it.
    pub(crate) fn yard(&self) -> io::Result<Option<OwnedFd>> {
        self.yard.get().map(OwnedFd::try_clone).transpose()
    }

    /// Takes up what containers have that run since before this daemon, and removes what is left of others.
    pub(crate) fn restore(&self, wired: HashMap<ContainerId, Wired>) -> Result<(), NetworkError> {
        let links = Links::here()?;
        let known: Vec<&str> = wired
            .values()
            .flat_map(|one| &one.cables)
            .map(|cable| cable.outer.as_str())
            .collect();
        let own: Vec<_> = links
            .all()?
            .into_iter()
            .filter(|link| link.alias.starts_with(&self.owner))
            .collect();
        let mut state = lock(&self.state);
        for link in &own {
            match bridge::network_of(&link.alias) {
                Some(network) => state.bridges.found(network, link),
                None if known.contains(&link.name.as_str()) => {}
                None => links.delete(link.index)?,
            }
        }
        for cable in wired.values().flat_map(|one| &one.cables) {
            state.bridges.learn(&cable.place);
        }
        let bridges: Vec<(String, u32)> = state.bridges.indices().collect();
        for (network, index) in bridges {
            for address in links.addresses(index)? {
                if address.prefix_len() == address.max_prefix_len() {
                    state.strangers.found(&network, address.addr(), index);
                }
            }
        }
        state.wired = wired;
        if !own.is_empty() || !state.wired.is_empty() {
            self.watch(&mut state);
            state.rule()?;
            // Bridges may be gone since.
            self.mend_links(&mut state)?;
        }
        Ok(())
    }

    /// Removes the bridges of networks that are gone, and what is left of containers of other kinds that are.
    pub(crate) fn retain_networks(&self, known: &[String]) -> Result<(), NetworkError> {
        let mut state = lock(&self.state);
        state.strangers.complete();
        let gone = state.bridges.others(known);
        if !gone.is_empty() {
            let links = Links::here()?;
            for index in gone {
                links.delete(index)?;
            }
            state.rule()?;
        }
        drop(state);
        self.settle_strangers()
    }

    /// Gives a container its interfaces. Where one cannot be had, none is left.
    pub(crate) fn join(
        &self,
        id: &ContainerId,
        places: &[NetworkPlace],
        told: Told,
        namespace: &OwnedFd,
    ) -> Result<Wired, NetworkError> {
        let mut state = lock(&self.state);
        // What an earlier run left goes first.
        delete(&state.leave(id)?)?;
        state.wired.insert(id.clone(), Wired::default());
        let joined = self.plug(&mut state, id, places, namespace).and_then(|()| {
            let wired = state.wired.entry(id.clone()).or_default();
            // What comes to the loopback is carried: the kernel would have to let strangers there.
            // Where the bridges are not the host's, everything is.
            let led = |door: &&Door| users::is_root() && !door.at.ip().is_loopback();
            let doors = told.published.iter().filter(led);
            wired.doors = doors.copied().collect();
            wired.told = told;
            let wired = wired.clone();
            inside::route(namespace, &wired.cables)?;
            table::open(&wired)?;
            Ok(wired)
        });
        if joined.is_err() {
            // The first failure is told.
            let _ = state.leave(id).and_then(|cut| delete(&cut));
        }
        joined
    }

    /// Gives a running container other places. With it comes what it has now.
    pub(crate) fn change(
        &self,
        id: &ContainerId,
        places: &[NetworkPlace],
        pid: u32,
    ) -> Result<Wired, NetworkError> {
        let mut state = lock(&self.state);
        if !namespace::has_one(pid) {
            // Its program has just ended, and its places with it; whoever waits for it takes the rest away.
            return Ok(state.wired.get(id).cloned().unwrap_or_default());
        }
        let namespace = namespace::of_process(pid)?;
        let links = Links::here()?;
        let mut wired = state.wired.get(id).cloned().unwrap_or_default();
        if renamed(&mut wired, places) {
            state.wired.insert(id.clone(), wired.clone());
            return Ok(wired);
        }
        table::close(&wired)?;
        let (mut stay, gone): (Vec<Cable>, Vec<Cable>) = wired
            .cables
            .drain(..)
            .partition(|cable| places.iter().any(|place| place.network == cable.place.network));
        for cable in gone {
            unplug(&links, &cable)?;
        }
        for cable in &mut stay {
            // Under other names, say.
            let now = places.iter().find(|place| place.network == cable.place.network);
            cable.place = now.unwrap_or(&cable.place).clone();
        }
        let fresh: Vec<NetworkPlace> = places
            .iter()
            .filter(|place| !stay.iter().any(|cable| cable.place.network == place.network))
            .cloned()
            .collect();
        wired.cables = stay;
        state.wired.insert(id.clone(), wired);
        self.plug(&mut state, id, &fresh, &namespace)?;
        let wired = state.wired.get(id).cloned().unwrap_or_default();
        inside::route(&namespace, &wired.cables)?;
        table::open(&wired)?;
        Ok(wired)
    }

    fn plug(
        &self,
        state: &mut State,
        id: &ContainerId,
        places: &[NetworkPlace],
        namespace: &OwnedFd,
    ) -> Result<(), NetworkError> {
        use std::os::fd::AsFd;
        if places.is_empty() {
            return Ok(());
        }
        let mut claimed = false;
        for (family, guarded) in forwarded(places) {
            claimed |= guarded && state.forwarding.claim(family)?;
        }
        // Others flush all tables, when they load their own.
        self.watch(state);
        // Others flush all tables, when they load their own, also before somebody listened.
        if claimed || !state.is_ruled()? {
            state.rule()?;
        }
        // Behind the rules, so that nothing comes through before them.
        for (family, _) in forwarded(places) {
            Switches::switch_on(family)?;
        }
        let links = Links::here()?;
        for place in places {
            let bridge = state.bridges.ensure(&links, &self.owner, place)?;
            state.strangers.show(&links, &place.network, bridge)?;
            let wired = state.wired.entry(id.clone()).or_default();
            let cable = Cable {
                place: place.clone(),
                outer: note::name_of(id, &place.network),
                inner: wired.free_name(),
            };
            // One of an earlier run that is not quite gone yet.
            if let Some(old) = links.index(&cable.outer)? {
                links.delete(old)?;
            }
            links.make_pair(&Pair {
                name: &cable.outer,
                alias: &format!("{} of {}", self.owner, id.short()),
                bridge,
                apart: !place.wiring.together,
                peer: &cable.inner,
                namespace: namespace.as_fd(),
                mac: place.wiring.mac,
                mtu: place.wiring.mtu,
            })?;
            wired.cables.push(cable.clone());
            inside::settle(namespace, &cable)?;
        }
        Ok(())
    }

    /// Takes a container out of all networks: its addresses and ports are free. Gives its interfaces, which lead nowhere
    /// any more, to be deleted.
    pub(crate) fn leave(&self, id: &ContainerId) -> Result<Vec<u32>, NetworkError> {
        lock(&self.state).leave(id)
    }

    /// Whether there is a place to which what is for containers of other kinds is led.
    pub(crate) fn has_doorway(&self) -> bool {
        lock(&self.state).doorway.is_some()
    }

    /// Notes that place.
    pub(crate) fn set_doorway(&self, doorway: Doorway) -> Result<(), NetworkError> {
        let mut state = lock(&self.state);
        state.doorway = Some(doorway);
        match state.ruled {
            Some(_) => state.rule(),
            None => Ok(()),
        }
    }

    /// A container of another kind has these places, or with none it has gone. True where that concerns nobody.
    pub(crate) fn note_stranger(&self, id: &ContainerId, places: &[NetworkPlace]) -> bool {
        let mut state = lock(&self.state);
        let State {
            strangers, bridges, ..
        } = &mut *state;
        strangers.note(id, places, |network| bridges.index(network).is_some())
    }

    /// Lets the host have the addresses of containers of other kinds, where a network has a bridge.
    pub(crate) fn settle_strangers(&self) -> Result<(), NetworkError> {
        let mut state = lock(&self.state);
        let bridges: Vec<(String, u32)> = state.bridges.indices().collect();
        if bridges.is_empty() {
            return Ok(());
        }
        let links = Links::here()?;
        for (network, index) in bridges {
            state.strangers.show(&links, &network, index)?;
        }
        Ok(())
    }

    /// The bridge of a network goes, if it had one.
    pub(crate) fn remove_network(&self, network: &str) -> Result<(), NetworkError> {
        let mut state = lock(&self.state);
        let Some(bridge) = state.bridges.take(network) else {
            return Ok(());
        };
        state.strangers.hide(network)?;
        table::remove_bridge(&bridge)?;
        Links::here()?.delete(bridge.index)
    }
}

impl State {
    /// Writes the table anew, whole.
    fn rule(&mut self) -> Result<(), NetworkError> {
        let rules = table::write(
            self.bridges.all(),
            self.wired.values(),
            self.doorway,
            self.strangers.shown(),
            |family| self.forwarding.is_ours(family),
        )?;
        self.ruled = Some(rules);
        Ok(())
    }

    /// Whether the table is there as it was written.
    fn is_ruled(&self) -> Result<bool, NetworkError> {
        self.ruled.map_or(Ok(false), table::is_whole)
    }

    fn leave(&mut self, id: &ContainerId) -> Result<Vec<u32>, NetworkError> {
        let Some(wired) = self.wired.remove(id) else {
            return Ok(Vec::new());
        };
        let closed = table::close(&wired);
        let mut cut = Vec::new();
        if !wired.cables.is_empty() {
            let links = Links::here()?;
            for cable in &wired.cables {
                if let Some(index) = links.index(&cable.outer)? {
                    links.take_out(index)?;
                    cut.push(index);
                }
            }
        }
        closed.map(|()| cut)
    }
}

/// Deletes interfaces that lead nowhere.
pub(crate) fn delete(cut: &[u32]) -> Result<(), NetworkError> {
    if cut.is_empty() {
        return Ok(());
    }
    let links = Links::here()?;
    cut.iter().try_for_each(|index| links.delete(*index))
}

/// The families of which the engine lets the host forward packets for these places, and whether it keeps what is nobody's
/// from passing.
fn forwarded(places: &[NetworkPlace]) -> impl Iterator<Item = (Family, bool)> + '_ {
    let ours = |place: &&NetworkPlace| place.wiring.forwarding != Forwarding::Left;
    let open = move || places.iter().filter(|place| !place.internal).filter(ours);
    let v6 = open()
        .flat_map(|place| &place.subnets)
        .any(|net| net.addr().is_ipv6());
    let guarded = open().all(|place| place.wiring.forwarding == Forwarding::Guarded);
    let v4 = open().next().map(|_| (Family::V4, guarded));
    v4.into_iter().chain(v6.then_some((Family::V6, guarded)))
}

fn unplug(links: &Links, cable: &Cable) -> Result<(), NetworkError> {
    match links.index(&cable.outer)? {
        Some(index) => links.delete(index),
        None => Ok(()),
    }
}

/// Takes over the names of places that are otherwise what they were: for those nothing in the kernel changes, and no
/// connection is lost. `false` where more is different.
fn renamed(wired: &mut Wired, places: &[NetworkPlace]) -> bool {
    let rest = |place: &NetworkPlace| NetworkPlace {
        names: Vec::new(),
        links: Vec::new(),
        ..place.clone()
    };
    let same = |cable: &Cable| {
        places
            .iter()
            .find(|place| place.network == cable.place.network)
            .filter(|place| rest(place) == rest(&cable.place))
    };
    let found: Option<Vec<&NetworkPlace>> = wired.cables.iter().map(same).collect();
    match found {
        Some(found) if found.len() == places.len() => {
            for (cable, place) in wired.cables.iter_mut().zip(found) {
                cable.place = place.clone();
            }
            true
        }
        _ => false,
    }
}

/// Ports of the host by their addresses.
pub(crate) fn doors(published: &[sampan_runtime::Published]) -> Vec<Door> {
    let door = |one: &sampan_runtime::Published| {
        let at: SocketAddr = match &one.socket {
            sampan_runtime::PublishedSocket::Tcp(listener) => listener.local_addr().ok()?,
            sampan_runtime::PublishedSocket::Udp(socket) => socket.local_addr().ok()?,
        };
        Some(Door {
            at,
            transport: one.socket.transport(),
            port: one.port,
        })
    };
    published.iter().filter_map(door).collect()
}

/// Runs something that blocks where it may, and where bridges are.
pub(crate) async fn apart<T: Send + 'static>(
    wires: &Arc<Wires>,
    what: impl FnOnce(&Wires) -> Result<T, NetworkError> + Send + 'static,
) -> Result<T, crate::error::LinuxError> {
    let wires = wires.clone();
    let work = move || match wires.yard.get() {
        Some(yard) => namespace::within(yard, || what(&wires)),
        None => what(&wires),
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| crate::error::LinuxError::Answer)?
        .map_err(crate::error::LinuxError::Network)
}

/// A number of the kernel's for a protocol.
fn number(transport: Transport) -> u8 {
    match transport {
        Transport::Tcp => 6,
        Transport::Udp => 17,
    }
}

/// Members of all maps, by the map's name.
type Elements = BTreeMap<&'static str, Vec<(sampan_network::nft::Value, Option<sampan_network::nft::Value>)>>;
