//! Files from plain web addresses, for builds: no registry, no credentials, a bound on everything.

use std::io::Write;
use std::time::SystemTime;

use http::header::{CONTENT_TYPE, LAST_MODIFIED, LOCATION};
use reqwest::{Response, Url};
use sampan_types::{ByteCount, Classified, ErrorClass};

use super::endpoint::{clean, is_loopback};
use super::tls::Peer;
use super::transport::authority;
use super::wire::Broken;
use super::{Client, ClientError, wire};

/// How often an address may lead to another.
const MAX_REDIRECTS: usize = 10;

/// Why a file could not be had from an address. Messages have no query, which may be a signature.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It is not one that is fetched from.
    #[error("{address} cannot be fetched: {why}")]
    Refused {
        /// The address.
        address: String,
        /// Why not.
        why: &'static str,
    },
    /// Its server says no.
    #[error("failed to GET {address} with status {status}")]
    Status {
        /// The address.
        address: String,
        /// The HTTP status.
        status: u16,
    },
    /// It has more than may come.
    #[error("{address} is larger than {most}")]
    TooLarge {
        /// The address.
        address: String,
        /// The most that is taken.
        most: ByteCount,
    },
    /// The connection to its server.
    #[error("{address} cannot be fetched")]
    Connection {
        /// The address.
        address: String,
        /// What the network said.
        #[source]
        source: Broken,
    },
    /// What comes cannot be kept.
    #[error("cannot keep what comes from {address}")]
    Write {
        /// The address.
        address: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Classified for AddressError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Status {
                status: 404 | 410, ..
            } => ErrorClass::NotFound,
            Self::Refused { .. } | Self::TooLarge { .. } => ErrorClass::InvalidInput,
            Self::Status { .. } | Self::Connection { .. } => ErrorClass::Unavailable,
            Self::Write { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                ErrorClass::Exhausted
            }
            Self::Write { .. } => ErrorClass::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        None
    }
}

/// What is known of a file that came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressFile {
    /// What its server calls it.
    pub content_type: String,
    /// When it was changed last, where its server says it.
    pub modified: Option<SystemTime>,
    /// How much came.
    pub size: u64,
}

impl Client {
    /// Writes what an `http` or `https` address has, at most `most` of it. Names and passwords in addresses are refused, an
    /// encrypted address never leads to one that is not, and none elsewhere leads to a service of this machine.
    pub async fn address(
        &self,
        address: &str,
        most: ByteCount,
        to: &mut (dyn Write + Send),
    ) -> Result<AddressFile, AddressError> {
        let refused = |why| AddressError::Refused {
            address: clean(address.split(['?', '#']).next().unwrap_or_default()),
            why,
        };
        let mut url = Url::parse(address).map_err(|_| refused("it is no address"))?;
        check(None, &url)?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.ask(&url).await?;
            let status = response.status();
            if status.is_redirection()
                && let Some(next) = response.headers().get(LOCATION)
            {
                let next = String::from_utf8_lossy(next.as_bytes());
                let next = url.join(&next).map_err(|_| refused("it leads to no address"))?;
                check(Some(&url), &next)?;
                url = next;
                continue;
            }
            if !status.is_success() {
                return Err(AddressError::Status {
                    address: shown(&url),
                    status: status.as_u16(),
                });
            }
            return self.keep(&url, response, most, to).await;
        }
        Err(refused("it leads from one address to the next without end"))
    }

    async fn ask(&self, url: &Url) -> Result<Response, AddressError> {
        let peer = (url.scheme() == "https").then(|| Peer {
            names: vec![authority(url)],
            verify: true,
        });
        let failed = |error: ClientError| AddressError::Connection {
            address: shown(url),
            source: Broken::from_chain(&error),
        };
        let client = self.inner.transport.build(peer.as_ref()).map_err(failed)?;
        let limit = self.inner.config.timeouts.idle;
        let sent = tokio::time::timeout(limit, client.get(url.clone()).send()).await;
        let sent = sent.map_err(|_| silent(url))?;
        sent.map_err(|error| failed(wire::sort(&authority(url), error)))
    }

    async fn keep(
        &self,
        url: &Url,
        mut response: Response,
        most: ByteCount,
        to: &mut (dyn Write + Send),
    ) -> Result<AddressFile, AddressError> {
        let text = |name| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let mut file = AddressFile {
            content_type: text(CONTENT_TYPE).unwrap_or_default(),
            modified: text(LAST_MODIFIED).and_then(|text| httpdate::parse_http_date(&text).ok()),
            size: 0,
        };
        let too_large = || AddressError::TooLarge {
            address: shown(url),
            most,
        };
        if response
            .content_length()
            .is_some_and(|length| length > most.get())
        {
            return Err(too_large());
        }
        loop {
            let piece = tokio::time::timeout(self.inner.config.timeouts.idle, response.chunk()).await;
            let piece = piece.map_err(|_| silent(url))?;
            let piece = piece.map_err(|error| AddressError::Connection {
                address: shown(url),
                source: Broken::from_chain(&error.without_url()),
            })?;
            let Some(piece) = piece else { return Ok(file) };
            file.size = file.size.saturating_add(piece.len() as u64);
            if file.size > most.get() {
                return Err(too_large());
            }
            to.write_all(&piece).map_err(|source| AddressError::Write {
                address: shown(url),
                source,
            })?;
        }
    }
}

/// Whether an address may be asked, where another one led there.
fn check(from: Option<&Url>, url: &Url) -> Result<(), AddressError> {
    let refused = |why| {
        Err(AddressError::Refused {
            address: shown(url),
            why,
        })
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return refused("only http and https addresses are");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refused("it has a name or a password in it, which everybody would see in the image");
    }
    let Some(from) = from else { return Ok(()) };
    if from.scheme() == "https" && url.scheme() == "http" {
        return refused("an encrypted address led to it, and it is not");
    }
    if is_loopback(&authority(url)) && !is_loopback(&authority(from)) {
        return refused("it is of this machine, and an address elsewhere led to it");
    }
    Ok(())
}

fn silent(url: &Url) -> AddressError {
    AddressError::Connection {
        address: shown(url),
        source: Broken::say("nothing came for too long"),
    }
}

/// An address without its query, which may hold a signature, nor a password.
fn shown(url: &Url) -> String {
    clean(&format!("{}://{}{}", url.scheme(), authority(url), url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(from: Option<&str>, to: &str) -> Option<String> {
        let from = from.map(|from| Url::parse(from).unwrap());
        let error = check(from.as_ref(), &Url::parse(to).unwrap()).err()?;
        Some(error.to_string())
    }

    #[test]
    fn no_address_leads_where_it_must_not() {
        assert_eq!(refused(None, "https://a.example/x"), None);
        assert_eq!(refused(Some("http://a.example/x"), "https://b.example/"), None);
        for (from, to, why) in [
            (None, "file:///etc/passwd", "only http and https"),
            (None, "ftp://a.example/x", "only http and https"),
            (None, "http://me:hunter2@a.example/x", "has a name or a password"),
            (Some("https://a.example/"), "http://a.example/", "is not"),
            (Some("http://a.example/"), "http://127.0.0.1/", "of this machine"),
            (Some("https://a.example/"), "https://[::1]:80/", "of this machine"),
            (
                Some("https://a.example/"),
                "https://localhost/",
                "of this machine",
            ),
        ] {
            let said = refused(from, to).unwrap();
            assert!(said.contains(why) && !said.contains("hunter2"), "{said}");
        }
    }
}
