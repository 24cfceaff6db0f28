//! The server's side of TLS: certificates by the name that a client asks for, read again when their files change.

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::client::verify_server_name;
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use sampan_types::TlsFiles;
use tokio_rustls::TlsAcceptor;

/// How often files are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// No certificate or key is larger.
const LARGEST: u64 = 1 << 20;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file cannot be read.
    #[error("cannot read `{path}`", path = path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is nothing of that sort in it.
    #[error("`{path}` holds no {what} in PEM", path = path.display())]
    Empty {
        /// Which.
        path: PathBuf,
        /// `certificate` or `private key`.
        what: &'static str,
    },
    /// The two cannot be used together.
    #[error("the certificate `{certificate}` cannot be used with the key `{key}`",
        certificate = certificate.display(), key = key.display())]
    Pair {
        /// Which certificate.
        certificate: PathBuf,
        /// Which key.
        key: PathBuf,
        /// Why.
        #[source]
        source: rustls::Error,
    },
}

impl CertificateError {
    /// What a person does.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "name files that this process may read",
            Self::Empty { .. } => {
                "give PEM files: the certificate and those that vouch for it in one, its key in the other"
            }
            Self::Pair { .. } => {
                "name each certificate's own key, in the same order: `--tls-cert A --tls-key A-KEY`"
            }
        }
    }
}

/// The pairs of one server, as they are now.
#[derive(Debug)]
pub(super) struct Certificates {
    pairs: Vec<Pair>,
}

#[derive(Debug)]
struct Pair {
    files: TlsFiles,
    /// Of the files that were read first.
    first: Stamp,
    /// Taken for each handshake, and changed when files do.
    current: RwLock<Arc<CertifiedKey>>,
}

/// What is seen of a file without reading it; another file at its place has another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp([Option<(SystemTime, u64, u64)>; 2]);

impl Certificates {
    /// Reads all pairs.
    pub(super) fn new(files: &[TlsFiles]) -> Result<Arc<Self>, CertificateError> {
        let read = |files: &TlsFiles| {
            // Before they are read: what changes meanwhile is read again.
            let first = Stamp::of(files);
            Ok(Pair {
                first,
                current: RwLock::new(Arc::new(read(files)?)),
                files: files.clone(),
            })
        };
        let pairs = files.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Arc::new(Self { pairs }))
    }

    /// What shakes hands.
    pub(super) fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads anew what changes, for as long as this is polled. What cannot be used leaves the pair that there was, and is
    /// told once.
    pub(super) async fn follow(self: Arc<Self>) {
        let mut seen: Vec<Stamp> = self.pairs.iter().map(|pair| pair.first.clone()).collect();
        loop {
            tokio::time::sleep(LOOK).await;
            let this = Arc::clone(&self);
            // Files may lie on a slow disk; requests do not wait for it.
            let looked = tokio::task::spawn_blocking(move || {
                this.look(&mut seen);
                seen
            });
            match looked.await {
                Ok(stamps) => seen = stamps,
                // The process ends.
                Err(_) => return,
            }
        }
    }

    fn look(&self, seen: &mut [Stamp]) {
        for (pair, seen) in self.pairs.iter().zip(seen) {
            let stamp = Stamp::of(&pair.files);
            if stamp == *seen {
                continue;
            }
            let path = pair.files.certificate.display();
            match read(&pair.files) {
                Ok(key) => {
                    *pair.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                    tracing::info!("the certificate `{path}` was read anew");
                }
                Err(error) => {
                    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
                    let cause = cause.unwrap_or_default();
                    tracing::warn!("{error}{cause}; the certificate that was read before stays in use");
                }
            }
            *seen = stamp;
        }
    }
}

impl Stamp {
    fn of(files: &TlsFiles) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let of = |path: &Path| {
            let metadata = fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len(), metadata.ino()))
        };
        Self([of(&files.certificate), of(&files.key)])
    }
}

impl Pair {
    fn current(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asked = hello
            .server_name()
            .and_then(|name| ServerName::try_from(name).ok());
        if let (Some(name), [_, _, ..]) = (asked, self.pairs.as_slice()) {
            for pair in &self.pairs {
                let key = pair.current();
                if has_name(&key, &name) {
                    return Some(key);
                }
            }
        }
        self.pairs.first().map(Pair::current)
    }
}

fn has_name(key: &CertifiedKey, name: &ServerName<'_>) -> bool {
    let end = key
        .cert
        .first()
        .and_then(|cert| ParsedCertificate::try_from(cert).ok());
    end.is_some_and(|cert| verify_server_name(&cert, name).is_ok())
}

fn read(files: &TlsFiles) -> Result<CertifiedKey, CertificateError> {
    let TlsFiles { certificate, key } = files;
    let error = |source| CertificateError::Pair {
        certificate: certificate.clone(),
        key: key.clone(),
        source,
    };
    let text = read_file(certificate)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .unwrap_or_default();
    if chain.is_empty() {
        return Err(CertificateError::Empty {
            path: certificate.clone(),
            what: "certificate",
        });
    }
    let private = PrivateKeyDer::from_pem_slice(&read_file(key)?).map_err(|_| CertificateError::Empty {
        path: key.clone(),
        what: "private key",
    })?;
    let provider = rustls::crypto::ring::default_provider();
    CertifiedKey::from_der(chain, private, &provider).map_err(error)
}

fn read_file(path: &Path) -> Result<Vec<u8>, CertificateError> {
    let error = |source| CertificateError::Read {
        path: path.to_owned(),
        source,
    };
    // A pipe would be waited for, and a device has no end.
    let file = fs::File::options()
        .read(true)
        .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(error)?;
    if !file.metadata().map_err(error)?.is_file() {
        return Err(error(io::Error::other("it is no ordinary file")));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(error)?;
    if bytes.len() as u64 > LARGEST {
        return Err(error(io::ErrorKind::FileTooLarge.into()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
