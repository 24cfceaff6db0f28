//! One thing that a guest was refused, in words that a person can act on.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use sampan_types::grants::{HostPattern, HttpRule, ListenRule, NetRule, PortRange, Transport};
use sampan_types::used::Refused;

/// Something that a guest asked for and did not get.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// A connection or datagram to an address that no rule grants.
    Connect {
        /// The name whose resolution gave the address to this guest, where there was one.
        name: Option<String>,
        /// Where.
        address: SocketAddr,
        /// Over what.
        transport: Transport,
    },
    /// A name that no rule has.
    Lookup {
        /// The name.
        name: String,
    },
    /// A granted name whose answer is an address that only a rule for the address itself may grant:
    /// see `docs/design/grants.md`.
    Inward {
        /// The name.
        name: String,
        /// What it resolved to.
        address: IpAddr,
        /// Whether the guest asked through `wasi:http`.
        http: bool,
    },
    /// A port to listen on.
    Listen {
        /// Where; port 0 is one that the system picks.
        address: SocketAddr,
        /// Over what.
        transport: Transport,
    },
    /// An HTTP request.
    Request {
        /// Whether over TLS.
        tls: bool,
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
}

impl Refusal {
    /// The flag that would have granted it.
    pub fn hint(&self) -> String {
        match self {
            Self::Connect {
                name,
                address,
                transport,
            } => {
                let host = name
                    .as_deref()
                    .and_then(|n| n.parse().ok())
                    .unwrap_or_else(|| HostPattern::of_address(address.ip()));
                let rule = NetRule {
                    host,
                    ports: PortRange::one(address.port()),
                    transport: *transport,
                };
                format!("add `--allow-net {rule}`")
            }
            Self::Lookup { name } => format!("add `--allow-net {name}:PORT`"),
            Self::Inward {
                address, http: false, ..
            } => {
                format!("add `--allow-net {}:PORT`", HostPattern::of_address(*address))
            }
            Self::Inward {
                address, http: true, ..
            } => {
                format!("add `--allow-http {}`", HostPattern::of_address(*address))
            }
            Self::Listen { address, transport } => {
                let rule = ListenRule {
                    address: address.ip(),
                    ports: PortRange::one(address.port()),
                    transport: *transport,
                };
                format!("add `--allow-listen {rule}`")
            }
            Self::Request { tls, host, port } => {
                let default = if *tls { 443 } else { 80 };
                match host.parse() {
                    Ok(host) => {
                        let rule = HttpRule {
                            tls: None,
                            host,
                            ports: (*port != default).then(|| PortRange::one(*port)),
                        };
                        format!("add `--allow-http {rule}`")
                    }
                    Err(_) => "the host is not one that can be granted".to_owned(),
                }
            }
        }
    }
}

impl From<&Refusal> for Refused {
    fn from(refusal: &Refusal) -> Self {
        Self {
            what: refusal.to_string(),
            hint: refusal.hint(),
        }
    }
}

/// What was asked for: `a connection to db:5432`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = |transport: &Transport| match transport {
            Transport::Tcp => "",
            Transport::Udp => "/udp",
        };
        match self {
            Self::Connect {
                name: Some(name),
                address,
                transport,
            } => write!(
                f,
                "a connection to {name}:{}{}",
                address.port(),
                suffix(transport)
            ),
            Self::Connect {
                name: None,
                address,
                transport,
            } => write!(f, "a connection to {address}{}", suffix(transport)),
            Self::Lookup { name } => write!(f, "the name {name}"),
            Self::Inward { name, address, .. } => {
                write!(f, "the inside address {address} by the public name {name}")
            }
            Self::Listen { address, transport } => write!(f, "listening on {address}{}", suffix(transport)),
            Self::Request { tls, host, port } => {
                let scheme = if *tls { "https" } else { "http" };
                if host.contains(':') {
                    write!(f, "a request to {scheme}://[{host}]:{port}")
                } else {
                    write!(f, "a request to {scheme}://{host}:{port}")
                }
            }
        }
    }
}
