//! Members of networks that have no interfaces: containers of other kinds. Where a network has a bridge the host has their
//! addresses for them, and what comes there is led to the process that knows where they are.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use sampan_network::NetworkError;
use sampan_network::links::Links;
use sampan_runtime::NetworkPlace;
use sampan_types::ContainerId;
use sampan_types::grants::Cidr;

use super::table;

/// The address of one in a network.
type Address = (String, IpAddr);

#[derive(Default)]
pub(super) struct Strangers {
    known: BTreeMap<ContainerId, Vec<Address>>,
    /// Those that a bridge has, by its number.
    shown: BTreeMap<Address, u32>,
    /// Whether all that run were told, also those since before this daemon.
    complete: bool,
}

impl Strangers {
    /// The addresses that the host has.
    pub(super) fn shown(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.shown.keys().map(|(_, address)| *address)
    }

    /// One that a bridge has since before this daemon, for whom ever.
    pub(super) fn found(&mut self, network: &str, address: IpAddr, index: u32) {
        self.shown.insert((network.to_owned(), address), index);
    }

    /// All that run were told. Whoever was not has gone.
    pub(super) fn complete(&mut self) {
        self.complete = true;
    }

    /// Notes the places of one. True where none of its networks has a bridge, so that nothing is to be done.
    pub(super) fn note(
        &mut self,
        id: &ContainerId,
        places: &[NetworkPlace],
        bridged: impl Fn(&str) -> bool,
    ) -> bool {
        let addresses: Vec<Address> = places
            .iter()
            .flat_map(|place| {
                let all = place.addresses.iter();
                all.map(|address| (place.network.clone(), *address))
            })
            .collect();
        let before = match addresses.is_empty() {
            true => self.known.remove(id),
            false => self.known.insert(id.clone(), addresses.clone()),
        };
        let mut concerned = before.iter().flatten().chain(&addresses);
        !concerned.any(|(network, _)| bridged(network))
    }

    /// Gives the bridge of a network the addresses that it shall have, and takes the others away.
    pub(super) fn show(&mut self, links: &Links, network: &str, index: u32) -> Result<(), NetworkError> {
        let wanted: BTreeSet<Address> = self
            .known
            .values()
            .flatten()
            .filter(|(of, _)| of == network)
            .cloned()
            .collect();
        let of_it = self.shown.keys().filter(|one| one.0 == network);
        let gone = of_it.filter(|one| self.complete && !wanted.contains(one));
        let gone: Vec<Address> = gone.cloned().collect();
        for one in gone {
            table::stranger(one.1, false)?;
            links.remove_address(index, Cidr::from(one.1))?;
            self.shown.remove(&one);
        }
        for one in wanted {
            if self.shown.get(&one) == Some(&index) {
                continue;
            }
            links.add_address(index, Cidr::from(one.1))?;
            table::stranger(one.1, true)?;
            self.shown.insert(one, index);
        }
        Ok(())
    }

    /// Gives the bridge of a network once more all that it shall have, because somebody took it away.
    pub(super) fn show_again(
        &mut self,
        links: &Links,
        network: &str,
        index: u32,
    ) -> Result<(), NetworkError> {
        for ((of, address), shown) in &mut self.shown {
            if of == network {
                links.add_address(index, Cidr::from(*address))?;
                *shown = index;
            }
        }
        Ok(())
    }

    /// The bridge of a network is going, with its addresses.
    pub(super) fn hide(&mut self, network: &str) -> Result<(), NetworkError> {
        let of_it = self.shown.keys().filter(|one| one.0 == network);
        for one in of_it.cloned().collect::<Vec<_>>() {
            self.shown.remove(&one);
            table::stranger(one.1, false)?;
        }
        Ok(())
    }
}
