//! Which part of an address a server answers for.

use std::fmt;
use std::str::FromStr;

/// A host and the beginning of a path: what one of several services on a port answers for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// Which hosts.
    pub host: HostPattern,
    /// The beginning of the path, without a slash at its end; empty for every path.
    prefix: String,
}

/// Which hosts a route is for, lower-case and without a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostPattern {
    /// This one.
    Exact(String),
    /// Every name below this one: `*.example.com`.
    Below(String),
    /// Whatever it is.
    Any,
}

/// Text that is no route.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// The host cannot be one.
    #[error(
        "`{0}` is no host name: write a name such as `api.example.com` or `*.example.com`, without a port"
    )]
    Host(String),
    /// The path cannot be one.
    #[error("`{0}` is no path: write one such as `/api`, without `.` and `..`, query and spaces")]
    Path(String),
}

impl Route {
    /// The beginning of the path, without a slash at its end.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether a path begins with that of the route: `/api` has `/api` and `/api/x`, and not `/apis`.
    pub fn has_path(&self, path: &str) -> bool {
        path.strip_prefix(self.prefix.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.prefix.is_empty())
    }

    /// Whether a host, lower-case and without port, is one of the route's.
    pub fn has_host(&self, host: &str) -> bool {
        match &self.host {
            HostPattern::Exact(own) => own == host,
            HostPattern::Below(parent) => host
                .strip_suffix(parent.as_str())
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            HostPattern::Any => true,
        }
    }
}

impl HostPattern {
    /// How much it says: of two that have a host, the one that says more counts.
    pub fn weight(&self) -> usize {
        match self {
            Self::Exact(_) => usize::MAX,
            Self::Below(parent) => parent.len(),
            Self::Any => 0,
        }
    }
}

impl FromStr for Route {
    type Err = RouteError;

    /// `HOST`, `HOST/PATH` or `/PATH`; `*` as a host is any.
    fn from_str(text: &str) -> Result<Self, RouteError> {
        let (host, path) = match text.find('/') {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let is_name = |name: &str| {
            let label = |label: &str| {
                !label.is_empty()
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            };
            name.len() <= 253 && name.split('.').all(label)
        };
        let lower = host.to_ascii_lowercase();
        let host = match lower.strip_prefix("*.") {
            _ if lower.is_empty() || lower == "*" => HostPattern::Any,
            Some(parent) if is_name(parent) => HostPattern::Below(parent.to_owned()),
            None if is_name(&lower) || is_v6(&lower) => HostPattern::Exact(lower),
            _ => return Err(RouteError::Host(host.to_owned())),
        };
        let prefix = path.trim_end_matches('/');
        let plain = |b: u8| b.is_ascii_graphic() && !b"?#\\\"<>".contains(&b);
        let dots = prefix.split('/').any(|part| part == "." || part == "..");
        if dots || prefix.contains("//") || !prefix.bytes().all(plain) {
            return Err(RouteError::Path(path.to_owned()));
        }
        Ok(Self {
            host,
            prefix: prefix.to_owned(),
        })
    }
}

fn is_v6(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inner.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok())
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            HostPattern::Exact(host) => f.write_str(host)?,
            HostPattern::Below(parent) => write!(f, "*.{parent}")?,
            HostPattern::Any => f.write_str("*")?,
        }
        write!(f, "{}/", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_and_shown() {
        for (text, shown) in [
            ("api.example.com", "api.example.com/"),
            ("API.example.com/V1/", "api.example.com/V1/"),
            ("/static", "*/static/"),
            ("*/", "*/"),
            ("", "*/"),
            ("*.example.com/a/b", "*.example.com/a/b/"),
            ("127.0.0.1", "127.0.0.1/"),
            ("[::1]/x", "[::1]/x/"),
        ] {
            let route: Route = text.parse().unwrap();
            assert_eq!(route.to_string(), shown);
            assert_eq!(
                route.to_string().parse(),
                Ok(route),
                "what is shown is read again"
            );
        }
        for bad in [
            "a b", "a:80", "a..b", "*.*.b", "a.*", "a/../b", "a/./b", "a//b", "a/b?c", "a/ü", "[::x]",
        ] {
            assert!(bad.parse::<Route>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_prefix_ends_where_a_part_of_the_path_does() {
        let route: Route = "/api".parse().unwrap();
        for (path, has) in [
            ("/api", true),
            ("/api/", true),
            ("/api/x", true),
            ("/apis", false),
            ("/API", false),
            ("/", false),
        ] {
            assert_eq!(route.has_path(path), has, "{path}");
        }
        let all: Route = "*".parse().unwrap();
        assert!(all.has_path("/") && all.has_path("*") && all.has_host("any"));
    }

    #[test]
    fn a_star_stands_for_names_below_alone() {
        let route: Route = "*.example.com".parse().unwrap();
        for (host, has) in [
            ("a.example.com", true),
            ("a.b.example.com", true),
            ("example.com", false),
            (".example.com", false),
            ("aexample.com", false),
        ] {
            assert_eq!(route.has_host(host), has, "{host}");
        }
    }
}
