//! By which name the daemon is called. A web page whose own name is made to lead to this machine (DNS rebinding) calls
//! it by that name; addresses, `localhost` and names that the person wrote down are nobody else's.

use std::net::{IpAddr, Ipv6Addr};

use http::uri::Authority;
use http::{HeaderValue, Uri};

/// Whether the host that a request names is this daemon.
pub(crate) fn host_is_known(header: Option<&HeaderValue>, target: &Uri, names: &[String]) -> bool {
    let header = header.map(HeaderValue::as_bytes);
    let target = target.authority().map(|authority| authority.as_str().as_bytes());
    let mut hosts = header.into_iter().chain(target).peekable();
    hosts.peek().is_some() && hosts.all(|host| known(host, names))
}

fn known(host: &[u8], names: &[String]) -> bool {
    let Ok(authority) = Authority::try_from(host) else {
        return false;
    };
    if authority.as_str().contains('@') {
        return false;
    }
    let name = authority.host();
    if let Some(address) = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    name.parse::<IpAddr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_names_are_not_ours() {
        let names = ["build.example".to_owned()];
        for host in [
            "127.0.0.1:2376",
            "localhost",
            "LOCALHOST.:80",
            "[::1]:2376",
            "10.0.0.7",
            "Build.example:2376",
        ] {
            assert!(known(host.as_bytes(), &names), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1@evil.example",
            "127.0.0.1.evil.example",
        ] {
            assert!(!known(host.as_bytes(), &names), "{host}");
        }
        assert!(!host_is_known(None, &Uri::from_static("/info"), &names));
    }
}
