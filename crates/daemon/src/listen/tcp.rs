//! TCP, for clients that the daemon's owner gave a certificate.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use ring::digest::{SHA256, digest};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::TlsFiles;
use crate::error::DaemonError;
use crate::peer::{Door, Peer, Who};

/// What is needed to talk to those who come.
#[derive(Clone)]
pub(crate) struct TlsDoor {
    acceptor: TlsAcceptor,
}

impl TlsDoor {
    /// Shakes hands and tells who it is.
    pub(crate) async fn accept(
        &self,
        stream: TcpStream,
        address: SocketAddr,
    ) -> std::io::Result<(TlsStream<TcpStream>, Peer)> {
        let stream = self.acceptor.accept(stream).await?;
        let (_, session) = stream.get_ref();
        let certificate = session.peer_certificates().and_then(|chain| chain.first());
        // The verifier demands one; a session without would be an error of rustls.
        let Some(certificate) = certificate else {
            return Err(std::io::ErrorKind::PermissionDenied.into());
        };
        let fingerprint = digest(&SHA256, certificate)
            .as_ref()
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        Ok((
            stream,
            Peer {
                who: Who::Certificate { fingerprint, address },
                door: Door::Full,
            },
        ))
    }
}

/// Takes a port.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, DaemonError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| DaemonError::Tcp { address, source })
}

/// Reads the PEM files and builds what shakes hands. Clients without a certificate are turned away in the handshake.
pub(crate) fn acceptor(files: &TlsFiles) -> Result<TlsDoor, DaemonError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    for authority in certificates(&files.ca)? {
        roots.add(authority).map_err(DaemonError::Tls)?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(DaemonError::Authority)?;
    let key = PrivateKeyDer::from_pem_slice(&read(&files.key)?).map_err(|_| DaemonError::Pem {
        path: files.key.clone(),
        what: "private key",
    })?;
    let chain = certificates(&files.cert)?;
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_client_cert_verifier(verifier)
                .with_single_cert(chain, key)
        })
        .map_err(DaemonError::Tls)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsDoor {
        acceptor: TlsAcceptor::from(Arc::new(config)),
    })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, DaemonError> {
    let none = || DaemonError::Pem {
        path: path.to_owned(),
        what: "certificate",
    };
    let all: Vec<_> = CertificateDer::pem_slice_iter(&read(path)?)
        .collect::<Result<_, pem::Error>>()
        .map_err(|_| none())?;
    if all.is_empty() { Err(none()) } else { Ok(all) }
}

fn read(path: &Path) -> Result<Vec<u8>, DaemonError> {
    std::fs::read(path).map_err(|source| DaemonError::Read {
        path: path.to_owned(),
        source,
    })
}
