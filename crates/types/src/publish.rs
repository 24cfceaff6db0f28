//! Ports that the host answers for a container.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

/// A port of the host that leads into a container, as Docker's `-p` writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishedPort {
    /// Where the host listens; port 0 is any that is free.
    pub host: SocketAddr,
    /// The port as the container calls it. A server component has only one, whatever its number.
    pub container: u16,
}

/// Text that is no published port.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// Not of the form at all.
    #[error("`{0}` is no `[IP:][HOST:]CONTAINER[/tcp]`")]
    Form(String),
    /// A number that is no port.
    #[error("`{0}` is no port from 1 to 65535")]
    Port(String),
    /// Another protocol than TCP.
    #[error("`{0}` is no protocol that can be published: only `tcp` is")]
    Protocol(String),
    /// Several ports in one.
    #[error("`{0}` is a range of ports: publish each port by itself")]
    Range(String),
}

impl FromStr for PublishedPort {
    type Err = PublishError;

    fn from_str(text: &str) -> Result<Self, PublishError> {
        let form = || PublishError::Form(text.to_owned());
        let ports = match text.split_once('/') {
            Some((ports, "tcp")) => ports,
            Some((_, protocol)) => return Err(PublishError::Protocol(protocol.to_owned())),
            None => text,
        };
        let (rest, container) = match ports.rsplit_once(':') {
            Some((rest, container)) => (Some(rest), container),
            None => (None, ports),
        };
        let container = port(container)?;
        let (address, host) = match rest {
            None => (None, 0),
            // An address of version 6 stands in brackets, for the colons' sake.
            Some(rest) => match rest.rsplit_once(':') {
                Some((address, host)) if !rest.ends_with(']') => (Some(address), free_port(host)?),
                _ if rest.starts_with('[') || rest.parse::<Ipv4Addr>().is_ok() => (Some(rest), 0),
                _ => (None, free_port(rest)?),
            },
        };
        let ip = match address {
            None => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Some(address) => {
                let bare = address.strip_prefix('[').and_then(|a| a.strip_suffix(']'));
                match bare {
                    Some(v6) => IpAddr::V6(v6.parse().map_err(|_| form())?),
                    None => IpAddr::V4(address.parse().map_err(|_| form())?),
                }
            }
        };
        Ok(Self {
            host: SocketAddr::new(ip, host),
            container,
        })
    }
}

fn port(text: &str) -> Result<u16, PublishError> {
    match free_port(text)? {
        0 => Err(PublishError::Port(text.to_owned())),
        port => Ok(port),
    }
}

/// A port, or nothing or 0 for one that is free.
fn free_port(text: &str) -> Result<u16, PublishError> {
    if text.is_empty() {
        return Ok(0);
    }
    if text.contains('-') && text.split('-').all(|part| part.parse::<u16>().is_ok()) {
        return Err(PublishError::Range(text.to_owned()));
    }
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| digits)
        .ok_or_else(|| PublishError::Port(text.to_owned()))
}

impl fmt::Display for PublishedPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.container)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, u16) {
        let port: PublishedPort = text.parse().unwrap();
        (port.host.to_string(), port.container)
    }

    #[test]
    fn dockers_forms_are_read() {
        for (text, host, container) in [
            ("80", "127.0.0.1:0", 80),
            ("8080:80", "127.0.0.1:8080", 80),
            ("8080:80/tcp", "127.0.0.1:8080", 80),
            (":80", "127.0.0.1:0", 80),
            ("0:80", "127.0.0.1:0", 80),
            ("0.0.0.0:8080:80", "0.0.0.0:8080", 80),
            ("10.0.0.1::80", "10.0.0.1:0", 80),
            ("10.0.0.1:80", "10.0.0.1:0", 80),
            ("[::1]:8080:80", "[::1]:8080", 80),
            ("[::1]::80", "[::1]:0", 80),
            ("[::]:80", "[::]:0", 80),
        ] {
            assert_eq!(read(text), (host.to_owned(), container), "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_read_again() {
        for text in ["8080:80", "[::1]:8080:80", "0.0.0.0:1:2"] {
            let port: PublishedPort = text.parse().unwrap();
            assert_eq!(port.to_string().parse(), Ok(port));
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        for (text, part) in [
            ("", "is no port"),
            ("x", "is no port"),
            ("80:", "is no port"),
            ("0", "is no port"),
            ("8080:0", "is no port"),
            ("65536", "is no port"),
            ("+80", "is no port"),
            ("-80", "is no port"),
            ("8080:80/udp", "`udp` is no protocol"),
            ("8080:80/", "`` is no protocol"),
            ("8000-8010:80-90", "range"),
            ("8000-8010:80", "range"),
            ("localhost:8080:80", "is no `[IP:]"),
            ("::1:8080:80", "is no `[IP:]"),
            ("[::1:8080:80", "is no `[IP:]"),
            ("1.2.3.4.5:8080:80", "is no `[IP:]"),
        ] {
            let error = text.parse::<PublishedPort>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
