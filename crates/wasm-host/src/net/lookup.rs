//! One look-up of a guest: is the name granted, what are its addresses, which of them may the guest have.

use std::future::Future;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::Arc;

use url::Host;

use super::policy::Policy;
use super::{Mode, admits};
use crate::ledger::Refusal;

/// The longest text that is looked at: four bytes for each of the 253 characters of a name.
const LONGEST_NAME: usize = 1_012;

/// A look-up that was let through.
pub enum Lookup {
    /// The name is an address, which was not looked up and grants nothing.
    Address(IpAddr),
    /// The answer, on its way.
    Asked(Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, LookupError>> + Send>>),
}

impl std::fmt::Debug for Lookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(address) => f.debug_tuple("Address").field(address).finish(),
            Self::Asked(_) => f.debug_tuple("Asked").finish_non_exhaustive(),
        }
    }
}

/// Why a guest gets no addresses. The guest sees one of these as an error code of WASI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// It is neither a name nor an address.
    #[error("not a name")]
    Invalid,
    /// No rule has the name, or every address of the answer lies where the name may not lead.
    #[error("the name is not granted")]
    Denied,
    /// There is no such name, or nobody who knows it.
    #[error("the name has no address")]
    Unresolvable,
    /// Nobody answered in time.
    #[error("no answer in time")]
    Timeout,
    /// Too many of this guest's look-ups are waiting.
    #[error("too many look-ups at a time")]
    Busy,
}

/// Brings what a guest calls a host to its normal form: names in lower case and ASCII (IDNA), without a dot
/// at the end; addresses in any spelling that a web browser takes.
pub(crate) fn parse_host(text: &str) -> Result<Host<String>, LookupError> {
    if text.len() > LONGEST_NAME {
        return Err(LookupError::Invalid);
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Ok(Host::Ipv6(address));
    }
    match Host::parse(text).map_err(|_| LookupError::Invalid)? {
        Host::Domain(mut name) => {
            if name.ends_with('.') {
                name.pop();
            }
            if name.is_empty() || name.len() > 253 {
                return Err(LookupError::Invalid);
            }
            Ok(Host::Domain(name))
        }
        address => Ok(address),
    }
}

pub(super) fn begin(policy: &Arc<Policy>, text: &str) -> Result<Lookup, LookupError> {
    let name = match parse_host(text)? {
        Host::Ipv4(address) => return Ok(Lookup::Address(address.into())),
        Host::Ipv6(address) => return Ok(Lookup::Address(IpAddr::from(address).to_canonical())),
        Host::Domain(name) => name,
    };
    let by_network = policy.neighbours.now().may_name(&name);
    if policy.mode == Mode::Enforce && !by_network && !policy.grants_name(&name) {
        policy.ledger.lookup(&name, &[], false);
        policy.ledger.refuse(Refusal::Lookup { name });
        return Err(LookupError::Denied);
    }
    let place = policy.resolver.place().ok_or(LookupError::Busy)?;
    let policy = Arc::clone(policy);
    Ok(Lookup::Asked(Box::pin(async move {
        let _place = place;
        let answer = policy.resolver.addresses(&name).await?;
        let kept = keep(&policy, &name, &answer);
        policy.ledger.lookup(&name, &kept, !kept.is_empty());
        if kept.is_empty() {
            if !policy.grants_name(&name) {
                policy.ledger.refuse(Refusal::Lookup { name });
            }
            return Err(LookupError::Denied);
        }
        Ok(kept)
    })))
}

/// The addresses of an answer that the guest may have. Those that the name grants are remembered.
fn keep(policy: &Policy, name: &str, answer: &[IpAddr]) -> Vec<IpAddr> {
    let mut kept = Vec::with_capacity(answer.len());
    let mut refused = Vec::new();
    let neighbours = policy.neighbours.now();
    // A name that only a network may know leads to its members alone, or where a rule has the address.
    let by_rule = policy.mode == Mode::Learn || policy.grants_name(name);
    for &address in answer {
        let by_address = policy.grants_address(address);
        if neighbours.has(address) || neighbours.own.contains(&address) {
            kept.push(address);
        } else if !by_rule && !by_address {
            // Refused as a name, if nothing of the answer is kept.
        } else if admits(name, address, by_address) {
            policy.remember(name, address);
            kept.push(address);
        } else if policy.mode == Mode::Learn {
            // Let through but not remembered under the name: what is learnt is then a rule for the
            // address, which a later run can have.
            kept.push(address);
        } else {
            refused.push(address);
        }
    }
    for address in refused {
        policy.ledger.refuse(Refusal::Inward {
            name: name.to_owned(),
            address,
            http: false,
        });
    }
    kept
}
