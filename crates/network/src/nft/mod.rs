//! Rules of nftables, in transactions: all of one is done, or nothing.
//!
//! The messages are written here, because no library has them under a licence that could be used: one is under the GPL,
//! one needs a library in C, one starts the program `nft`, and that of `rust-netlink` has neither translations nor
//! connections.

mod attributes;
pub(crate) mod batch;
mod rule;

pub use batch::{Batch, Chain, Hook, Set, rules};
pub use rule::{Family, Field, Register, Rule, Verdict};

/// A type of which keys and values of sets are made, as the program `nft` shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// An address of IPv4.
    V4,
    /// An address of IPv6.
    V6,
    /// A protocol above IP.
    Protocol,
    /// A port.
    Port,
    /// The name of an interface.
    Interface,
}

impl Type {
    /// By which `nft` knows it.
    fn number(self) -> u32 {
        match self {
            Self::V4 => 7,
            Self::V6 => 8,
            Self::Protocol => 12,
            Self::Port => 13,
            Self::Interface => 41,
        }
    }

    /// In a key of several parts, each begins at a multiple of four.
    fn size(self) -> u32 {
        match self {
            Self::V4 | Self::Protocol | Self::Port => 4,
            Self::V6 | Self::Interface => 16,
        }
    }
}

/// A key or value of a set, in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(Vec<u8>);

impl Value {
    /// One without parts, which are added.
    pub fn new() -> Self {
        Self::default()
    }

    fn with(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    /// An address.
    pub fn address(self, address: std::net::IpAddr) -> Self {
        match address {
            std::net::IpAddr::V4(v4) => self.with(&v4.octets()),
            std::net::IpAddr::V6(v6) => self.with(&v6.octets()),
        }
    }

    /// A protocol above IP.
    pub fn protocol(self, number: u8) -> Self {
        self.with(&[number])
    }

    /// A port.
    pub fn port(self, port: u16) -> Self {
        self.with(&port.to_be_bytes())
    }

    /// The name of an interface.
    pub fn interface(self, name: &str) -> Self {
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(name.bytes().take(15)) {
            *to = from;
        }
        self.with(&bytes)
    }
}
