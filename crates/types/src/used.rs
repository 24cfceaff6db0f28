//! What a container really used of what it was given.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::grants::{Access, Grants, Transport};

/// A record of one run, small enough to keep: distinct uses, not every one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Used {
    /// Connections asked for.
    pub connects: Vec<Connect>,
    /// Names resolved.
    pub names: Vec<NameLookup>,
    /// Addresses listened on.
    pub listens: Vec<Listen>,
    /// HTTP requests asked for.
    pub requests: Vec<Request>,
    /// For each mount of the grants, in order: the most that was done with it; `None` when untouched.
    pub mounts: Vec<Option<Access>>,
    /// For each tmpfs of the grants, in order: whether it was touched.
    pub tmpfs: Vec<bool>,
    /// Whether the environment was read.
    pub env: bool,
    /// What was refused, once each, in words.
    pub refused: Vec<Refused>,
    /// Whether more was done than is written down here.
    pub truncated: bool,
}

/// Something that the guest asked for and did not get.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Refused {
    /// What: `connect to db:5432 (tcp, at 10.0.0.7)`.
    pub what: String,
    /// What would have granted it: ``add `--allow-net db:5432` ``.
    pub hint: String,
}

/// A connection or datagram that the guest asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Connect {
    /// The name whose resolution gave the address, where there was one.
    pub name: Option<String>,
    /// The address.
    pub address: IpAddr,
    /// The port.
    pub port: u16,
    /// Over what.
    pub transport: Transport,
    /// Whether it was let through.
    pub allowed: bool,
}

/// A name that the guest had resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NameLookup {
    /// The name.
    pub name: String,
    /// The addresses that the guest was given.
    pub addresses: Vec<IpAddr>,
    /// Whether it was let through.
    pub allowed: bool,
}

/// An address that the guest listened on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Listen {
    /// The address.
    pub address: IpAddr,
    /// The port; 0 when the guest left the choice to the system.
    pub port: u16,
    /// Over what.
    pub transport: Transport,
    /// Whether it was let through.
    pub allowed: bool,
}

/// An HTTP request that the guest asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// Whether over TLS.
    pub tls: bool,
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether it was let through.
    pub allowed: bool,
}

impl Used {
    /// Whether nothing beyond standard streams, arguments, clocks and random numbers was touched.
    pub fn is_empty(&self) -> bool {
        let Self {
            connects,
            names,
            listens,
            requests,
            mounts,
            tmpfs,
            env,
            refused,
            truncated: _,
        } = self;
        connects.is_empty()
            && names.is_empty()
            && listens.is_empty()
            && requests.is_empty()
            && mounts.iter().all(Option::is_none)
            && !tmpfs.contains(&true)
            && !env
            && refused.is_empty()
    }

    /// The smallest set of grants with which the same run would have gone the same way: of the mounts and
    /// tmpfs given only those that were touched, read-only where nothing was written; of the network
    /// exactly the hosts and ports that were let through.
    #[must_use]
    pub fn smallest_grants(&self, given: &Grants) -> Grants {
        crate::grants::smallest(self, given)
    }
}
