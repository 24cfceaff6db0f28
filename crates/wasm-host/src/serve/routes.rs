//! Which of several servers on one port a request is for: by its host first, then by the longest beginning of its path.

use std::sync::Arc;

use http::Uri;
use sampan_types::Route;
use sampan_types::serving::HostPattern;

/// What one host has, with who answers.
type Routes<T> = Vec<(Route, Arc<T>)>;

/// Servers by host and path.
pub(super) struct Table<T> {
    /// Hosts, those that say most first, with their routes, longest first.
    hosts: Vec<(HostPattern, Routes<T>)>,
    /// The one server of a port that leads to no other.
    only: Option<Arc<T>>,
}

/// Why nobody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRoute {
    /// No server has this host.
    Host,
    /// None of the host's has this path.
    Path,
}

impl<T> Table<T> {
    /// Servers with what they answer for; one with no routes answers for everything.
    pub(super) fn new(servers: Vec<(Vec<Route>, Arc<T>)>) -> Self {
        if let [(routes, only)] = servers.as_slice()
            && routes.is_empty()
        {
            return Self {
                hosts: Vec::new(),
                only: Some(Arc::clone(only)),
            };
        }
        let mut hosts: Vec<(HostPattern, Routes<T>)> = Vec::new();
        for (routes, server) in servers {
            for route in routes {
                let at = match hosts.iter().position(|(host, _)| *host == route.host) {
                    Some(at) => at,
                    None => {
                        hosts.push((route.host.clone(), Vec::new()));
                        hosts.len() - 1
                    }
                };
                if let Some((_, routes)) = hosts.get_mut(at) {
                    routes.push((route, Arc::clone(&server)));
                }
            }
        }
        hosts.sort_by_key(|(host, _)| std::cmp::Reverse(host.weight()));
        for (_, routes) in &mut hosts {
            routes.sort_by_key(|(route, _)| std::cmp::Reverse(route.prefix().len()));
        }
        Self { hosts, only: None }
    }

    /// Who answers. The host is settled before the path: what one host does not have is not looked for at another.
    pub(super) fn find(&self, uri: &Uri) -> Result<&T, NoRoute> {
        if let Some(only) = &self.only {
            return Ok(only);
        }
        let host = uri.host().unwrap_or_default();
        let lower;
        let host = match host.bytes().any(|b| b.is_ascii_uppercase()) {
            true => {
                lower = host.to_ascii_lowercase();
                &lower
            }
            false => host,
        };
        // `a.example.` is the same name, from the root.
        let host = host.strip_suffix('.').unwrap_or(host);
        let mut routes = self.hosts.iter().filter_map(|(_, routes)| {
            routes
                .first()
                .filter(|(route, _)| route.has_host(host))
                .map(|_| routes)
        });
        let routes = routes.next().ok_or(NoRoute::Host)?;
        let found = routes.iter().find(|(route, _)| route.has_path(uri.path()));
        found.map(|(_, server)| &**server).ok_or(NoRoute::Path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_settled_before_the_path_and_the_longest_path_counts() {
        let server = |name: &'static str, routes: &[&str]| {
            let routes = routes.iter().map(|route| route.parse().unwrap()).collect();
            (routes, Arc::new(name))
        };
        let table = Table::new(vec![
            server("any", &["/", "/api"]),
            server("below", &["*.example.com"]),
            server("deeper", &["*.b.example.com"]),
            server("a", &["a.example.com/x"]),
            server("long", &["a.example.com/x/y", "a.example.com/z"]),
        ]);
        for (uri, expected) in [
            ("http://other/", Ok("any")),
            ("http://other:8080/api/1", Ok("any")),
            ("http://c.example.com/x", Ok("below")),
            ("http://c.b.example.com/", Ok("deeper")),
            ("http://A.Example.com/x", Ok("a")),
            ("http://a.example.com./x/yz", Ok("a")),
            ("http://a.example.com/x/y/z?q", Ok("long")),
            ("http://a.example.com/z", Ok("long")),
            // Not `any`, although that has every path.
            ("http://a.example.com/", Err(NoRoute::Path)),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!(table.find(&uri).copied(), expected, "{uri}");
        }
        let named = Table::new(vec![server("a", &["a"])]);
        let find = |uri: &'static str| named.find(&Uri::from_static(uri)).copied();
        assert_eq!(find("http://b/"), Err(NoRoute::Host));
        assert_eq!(find("http://a/"), Ok("a"));
        let only = Table::new(vec![server("only", &[])]);
        assert_eq!(only.find(&Uri::from_static("http://b/")).copied(), Ok("only"));
    }
}
