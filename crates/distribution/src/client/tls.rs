//! Which certificates are believed: the system's authorities, those that were given, and those in folders
//! laid out as Docker's `certs.d`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};

use super::config::ClientConfig;
use super::error::ClientError;
use super::wire::Broken;

/// For whom a TLS configuration is made.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// The names under which its certificates may be kept: host with port, and the registry's name.
    pub(crate) names: Vec<String>,
    /// Whether its certificate is checked.
    pub(crate) verify: bool,
}

/// A TLS configuration with the ring provider, named here and not process-wide, so that no other user of
/// rustls in the process can change it.
pub(crate) fn client_config(
    config: &ClientConfig,
    peer: Option<&Peer>,
) -> Result<rustls::ClientConfig, ClientError> {
    let provider = Arc::new(ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|e| ClientError::Setup {
            source: Broken::from_chain(&e),
        })?;
    let mut roots = RootCertStore::empty();
    let mut identity = None;
    if let Some(peer) = peer {
        for folder in folders(config, &peer.names) {
            identity = identity.or(client_certificate(&folder)?);
            for path in with_extension(&folder, "crt") {
                add_roots(&mut roots, &path)?;
            }
        }
        if peer.verify {
            let own = peer.names.iter().filter_map(|name| config.registries.get(name));
            for path in config.ca_files.iter().chain(own.flat_map(|r| &r.ca_files)) {
                add_roots(&mut roots, path)?;
            }
            add_system(&mut roots, &config.system_ca_files);
        }
    }
    let builder = match peer {
        Some(Peer { verify: false, .. }) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider))),
        _ => builder.with_root_certificates(roots),
    };
    let mut tls = match identity {
        Some((path, chain, key)) => {
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|e| ClientError::CertificateFile {
                    path,
                    source: Broken::from_chain(&e),
                })?
        }
        None => builder.with_no_client_auth(),
    };
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// The folders that exist for any of these names. A name that could climb out of `certs.d` has none.
fn folders(config: &ClientConfig, names: &[String]) -> Vec<PathBuf> {
    let safe = |name: &&String| !name.contains('/') && !name.starts_with('.');
    let mut found: Vec<PathBuf> = Vec::new();
    for name in names.iter().filter(safe) {
        for base in &config.certs_dirs {
            let folder = base.join(name);
            if folder.is_dir() && !found.contains(&folder) {
                found.push(folder);
            }
        }
    }
    found
}

fn with_extension(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == extension))
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    fs::read(path).map_err(|e| bad_file(path, &e))
}

fn bad_file(path: &Path, error: &(dyn std::error::Error + 'static)) -> ClientError {
    ClientError::CertificateFile {
        path: path.to_owned(),
        source: Broken::from_chain(error),
    }
}

fn add_roots(roots: &mut RootCertStore, path: &Path) -> Result<(), ClientError> {
    let pem = read(path)?;
    let mut any = false;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|e| bad_file(path, &e))?;
        roots.add(certificate).map_err(|e| bad_file(path, &e))?;
        any = true;
    }
    if any {
        return Ok(());
    }
    Err(ClientError::CertificateFile {
        path: path.to_owned(),
        source: Broken::say("there is no PEM certificate in it"),
    })
}

/// The system's file may hold authorities that webpki cannot use; those are left out.
fn add_system(roots: &mut RootCertStore, files: &[PathBuf]) {
    let Some(pem) = files.iter().find_map(|path| fs::read(path).ok()) else {
        return;
    };
    roots.add_parsable_certificates(CertificateDer::pem_slice_iter(&pem).flatten());
}

type Identity = (PathBuf, Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The first `NAME.cert` that has its `NAME.key`.
fn client_certificate(folder: &Path) -> Result<Option<Identity>, ClientError> {
    for path in with_extension(folder, "cert") {
        let key_path = path.with_extension("key");
        if !key_path.is_file() {
            continue;
        }
        let chain = CertificateDer::pem_slice_iter(&read(&path)?)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| bad_file(&path, &e))?;
        let key = PrivateKeyDer::from_pem_slice(&read(&key_path)?).map_err(|e| bad_file(&key_path, &e))?;
        return Ok(Some((path, chain, key)));
    }
    Ok(None)
}

/// Believes any certificate, for registries that were listed as insecure. The handshake's signatures are
/// still checked, so that the key belongs to the certificate.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
