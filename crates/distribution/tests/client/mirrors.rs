//! Mirrors before the registry itself, and proxies in between.

use sampan_distribution::client::{
    Client, ClientConfig, ClientError, Proxies, PullOptions, RegistryConfig, Silent,
};
use sampan_types::{Reference, Secret};

use crate::fake::{Fake, Reply};
use crate::fixture::{config, has, store};

fn with_mirrors(registry: &str, mirrors: &[String]) -> ClientConfig {
    let mut config = config();
    let registry_config = RegistryConfig {
        mirrors: mirrors.to_vec(),
        ..RegistryConfig::default()
    };
    config.registries.insert(registry.to_owned(), registry_config);
    config.retry.attempts = 2;
    config
}

#[tokio::test]
async fn docker_hub_is_asked_at_its_mirror() {
    let mirror = Fake::start();
    let image = mirror.add_image("library/alpine", "3", 2);
    let (_folder, store) = store();
    let config = with_mirrors("docker.io", &[format!("http://{}", mirror.name())]);
    let reference: Reference = "alpine:3".parse().unwrap();
    Client::new(config)
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert_eq!(
        store.images().resolve(&reference).unwrap().descriptor.digest,
        image.digest
    );
}

#[tokio::test]
async fn a_mirror_tells_of_an_image_and_its_platforms() {
    let mirror = Fake::start();
    let image = mirror.add_image("library/alpine", "3", 1);
    let config = with_mirrors("docker.io", &[format!("http://{}", mirror.name())]);
    let reference: Reference = "alpine:3".parse().unwrap();
    let about = Client::new(config).about(&reference).await.unwrap();
    assert_eq!(about.descriptor.digest, image.digest);
    assert_eq!(about.platforms[0]["os"], "linux", "{:?}", about.platforms);
    // The layers stay where they are.
    assert_eq!(mirror.count(|r| r.path.contains("/blobs/")), 1);
}

#[tokio::test]
async fn a_mirror_behind_a_path() {
    let mirror = Fake::start();
    mirror.add_image("hub/library/alpine", "3", 1);
    let (_folder, store) = store();
    let config = with_mirrors("docker.io", &[format!("http://{}/hub", mirror.name())]);
    let reference: Reference = "alpine:3".parse().unwrap();
    Client::new(config)
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_a_mirror_lacks_comes_from_the_registry() {
    let (fake, broken, half) = (Fake::start(), Fake::start(), Fake::start());
    let image = fake.add_image("app", "1", 3);
    broken.hook(|_, _| Some(Reply::new(500)));
    // The second has the manifest and one layer, damaged.
    half.with(|s| fake.with(|from| s.manifests.clone_from(&from.manifests)));
    half.with(|s| s.blobs.insert(image.layers[0].to_string(), vec![0; 300_000]));
    let mirrors = [&broken, &half].map(|m| format!("http://{}", m.name()));
    let (_folder, store) = store();
    Client::new(with_mirrors(&fake.name(), &mirrors))
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(image.layers.iter().all(|l| has(&store, l)));
    assert_eq!(fake.count(|r| r.is_manifest()), 0);
}

#[tokio::test]
async fn when_nobody_has_it_the_registry_is_named() {
    let (fake, mirror) = (Fake::start(), Fake::start());
    let (_folder, store) = store();
    let error = Client::new(with_mirrors(&fake.name(), &[format!("http://{}", mirror.name())]))
        .pull(&store, &fake.reference("app:1"), &PullOptions::default(), &Silent)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ClientError::NoImage { registry, .. } if *registry == fake.name()),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_proxy_is_asked_for_what_is_not_loopback() {
    let proxy = Fake::start();
    proxy.add_image("app", "1", 1);
    // A proxy sees whole addresses; what is behind them is answered here.
    proxy.hook(|request, state| {
        let path = request.path.strip_prefix("http://registry.test")?;
        if let Some((media_type, bytes)) = state.manifests.get(path) {
            return Some(
                Reply::new(200)
                    .header("content-type", media_type)
                    .body(bytes.clone()),
            );
        }
        let digest = path.rsplit('/').next()?;
        Some(
            state
                .blobs
                .get(digest)
                .map_or(Reply::new(404), |b| Reply::new(200).body(b.clone())),
        )
    });
    let mut config = with_mirrors("example.test", &["http://registry.test".to_owned()]);
    config.proxies = Proxies {
        http: Some(Secret::new(format!("http://user:pass@{}", proxy.name()))),
        https: Some(Secret::new(format!("http://{}", proxy.name()))),
        no_proxy: Some("direct.test".to_owned()),
    };
    let reference: Reference = "example.test/app:1".parse().unwrap();
    let (_folder, store) = store();
    let client = Client::new(config);
    client
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    let authorized = |r: &crate::fake::Request| r.header("proxy-authorization") == Some("Basic dXNlcjpwYXNz");
    assert_eq!(proxy.count(|r| !authorized(r)), 0);

    // Encrypted registries through a tunnel.
    let _ = client
        .resolve(&"other.test/app:1".parse().unwrap())
        .await
        .unwrap_err();
    assert!(proxy.count(|r| r.method == "CONNECT" && r.path == "other.test:443") >= 1);

    // Loopback goes directly.
    let direct = Fake::start();
    let image = direct.add_image("app", "1", 1);
    let before = proxy.count(|_| true);
    assert_eq!(
        client.resolve(&direct.reference("app:1")).await.unwrap().digest,
        image.digest
    );
    assert_eq!(proxy.count(|_| true), before);
}
