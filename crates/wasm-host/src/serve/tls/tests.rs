use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConnection};

use super::*;

/// A folder with a pair for one name.
fn pair(folder: &Path, file: &str, name: &str) -> TlsFiles {
    let files = TlsFiles {
        certificate: folder.join(format!("{file}.pem")),
        key: folder.join(format!("{file}.key")),
    };
    write_pair(&files, name);
    files
}

fn write_pair(files: &TlsFiles, name: &str) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    fs::write(&files.certificate, made.cert.pem()).unwrap();
    fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
}

/// The certificate that a client gets who asks for a name, after a handshake in memory; and the protocol agreed on.
fn shown(certificates: &Arc<Certificates>, name: &str, protocols: &[&[u8]]) -> (Vec<u8>, Option<Vec<u8>>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    for pair in &certificates.pairs {
        roots.add(pair.current().cert[0].clone()).unwrap();
    }
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let acceptor = certificates.acceptor().unwrap();
    let mut server = ServerConnection::new(Arc::clone(acceptor.config())).unwrap();
    while client.is_handshaking() || server.is_handshaking() {
        let mut bytes = Vec::new();
        client.write_tls(&mut bytes).unwrap();
        server.read_tls(&mut bytes.as_slice()).unwrap();
        server.process_new_packets().unwrap();
        let mut bytes = Vec::new();
        server.write_tls(&mut bytes).unwrap();
        client.read_tls(&mut bytes.as_slice()).unwrap();
        client.process_new_packets().unwrap();
    }
    let certificate = client.peer_certificates().unwrap()[0].to_vec();
    (certificate, client.alpn_protocol().map(<[u8]>::to_vec))
}

fn read_der(files: &TlsFiles) -> Vec<u8> {
    CertificateDer::from_pem_file(&files.certificate)
        .unwrap()
        .to_vec()
}

#[test]
fn a_client_gets_the_certificate_of_the_name_that_it_asks_for() {
    let folder = tempfile::tempdir().unwrap();
    let a = pair(folder.path(), "a", "a.example");
    let below = pair(folder.path(), "b", "*.b.example");
    let certificates = Certificates::new(&[a.clone(), below.clone()]).unwrap();
    let h2: &[&[u8]] = &[b"h2", b"http/1.1"];
    let (shown_a, protocol) = shown(&certificates, "a.example", h2);
    assert_eq!((shown_a, protocol.as_deref()), (read_der(&a), Some(&b"h2"[..])));
    let (shown_b, protocol) = shown(&certificates, "x.b.example", &[b"http/1.1"]);
    assert_eq!(
        (shown_b, protocol.as_deref()),
        (read_der(&below), Some(&b"http/1.1"[..]))
    );
    assert_eq!(shown(&certificates, "a.example", &[]).1, None);
}

#[test]
fn what_changes_is_read_anew_and_what_is_broken_leaves_what_there_was() {
    let folder = tempfile::tempdir().unwrap();
    let files = pair(folder.path(), "a", "a.example");
    let certificates = Certificates::new(std::slice::from_ref(&files)).unwrap();
    let mut seen = vec![certificates.pairs[0].first.clone()];
    let current = || shown(&certificates, "a.example", &[]).0;
    let first = current();
    certificates.look(&mut seen);
    assert_eq!(current(), first);
    // A certificate without its key, as between two writes.
    let key = fs::read(&files.key).unwrap();
    write_pair(&files, "a.example");
    let second = read_der(&files);
    let new_key = fs::read(&files.key).unwrap();
    fs::write(&files.key, &key).unwrap();
    certificates.look(&mut seen);
    assert_eq!(current(), first, "two that do not fit are not used");
    fs::remove_file(&files.key).unwrap();
    certificates.look(&mut seen);
    assert_eq!(current(), first);
    fs::write(&files.key, new_key).unwrap();
    certificates.look(&mut seen);
    assert_eq!(current(), second, "both together are");
    assert_ne!(first, second);
}

#[test]
fn files_that_are_none_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let files = pair(folder.path(), "a", "a.example");
    let other = pair(folder.path(), "b", "b.example");
    let fails = |certificate: &Path, key: &Path| {
        let files = TlsFiles {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        };
        Certificates::new(&[files]).unwrap_err()
    };
    let empty = |what| move |error: CertificateError| matches!(error, CertificateError::Empty { what: w, .. } if w == what);
    assert!(empty("certificate")(fails(&files.key, &files.key)));
    assert!(empty("private key")(fails(
        &files.certificate,
        &files.certificate
    )));
    assert!(matches!(
        fails(&files.certificate, &other.key),
        CertificateError::Pair { .. }
    ));
    let missing = folder.path().join("missing");
    assert!(matches!(
        fails(&missing, &files.key),
        CertificateError::Read { .. }
    ));
    // Neither waited for nor read without end.
    let pipe = folder.path().join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    for odd in [&pipe, Path::new("/dev/zero"), folder.path()] {
        assert!(matches!(fails(odd, &files.key), CertificateError::Read { .. }));
    }
}
