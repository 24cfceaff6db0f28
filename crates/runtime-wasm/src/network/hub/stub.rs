//! Names for containers whose sockets are made here, where somebody said who is to be asked for them: `--dns`,
//! `--dns-search`, `--dns-opt`. Otherwise the machine looks them up its own way.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use sampan_runtime::NameServers;
use sampan_types::grants::Transport;

use super::super::names;
use super::super::realm::Realms;
use super::servers::{PATIENCE, Said, Servers};

/// As `resolv.conf` has it, where nothing else was said.
const DOTS: usize = 1;
const ATTEMPTS: u8 = 2;
/// The most that `resolv.conf` takes.
const MOST_ATTEMPTS: u8 = 5;
const MOST_SECONDS: u8 = 30;

/// The addresses of a name, as its servers know them.
pub(super) async fn look_up(realms: Arc<Realms>, told: &NameServers, name: &str) -> io::Result<Vec<IpAddr>> {
    let patience = told
        .timeout
        .map(|seconds| Duration::from_secs(seconds.clamp(1, MOST_SECONDS).into()));
    let attempts = told.attempts.unwrap_or(ATTEMPTS).clamp(1, MOST_ATTEMPTS);
    let servers = Servers::new(realms, &told.servers).tried(attempts, patience.unwrap_or(PATIENCE));
    for name in candidates(told, name) {
        let (v4, v6) = tokio::join!(ask(&servers, &name, true), ask(&servers, &name, false));
        // Where one family failed and the other one has an answer, that is the answer.
        let found = match (v4, v6) {
            (Err(error), Err(_)) => return Err(error),
            (v4, v6) => [v4.unwrap_or_default(), v6.unwrap_or_default()].concat(),
        };
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

async fn ask(servers: &Servers, name: &str, v4: bool) -> io::Result<Vec<IpAddr>> {
    let wrong = || io::Error::from(io::ErrorKind::InvalidInput);
    // Nobody shall guess it.
    let number = RandomState::new().build_hasher().finish() as u16;
    let question = names::question(number, name, v4).ok_or_else(wrong)?;
    let mut transport = Transport::Udp;
    loop {
        let found = match servers.ask(&question, transport).await {
            Said::Answer(answer) => names::found(&answer).ok_or(io::ErrorKind::InvalidData)?,
            Said::Nothing => return Err(io::ErrorKind::TimedOut.into()),
            Said::Busy => return Err(io::ErrorKind::ResourceBusy.into()),
        };
        match (found.cut, transport) {
            (true, Transport::Udp) => transport = Transport::Tcp,
            _ => return Ok(found.addresses),
        }
    }
}

/// The names that are asked for, in this order.
fn candidates(told: &NameServers, name: &str) -> Vec<String> {
    if let Some(whole) = name.strip_suffix('.') {
        return vec![whole.to_owned()];
    }
    let searched = told.search.iter().map(|domain| format!("{name}.{domain}"));
    let dots = told.dots.map_or(DOTS, usize::from);
    let whole = std::iter::once(name.to_owned());
    match name.matches('.').count() >= dots {
        true => whole.chain(searched).collect(),
        false => searched.chain(whole).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_searched_first_and_others_last() {
        let told = NameServers {
            search: vec!["a.example".to_owned(), "b.example".to_owned()],
            ..NameServers::default()
        };
        assert_eq!(candidates(&told, "db"), ["db.a.example", "db.b.example", "db"]);
        assert_eq!(
            candidates(&told, "db.x"),
            ["db.x", "db.x.a.example", "db.x.b.example"]
        );
        assert_eq!(candidates(&told, "db."), ["db"]);
        let told = NameServers {
            dots: Some(2),
            ..told
        };
        assert_eq!(candidates(&told, "db.x")[2], "db.x");
    }
}
