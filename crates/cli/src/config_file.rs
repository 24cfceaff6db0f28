//! Sampan's own configuration: `config.json`. Unknown keys are refused with the nearest known one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sampan_distribution::client::{ClientConfig, Credentials, Proxies, RegistryConfig};
use sampan_types::Secret;
use serde::Deserialize;
use serde_json::error::Category;

use crate::app::App;
use crate::error::CliError;
use crate::files;

/// The most that is read of it.
const MAX_BYTES: u64 = 1 << 20;

/// The file's form.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Form {
    /// What is special about single registries.
    registries: BTreeMap<String, RegistryForm>,
    /// Mirrors of docker.io, by the name that Docker's `daemon.json` has for them.
    registry_mirrors: Vec<String>,
    /// Registries without TLS or with certificates that nobody vouches for, likewise.
    insecure_registries: Vec<String>,
    /// Certificate authorities, trusted for every registry.
    ca_files: Vec<PathBuf>,
    /// How many blobs travel at a time.
    max_concurrent_downloads: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct RegistryForm {
    mirrors: Vec<String>,
    insecure: bool,
    ca_files: Vec<PathBuf>,
}

/// How registries are reached: the file, Docker's credentials, and the proxies of the environment.
pub(crate) fn registries(app: &App<'_>) -> Result<ClientConfig, CliError> {
    let form = match (app.config_flag(), app.environment.config_file(app.config_flag())) {
        (asked_for, Some(path)) => read(&path, asked_for.is_some() || app.environment.config.is_some())?,
        (_, None) => Form::default(),
    };
    let mut registries: BTreeMap<String, RegistryConfig> = form
        .registries
        .into_iter()
        .map(|(host, r)| {
            (
                host,
                RegistryConfig {
                    mirrors: r.mirrors,
                    insecure: r.insecure,
                    ca_files: r.ca_files,
                },
            )
        })
        .collect();
    if !form.registry_mirrors.is_empty() {
        registries
            .entry("docker.io".to_owned())
            .or_default()
            .mirrors
            .extend(form.registry_mirrors);
    }
    for host in form.insecure_registries {
        registries.entry(host).or_default().insecure = true;
    }
    let environment = &app.environment;
    let defaults = ClientConfig::default();
    let mut certs_dirs = vec![
        PathBuf::from("/etc/docker/certs.d"),
        PathBuf::from("/etc/containers/certs.d"),
    ];
    certs_dirs.extend(
        environment
            .docker_config_file()
            .and_then(|f| Some(f.parent()?.join("certs.d"))),
    );
    Ok(ClientConfig {
        credentials: app
            .docker_config()
            .map_or(Credentials::Anonymous, Credentials::Docker),
        registries,
        certs_dirs,
        ca_files: form.ca_files,
        proxies: Proxies {
            http: environment.http_proxy.clone().map(Secret::new),
            https: environment.https_proxy.clone().map(Secret::new),
            no_proxy: environment.no_proxy.clone(),
        },
        parallel_blobs: form
            .max_concurrent_downloads
            .unwrap_or(defaults.parallel_blobs)
            .clamp(1, 64),
        ..defaults
    })
}

/// A file that nobody asked for by name need not be there.
fn read(path: &Path, asked_for: bool) -> Result<Form, CliError> {
    let bytes = match files::read_bounded(path, MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(CliError::Read { source, .. }) if !asked_for && source.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Form::default());
        }
        Err(error) => return Err(error),
    };
    serde_json::from_slice(&bytes).map_err(|e| CliError::ConfigFile {
        path: path.to_path_buf(),
        what: what_is_wrong(&e),
    })
}

/// What the parser said, in words for somebody who may not know that the file is JSON.
fn what_is_wrong(error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Data => did_you_mean(&error.to_string()),
        Category::Syntax | Category::Eof | Category::Io => format!("it is not JSON: {error}"),
    }
}

/// Adds the nearest key to what the parser says of an unknown one.
fn did_you_mean(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (true, Some(unknown)) = (message.starts_with("unknown field"), quoted.next()) else {
        return message.to_owned();
    };
    match quoted.min_by_key(|known| distance(unknown, known)) {
        Some(known) if distance(unknown, known) <= 4 => format!("{message}; did you mean `{known}`?"),
        _ => message.to_owned(),
    }
}

/// How many letters have to change.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of `docs/configuration.md`, so that it cannot go stale.
    #[test]
    fn the_documented_example_is_read() {
        let page = include_str!("../../../docs/configuration.md");
        let example = page
            .split("```json\n")
            .nth(1)
            .unwrap()
            .split("```")
            .next()
            .unwrap();
        let form: Form = serde_json::from_str(example).unwrap();
        assert_eq!(form.registry_mirrors, ["https://mirror.example.com"]);
        assert_eq!(form.insecure_registries, ["registry.lan:5000"]);
        assert_eq!(form.max_concurrent_downloads, Some(3));
        assert!(!form.ca_files.is_empty() && form.registries.len() == 2);
    }

    #[test]
    fn what_is_no_json_is_said_so() {
        for text in ["", "registries: []", "{\"registries\": {}"] {
            let error = serde_json::from_str::<Form>(text).unwrap_err();
            assert!(what_is_wrong(&error).starts_with("it is not JSON: "), "{text}");
        }
    }

    #[test]
    fn names_the_nearest_key() {
        let error = serde_json::from_str::<Form>(r#"{"registry-mirors":[]}"#).unwrap_err();
        assert!(
            did_you_mean(&error.to_string()).ends_with("did you mean `registry-mirrors`?"),
            "{error}"
        );
    }
}
