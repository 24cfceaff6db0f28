//! The address that a request is for, which must be one whatever way it is told.

use http::header::HOST;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Uri, Version};

/// Requests reach the guest with their whole address: its authority is that of the request line or of `:authority`, or
/// the `Host` header's (RFC 9110 section 7.1). Where both are told they must be the same, or one reader would take the
/// request for another's.
pub(super) fn name_the_host<B>(request: &mut Request<B>, tls: bool) -> Result<(), &'static str> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let told = match (hosts.next(), hosts.next()) {
        (None, _) => None,
        (Some(host), None) => match Authority::try_from(host.as_bytes()) {
            Ok(host) if has_a_port_or_none(&host) => Some(host),
            _ => return Err("the request has no single valid Host header\n"),
        },
        _ => return Err("the request has no single valid Host header\n"),
    };
    let mut parts = request.uri().clone().into_parts();
    match (&parts.authority, told) {
        (Some(asked), _) if !has_a_port_or_none(asked) => {
            return Err("the request has no valid address\n");
        }
        (Some(asked), Some(told)) if !is_same(asked, &told, tls) => {
            return Err("the request's address and its Host header disagree\n");
        }
        (Some(_), _) => {}
        (None, Some(told)) => parts.authority = Some(told),
        (None, None) if request.version() == Version::HTTP_10 => {
            parts.authority = Some(Authority::from_static("localhost"));
        }
        (None, None) => return Err("the request has no Host header\n"),
    }
    let authority = parts.authority.as_ref().map_or("", Authority::as_str);
    if authority.contains('@') {
        return Err("the request's address has a user name\n");
    }
    parts.scheme = Some(if tls { Scheme::HTTPS } else { Scheme::HTTP });
    parts
        .path_and_query
        .get_or_insert_with(|| PathAndQuery::from_static("/"));
    *request.uri_mut() = Uri::from_parts(parts).map_err(|_| "the request has no valid address\n")?;
    Ok(())
}

/// Whether what stands behind the host is a port: the type lets anything stand there.
fn has_a_port_or_none(authority: &Authority) -> bool {
    let (_, host) = authority
        .as_str()
        .rsplit_once('@')
        .unwrap_or(("", authority.as_str()));
    let rest = host.strip_prefix(authority.host());
    authority.port_u16().is_some() || rest.is_some_and(|rest| matches!(rest, "" | ":"))
}

fn is_same(one: &Authority, other: &Authority, tls: bool) -> bool {
    let usual = |port: Option<u16>| port.unwrap_or(if tls { 443 } else { 80 });
    one.as_str().eq_ignore_ascii_case(other.as_str())
        || (one.host().eq_ignore_ascii_case(other.host())
            && usual(one.port_u16()) == usual(other.port_u16())
            && !one.as_str().contains('@')
            && !other.as_str().contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(version: Version, uri: &str, hosts: &[&str]) -> Request<()> {
        let mut builder = Request::builder().version(version).uri(uri);
        for host in hosts {
            builder = builder.header(HOST, *host);
        }
        builder.body(()).unwrap()
    }

    #[test]
    fn a_request_has_one_host_that_is_valid() {
        let (v1, v2) = (Version::HTTP_11, Version::HTTP_2);
        for (mut request, bad) in [
            (request(v1, "/", &["a.example:80"]), false),
            (request(v1, "http://a.example/", &[]), false),
            (request(v1, "http://a.example/", &["A.example:80"]), false),
            (request(v2, "http://a.example/", &["a.example"]), false),
            (request(Version::HTTP_10, "/", &[]), false),
            (request(v1, "/", &[]), true),
            (request(v1, "/", &["a", "b"]), true),
            (request(v1, "/", &["a", "a"]), true),
            (request(v1, "/", &["a b"]), true),
            (request(v1, "/", &["a.example:"]), false),
            (request(v1, "/", &["[::1]:80"]), false),
            (request(v1, "/", &["[::1]"]), false),
            (request(v1, "/", &["a.example:x"]), true),
            (request(v1, "/", &["a.example:99999"]), true),
            (request(v1, "/", &["a.example:-1"]), true),
            (request(v1, "http://a.example/", &["a.example:443"]), true),
            (request(v1, "http://a.example:80/", &["a.example:443"]), true),
            (request(v1, "/", &[""]), true),
            (request(v1, "/", &["u@a"]), true),
            (request(v1, "http://a.example/", &["b.example"]), true),
            (request(v1, "http://a.example/", &["a.example:81"]), true),
            (request(v2, "http://a.example/", &["b.example"]), true),
            (request(v2, "http://u@a.example/", &["a.example"]), true),
        ] {
            let result = name_the_host(&mut request, false);
            assert_eq!(result.is_err(), bad, "{request:?}");
            if !bad {
                assert_eq!(request.uri().scheme_str(), Some("http"));
                assert!(request.uri().authority().is_some());
            }
        }
    }
}
