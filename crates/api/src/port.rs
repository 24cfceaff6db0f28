//! A port of a container, as the API writes it: `80/tcp`.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error as _};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// A port and its protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port {
    /// Its number.
    pub number: u16,
    /// Its protocol.
    pub protocol: Protocol,
}

/// A protocol that has ports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is not a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPort(String);

impl fmt::Display for BadPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "invalid port '{}': want a number and a protocol, as `80/tcp`",
            self.0
        )
    }
}

impl std::error::Error for BadPort {}

impl FromStr for Port {
    type Err = BadPort;
    fn from_str(text: &str) -> Result<Self, BadPort> {
        let (number, protocol) = text.split_once('/').unwrap_or((text, ""));
        let protocol = match protocol.to_ascii_lowercase().as_str() {
            "" | "tcp" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            "sctp" => Protocol::Sctp,
            _ => return Err(BadPort(text.to_owned())),
        };
        // `+80` is a number to Rust and none to Go.
        match number.parse() {
            Ok(number) if !text.starts_with('+') => Ok(Self { number, protocol }),
            _ => Err(BadPort(text.to_owned())),
        }
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.protocol)
    }
}

impl Serialize for Port {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_numbers_with_a_protocol() {
        assert_eq!("80".parse::<Port>().unwrap().to_string(), "80/tcp");
        assert_eq!("53/UDP".parse::<Port>().unwrap().to_string(), "53/udp");
        for bad in ["", "/tcp", "80/x", "65536", "-1", "+80", "80-81/tcp"] {
            assert!(bad.parse::<Port>().is_err(), "{bad}");
        }
    }
}
