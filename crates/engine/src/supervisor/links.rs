//! Links in the usual network (`--link`): another container under a name of one's own, which only its parent knows.
//! Links in networks that people make are a part of the place there.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use sampan_api::container::{Config, HostConfig};
use sampan_api::{Port, Protocol};
use sampan_types::ContainerId;
use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::error::{Result, SupervisorError, step};
use super::record::Record;
use super::{Caller, Supervisor};

/// The network whose links these are.
const USUAL: &str = "bridge";
/// Variables that a build adds, and that say nothing of a linked container.
const UNTOLD: [&str; 2] = ["HOME", "PATH"];

/// One link of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkRecord {
    /// To whom it leads.
    pub(crate) child: ContainerId,
    /// The child's name at the time.
    pub(crate) name: String,
    pub(crate) alias: String,
}

/// `CONTAINER:ALIAS`, a container under its own name, or what `inspect` shows of a link.
fn parse(text: &str) -> Result<(&str, &str)> {
    let bad = || SupervisorError::Invalid(format!("bad format for links: {text}"));
    let (name, alias) = text.split_once(':').unwrap_or((text, text));
    let plain = name.strip_prefix('/');
    let alias = match plain {
        Some(_) => alias.rsplit('/').next().unwrap_or(alias),
        None => alias,
    };
    let name = plain.unwrap_or(name);
    match name.is_empty() || alias.is_empty() || alias.contains(':') {
        true => Err(bad()),
        false => Ok((name, alias)),
    }
}

impl Supervisor {
    /// Reads the links of a container that is to be made.
    pub(crate) fn links_of(&self, caller: &Caller, host: &HostConfig) -> Result<Vec<LinkRecord>> {
        let mut links: Vec<LinkRecord> = Vec::new();
        let wanted = host.links.iter().flatten().filter(|_| host.network_mode == USUAL);
        for text in wanted {
            let (name, alias) = parse(text)?;
            let child = self.seen_by(caller, name).map_err(|error| {
                SupervisorError::Invalid(format!("could not get container for {name}: {error}"))
            })?;
            let record = child.record();
            if record.host.network_mode == "host" {
                return Err(SupervisorError::Invalid(
                    "conflicting options: host type networking can't be used with links. This would result in undefined behavior"
                        .to_owned(),
                ));
            }
            links.retain(|link| link.alias != alias);
            links.push(LinkRecord {
                child: child.id.clone(),
                name: record.name.to_string(),
                alias: alias.to_owned(),
            });
        }
        Ok(links)
    }

    /// What a container's environment tells of those that it is linked to, who must run.
    pub(crate) fn links_told(&self, record: &Record) -> Result<Vec<(String, String)>> {
        let mut told = Vec::new();
        if !record.networks.contains_key(USUAL) {
            return Ok(told);
        }
        for link in &record.links {
            let whole = format!("/{}/{}", record.name, link.alias);
            let child = self.shared.find(link.child.as_str()).ok();
            let Some(child) = child.filter(|child| child.is_running()) else {
                return Err(SupervisorError::Link(format!(
                    "Cannot link to a non running container: /{} AS {whole}",
                    link.name
                )));
            };
            let (its, endpoint) = {
                let live = child.live();
                (live.record.clone(), live.state.endpoints.get(USUAL).cloned())
            };
            let address = endpoint.and_then(|endpoint| endpoint.address).ok_or_else(|| {
                SupervisorError::Link(format!(
                    "container {} not attached to default bridge network",
                    child.id
                ))
            })?;
            tell(&whole, &link.alias, &address.to_string(), &its.config, &mut told);
        }
        Ok(told)
    }

    /// The names of those to whom a container is linked on the usual network, with their addresses.
    pub(crate) fn linked_addresses(&self, record: &Record) -> Vec<(String, IpAddr)> {
        let mut all = Vec::new();
        for link in &record.links {
            let Ok(child) = self.shared.find(link.child.as_str()) else {
                continue;
            };
            let live = child.live();
            let at = live
                .state
                .endpoints
                .get(USUAL)
                .and_then(|endpoint| endpoint.address);
            let Some(address) = at else { continue };
            let mut names: Vec<&str> = Vec::new();
            for name in [&link.alias, live.record.id.short(), &link.name] {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            all.push((names.join(" "), address.into()));
        }
        all
    }

    /// The names by which linked containers are known besides their own, by their ids.
    pub(crate) fn linked_names(&self, cells: &[Arc<Cell>]) -> HashMap<ContainerId, Vec<String>> {
        let mut names: HashMap<ContainerId, Vec<String>> = HashMap::new();
        for cell in cells {
            let record = cell.record();
            for link in &record.links {
                let name = format!("/{}/{}", record.name, link.alias);
                names.entry(link.child.clone()).or_default().push(name);
            }
        }
        names
    }

    /// Takes a link away: `PARENT/ALIAS`.
    pub(crate) async fn unlink(&self, name: &str) -> Result<()> {
        let whole = name.trim_start_matches('/');
        let Some((parent, alias)) = whole.rsplit_once('/') else {
            return Err(SupervisorError::Link(
                "Conflict, cannot remove the default link name of the container".to_owned(),
            ));
        };
        let cell = self.shared.find(parent)?;
        let _gate = cell.gate.lock().await;
        let mut record = Record::clone(&cell.record());
        record.links.retain(|link| link.alias != alias);
        step!("supervisor::link::journal");
        self.shared.journal.put(&Record::key(&cell.id), &record)?;
        cell.live().record = record.into();
        self.shared.wrote();
        self.places_changed(&cell).await
    }
}

impl Record {
    /// Its links as `inspect` shows them.
    pub(crate) fn links_shown(&self) -> Option<Vec<String>> {
        let links = self.links.iter();
        let shown: Vec<String> = links
            .map(|link| format!("/{}:/{}/{}", link.name, self.name, link.alias))
            .collect();
        (!shown.is_empty()).then_some(shown)
    }
}

/// The variables of one link, as Docker has them.
fn tell(whole: &str, alias: &str, address: &str, child: &Config, told: &mut Vec<(String, String)>) {
    let alias = alias.to_uppercase().replace('-', "_");
    let mut ports: Vec<Port> = child.exposed_ports.keys().copied().collect();
    ports.sort_by_key(|port| (port.protocol != Protocol::Tcp, port.protocol, port.number));
    let mut say = |name: String, value: String| told.push((format!("{alias}{name}"), value));
    let url = |port: Port| format!("{}://{address}:{}", port.protocol.as_str(), port.number);
    let prefix = |port: Port| format!("_PORT_{}_{}", port.number, port.protocol.as_str().to_uppercase());
    if let Some(first) = ports.first() {
        say("_PORT".to_owned(), url(*first));
    }
    for port in &ports {
        let prefix = prefix(*port);
        say(prefix.clone(), url(*port));
        say(format!("{prefix}_ADDR"), address.to_owned());
        say(format!("{prefix}_PORT"), port.number.to_string());
        say(format!("{prefix}_PROTO"), port.protocol.as_str().to_owned());
    }
    let next_to = |a: &Port, b: &Port| a.protocol == b.protocol && a.number.checked_add(1) == Some(b.number);
    for range in ports.chunk_by(next_to) {
        let ([first, .., last], prefix) = (range, prefix(range[0])) else {
            continue;
        };
        say(format!("{prefix}_START"), url(*first));
        say(format!("{prefix}_PORT_START"), first.number.to_string());
        say(format!("{prefix}_END"), url(*last));
        say(format!("{prefix}_PORT_END"), last.number.to_string());
    }
    say("_NAME".to_owned(), whole.to_owned());
    for pair in child.env.iter().flatten() {
        if let Some((name, value)) = pair.split_once('=')
            && !UNTOLD.contains(&name)
        {
            say(format!("_ENV_{name}"), value.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn links_are_read_as_they_are_written_and_shown() {
        for (text, name, alias) in [
            ("db:store", "db", "store"),
            ("db", "db", "db"),
            ("/db:/web/store", "db", "store"),
        ] {
            assert_eq!(parse(text).unwrap(), (name, alias), "{text}");
        }
        for text in ["", ":", "db:", ":store", "a:b:c"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_link_tells_ports_name_and_environment() {
        let ports = ["53/udp", "80/tcp", "81/tcp", "90/tcp"];
        let child = Config {
            exposed_ports: ports
                .iter()
                .map(|port| (port.parse().unwrap(), Default::default()))
                .collect(),
            env: Some(vec!["FOO=1".into(), "HOME=/".into(), "unset".into()]),
            ..Config::default()
        };
        let mut told = Vec::new();
        tell("/web/my-db", "my-db", "172.17.0.2", &child, &mut told);
        let told: BTreeMap<String, String> = told.into_iter().collect();
        for (name, value) in [
            ("MY_DB_PORT", "tcp://172.17.0.2:80"),
            ("MY_DB_PORT_53_UDP_ADDR", "172.17.0.2"),
            ("MY_DB_PORT_81_TCP_PORT", "81"),
            ("MY_DB_PORT_90_TCP_PROTO", "tcp"),
            ("MY_DB_PORT_80_TCP_START", "tcp://172.17.0.2:80"),
            ("MY_DB_PORT_80_TCP_PORT_END", "81"),
            ("MY_DB_NAME", "/web/my-db"),
            ("MY_DB_ENV_FOO", "1"),
        ] {
            assert_eq!(told.get(name).map(String::as_str), Some(value), "{name}");
        }
        assert_eq!(told.len(), 1 + 4 * 4 + 4 + 2);
    }
}
