//! Turns web pages away from an open server: a page of anybody's may send requests to loopback, and without
//! authentication it could read, push and delete there. Registry clients send no header of a browser, and call
//! the server by its loopback address. A page whose own name is made to lead to loopback (DNS rebinding) sends no
//! such header either, because to the browser it talks to its own server; but it calls it by its own name.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::header::{HOST, ORIGIN};
use http::request::Parts;
use http::uri::Authority;

use super::api_error::{ApiError, Code};

/// Refuses what a registry client would not send. An open server listens on loopback alone.
pub(crate) fn no_browsers(parts: &Parts) -> Result<(), ApiError> {
    let headers = &parts.headers;
    if headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site") {
        return Err(ApiError::new(Code::Denied).detail("an open registry does not talk to web pages"));
    }
    // HTTP/2 has the name in its target. What names no host at all is no browser.
    let hosts = headers.get_all(HOST).iter().map(|host| host.as_bytes());
    let target = parts
        .uri
        .authority()
        .map(|authority| authority.as_str().as_bytes());
    if hosts.chain(target).all(is_loopback) {
        return Ok(());
    }
    Err(ApiError::new(Code::Denied)
        .detail("an open registry is called by a loopback address or by `localhost` only"))
}

/// Whether a host, with or without a port, can be this machine alone: `localhost`, a name below it (RFC 6761 §6.3),
/// or a loopback address.
fn is_loopback(host: &[u8]) -> bool {
    let Ok(authority) = Authority::try_from(host) else {
        return false;
    };
    // Browsers put nobody's name and password there; what has an `@` is no host.
    if authority.as_str().contains('@') {
        return false;
    }
    let name = authority.host();
    if let Some(address) = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        return address
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.to_canonical().is_loopback());
    }
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return address.is_loopback();
    }
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in [
            "localhost",
            "localhost:5000",
            "LOCALHOST.:80",
            "registry.localhost:5000",
            "127.0.0.1",
            "127.9.9.9:5000",
            "[::1]:5000",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(is_loopback(host.as_bytes()), "{host}");
        }
        for host in [
            "",
            "x",
            "evil.example:5000",
            "localhost.evil.example",
            "notlocalhost",
            "127.0.0.1.evil.example",
            "127.0.0.1@evil.example",
            "evil@localhost",
            "0.0.0.0:5000",
            "192.168.0.1",
            "[::]",
            "[fe80::1]",
            "2130706433",
            "localhost evil",
        ] {
            assert!(!is_loopback(host.as_bytes()), "{host}");
        }
    }
}
