//! TCP is for those who have a certificate.

use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sampan_daemon::{Listen, TlsFiles};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::client::Client;
use crate::daemon::Daemon;

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A certificate and its key, in PEM form.
    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (
            params.signed_by(&key, &self.0).unwrap().pem(),
            key.serialize_pem(),
        )
    }

    fn files(&self, dir: &Path) -> TlsFiles {
        let (cert, key) = self.issue("localhost");
        let write = |name: &str, text: &str| {
            let path = dir.join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        TlsFiles {
            ca: write("ca.pem", &self.0.pem()),
            cert: write("cert.pem", &cert),
            key: write("key.pem", &key),
        }
    }

    fn connector(&self, client: Option<(String, String)>) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match client {
            None => builder.with_no_client_auth(),
            Some((cert, key)) => builder
                .with_client_auth_cert(
                    vec![CertificateDer::from_pem_slice(cert.as_bytes()).unwrap()],
                    PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
                )
                .unwrap(),
        };
        TlsConnector::from(Arc::new(config))
    }
}

#[tokio::test]
async fn only_a_client_with_a_certificate_is_answered() {
    let ours = Authority::new();
    let strangers = Authority::new();
    let daemon = Daemon::with(|config, dir| {
        config.listen.push(Listen::Tcp {
            address: "127.0.0.1:0".parse().unwrap(),
            tls: ours.files(dir),
        });
        config.host_names.push("build.example".to_owned());
    })
    .await;
    let address = daemon.places[1].trim_start_matches("tcp://").to_owned();
    let connect = async |client: Option<(String, String)>| {
        let stream = TcpStream::connect(&address).await.unwrap();
        ours.connector(client)
            .connect(ServerName::try_from("localhost").unwrap(), stream)
            .await
    };

    let mut known = Client::over(connect(Some(ours.issue("client"))).await.unwrap());
    assert_eq!(known.ask("GET", "/_ping", "").await.status, 200);
    for (host, status) in [
        ("evil.example", 403),
        ("build.example:2376", 200),
        ("10.0.0.1:2376", 200),
    ] {
        known
            .send(format!("GET /_ping HTTP/1.1\r\nHost: {host}\r\n\r\n"))
            .await;
        assert_eq!(known.answer(false).await.status, status, "{host}");
    }

    for nobody in [None, Some(strangers.issue("client"))] {
        // With TLS 1.3 the client's part of the handshake ends before the server has looked at it.
        if let Ok(stream) = connect(nobody).await {
            let mut client = Client::over(stream);
            let _ =
                tokio::io::AsyncWriteExt::write_all(&mut client.stream, b"GET /_ping HTTP/1.1\r\n\r\n").await;
            assert!(client.rest().await.is_empty());
        }
    }
    // Without TLS nobody is answered either.
    let mut plain = Client::over(TcpStream::connect(&address).await.unwrap());
    plain.send("GET /_ping HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(!plain.rest().await.starts_with(b"HTTP"));
}
