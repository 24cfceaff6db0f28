//! Where a registry is asked: its host, its mirrors, and whether plain HTTP will do.

use std::net::IpAddr;

use reqwest::Url;

use super::config::ClientConfig;
use super::error::ClientError;

/// How a connection may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Security {
    /// TLS with a certificate that is checked.
    Tls,
    /// Loopback: TLS with a certificate that is checked, or plain HTTP where no TLS is spoken.
    TlsOrPlain,
    /// Told to be insecure: TLS with any certificate, or plain HTTP.
    Anything,
    /// Told to be plain HTTP.
    Plain,
}

/// One place that answers for a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// The name under which credentials are kept and which messages show.
    pub(crate) name: String,
    /// Host with port, as it stands in an address.
    pub(crate) host: String,
    /// What stands before the repository's name: empty, or with a slash at its end.
    pub(crate) prefix: String,
    pub(crate) security: Security,
}

/// The registry itself.
pub(crate) fn origin(config: &ClientConfig, registry: &str) -> Result<Endpoint, ClientError> {
    // Docker Hub's name is not the name of its registry's machine.
    let host = match registry {
        sampan_types::reference::DEFAULT_REGISTRY => "registry-1.docker.io",
        other => other,
    };
    let insecure = config.registries.get(registry).is_some_and(|r| r.insecure);
    let security = match (insecure, is_loopback(host)) {
        (true, _) => Security::Anything,
        (false, true) => Security::TlsOrPlain,
        (false, false) => Security::Tls,
    };
    endpoint(registry, host, "", security)
}

/// Mirrors in their order, then the registry itself.
pub(crate) fn all(config: &ClientConfig, registry: &str) -> Result<Vec<Endpoint>, ClientError> {
    let mut found = Vec::new();
    for mirror in config.registries.get(registry).iter().flat_map(|r| &r.mirrors) {
        found.push(self::mirror(config, mirror)?);
    }
    found.push(origin(config, registry)?);
    Ok(found)
}

fn mirror(config: &ClientConfig, text: &str) -> Result<Endpoint, ClientError> {
    let bad = || ClientError::Address { text: clean(text) };
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.trim_matches('/');
    let prefix = if path.is_empty() {
        String::new()
    } else {
        format!("{path}/")
    };
    let insecure = config.registries.get(host).is_some_and(|r| r.insecure);
    let security = match (scheme, insecure, is_loopback(host)) {
        (Some("http"), _, _) => Security::Plain,
        (None | Some("https"), true, _) => Security::Anything,
        (None, false, true) => Security::TlsOrPlain,
        (None | Some("https"), false, _) => Security::Tls,
        (Some(_), _, _) => return Err(bad()),
    };
    if host.is_empty()
        || host.contains('@')
        || path.contains(['?', '#', '%', '\\'])
        || path.split('/').any(|p| p == "..")
    {
        return Err(bad());
    }
    endpoint(host, host, &prefix, security)
}

fn endpoint(name: &str, host: &str, prefix: &str, security: Security) -> Result<Endpoint, ClientError> {
    let endpoint = Endpoint {
        name: name.to_owned(),
        host: host.to_owned(),
        prefix: prefix.to_owned(),
        security,
    };
    endpoint.url("https", "/v2/")?;
    Ok(endpoint)
}

impl Endpoint {
    /// An address of this endpoint; `path` begins with a slash.
    pub(crate) fn url(&self, scheme: &str, path: &str) -> Result<Url, ClientError> {
        let url = Url::parse(&format!("{scheme}://{}{path}", self.host)).ok();
        url.filter(|u| u.host_str().is_some())
            .ok_or_else(|| ClientError::Address {
                text: clean(&self.host),
            })
    }

    /// The path of something in a repository: `/v2/NAME/WHAT`.
    pub(crate) fn path(&self, repository: &str, what: &str) -> String {
        format!("/v2/{}{repository}/{what}", self.prefix)
    }

    /// The repository's name as this endpoint knows it.
    pub(crate) fn repository(&self, repository: &str) -> String {
        format!("{}{repository}", self.prefix)
    }
}

/// Whether a host, with or without a port, is this machine: `127.0.0.0/8`, `::1` or `localhost`.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None if host.matches(':').count() > 1 => host,
        None => host.split(':').next().unwrap_or(host),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|a| a.is_loopback())
}

/// Whether two addresses are the same origin (RFC 6454): credentials never leave it.
pub(crate) fn same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme()
        && a.host_str() == b.host_str()
        && a.port_or_known_default() == b.port_or_known_default()
}

/// Text from outside, fit to be shown: printable, one line, at most 200 characters.
pub(crate) fn clean(text: &str) -> String {
    const LIMIT: usize = 200;
    let mut shown: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LIMIT)
        .collect();
    if text.chars().nth(LIMIT).is_some() {
        shown.push('…');
    }
    shown.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::config::RegistryConfig;

    #[test]
    fn tells_loopback() {
        for yes in [
            "localhost",
            "LOCALHOST:5000",
            "127.0.0.1",
            "127.9.9.9:1",
            "[::1]:5000",
            "::1",
        ] {
            assert!(is_loopback(yes), "{yes}");
        }
        for no in [
            "localhost.example.org",
            "128.0.0.1",
            "127.0.0.1.nip.io:80",
            "[::2]:1",
            "docker.io",
            "",
        ] {
            assert!(!is_loopback(no), "{no}");
        }
    }

    #[test]
    fn plain_http_only_for_loopback_or_when_told() {
        let mut config = ClientConfig::default();
        let security = |config: &ClientConfig, name: &str| origin(config, name).unwrap().security;
        assert_eq!(security(&config, "ghcr.io"), Security::Tls);
        assert_eq!(security(&config, "localhost:5000"), Security::TlsOrPlain);
        let told = RegistryConfig {
            insecure: true,
            ..RegistryConfig::default()
        };
        config.registries.insert("reg.lan".to_owned(), told);
        assert_eq!(security(&config, "reg.lan"), Security::Anything);
    }

    #[test]
    fn mirrors_come_first() {
        let mut config = ClientConfig::default();
        let mirrors = [
            "https://mirror.example/hub/",
            "http://10.0.0.1:5000",
            "localhost:1",
        ];
        let registry = RegistryConfig {
            mirrors: mirrors.map(str::to_owned).to_vec(),
            ..RegistryConfig::default()
        };
        config.registries.insert("docker.io".to_owned(), registry);
        let all = all(&config, "docker.io").unwrap();
        let seen: Vec<_> = all
            .iter()
            .map(|e| (e.host.as_str(), e.prefix.as_str(), e.security))
            .collect();
        assert_eq!(
            seen,
            [
                ("mirror.example", "hub/", Security::Tls),
                ("10.0.0.1:5000", "", Security::Plain),
                ("localhost:1", "", Security::TlsOrPlain),
                ("registry-1.docker.io", "", Security::Tls),
            ]
        );
        assert_eq!(all[3].name, "docker.io");
        for bad in [
            "ftp://x",
            "https://",
            "https://u:p@h",
            "https://h/../x",
            "https://h/a?b",
        ] {
            assert!(mirror(&config, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn foreign_text_is_cleaned_and_cut() {
        assert_eq!(clean("a\u{1b}[31m\nb"), "a [31m b");
        assert_eq!(clean(&"x".repeat(500)).chars().count(), 201);
    }
}
