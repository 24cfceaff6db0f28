//! What a container must be able to reach, and so which worker it gets.

use std::collections::BTreeSet;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, open};
use sampan_runtime::{ContainerSpec, Isolation};
use sampan_types::Grants;
use sampan_types::grants::{Access, HostPattern, PortRange, Transport};
use sampan_wasm_host::inspect::Reach;

use super::FleetError;
use crate::worker::{Folder, Ports};

/// Where a container goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// To others of its domain.
    Shared { domain: String },
    /// To a worker of its own, with these folders and ports.
    Own {
        folders: Vec<(PathBuf, Access)>,
        network: Option<Ports>,
    },
}

/// Ports of one range that the kernel is told of one by one; a larger range is all ports to it, and the host alone
/// keeps the bounds.
const SINGLE: u16 = 64;

impl Place {
    /// What the program cannot reach by its imports is not given to its process, whatever was granted.
    /// `networked` says that it may have sockets in its networks.
    pub(super) fn of(spec: &ContainerSpec, reach: Reach, networked: bool) -> Self {
        let grants = &spec.grants;
        let mut folders = Vec::new();
        if reach.files {
            folders.extend(spec.root.iter().map(|root| (root.path.clone(), root.access)));
            folders.extend(grants.mounts.iter().map(|m| (m.source.clone(), m.access)));
            folders.extend(spec.tmpfs_dirs.iter().map(|dir| (dir.clone(), Access::ReadWrite)));
        }
        let granted = networked
            || spec.learn
            || !(grants.net.is_empty() && grants.http.is_empty() && grants.listen.is_empty());
        let network = (reach.network && granted).then(|| Ports {
            // In a network all members are reached by datagrams as well.
            datagrams: networked || ports(spec).datagrams,
            ..ports(spec)
        });
        let alone = spec.placement.isolation == Isolation::Process;
        if folders.is_empty() && network.is_none() && !alone {
            return Self::Shared {
                domain: spec.placement.domain.clone(),
            };
        }
        Self::Own { folders, network }
    }
}

fn ports(spec: &ContainerSpec) -> Ports {
    let grants = &spec.grants;
    if spec.learn {
        return Ports {
            datagrams: true,
            ..Ports::default()
        };
    }
    let mut connect: Vec<PortRange> = Vec::new();
    for rule in &grants.net {
        connect.push(match rule.transport {
            Transport::Tcp => rule.ports,
            // Long answers about names come over TCP.
            Transport::Udp => PortRange::one(53),
        });
    }
    for rule in &grants.http {
        match (rule.ports, rule.tls) {
            (Some(ports), _) => connect.push(ports),
            (None, Some(true)) => connect.push(PortRange::one(443)),
            (None, Some(false)) => connect.push(PortRange::one(80)),
            (None, None) => connect.push(PortRange::ALL),
        }
    }
    if !connect.is_empty() {
        connect.push(PortRange::one(53));
    }
    let bind = grants
        .listen
        .iter()
        .filter(|rule| rule.transport == Transport::Tcp)
        .map(|rule| rule.ports);
    let datagrams = grants.net.iter().any(|rule| rule.transport == Transport::Udp)
        || grants.listen.iter().any(|rule| rule.transport == Transport::Udp)
        // Names are looked up over UDP.
        || hosts(grants).any(|host| !matches!(host, HostPattern::Block(_)));
    Ports {
        connect: single(connect.into_iter()),
        bind: single(bind),
        datagrams,
    }
}

/// All hosts that something is granted for.
fn hosts(grants: &Grants) -> impl Iterator<Item = &HostPattern> {
    let net = grants.net.iter().map(|rule| &rule.host);
    net.chain(grants.http.iter().map(|rule| &rule.host))
}

/// Every port by itself; `None` where they are too many.
fn single(ranges: impl Iterator<Item = PortRange>) -> Option<Vec<u16>> {
    let mut ports = BTreeSet::new();
    for range in ranges {
        let (first, last) = range.bounds();
        // Port 0 is any that the system picks.
        if first == 0 || last.saturating_sub(first) >= SINGLE {
            return None;
        }
        ports.extend(first..=last);
    }
    Some(ports.into_iter().collect())
}

/// Opens the folders, to be handed to a worker.
pub(super) fn opened(folders: &[(PathBuf, Access)]) -> Result<Vec<(OwnedFd, Folder)>, FleetError> {
    let open = |path: &Path| {
        open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).map_err(|error| FleetError::Folder {
            path: path.to_owned(),
            source: error.into(),
        })
    };
    folders
        .iter()
        .map(|(path, access)| {
            let folder = Folder {
                path: path.clone(),
                access: *access,
                detached: false,
            };
            Ok((open(path)?, folder))
        })
        .collect()
}
