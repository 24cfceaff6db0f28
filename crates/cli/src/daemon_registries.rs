//! How the daemon reaches registries: Sampan's own `config.json`, and above it what `daemon.json` says.

use sampan_daemon::Settings;
use sampan_distribution::client::ClientConfig;
use sampan_types::Secret;

use crate::app::App;
use crate::config_file;
use crate::error::CliError;

/// The name under which Docker Hub's images stand in references.
const DOCKER_HUB: &str = "docker.io";

/// Both files and the environment. Credentials are none of them: the daemon's clients bring their own.
pub(crate) fn registries(app: &App<'_>, settings: &Settings) -> Result<ClientConfig, CliError> {
    Ok(with(config_file::registries(app)?, settings))
}

/// Where both files speak of the same thing, `daemon.json` is right; mirrors and registries of both count.
fn with(mut config: ClientConfig, settings: &Settings) -> ClientConfig {
    if !settings.registry_mirrors.is_empty() {
        let hub = config.registries.entry(DOCKER_HUB.to_owned()).or_default();
        hub.mirrors = settings
            .registry_mirrors
            .iter()
            .cloned()
            .chain(std::mem::take(&mut hub.mirrors))
            .collect();
    }
    for host in &settings.insecure_registries {
        config.registries.entry(host.clone()).or_default().insecure = true;
    }
    if let Some(count) = settings.max_concurrent_downloads {
        config.parallel_blobs = count.clamp(1, 64);
    }
    if let Some(count) = settings.max_concurrent_uploads {
        config.parallel_uploads = count.clamp(1, 64);
    }
    if let Some(attempts) = settings.max_download_attempts {
        config.retry.attempts = attempts.max(1);
    }
    let proxies = &settings.proxies;
    let secret = |given: &Option<String>| given.clone().map(Secret::new);
    config.proxies.http = secret(&proxies.http_proxy).or(config.proxies.http);
    config.proxies.https = secret(&proxies.https_proxy).or(config.proxies.https);
    config.proxies.no_proxy = proxies.no_proxy.clone().or(config.proxies.no_proxy);
    config
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_daemon_json_says_of_registries_holds() {
        let text = r#"{"registry-mirrors":["http://127.0.0.1:5001"],"insecure-registries":["registry.lan:5000"],
            "max-concurrent-downloads":2,"max-concurrent-uploads":7,"max-download-attempts":9,
            "proxies":{"http-proxy":"http://proxy:1","no-proxy":"lan"}}"#;
        let settings = Settings::parse(text.as_bytes(), Path::new("daemon.json")).unwrap();
        let mut before = ClientConfig::default();
        let hub = before.registries.entry("docker.io".to_owned()).or_default();
        hub.mirrors = vec!["http://127.0.0.1:5002".to_owned()];
        let config = with(before, &settings);
        assert_eq!(
            config.registries["docker.io"].mirrors,
            ["http://127.0.0.1:5001", "http://127.0.0.1:5002"]
        );
        assert!(config.registries["registry.lan:5000"].insecure);
        assert_eq!((config.parallel_blobs, config.parallel_uploads), (2, 7));
        assert_eq!(config.retry.attempts, 9);
        assert_eq!(config.proxies.http.unwrap().expose(), "http://proxy:1");
        assert!(config.proxies.https.is_none());
        assert_eq!(config.proxies.no_proxy.as_deref(), Some("lan"));
    }
}
