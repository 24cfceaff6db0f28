//! A token service as `docker-registry` wants it: tokens signed with ES256, with the certificate in them.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use sampan_testkit::net::{HttpServer, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) struct Service {
    server: HttpServer,
    folder: TempDir,
}

impl Service {
    pub(crate) fn start() -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["issuer".to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.pem"), certificate.pem()).unwrap();
        let chain = STANDARD.encode(certificate.der());
        let signer = key.serialize_der();
        let server = HttpServer::start(move |request| {
            let url = reqwest::Url::parse(&format!("http://x{}", request.path)).unwrap();
            let wanted = format!("Basic {}", STANDARD.encode("alice:s3cret"));
            let known = request.headers.get("authorization") == Some(&wanted);
            let access: Vec<Value> = url
                .query_pairs()
                .filter(|(name, _)| name == "scope")
                .filter_map(|(_, scope)| access(&scope, known))
                .collect();
            let token = sign(&signer, &chain, &access);
            Response::ok(json!({"token": token, "expires_in": 300}).to_string())
        });
        Self { server, folder }
    }

    pub(crate) fn registry_config(&self) -> String {
        format!(
            "auth:\n  token:\n    realm: http://{}/token\n    service: test-registry\n    issuer: test-issuer\n    \
             rootcertbundle: {}\n",
            self.server.address(),
            self.folder.path().join("root.pem").display()
        )
    }

    /// How many tokens were asked for.
    pub(crate) fn asked(&self) -> usize {
        self.server.requests().len()
    }
}

/// `repository:NAME:pull,push`, where only who is known may push.
fn access(scope: &str, known: bool) -> Option<Value> {
    let (kind, rest) = scope.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    let actions: Vec<&str> = actions.split(',').filter(|a| known || *a == "pull").collect();
    Some(json!({"type": kind, "name": name, "actions": actions}))
}

fn sign(key: &[u8], chain: &str, access: &[Value]) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let header = json!({"typ": "JWT", "alg": "ES256", "x5c": [chain]});
    let claims = json!({"iss": "test-issuer", "sub": "alice", "aud": "test-registry", "exp": now + 300,
        "nbf": now - 10, "iat": now, "jti": now.to_string(), "access": access});
    let text = [header, claims]
        .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()))
        .join(".");
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key, &random).unwrap();
    let signature = pair.sign(&random, text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}
