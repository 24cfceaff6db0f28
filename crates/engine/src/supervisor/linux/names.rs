//! What a Linux container finds of names: `/etc/hosts` and `/etc/resolv.conf`, as Docker writes them.

use std::fs;
use std::net::IpAddr;

use sampan_runtime::{NameServers, NetworkPlace};

use crate::supervisor::defaults::Defaults;
use crate::supervisor::record::Record;

/// Where containers of networks that people make ask for names.
const RESOLVER: &str = "127.0.0.11";
/// Whom Docker asks where the machine's own servers cannot be reached from a container.
const PUBLIC: [&str; 2] = ["8.8.8.8", "8.8.4.4"];
/// The servers behind a resolver on the machine's own loopback, where it is that of systemd.
const BEHIND: &str = "/run/systemd/resolve/resolv.conf";
const MACHINE: &str = "/etc/resolv.conf";

/// Names of the machine itself and of groups in IPv6.
const USUAL: &str = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n\
     fe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

/// The text of `/etc/hosts`. `given` are names with their addresses, by hand or by links.
pub(super) fn hosts(record: &Record, places: &[NetworkPlace], given: &[(String, IpAddr)]) -> String {
    let mut text = USUAL.to_owned();
    if record.host.network_mode == "host"
        && let Ok(machine) = fs::read_to_string("/etc/hosts")
    {
        text = machine;
    }
    for (name, address) in given {
        text.push_str(&format!("{address}\t{name}\n"));
    }
    let (name, domain) = (&record.config.hostname, &record.config.domainname);
    for address in places.iter().flat_map(|place| &place.addresses) {
        match domain.as_str() {
            "" => text.push_str(&format!("{address}\t{name}\n")),
            domain => text.push_str(&format!("{address}\t{name}.{domain} {name}\n")),
        }
    }
    text
}

/// What a resolver's file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Resolver {
    servers: Vec<String>,
    search: Vec<String>,
    options: Vec<String>,
}

impl Resolver {
    fn read(text: &str) -> Self {
        let mut read = Self::default();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("nameserver") => read.servers.extend(words.next().map(str::to_owned)),
                // The last one counts.
                Some("search" | "domain") => read.search = words.map(str::to_owned).collect(),
                Some("options") => read.options.extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        read
    }

    /// The machine's, with what was asked for in place of it: of this container, or of all.
    pub(super) fn of(record: &Record, defaults: &Defaults) -> Self {
        let mut own = Self::read(&fs::read_to_string(MACHINE).unwrap_or_default());
        if !own.servers.is_empty() && own.servers.iter().all(|server| is_loopback(server)) {
            let behind = Self::read(&fs::read_to_string(BEHIND).unwrap_or_default());
            if !behind.servers.is_empty() {
                own.servers = behind.servers;
            }
        }
        let host = &record.host;
        for (asked, usual, place) in [
            (&host.dns, &defaults.dns, &mut own.servers),
            (&host.dns_search, &defaults.dns_search, &mut own.search),
            (&host.dns_options, &defaults.dns_options, &mut own.options),
        ] {
            let asked = asked.as_ref().filter(|asked| !asked.is_empty()).unwrap_or(usual);
            if !asked.is_empty() {
                place.clone_from(asked);
            }
        }
        // By this one says that nothing shall be searched.
        own.search.retain(|domain| domain != ".");
        own
    }

    /// What the engine needs to ask by itself, from the host.
    pub(super) fn told(&self) -> NameServers {
        // The last one counts.
        let number = |name: &str| {
            let mut all = self.options.iter().rev();
            all.find_map(|option| option.strip_prefix(name)?.strip_prefix(':')?.parse().ok())
        };
        NameServers {
            // One with a zone is of no use behind a restart, when interfaces have other numbers.
            servers: self.servers.iter().filter_map(|text| text.parse().ok()).collect(),
            search: self.search.clone(),
            dots: number("ndots"),
            timeout: number("timeout"),
            attempts: number("attempts"),
        }
    }

    /// The text of `/etc/resolv.conf` in these networks.
    pub(super) fn text(&self, network_mode: &str, places: &[NetworkPlace]) -> String {
        let mut own = self.clone();
        if places.iter().any(|place| place.open) {
            own.servers = vec![RESOLVER.to_owned()];
            if !own.options.iter().any(|option| option.starts_with("ndots:")) {
                own.options.push("ndots:0".to_owned());
            }
        } else if network_mode != "host" && !places.is_empty() {
            // The machine's loopback is not the container's.
            own.servers.retain(|server| !is_loopback(server));
            if own.servers.is_empty() {
                own.servers = PUBLIC.map(str::to_owned).to_vec();
            }
        }
        let mut text = String::new();
        for server in &own.servers {
            text.push_str(&format!("nameserver {server}\n"));
        }
        for (word, list) in [("search", &own.search), ("options", &own.options)] {
            if !list.is_empty() {
                text.push_str(&format!("{word} {}\n", list.join(" ")));
            }
        }
        text
    }
}

fn is_loopback(server: &str) -> bool {
    server
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use sampan_runtime::Wiring;

    use super::*;

    fn place(open: bool) -> NetworkPlace {
        NetworkPlace {
            network: "n".into(),
            title: "n".into(),
            addresses: vec!["172.20.0.2".parse().unwrap()],
            subnets: Vec::new(),
            gateways: Vec::new(),
            names: Vec::new(),
            links: Vec::new(),
            open,
            internal: false,
            wiring: Wiring::default(),
        }
    }

    #[test]
    fn a_resolver_is_read_and_told_as_docker_does() {
        let read = Resolver::read("# x\ndomain a\nsearch b c\nnameserver 127.0.0.53\noptions edns0\n");
        assert_eq!(read.search, ["b", "c"]);
        assert_eq!(read.told().servers, ["127.0.0.53".parse::<IpAddr>().unwrap()]);
        let told = Resolver::read("options ndots:1 timeout:9 ndots:3 attempts:x\n").told();
        assert_eq!((told.dots, told.timeout, told.attempts), (Some(3), Some(9), None));
        assert_eq!(
            read.text("made", &[place(true)]),
            "nameserver 127.0.0.11\nsearch b c\noptions edns0 ndots:0\n"
        );
        assert_eq!(
            read.text("bridge", &[place(false)]),
            "nameserver 8.8.8.8\nnameserver 8.8.4.4\nsearch b c\noptions edns0\n"
        );
        let own = read.text("host", &[]);
        assert!(own.starts_with("nameserver 127.0.0.53\n"), "{own}");
        let asked = Resolver::read("nameserver 10.0.0.1\nnameserver 127.0.0.1\noptions ndots:2\n");
        let text = asked.text("bridge", &[place(false)]);
        assert_eq!(text, "nameserver 10.0.0.1\noptions ndots:2\n");
        let text = asked.text("made", &[place(true)]);
        assert_eq!(text, "nameserver 127.0.0.11\noptions ndots:2\n");
    }
}
