//! What the network and TLS said, sorted, without the addresses that may hold signed queries.

use std::error::Error;
use std::fmt;
use std::io;

use super::error::ClientError;

/// The innermost cause of a failed connection, as text. The layers between say nothing that helps, and
/// reqwest's own messages hold whole addresses.
#[derive(Debug)]
pub struct Broken(String);

impl Broken {
    /// From any error: the deepest cause that says something.
    pub(crate) fn from_chain(error: &(dyn Error + 'static)) -> Self {
        let mut text = None;
        walk(error, &mut |e| text = Some(e.to_string()));
        Self(text.unwrap_or_default())
    }

    /// From words of our own.
    pub(crate) fn say(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Broken {}

/// Visits an error and its causes; also what an `io::Error` wraps, which its `source` skips.
fn walk(error: &(dyn Error + 'static), visit: &mut dyn FnMut(&(dyn Error + 'static))) {
    visit(error);
    let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    if let Some(inner) = inner {
        walk(inner, visit);
    } else if let Some(source) = error.source() {
        walk(source, visit);
    }
}

/// Whether a cause says that there is nobody: no such name, or no such port.
fn is_unreachable(cause: &(dyn Error + 'static)) -> bool {
    let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(
        kind,
        Some(
            io::ErrorKind::ConnectionRefused
                | io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::HostUnreachable
        )
    ) || cause
        .to_string()
        // The standard library gives a failed look-up no kind. The resolver has tried for long by itself.
        .starts_with("failed to lookup address information")
}

/// Sorts a failure of the HTTP client.
pub(crate) fn sort(registry: &str, error: reqwest::Error) -> ClientError {
    let registry = registry.to_owned();
    let error = error.without_url();
    let source = Broken::from_chain(&error);
    let (mut certificate, mut unreachable) = (false, false);
    walk(&error, &mut |e| {
        unreachable |= is_unreachable(e);
        certificate |= matches!(
            e.downcast_ref::<rustls::Error>(),
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
        );
    });
    if certificate {
        ClientError::Certificate { registry, source }
    } else if error.is_timeout() {
        ClientError::Timeout { registry, source }
    } else if error.is_connect() && unreachable {
        ClientError::Unreachable { registry, source }
    } else {
        ClientError::Connection { registry, source }
    }
}
