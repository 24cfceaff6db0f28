//! Certificates: who is believed, and what is said when nobody vouches.

use std::fs;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use sampan_distribution::client::{Client, ClientError, RegistryConfig};
use sampan_types::{Classified, ErrorClass};

use crate::fake::{Fake, Pem};
use crate::fixture::config;

/// An authority's certificate, and one for loopback that it vouches for.
fn authority() -> (String, Pem) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let own_key = KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let own = CertificateParams::new(names)
        .unwrap()
        .signed_by(&own_key, &issuer)
        .unwrap();
    let pem = Pem {
        certificate: own.pem(),
        key: own_key.serialize_pem(),
    };
    (certificate.pem(), pem)
}

#[tokio::test]
async fn a_stranger_is_refused_with_advice() {
    let (_, pem) = authority();
    let fake = Fake::start_tls(&pem);
    fake.add_image("app", "1", 1);
    let error = Client::new(config())
        .resolve(&fake.reference("app:1"))
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Certificate { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!("the certificate of registry {} is not trusted", fake.name())
    );
    assert_eq!(error.class(), ErrorClass::Denied);
    assert!(
        error
            .hint()
            .unwrap()
            .contains(&format!("`certs.d/{}/ca.crt`", fake.name()))
    );
    // It spoke TLS, so nothing went in the clear.
    assert_eq!(fake.count(|_| true), 0);
}

#[tokio::test]
async fn an_authority_may_be_given_in_three_ways() {
    let (ca, pem) = authority();
    let fake = Fake::start_tls(&pem);
    let image = fake.add_image("app", "1", 1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    fs::write(&file, &ca).unwrap();
    let certs_d = folder.path().join("certs.d");
    fs::create_dir_all(certs_d.join(fake.name())).unwrap();
    fs::write(certs_d.join(fake.name()).join("ca.crt"), &ca).unwrap();

    let (mut by_folder, mut for_all, mut for_one) = (config(), config(), config());
    by_folder.certs_dirs.push(certs_d);
    for_all.ca_files.push(file.clone());
    let own = RegistryConfig {
        ca_files: vec![file],
        ..RegistryConfig::default()
    };
    for_one.registries.insert(fake.name(), own);
    for config in [by_folder, for_all, for_one] {
        let found = Client::new(config)
            .resolve(&fake.reference("app:1"))
            .await
            .unwrap();
        assert_eq!(found.digest, image.digest);
    }
}

#[tokio::test]
async fn an_insecure_registry_may_show_any_certificate() {
    let (_, pem) = authority();
    let fake = Fake::start_tls(&pem);
    fake.add_image("app", "1", 1);
    let mut config = config();
    let told = RegistryConfig {
        insecure: true,
        ..RegistryConfig::default()
    };
    config.registries.insert(fake.name(), told);
    Client::new(config)
        .resolve(&fake.reference("app:1"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_certificate_is_named() {
    let fake = Fake::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    fs::write(&file, "not PEM").unwrap();
    let mut config = config();
    config.ca_files.push(file.clone());
    let error = Client::new(config)
        .resolve(&fake.reference("app:1"))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ClientError::CertificateFile { path, .. } if *path == file),
        "{error:?}"
    );
}
