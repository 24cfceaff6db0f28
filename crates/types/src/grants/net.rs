//! Grants of the network: where a container may connect, what it may ask over HTTP, where it may listen.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A block of addresses.
pub type Cidr = ipnet::IpNet;

/// The transport that a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// TCP, what a rule without a suffix means.
    Tcp,
    /// UDP: `/udp` behind the rule.
    Udp,
}

/// One port, a range of them, or all: `443`, `8000-8999`, `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PortRange {
    first: u16,
    last: u16,
}

/// Which hosts a rule is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostPattern {
    /// Every host: `*`.
    Any,
    /// One name, in lower case, without a dot at its end.
    Name(String),
    /// Every name beneath a domain, not the domain itself: `*.example.com`.
    Beneath(String),
    /// A block of addresses; a single address is a block of one.
    Block(Cidr),
}

/// Where a container may connect: `HOST:PORT[/udp]`. A name grants the addresses that resolving this name
/// gave to the container, and no others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NetRule {
    /// Which hosts.
    pub host: HostPattern,
    /// Which ports.
    pub ports: PortRange,
    /// Over what.
    pub transport: Transport,
}

/// What a container may ask over `wasi:http`: `[SCHEME://]HOST[:PORT]`. A scheme without a port means the
/// scheme's own (443, 80), as in an address; without both, the host may be asked in any way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HttpRule {
    /// `Some(true)` for https only, `Some(false)` for http only.
    pub tls: Option<bool>,
    /// Which hosts.
    pub host: HostPattern,
    /// Which ports; `None` means the scheme's own, or every one where no scheme is written.
    pub ports: Option<PortRange>,
}

/// Where a container may listen: `[ADDRESS:]PORT[/udp]`, on loopback unless an address is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListenRule {
    /// The address; unspecified (`0.0.0.0`, `::`) means every one.
    pub address: IpAddr,
    /// Which ports; 0 means one that the system picks.
    pub ports: PortRange,
    /// Over what.
    pub transport: Transport,
}

/// A rule that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NetError {
    /// The port is missing or not one.
    #[error("`{0}` does not end in a port: write HOST:PORT, with a number, a range such as 8000-8999, or *")]
    Port(String),
    /// The host is not a name, an address or a block.
    #[error("`{0}` is not a host: write a name, *.DOMAIN, an address, a block such as 10.0.0.0/8, or *")]
    Host(String),
    /// The transport is neither.
    #[error("`{0}` is not a transport: write /tcp or /udp")]
    Transport(String),
    /// The scheme is neither.
    #[error("`{0}` is not a scheme of HTTP: write http or https")]
    Scheme(String),
    /// The address to listen on is not one.
    #[error(
        "`{0}` is not an address to listen on: write ADDRESS:PORT with an IPv4 address or [IPv6], or PORT alone"
    )]
    Address(String),
}

impl PortRange {
    /// All ports.
    pub const ALL: Self = Self {
        first: 0,
        last: u16::MAX,
    };
    /// The first port and the last.
    pub const fn bounds(self) -> (u16, u16) {
        (self.first, self.last)
    }

    /// One port.
    pub const fn one(port: u16) -> Self {
        Self {
            first: port,
            last: port,
        }
    }
    /// Whether it has this port.
    pub const fn contains(self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }
}

impl FromStr for PortRange {
    type Err = NetError;
    fn from_str(text: &str) -> Result<Self, NetError> {
        let error = || NetError::Port(text.to_owned());
        let number = |s: &str| {
            let digits = !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
            if digits {
                s.parse::<u16>().map_err(|_| error())
            } else {
                Err(error())
            }
        };
        if text == "*" {
            return Ok(Self::ALL);
        }
        let (first, last) = match text.split_once('-') {
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(text)?, number(text)?),
        };
        if first <= last {
            Ok(Self { first, last })
        } else {
            Err(error())
        }
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => f.write_str("*"),
            Self { first, last } if first == last => write!(f, "{first}"),
            Self { first, last } => write!(f, "{first}-{last}"),
        }
    }
}

/// Brings IPv4 addresses that are written as IPv6 to IPv4, so that `::ffff:10.0.0.1` cannot get round a
/// rule about `10.0.0.0/8`.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

impl HostPattern {
    /// Exactly one address.
    pub fn of_address(address: IpAddr) -> Self {
        Self::Block(Cidr::from(canonical(address)))
    }

    /// Whether a name is meant. Names compare without case and without a dot at their end. A text that is
    /// an address is compared as one.
    pub fn matches_name(&self, name: &str) -> bool {
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let bare = name
            .strip_prefix('[')
            .and_then(|n| n.strip_suffix(']'))
            .unwrap_or(&name);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return self.matches_address(address);
        }
        match self {
            Self::Any => true,
            Self::Name(own) => *own == name,
            Self::Beneath(domain) => name
                .strip_suffix(domain.as_str())
                .and_then(|head| head.strip_suffix('.'))
                .is_some_and(|head| !head.is_empty()),
            Self::Block(_) => false,
        }
    }

    /// Whether an address is meant by itself, without any name.
    pub fn matches_address(&self, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::Name(_) | Self::Beneath(_) => false,
            Self::Block(block) => block.contains(&canonical(address)),
        }
    }

    /// Whether it is about names, so that resolving one is granted.
    pub const fn is_name(&self) -> bool {
        matches!(self, Self::Any | Self::Name(_) | Self::Beneath(_))
    }
}

impl FromStr for HostPattern {
    type Err = NetError;
    fn from_str(text: &str) -> Result<Self, NetError> {
        let error = || NetError::Host(text.to_owned());
        if text == "*" {
            return Ok(Self::Any);
        }
        let bare = text
            .strip_prefix('[')
            .and_then(|t| t.strip_suffix(']'))
            .unwrap_or(text);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(Self::Block(Cidr::from(canonical(address))));
        }
        if text.contains('/') || bare != text {
            return bare
                .parse::<Cidr>()
                .map(|b| Self::Block(b.trunc()))
                .map_err(|_| error());
        }
        let (name, beneath) = match text.strip_prefix("*.") {
            Some(domain) => (domain, true),
            None => (text, false),
        };
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let label = |l: &str| {
            (1..=63).contains(&l.len())
                && l.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                && !l.starts_with('-')
                && !l.ends_with('-')
        };
        // A name of digits and dots alone would be a misspelt address.
        let numeric = name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if name.len() <= 253 && name.split('.').all(label) && !numeric {
            Ok(if beneath {
                Self::Beneath(name)
            } else {
                Self::Name(name)
            })
        } else {
            Err(error())
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Name(name) => f.write_str(name),
            Self::Beneath(domain) => write!(f, "*.{domain}"),
            Self::Block(block) => match (block.addr(), block.prefix_len() == block.max_prefix_len()) {
                (IpAddr::V4(address), true) => write!(f, "{address}"),
                (IpAddr::V6(address), true) => write!(f, "[{address}]"),
                (IpAddr::V4(_), false) => write!(f, "{block}"),
                (IpAddr::V6(_), false) => write!(f, "[{block}]"),
            },
        }
    }
}

/// Splits `/tcp` or `/udp` off the end. A slash with digits behind belongs to a block of addresses.
fn split_transport(text: &str) -> Result<(&str, Transport), NetError> {
    match text.rsplit_once('/') {
        Some((rest, "tcp")) => Ok((rest, Transport::Tcp)),
        Some((rest, "udp")) => Ok((rest, Transport::Udp)),
        Some((_, other)) if other.bytes().next().is_none_or(|b| b.is_ascii_alphabetic()) => {
            Err(NetError::Transport(other.to_owned()))
        }
        _ => Ok((text, Transport::Tcp)),
    }
}

/// Splits the port off a host; the colons of an IPv6 address are not taken for it.
fn split_port(text: &str) -> Option<(&str, &str)> {
    let (host, port) = text.rsplit_once(':')?;
    let unbracketed_v6 = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
    if unbracketed_v6 { None } else { Some((host, port)) }
}

impl FromStr for NetRule {
    type Err = NetError;
    fn from_str(text: &str) -> Result<Self, NetError> {
        let (rest, transport) = split_transport(text)?;
        let (host, port) = split_port(rest).ok_or_else(|| NetError::Port(text.to_owned()))?;
        Ok(Self {
            host: host.parse()?,
            ports: port.parse()?,
            transport,
        })
    }
}

impl FromStr for HttpRule {
    type Err = NetError;
    fn from_str(text: &str) -> Result<Self, NetError> {
        let (tls, rest) = match text.split_once("://") {
            Some(("https", rest)) => (Some(true), rest),
            Some(("http", rest)) => (Some(false), rest),
            Some((other, _)) => return Err(NetError::Scheme(other.to_owned())),
            None => (None, text),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, ports) = match split_port(rest) {
            Some((host, port)) => (host, Some(port.parse()?)),
            None => (rest, None),
        };
        Ok(Self {
            tls,
            host: host.parse()?,
            ports,
        })
    }
}

impl FromStr for ListenRule {
    type Err = NetError;
    fn from_str(text: &str) -> Result<Self, NetError> {
        let (rest, transport) = split_transport(text)?;
        let (address, ports) = match split_port(rest) {
            Some((host, port)) => {
                let bare = host
                    .strip_prefix('[')
                    .and_then(|h| h.strip_suffix(']'))
                    .unwrap_or(host);
                let address = match bare {
                    "localhost" => Ipv4Addr::LOCALHOST.into(),
                    "*" => Ipv6Addr::UNSPECIFIED.into(),
                    _ => bare.parse().map_err(|_| NetError::Address(host.to_owned()))?,
                };
                (address, port)
            }
            None if rest.contains(':') => return Err(NetError::Address(rest.to_owned())),
            None => (Ipv4Addr::LOCALHOST.into(), rest),
        };
        Ok(Self {
            address,
            ports: ports.parse()?,
            transport,
        })
    }
}

impl NetRule {
    /// Whether a connection to an address is granted by the address itself.
    pub fn allows_address(&self, address: IpAddr, port: u16, transport: Transport) -> bool {
        self.transport == transport && self.ports.contains(port) && self.host.matches_address(address)
    }
}

impl HttpRule {
    /// Whether a request is granted. `port` is the one that the request goes to.
    pub fn allows(&self, tls: bool, host: &str, port: u16) -> bool {
        let ports = self.ports.unwrap_or(
            self.tls
                .map_or(PortRange::ALL, |tls| PortRange::one(if tls { 443 } else { 80 })),
        );
        self.tls.is_none_or(|own| own == tls) && ports.contains(port) && self.host.matches_name(host)
    }
}

impl ListenRule {
    /// Whether binding to an address is granted. A rule for every address grants each one; a rule for a
    /// loopback address grants the whole of `127.0.0.0/8` and `::1`.
    pub fn allows(&self, address: IpAddr, port: u16, transport: Transport) -> bool {
        let address = canonical(address);
        let addresses = self.address.is_unspecified()
            || address == canonical(self.address)
            || (self.address.is_loopback() && address.is_loopback());
        self.transport == transport && self.ports.contains(port) && addresses
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

fn transport_suffix(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "",
        Transport::Udp => "/udp",
    }
}

impl fmt::Display for NetRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}{}",
            self.host,
            self.ports,
            transport_suffix(self.transport)
        )
    }
}

impl fmt::Display for HttpRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tls {
            Some(true) => f.write_str("https://")?,
            Some(false) => f.write_str("http://")?,
            None => {}
        }
        write!(f, "{}", self.host)?;
        match self.ports {
            Some(ports) => write!(f, ":{ports}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ListenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            IpAddr::V4(address) => write!(f, "{address}")?,
            IpAddr::V6(address) => write!(f, "[{address}]")?,
        }
        write!(f, ":{}{}", self.ports, transport_suffix(self.transport))
    }
}

macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
as_text!(NetRule, HttpRule, ListenRule);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn net(text: &str) -> NetRule {
        text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn rules_come_back_as_written() {
        for text in [
            "example.com:443",
            "*.example.com:*",
            "*:*",
            "10.0.0.0/8:8000-8999",
            "127.0.0.1:53/udp",
            "[::1]:80",
            "[fd00::/8]:1-2",
        ] {
            assert_eq!(net(text).to_string(), text);
        }
        for text in [
            "example.com",
            "https://*.example.com",
            "http://127.0.0.1:8080",
            "[::1]:80",
            "*",
        ] {
            assert_eq!(text.parse::<HttpRule>().unwrap().to_string(), text);
        }
        assert_eq!(
            "8080".parse::<ListenRule>().unwrap().to_string(),
            "127.0.0.1:8080"
        );
        assert_eq!(
            "[::]:53/udp".parse::<ListenRule>().unwrap().to_string(),
            "[::]:53/udp"
        );
    }

    #[test]
    fn addresses_cannot_get_round_a_block() {
        let rule = net("10.0.0.0/8:*");
        let allows = |a: &str| rule.allows_address(a.parse().unwrap(), 1, Transport::Tcp);
        assert!(allows("10.1.2.3"));
        assert!(allows("::ffff:10.1.2.3"));
        assert!(!allows("11.0.0.1"));
        assert!(!allows("::ffff:11.0.0.1"));
        assert!(!net("example.com:443").allows_address(
            "93.184.216.34".parse().unwrap(),
            443,
            Transport::Tcp
        ));
        assert!(!rule.allows_address("10.0.0.1".parse().unwrap(), 1, Transport::Udp));
    }

    #[test]
    fn names_match_without_case_and_not_by_suffix() {
        let any: HttpRule = "127.0.0.1".parse().unwrap();
        assert!(any.allows(false, "127.0.0.1", 8080) && any.allows(true, "127.0.0.1", 443));
        let own: HttpRule = "http://127.0.0.1".parse().unwrap();
        assert!(own.allows(false, "127.0.0.1", 80) && !own.allows(false, "127.0.0.1", 8080));
        let rule: HttpRule = "*.example.com".parse().unwrap();
        assert!(rule.allows(true, "API.Example.com.", 443));
        assert!(!rule.allows(true, "example.com", 443));
        assert!(!rule.allows(true, "evilexample.com", 443));
        assert!(!rule.allows(true, "api.example.com.evil.com", 443));
        // Without scheme and port in any way; a scheme alone means its own port.
        assert!(rule.allows(false, "api.example.com", 8443));
        let rule: HttpRule = "https://*.example.com".parse().unwrap();
        assert!(rule.allows(true, "api.example.com", 443));
        assert!(!rule.allows(true, "api.example.com", 8443));
        assert!(!rule.allows(false, "api.example.com", 443));
    }

    #[test]
    fn refuses_bad_rules() {
        for bad in [
            "",
            ":",
            "host",
            "host:",
            ":80",
            "host:x",
            "host:70000",
            "host:9-1",
            "ho st:1",
            "1.2.3:80",
            "::1:80",
            "[::1:80",
            "10.0.0.0/33:1",
            "host:1/sctp",
            "-a:1",
            "a..b:1",
            "h:+1",
            "*.*.com:1",
        ] {
            assert!(bad.parse::<NetRule>().is_err(), "{bad}");
        }
        for bad in ["", "ftp://x", "http://", "host:0x1", "a b"] {
            assert!(bad.parse::<HttpRule>().is_err(), "{bad}");
        }
        for bad in ["", "host:80", "::1:80", "[::1]", "80/sctp", "-1"] {
            assert!(bad.parse::<ListenRule>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_parses_or_fails_and_what_parses_comes_back(text in "\\PC{0,40}") {
            if let Ok(rule) = text.parse::<NetRule>() {
                prop_assert_eq!(net(&rule.to_string()), rule);
            }
            if let Ok(rule) = text.parse::<HttpRule>() {
                prop_assert_eq!(rule.to_string().parse::<HttpRule>().unwrap(), rule);
            }
            if let Ok(rule) = text.parse::<ListenRule>() {
                prop_assert_eq!(rule.to_string().parse::<ListenRule>().unwrap(), rule);
            }
        }
    }
}
