//! The decisions about one guest's sockets, for a process that makes them outside of the one that hosts the guest.
//!
//! The same rules as inside, by the same code: what the guest's own process says is not believed. Nothing is written
//! down here.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use sampan_types::Grants;
use sampan_types::grants::{HttpRule, Transport};
use wasmtime_wasi::sockets::SocketAddrUse;

use super::addresses::{admits, has_address, plain, reached};
use super::policy::Policy;
use super::{LookupError, Mode, Resolve, Resolver, Surroundings};
use crate::ledger::Ledger;

/// What the grants of one guest say of each socket and name.
pub struct Border {
    policy: Policy,
    resolver: Resolver,
    http: Vec<HttpRule>,
    listens_udp: bool,
}

impl Border {
    /// Of a guest with these grants, whose names `resolve` looks up.
    pub fn new(grants: &Grants, resolve: Arc<dyn Resolve>) -> Self {
        let surroundings = Surroundings {
            resolve: Arc::clone(&resolve),
            ..Surroundings::default()
        };
        Self {
            policy: Policy::new(grants, Mode::Enforce, Ledger::new(grants), &surroundings),
            resolver: Resolver::new(resolve),
            http: grants.http.clone(),
            listens_udp: grants.listen.iter().any(|rule| rule.transport == Transport::Udp),
        }
    }

    /// Whether a socket may be bound on the host. Such a bind is a client's where port and address are left open.
    pub fn binds(&self, at: SocketAddr, transport: Transport) -> bool {
        let purpose = match transport {
            Transport::Tcp => SocketAddrUse::TcpBind,
            Transport::Udp => SocketAddrUse::UdpBind,
        };
        self.policy.check(at, purpose)
    }

    /// Whether some rule lets it listen there on the host.
    pub fn listens(&self, at: SocketAddr, transport: Transport) -> bool {
        self.policy.grants_listen(plain(at), transport)
    }

    /// Whether it may connect or send there on the host.
    pub fn connects(&self, to: SocketAddr, transport: Transport) -> bool {
        let purpose = match transport {
            Transport::Tcp => SocketAddrUse::TcpConnect,
            Transport::Udp => SocketAddrUse::UdpSend,
        };
        let to = reached(plain(to));
        self.policy.check(to, purpose) || transport == Transport::Tcp && self.requests(to)
    }

    /// Whether it serves datagrams on the host, and so may answer whom it hears.
    pub fn serves_datagrams(&self) -> bool {
        self.listens_udp
    }

    fn requests(&self, to: SocketAddr) -> bool {
        let names = self.policy.names_of(to.ip());
        self.http
            .iter()
            .filter(|rule| takes(rule, to.port()))
            .any(|rule| {
                has_address(&rule.host, to.ip())
                    || rule.host.is_name() && names.iter().any(|name| rule.host.matches_name(name))
            })
    }

    /// Whether a rule has a name.
    pub fn names(&self, name: &str) -> bool {
        let by_http = |rule: &HttpRule| rule.host.is_name() && rule.host.matches_name(name);
        self.policy.grants_name(name) || self.http.iter().any(by_http)
    }

    /// The addresses of a name that a rule has, as far as it may lead to them. They are remembered for this guest.
    pub async fn look_up(&self, name: &str) -> Result<Vec<IpAddr>, LookupError> {
        if !self.names(name) {
            return Err(LookupError::Denied);
        }
        let place = self.resolver.place().ok_or(LookupError::Busy)?;
        let answer = self.resolver.addresses(name).await;
        drop(place);
        let mut kept = answer?;
        kept.retain(|address| self.keeps(name, *address));
        Ok(kept)
    }

    /// Notes an address that was told for a name, if the name may lead there.
    pub fn keeps(&self, name: &str, address: IpAddr) -> bool {
        let by_http = |rule: &HttpRule| has_address(&rule.host, address);
        let by_address = self.policy.grants_address(address) || self.http.iter().any(by_http);
        let kept = admits(name, address, by_address);
        if kept && self.names(name) {
            self.policy.remember(name, address);
        }
        kept
    }
}

impl std::fmt::Debug for Border {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Border").finish_non_exhaustive()
    }
}

/// Whether a rule is for a port, whichever scheme is spoken there.
fn takes(rule: &HttpRule, port: u16) -> bool {
    match (rule.ports, rule.tls) {
        (Some(ports), _) => ports.contains(port),
        (None, Some(true)) => port == 443,
        (None, Some(false)) => port == 80,
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Resolving;

    struct One;

    impl Resolve for One {
        fn resolve(&self, name: &str) -> Resolving {
            let address = if name == "rebound.example" {
                [127, 0, 0, 1]
            } else {
                [93, 184, 216, 34]
            };
            Box::pin(std::future::ready(Ok(vec![address.into()])))
        }
    }

    #[test]
    fn a_request_leads_where_its_rule_says_after_its_name_was_looked_up() {
        let grants = Grants {
            http: vec![
                "https://good.example".parse().unwrap(),
                "http://10.0.0.1:8080".parse().unwrap(),
            ],
            ..Grants::default()
        };
        let border = Border::new(&grants, Arc::new(One));
        let to = |text: &str| border.connects(text.parse().unwrap(), Transport::Tcp);
        assert!(to("10.0.0.1:8080") && !to("10.0.0.1:80") && !to("10.0.0.2:8080"));
        assert!(!to("93.184.216.34:443"), "nothing was looked up");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let look_up = |name: &str| runtime.block_on(border.look_up(name));
        assert_eq!(look_up("other.example"), Err(LookupError::Denied));
        assert_eq!(look_up("good.example").unwrap().len(), 1);
        assert!(to("93.184.216.34:443") && !to("93.184.216.34:80"));
        assert!(!border.connects("93.184.216.34:443".parse().unwrap(), Transport::Udp));
        let border = Border::new(
            &Grants {
                http: vec!["http://rebound.example".parse().unwrap()],
                ..Grants::default()
            },
            Arc::new(One),
        );
        assert!(
            runtime
                .block_on(border.look_up("rebound.example"))
                .unwrap()
                .is_empty()
        );
        assert!(!border.connects("127.0.0.1:80".parse().unwrap(), Transport::Tcp));
    }
}
