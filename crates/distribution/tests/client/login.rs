//! Log-in, log-out, Docker's configuration file and credential helpers.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sampan_distribution::client::docker_config::{DockerConfig, DockerConfigError, Kept};
use sampan_distribution::client::{Client, ClientConfig, ClientError, Credential, Credentials};
use sampan_types::Secret;
use serde_json::{Value, json};

use crate::auth::{alice, basic};
use crate::fake::{Fake, Reply};
use crate::fixture::config;

const LIMIT: Duration = Duration::from_secs(20);

fn password() -> Secret<String> {
    Secret::new("s3cret".to_owned())
}

fn guarded() -> Fake {
    let fake = Fake::start();
    fake.hook(|r, _| {
        let good = r.header("authorization") == Some(&basic());
        (!good).then(|| Reply::new(401).header("www-authenticate", "Basic realm=x"))
    });
    fake
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// A helper that keeps one entry in a file beside it.
fn helper(folder: &Path, script: &str) -> DockerConfig {
    let program = folder.join("docker-credential-test");
    fs::write(
        &program,
        format!("#!/bin/sh\ncd '{}'\n{script}\n", folder.display()),
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.join("config.json");
    fs::write(
        &path,
        json!({"credsStore": "test", "HttpHeaders": {"x": "y"}}).to_string(),
    )
    .unwrap();
    DockerConfig::new(path, vec![folder.to_owned()])
}

const KEEPING: &str = r#"case $1 in
store) cat > kept;;
get) read key; if grep -q "\"ServerURL\":\"$key\"" kept 2>/dev/null; then cat kept; else echo "credentials not found in native keychain"; exit 1; fi;;
erase) rm kept;;
esac"#;

#[tokio::test]
async fn a_log_in_is_verified_kept_used_and_forgotten() {
    let fake = guarded();
    fake.add_image("app", "1", 1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/config.json");
    let docker = DockerConfig::new(&path, Vec::new());
    let client = Client::new(config());
    let wrong = Secret::new("wrong".to_owned());
    let error = client
        .login(&docker, &fake.name(), "alice", wrong)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "registry {} does not accept this user name and password",
            fake.name()
        )
    );
    assert!(!path.exists());

    let kept = client
        .login(&docker, &fake.name(), "alice", password())
        .await
        .unwrap();
    assert_eq!(kept, Kept::File(path.clone()));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(
        read(&path)["auths"][fake.name()]["auth"],
        STANDARD.encode("alice:s3cret")
    );

    let with_file = ClientConfig {
        credentials: Credentials::Docker(docker.clone()),
        ..config()
    };
    Client::new(with_file.clone())
        .resolve(&fake.reference("app:1"))
        .await
        .unwrap();

    assert!(docker.logout(&fake.name(), LIMIT).await.unwrap());
    assert!(!docker.logout(&fake.name(), LIMIT).await.unwrap());
    let error = Client::new(with_file)
        .resolve(&fake.reference("app:1"))
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Unauthenticated { .. }), "{error:?}");
}

#[tokio::test]
async fn other_keys_other_registries_and_links_stay() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real.json");
    let path = folder.path().join("config.json");
    let before = json!({"auths": {"other.io": {"auth": "YTpi", "odd": 1}}, "proxies": {"x": [1, null]}, "psFormat": "t"});
    fs::write(&real, before.to_string()).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).unwrap();
    std::os::unix::fs::symlink("real.json", &path).unwrap();
    let docker = DockerConfig::new(&path, Vec::new());
    docker.store("docker.io", &alice(), LIMIT).await.unwrap();
    let after = read(&real);
    assert_eq!(after["proxies"], before["proxies"]);
    assert_eq!(after["psFormat"], "t");
    assert_eq!(after["auths"]["other.io"], before["auths"]["other.io"]);
    assert!(after["auths"]["https://index.docker.io/v1/"]["auth"].is_string());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert_eq!(docker.find("docker.io", LIMIT).await.unwrap(), Some(alice()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[tokio::test]
async fn every_spelling_of_a_registry_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let auth = STANDARD.encode("alice:s3cret");
    for (key, registry) in [
        ("https://index.docker.io/v1/", "docker.io"),
        ("docker.io", "docker.io"),
        ("registry-1.docker.io", "docker.io"),
        ("ghcr.io", "ghcr.io"),
        ("https://ghcr.io/v2/", "ghcr.io"),
        ("http://localhost:5000", "localhost:5000"),
    ] {
        fs::write(
            &path,
            json!({"auths": {key: {"auth": auth}, "evil.io": {"auth": "eDp5"}}}).to_string(),
        )
        .unwrap();
        let docker = DockerConfig::new(&path, Vec::new());
        assert_eq!(
            docker.find(registry, LIMIT).await.unwrap(),
            Some(alice()),
            "{key}"
        );
        assert_eq!(docker.find("else.io", LIMIT).await.unwrap(), None);
        assert!(docker.logout(registry, LIMIT).await.unwrap());
        assert_eq!(read(&path)["auths"], json!({"evil.io": {"auth": "eDp5"}}));
    }
    fs::write(
        &path,
        json!({"auths": {"a.io": {"identitytoken": "t", "auth": "MDA6"}}}).to_string(),
    )
    .unwrap();
    let found = DockerConfig::new(&path, Vec::new())
        .find("a.io", LIMIT)
        .await
        .unwrap();
    assert_eq!(found, Some(Credential::Identity(Secret::new("t".to_owned()))));
}

#[tokio::test]
async fn damage_is_named_and_secrets_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let docker = DockerConfig::new(&path, Vec::new());
    assert_eq!(docker.find("a.io", LIMIT).await.unwrap(), None);
    for text in [
        "{",
        "[]",
        r#"{"auths":[]}"#,
        r#"{"credHelpers":"x"}"#,
        "\"hunter2\"",
    ] {
        fs::write(&path, text).unwrap();
        let error = docker.find("a.io", LIMIT).await.unwrap_err();
        assert!(
            matches!(error, DockerConfigError::Malformed { .. }),
            "{text}: {error:?}"
        );
        // A log-in does not overwrite what it cannot read.
        docker.store("a.io", &alice(), LIMIT).await.unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    for auth in ["***", "aHVudGVyMg==", "/w=="] {
        fs::write(
            &path,
            json!({"auths": {"a.io": {"auth": auth}, "b.io": {"auth": "YTpi"}}}).to_string(),
        )
        .unwrap();
        let error = docker.find("a.io", LIMIT).await.unwrap_err();
        assert!(matches!(error, DockerConfigError::Entry { .. }), "{error:?}");
        assert!(!format!("{error:?} {error}").contains(auth));
        assert!(docker.find("b.io", LIMIT).await.unwrap().is_some());
    }
    fs::write(&path, " \n").unwrap();
    assert_eq!(docker.find("a.io", LIMIT).await.unwrap(), None);
}

#[tokio::test]
async fn a_helper_keeps_the_secret_out_of_the_file() {
    let fake = guarded();
    let folder = tempfile::tempdir().unwrap();
    let docker = helper(folder.path(), KEEPING);
    let kept = Client::new(config())
        .login(&docker, &fake.name(), "alice", password())
        .await
        .unwrap();
    assert_eq!(kept, Kept::Helper("test".to_owned()));
    let text = fs::read_to_string(docker.path()).unwrap();
    assert!(!text.contains("auth\""), "{text}");
    assert_eq!(read(docker.path())["auths"][fake.name()], json!({}));
    assert_eq!(read(docker.path())["HttpHeaders"]["x"], "y");
    assert_eq!(docker.find(&fake.name(), LIMIT).await.unwrap(), Some(alice()));
    assert_eq!(docker.find("else.io", LIMIT).await.unwrap(), None);
    assert!(docker.logout(&fake.name(), LIMIT).await.unwrap());
    assert_eq!(docker.find(&fake.name(), LIMIT).await.unwrap(), None);
}

#[tokio::test]
async fn a_helper_for_one_registry_goes_before_the_one_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let docker = helper(folder.path(), r#"echo '{"Username":"<token>","Secret":"idt"}'"#);
    let both = json!({"credsStore": "missing", "credHelpers": {"a.io": "test", "https://index.docker.io/v1/": "test"}});
    fs::write(docker.path(), both.to_string()).unwrap();
    let identity = Some(Credential::Identity(Secret::new("idt".to_owned())));
    assert_eq!(docker.find("a.io", LIMIT).await.unwrap(), identity);
    assert_eq!(docker.find("docker.io", LIMIT).await.unwrap(), identity);
    let error = docker.find("b.io", LIMIT).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the credential helper `docker-credential-missing` was not found"
    );
}

#[tokio::test]
async fn hostile_helpers_are_bounded() {
    type Check = fn(&DockerConfigError) -> bool;
    let cases: [(&str, Check); 6] = [
        (
            "while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done",
            |e| matches!(e, DockerConfigError::HelperAnswer { .. }),
        ),
        ("echo '{\"Username\":'", |e| {
            matches!(e, DockerConfigError::HelperAnswer { .. })
        }),
        (
            "printf 'no\\033[31m key'; exit 1",
            |e| matches!(e, DockerConfigError::HelperFailed { said, .. } if said == "no [31m key"),
        ),
        ("kill -9 $$", |e| {
            matches!(e, DockerConfigError::HelperFailed { .. })
        }),
        // Holds its output open for ever, without reading its input.
        ("exec sleep 600", |e| {
            matches!(e, DockerConfigError::HelperTimeout { .. })
        }),
        ("exit 3", |e| matches!(e, DockerConfigError::HelperFailed { .. })),
    ];
    for (script, check) in cases {
        let folder = tempfile::tempdir().unwrap();
        let docker = helper(folder.path(), script);
        let limit = if script.contains("sleep") {
            Duration::from_millis(300)
        } else {
            LIMIT
        };
        let error = docker.find("a.io", limit).await.unwrap_err();
        assert!(check(&error), "{script}: {error:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["../evil", "a/b", "a b", "x;y"] {
        let path = folder.path().join("config.json");
        fs::write(&path, json!({"credsStore": name}).to_string()).unwrap();
        let docker = DockerConfig::new(path, vec![PathBuf::from("/bin")]);
        let error = docker.find("a.io", LIMIT).await.unwrap_err();
        assert!(matches!(error, DockerConfigError::HelperName { .. }), "{error:?}");
    }
}
