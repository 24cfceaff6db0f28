//! Where a request goes, and whether it may.

use std::net::{IpAddr, SocketAddr};

use http::Uri;
use http::uri::Scheme;
use url::Host;
use wasmtime_wasi_http::Error;

use super::Client;
use crate::ledger::Refusal;
use crate::net::{LookupError, Mode, admits, has_address, parse_host, plain, reached};

/// The server that a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) tls: bool,
    pub(super) host: Place,
    pub(super) port: u16,
}

/// A host in its normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Name(String),
    Address(IpAddr),
}

impl Target {
    /// Reads a URI strictly: what one reader takes for a host and another for something else is refused.
    pub(super) fn of(uri: &Uri) -> Result<Self, Error> {
        let tls = uri.scheme() == Some(&Scheme::HTTPS);
        let authority = uri.authority().ok_or(Error::HttpRequestUriInvalid)?;
        let (host, port) = (authority.host(), authority.port_u16());
        let port_text = authority
            .as_str()
            .strip_prefix(host)
            .ok_or(Error::HttpRequestUriInvalid)?;
        let port = match (port_text, port) {
            ("", None) => {
                if tls {
                    443
                } else {
                    80
                }
            }
            (_, Some(port)) if port != 0 => port,
            _ => return Err(Error::HttpRequestUriInvalid),
        };
        let host = match parse_host(host).map_err(|_| Error::HttpRequestUriInvalid)? {
            Host::Domain(name) => Place::Name(name),
            Host::Ipv4(v4) => Place::Address(reached_ip(v4.into())),
            Host::Ipv6(v6) => Place::Address(reached_ip(v6.into())),
        };
        Ok(Self { tls, host, port })
    }

    /// The host without brackets: a name or an address.
    pub(super) fn bare_host(&self) -> String {
        match &self.host {
            Place::Name(name) => name.clone(),
            Place::Address(address) => address.to_string(),
        }
    }

    /// What belongs into the `Host` header.
    pub(super) fn authority(&self) -> String {
        let default = if self.tls { 443 } else { 80 };
        let host = match &self.host {
            Place::Address(IpAddr::V6(v6)) => format!("[{v6}]"),
            _ => self.bare_host(),
        };
        if self.port == default {
            host
        } else {
            format!("{host}:{}", self.port)
        }
    }
}

/// Why a request may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admitted {
    /// A rule has it.
    ByRule,
    /// Its name may be that of a member of the guest's networks: to other addresses it does not lead.
    AsNeighbour,
}

fn reached_ip(address: IpAddr) -> IpAddr {
    reached(plain(SocketAddr::new(address, 0))).ip()
}

impl Client {
    /// Whether a rule grants the request; written down either way.
    pub(super) fn admit(&self, target: &Target) -> Result<Admitted, Error> {
        let host = target.bare_host();
        let granted = match &target.host {
            Place::Name(name) => self.rules.iter().any(|r| r.allows(target.tls, name, target.port)),
            Place::Address(address) => self.address_granted(target, *address),
        };
        let neighbour = !granted && self.may_be_neighbour(target);
        let allowed = granted || neighbour || self.mode == Mode::Learn;
        self.ledger.request(target.tls, &host, target.port, allowed);
        match (allowed, neighbour) {
            (true, true) => Ok(Admitted::AsNeighbour),
            (true, false) => Ok(Admitted::ByRule),
            (false, _) => Err(self.refused(target)),
        }
    }

    fn refused(&self, target: &Target) -> Error {
        self.ledger.refuse(Refusal::Request {
            tls: target.tls,
            host: target.bare_host(),
            port: target.port,
        });
        Error::HttpRequestDenied
    }

    /// Whether it may be for a member of one of the guest's networks.
    fn may_be_neighbour(&self, target: &Target) -> bool {
        let neighbours = self.neighbours.now();
        match &target.host {
            Place::Name(name) => neighbours.may_name(name),
            Place::Address(address) => neighbours.has(*address),
        }
    }

    fn address_granted(&self, target: &Target, address: IpAddr) -> bool {
        self.rules
            .iter()
            .any(|r| r.allows(target.tls, &address.to_string(), target.port) && has_address(&r.host, address))
    }

    /// The addresses to try, in order.
    pub(super) async fn addresses(
        &self,
        target: &Target,
        admitted: Admitted,
    ) -> Result<Vec<SocketAddr>, Error> {
        let name = match &target.host {
            Place::Address(address) => return Ok(vec![SocketAddr::new(*address, target.port)]),
            Place::Name(name) => name,
        };
        let answer = self.resolver.addresses(name).await.map_err(|e| match e {
            LookupError::Timeout => Error::DnsTimeout,
            LookupError::Invalid | LookupError::Denied | LookupError::Unresolvable | LookupError::Busy => {
                Error::DnsError {
                    rcode: None,
                    info_code: None,
                }
            }
        })?;
        let mut kept = Vec::with_capacity(answer.len());
        let neighbours = self.neighbours.now();
        for address in answer {
            if neighbours.has(address) {
                kept.push(SocketAddr::new(address, target.port));
                continue;
            }
            if admitted == Admitted::AsNeighbour {
                continue;
            }
            let admitted = admits(name, address, self.address_granted(target, address));
            if !admitted && self.mode == Mode::Learn {
                // What is learnt must also grant the address, or a later run could not go there.
                let text = address.to_string();
                self.ledger.request(target.tls, &text, target.port, true);
            } else if !admitted {
                self.ledger.refuse(Refusal::Inward {
                    name: name.clone(),
                    address,
                    http: true,
                });
                continue;
            }
            kept.push(SocketAddr::new(address, target.port));
        }
        if kept.is_empty() {
            if admitted == Admitted::AsNeighbour {
                return Err(self.refused(target));
            }
            return Err(Error::HttpRequestDenied);
        }
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(uri: &str) -> Result<(bool, String, u16), ()> {
        let uri: Uri = uri.parse().map_err(|_| ())?;
        let target = Target::of(&uri).map_err(|_| ())?;
        Ok((target.tls, target.bare_host(), target.port))
    }

    #[test]
    fn every_spelling_of_a_host_is_one_host() {
        for (uri, expected) in [
            ("https://API.Example.com", (true, "api.example.com", 443)),
            ("http://example.com.:8080/x", (false, "example.com", 8080)),
            ("http://127.1/", (false, "127.0.0.1", 80)),
            ("http://0x7f000001/", (false, "127.0.0.1", 80)),
            ("http://2130706433/", (false, "127.0.0.1", 80)),
            ("http://0.0.0.0:1/", (false, "127.0.0.1", 1)),
            ("http://[::]/", (false, "::1", 80)),
            ("http://[::ffff:10.0.0.1]/", (false, "10.0.0.1", 80)),
        ] {
            let (tls, host, port) = expected;
            assert_eq!(target(uri), Ok((tls, host.to_owned(), port)), "{uri}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        for uri in [
            "http://user@example.com/",
            "http://good.example@evil.example/",
            "http://example.com:0/",
            "http://example.com:/",
            "http://example.com:99999/",
            "/path",
        ] {
            assert_eq!(target(uri), Err(()), "{uri}");
        }
    }
}
