//! What of a container is in the kernel, as it is written down for the next daemon.

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use sampan_runtime::{NameServers, NetworkPlace};
use sampan_types::ContainerId;
use sampan_types::grants::Transport;
use serde::{Deserialize, Serialize};

use super::inside::Asked;

/// The file's name, in the folder of the container's run.
const NAME: &str = "networks.json";

/// All of a container.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Wired {
    pub(crate) cables: Vec<Cable>,
    #[serde(default)]
    pub(crate) doors: Vec<Door>,
    #[serde(default)]
    pub(crate) told: Told,
}

/// What whoever answers for its names and ports was told beside its places: the next one is told again, if that one fell
/// while no daemon was there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Told {
    /// All ports of the host that are carried to it.
    pub(crate) published: Vec<Door>,
    /// Names that it knows besides those of its networks.
    pub(crate) hosts: Vec<(String, IpAddr)>,
    /// Whether it asks for names, and how what no network knows is looked up.
    pub(crate) asks: Option<NameServers>,
}

/// Its place in one network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cable {
    pub(crate) place: NetworkPlace,
    /// The name of the interface on the host.
    pub(crate) outer: String,
    /// The name of the interface in the container.
    pub(crate) inner: String,
}

/// A port of the host that leads to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Door {
    pub(crate) at: SocketAddr,
    pub(crate) transport: Transport,
    /// The container's port.
    pub(crate) port: u16,
}

impl Wired {
    /// Who is asked for names in it, if there is somebody.
    pub(super) fn asked(&self) -> Asked {
        let places: Vec<NetworkPlace> = self.cables.iter().map(|cable| cable.place.clone()).collect();
        Asked::of(&places)
    }

    /// The first name that none of its interfaces has.
    pub(super) fn free_name(&self) -> String {
        let free = |name: &String| !self.cables.iter().any(|cable| cable.inner == *name);
        // It has fewer interfaces than that.
        (0_u32..)
            .map(|number| format!("eth{number}"))
            .find(free)
            .unwrap_or_default()
    }

    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        let part = folder.join(format!("{NAME}.part"));
        fs::write(&part, serde_json::to_vec(self)?)?;
        fs::rename(&part, folder.join(NAME))
    }

    /// `None` where a container has no networks.
    pub(crate) fn read(folder: &Path) -> io::Result<Option<Self>> {
        match fs::read(folder.join(NAME)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The name of an interface on the host: of the container and of the network alike.
pub(super) fn name_of(id: &ContainerId, network: &str) -> String {
    let container = id.as_str().get(..7).unwrap_or_default();
    format!("sv{container}{}", network.get(..6).unwrap_or(network))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_interfaces_are_short_and_free() {
        let id: ContainerId = "f".repeat(64).parse().unwrap();
        assert_eq!(name_of(&id, &"0".repeat(64)).len(), 15);
        let mut wired = Wired::default();
        for expected in ["eth0", "eth1"] {
            let inner = wired.free_name();
            assert_eq!(inner, expected);
            wired.cables.push(Cable {
                place: crate::net::inside::tests::place("172.20.0.2", "172.20.0.0/16", "172.20.0.1"),
                outer: inner.clone(),
                inner,
            });
        }
        wired.cables.remove(0);
        assert_eq!(wired.free_name(), "eth0");
    }

    #[test]
    fn what_is_written_is_read_by_the_next_daemon() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Wired::read(dir.path()).unwrap().is_none());
        let wired = Wired {
            cables: Vec::new(),
            doors: vec![Door {
                at: "0.0.0.0:80".parse().unwrap(),
                transport: Transport::Tcp,
                port: 8,
            }],
            told: Told::default(),
        };
        wired.write(dir.path()).unwrap();
        assert_eq!(Wired::read(dir.path()).unwrap().unwrap().doors, wired.doors);
    }
}
