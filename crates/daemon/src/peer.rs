//! Who sends a request, and what such a one may do.

use std::fmt;
use std::net::SocketAddr;

use sampan_engine::supervisor::Caller;

/// The other end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// Who it is.
    pub(crate) who: Who,
    /// Through which door it came.
    pub(crate) door: Door,
}

/// Who it is.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// A process of this machine, as the kernel tells (`SO_PEERCRED`).
    Process { uid: u32, gid: u32, pid: Option<i32> },
    /// Whoever has the key of this certificate (SHA-256, in hexadecimal digits).
    Certificate {
        fingerprint: String,
        address: SocketAddr,
    },
    /// Somebody who asks for numbers.
    Anyone(SocketAddr),
}

/// Through which door somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// All that the daemon may.
    Full,
    /// Wasm containers without anything of the host.
    WasmOnly,
    /// Numbers alone.
    Metrics,
}

impl Peer {
    /// As the supervisor sees it.
    pub(crate) fn caller(&self) -> Caller {
        let domain = match &self.who {
            Who::Process { uid, .. } => format!("uid:{uid}"),
            Who::Certificate { fingerprint, .. } => format!("cert:{fingerprint}"),
            Who::Anyone(_) => String::new(),
        };
        // Of one user, too, what came through the other door is not to be had.
        let domain = match self.door {
            Door::WasmOnly => format!("stranger:{domain}"),
            Door::Full | Door::Metrics => domain,
        };
        Caller {
            domain,
            host: self.door == Door::Full,
        }
    }

    /// Whether it came over the network, where a name in `Host` may be a stranger's.
    pub(crate) fn remote(&self) -> bool {
        !matches!(self.who, Who::Process { .. })
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.who {
            Who::Process { uid, gid, pid } => {
                write!(f, "uid={uid} gid={gid} pid={}", pid.unwrap_or_default())
            }
            Who::Certificate { fingerprint, address } => {
                write!(
                    f,
                    "cert={} address={address}",
                    fingerprint.get(..16).unwrap_or(fingerprint)
                )
            }
            Who::Anyone(address) => write!(f, "address={address}"),
        }
    }
}
