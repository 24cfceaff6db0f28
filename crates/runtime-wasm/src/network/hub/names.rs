//! Names, for containers.

use std::net::IpAddr;
use std::sync::Arc;

use sampan_runtime::NameServers;
use sampan_wasm_host::net::{LookupError, Resolve, Resolving};

use super::super::realm::Realms;
use super::{Hub, lock, stub};

/// What a container calls itself where no grant says that it is the host.
const ITSELF: &str = "localhost";

impl Hub {
    /// The addresses of a name, for a container.
    pub(super) async fn look_up(&self, entry: u64, name: &str) -> Result<Vec<IpAddr>, LookupError> {
        let (inside, border, out, open) = {
            let book = lock(&self.book);
            let member = book.get(entry).ok_or(LookupError::Unresolvable)?;
            let (out, open) = (member.goes_out(), member.hood().is_open());
            let mut inside = book.named(entry, name);
            if inside.is_empty() && name == ITSELF && !member.border.names(name) {
                inside.extend(member.own());
            }
            (inside, member.border.clone(), out, open)
        };
        if !inside.is_empty() {
            for address in &inside {
                // An address that was given by hand may be granted by the name.
                border.keeps(name, *address);
            }
            return Ok(inside);
        }
        match (out && border.names(name), open) {
            (true, _) => border.look_up(name).await,
            (false, true) => Err(LookupError::Unresolvable),
            (false, false) => Err(LookupError::Denied),
        }
    }
}

/// How names are looked up from the host's namespace: by the servers that were named, or the machine's own way.
pub(super) struct HostResolver {
    pub(super) realms: Arc<Realms>,
    pub(super) told: NameServers,
}

impl Resolve for HostResolver {
    fn resolve(&self, name: &str) -> Resolving {
        let (name, realms, told) = (name.to_owned(), self.realms.clone(), self.told.clone());
        Box::pin(async move {
            match told.servers.is_empty() {
                true => realms.look_up(&name).await,
                false => stub::look_up(realms, &told, &name).await,
            }
        })
    }
}
