//! The client with a registry and a tool that nobody here wrote: Debian's `docker-registry` and `skopeo`.
//! `cargo xtask accept` installs them.

#![allow(clippy::unwrap_used)]

#[path = "client/relay.rs"]
mod relay;
#[path = "accept_registry/support.rs"]
mod support;
#[path = "accept_registry/tokens.rs"]
mod tokens;

use std::collections::BTreeMap;

use relay::{Direction, Relay};
use sampan_distribution::client::docker_config::DockerConfig;
use sampan_distribution::client::{
    Client, ClientConfig, ClientError, Credential, Credentials, PullOptions, PushOptions, RegistryConfig,
    Silent,
};
use sampan_types::{ByteCount, Reference, Secret};
use support::{Registry, Retries, certificate, config, has_image, image, skopeo, store};

fn reference(host: &str, rest: &str) -> Reference {
    format!("{host}/{rest}").parse().unwrap()
}

fn alice() -> Credential {
    Credential::Basic {
        username: "alice".to_owned(),
        password: Secret::new("s3cret".to_owned()),
    }
}

#[tokio::test]
#[ignore = "accept: needs docker-registry and skopeo"]
async fn what_skopeo_puts_there_is_pulled_and_what_is_pushed_skopeo_reads() {
    let registry = Registry::start("", None);
    let (_f1, from) = store();
    let (digest, _) = image(&from, 1, 3_000_000);
    let layout = format!("oci:{}", from.layout_path().display());
    let put = format!("docker://{}/team/app:1", registry.host);
    skopeo(&[
        "copy",
        "--preserve-digests",
        "--dest-tls-verify=false",
        &layout,
        &put,
    ]);

    let client = Client::new(config());
    let (_f2, to) = store();
    let name = reference(&registry.host, "team/app:1");
    let pulled = client
        .pull(&to, &name, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert_eq!(pulled.descriptor.digest, digest);
    has_image(&to, &digest);
    let again = client
        .pull(&to, &name, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(again.was_up_to_date);

    let two = reference(&registry.host, "other/app:2");
    let options = PushOptions {
        mount_from: vec!["team/app".to_owned()],
    };
    let pushed = client.push(&to, &digest, &two, &options, &Silent).await.unwrap();
    // Mounted, not sent.
    assert_eq!(pushed.uploaded, 0);
    let source = format!("docker://{}/other/app:2", registry.host);
    let raw = skopeo(&["inspect", "--tls-verify=false", "--raw", &source]);
    assert_eq!(raw, to.blobs().read_blob(&digest, ByteCount::mib(4)).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let target = format!("dir:{}", folder.path().display());
    skopeo(&["copy", "--src-tls-verify=false", &source, &target]);

    assert_eq!(client.tags(&two).await.unwrap(), ["2"]);
    assert_eq!(
        client.catalog(&registry.host).await.unwrap(),
        ["other/app", "team/app"]
    );
    client.delete(&two).await.unwrap();
    let error = client.resolve(&two).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("registry {} has no image \"other/app:2\"", registry.host)
    );
    assert!(matches!(
        client.tags(&reference(&registry.host, "none")).await,
        Err(ClientError::NoRepository { .. })
    ));
}

#[tokio::test]
#[ignore = "accept: needs docker-registry"]
async fn passwords() {
    let folder = tempfile::tempdir().unwrap();
    let htpasswd = folder.path().join("htpasswd");
    let hash = bcrypt::hash_with_result("s3cret", 4).unwrap();
    std::fs::write(
        &htpasswd,
        format!("alice:{}\n", hash.format_for_version(bcrypt::Version::TwoY)),
    )
    .unwrap();
    let auth = format!(
        "auth:\n  htpasswd:\n    realm: test\n    path: {}\n",
        htpasswd.display()
    );
    let registry = Registry::start(&auth, None);
    let name = reference(&registry.host, "app:1");
    let (_f, store) = store();
    let (digest, _) = image(&store, 2, 10_000);

    let client = Client::new(config());
    let error = client
        .push(&store, &digest, &name, &PushOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            ClientError::Unauthenticated {
                with_credentials: false,
                ..
            }
        ),
        "{error:?}"
    );
    let docker = DockerConfig::new(folder.path().join("config.json"), Vec::new());
    let wrong = Secret::new("wrong".to_owned());
    let error = client
        .login(&docker, &registry.host, "alice", wrong)
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::LoginRefused { .. }), "{error:?}");
    let right = Secret::new("s3cret".to_owned());
    client
        .login(&docker, &registry.host, "alice", right)
        .await
        .unwrap();

    let client = Client::new(ClientConfig {
        credentials: Credentials::Docker(docker),
        ..config()
    });
    client
        .push(&store, &digest, &name, &PushOptions::default(), &Silent)
        .await
        .unwrap();
    let (_f2, to) = support::store();
    client
        .pull(&to, &name, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    has_image(&to, &digest);
}

#[tokio::test]
#[ignore = "accept: needs docker-registry"]
async fn certificates() {
    let (ca, own) = certificate();
    let registry = Registry::start("", Some(&own));
    let name = reference(&registry.host, "app:1");
    let (_f, store) = store();
    let (digest, _) = image(&store, 3, 10_000);
    let client = Client::new(config());
    let error = client
        .push(&store, &digest, &name, &PushOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Certificate { .. }), "{error:?}");

    let folder = tempfile::tempdir().unwrap();
    let certs = folder.path().join(&registry.host);
    std::fs::create_dir(&certs).unwrap();
    std::fs::write(certs.join("ca.crt"), ca).unwrap();
    let client = Client::new(ClientConfig {
        certs_dirs: vec![folder.path().to_owned()],
        ..config()
    });
    client
        .push(&store, &digest, &name, &PushOptions::default(), &Silent)
        .await
        .unwrap();
    let (_f2, to) = support::store();
    client
        .pull(&to, &name, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    has_image(&to, &digest);
}

#[tokio::test]
#[ignore = "accept: needs docker-registry"]
async fn tokens_of_a_service_in_front() {
    let service = tokens::Service::start();
    let registry = Registry::start(&service.registry_config(), None);
    let name = reference(&registry.host, "team/app:1");
    let (_f, store) = store();
    let (digest, _) = image(&store, 4, 10_000);
    let credentials = BTreeMap::from([(registry.host.clone(), alice())]);
    let client = Client::new(ClientConfig {
        credentials: Credentials::Fixed(credentials),
        ..config()
    });
    client
        .push(&store, &digest, &name, &PushOptions::default(), &Silent)
        .await
        .unwrap();
    // One token for the whole push.
    assert_eq!(service.asked(), 1);

    // Without a name the service gives tokens for pulling alone.
    let anonymous = Client::new(config());
    let (_f2, to) = support::store();
    anonymous
        .pull(&to, &name, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    has_image(&to, &digest);
    let two = reference(&registry.host, "team/app:2");
    let error = anonymous
        .push(&store, &digest, &two, &PushOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            ClientError::Unauthenticated { .. } | ClientError::Denied { .. }
        ),
        "{error:?}"
    );
}

#[tokio::test]
#[ignore = "accept: needs docker-registry"]
async fn a_pull_through_mirror() {
    let registry = Registry::start("", None);
    let proxy = format!("proxy:\n  remoteurl: http://{}\n", registry.host);
    let mirror = Registry::start(&proxy, None);
    let (_f, store) = store();
    let (digest, _) = image(&store, 5, 2_000_000);
    let client = Client::new(config());
    let name = reference(&registry.host, "library/app:1");
    client
        .push(&store, &digest, &name, &PushOptions::default(), &Silent)
        .await
        .unwrap();

    // As a mirror of Docker Hub, which is not asked.
    let mut config = config();
    let hub = RegistryConfig {
        mirrors: vec![format!("http://{}", mirror.host)],
        ..RegistryConfig::default()
    };
    config.registries.insert("docker.io".to_owned(), hub);
    let (_f2, to) = support::store();
    let short: Reference = "app:1".parse().unwrap();
    let client = Client::new(config);
    assert_eq!(client.tags(&short).await.unwrap(), ["1"]);
    client
        .pull(&to, &short, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    has_image(&to, &digest);
    assert_eq!(to.images().resolve(&short).unwrap().descriptor.digest, digest);
}

#[tokio::test]
#[ignore = "accept: needs docker-registry"]
async fn broken_lines_are_mended_in_both_directions() {
    let size = 20_000_000;
    let registry = Registry::start("", None);
    let (_f, store) = store();
    let (digest, layer) = image(&store, 6, size);

    let up = Relay::start(registry.address, Direction::Up, 8_000_000);
    let retries = Retries::default();
    let through = reference(&up.host(), "app:1");
    Client::new(config())
        .push(&store, &digest, &through, &PushOptions::default(), &retries)
        .await
        .unwrap();
    assert_eq!(retries.count(), 1);
    // This registry cancels an upload whose size is not the one in its own state, so all is sent again; that
    // the rest is enough elsewhere is tested with our own server.
    assert!(up.passed() > size as u64);

    let down = Relay::start(registry.address, Direction::Down, 8_000_000);
    let (_f2, to) = support::store();
    let retries = Retries::default();
    let through = reference(&down.host(), "app:1");
    Client::new(config())
        .pull(&to, &through, &PullOptions::default(), &retries)
        .await
        .unwrap();
    assert_eq!(retries.count(), 1);
    has_image(&to, &digest);
    assert!(to.blobs().contains(&layer).unwrap());
    assert!(down.passed() < size as u64 + 1_000_000, "{}", down.passed());
}
