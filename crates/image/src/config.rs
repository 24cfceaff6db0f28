//! The configuration of an image (image-spec config.md; Docker's own has the same fields and more).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};

use sampan_types::Digest;

/// How a container of the image starts when the caller says nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImageConfig {
    /// The program and its first arguments.
    pub entrypoint: Vec<String>,
    /// Arguments that the caller's take the place of; the program too, where there is no entrypoint.
    pub cmd: Vec<String>,
    /// Environment, as `NAME=VALUE`.
    pub env: Vec<String>,
    /// Working directory; empty means `/`.
    pub working_dir: String,
    /// User, as `NAME|UID[:GROUP|GID]`; empty means root.
    pub user: String,
    /// Free labels.
    pub labels: BTreeMap<String, String>,
    /// Ports that the program listens on, as `PORT[/PROTOCOL]`.
    pub exposed_ports: BTreeSet<String>,
    /// Which signal asks the program to stop; `None` is the engine's default.
    pub stop_signal: Option<String>,
    /// Paths that are volumes.
    pub volumes: BTreeSet<String>,
    /// How to tell whether the program is well, as Docker writes it.
    pub healthcheck: Option<serde_json::Value>,
    /// What runs a command that is one line.
    pub shell: Vec<String>,
    /// What a build does first that begins with this image, as lines of a Dockerfile.
    pub on_build: Vec<String>,
    /// How the image came to be, oldest step first.
    pub history: Vec<HistoryEntry>,
    /// When it was made, as RFC 3339.
    pub created: Option<String>,
    /// By whom.
    pub author: Option<String>,
    /// The processor it is for; empty where the configuration does not say.
    pub architecture: String,
    /// The operating system it is for; empty where the configuration does not say.
    pub os: String,
    /// The variant of the processor.
    pub variant: Option<String>,
    /// The image that it was made from by a commit, where the configuration says so.
    pub parent: Option<Digest>,
}

/// One step of an image's history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryEntry {
    /// When, as RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// The command of the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether the step made no layer.
    #[serde(deserialize_with = "null", skip_serializing_if = "std::ops::Not::not")]
    pub empty_layer: bool,
}

impl ImageConfig {
    /// Reads a configuration, and with it the digests of the uncompressed layers.
    pub fn parse(bytes: &[u8]) -> Result<(Self, Vec<Digest>), serde_json::Error> {
        serde_json::from_slice::<ConfigDocument>(bytes).map(ConfigDocument::into_parts)
    }

    /// The words of the command, by Docker's rules: an entrypoint of the caller's takes the place of the
    /// image's and of its `cmd`; arguments of the caller's take the place of `cmd`.
    ///
    /// Of an image whose program is a blob ([`crate::ProgramSource::Blob`]) all words are arguments; else
    /// the first one is the program.
    pub fn command(&self, entrypoint: Option<&[String]>, args: &[String]) -> Vec<String> {
        let (program, default) = match entrypoint {
            Some(words) => (words, &[][..]),
            None => (self.entrypoint.as_slice(), self.cmd.as_slice()),
        };
        let rest = if args.is_empty() { default } else { args };
        program.iter().chain(rest).cloned().collect()
    }

    /// The value of an environment variable of the image, the last one where it is there twice.
    pub fn env_value(&self, name: &str) -> Option<&str> {
        self.env
            .iter()
            .rev()
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

/// The document as it lies in the store. Docker writes `null` for what is empty, so every field takes it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ConfigDocument {
    created: Option<String>,
    author: Option<String>,
    #[serde(deserialize_with = "null")]
    architecture: String,
    #[serde(deserialize_with = "null")]
    os: String,
    variant: Option<String>,
    parent: Option<String>,
    #[serde(deserialize_with = "null")]
    config: Execution,
    #[serde(deserialize_with = "null")]
    rootfs: RootfsDocument,
    #[serde(deserialize_with = "null")]
    history: Vec<HistoryEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RootfsDocument {
    #[serde(deserialize_with = "null")]
    diff_ids: Vec<Digest>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Execution {
    #[serde(deserialize_with = "null")]
    user: String,
    #[serde(deserialize_with = "null")]
    exposed_ports: BTreeMap<String, serde::de::IgnoredAny>,
    #[serde(deserialize_with = "null")]
    env: Vec<String>,
    #[serde(deserialize_with = "null")]
    entrypoint: Vec<String>,
    #[serde(deserialize_with = "null")]
    cmd: Vec<String>,
    #[serde(deserialize_with = "null")]
    volumes: BTreeMap<String, serde::de::IgnoredAny>,
    #[serde(deserialize_with = "null")]
    working_dir: String,
    #[serde(deserialize_with = "null")]
    labels: BTreeMap<String, String>,
    stop_signal: Option<String>,
    healthcheck: Option<serde_json::Value>,
    #[serde(deserialize_with = "null")]
    shell: Vec<String>,
    #[serde(deserialize_with = "null")]
    on_build: Vec<String>,
}

/// Takes `null` for the default.
pub(crate) fn null<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(d: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(d)?.unwrap_or_default())
}

impl ConfigDocument {
    /// The configuration, and the digests of the uncompressed layers.
    fn into_parts(self) -> (ImageConfig, Vec<Digest>) {
        let run = self.config;
        let config = ImageConfig {
            entrypoint: run.entrypoint,
            cmd: run.cmd,
            env: run.env,
            working_dir: run.working_dir,
            user: run.user,
            labels: run.labels,
            exposed_ports: run.exposed_ports.into_keys().collect(),
            stop_signal: run.stop_signal.filter(|s| !s.is_empty()),
            volumes: run.volumes.into_keys().collect(),
            healthcheck: run.healthcheck,
            shell: run.shell,
            on_build: run.on_build,
            history: self.history,
            created: self.created,
            author: self.author.filter(|a| !a.is_empty()),
            architecture: self.architecture,
            os: self.os,
            variant: self.variant.filter(|v| !v.is_empty()),
            // Very old images have an id of another form there.
            parent: self.parent.and_then(|parent| parent.parse().ok()),
        };
        (config, self.rootfs.diff_ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dockers_nulls() {
        let text = r#"{"architecture":"amd64","os":"linux","history":null,"rootfs":{"type":"layers","diff_ids":null},
            "config":{"Cmd":null,"Entrypoint":null,"Env":["A=1","A=2"],"Labels":null,"Volumes":{"/v":{}},
            "ExposedPorts":{"80/tcp":{}},"StopSignal":""}}"#;
        let (config, diffs) = ImageConfig::parse(text.as_bytes()).unwrap();
        assert!(diffs.is_empty() && config.cmd.is_empty() && config.stop_signal.is_none());
        assert_eq!(config.env_value("A"), Some("2"));
        assert!(config.exposed_ports.contains("80/tcp") && config.volumes.contains("/v"));
    }

    #[test]
    fn commands_follow_docker() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let config = ImageConfig {
            entrypoint: words("e 1"),
            cmd: words("c"),
            ..ImageConfig::default()
        };
        assert_eq!(config.command(None, &[]), words("e 1 c"));
        assert_eq!(config.command(None, &words("a b")), words("e 1 a b"));
        assert_eq!(config.command(Some(&words("x")), &[]), words("x"));
        assert_eq!(config.command(Some(&words("x")), &words("a")), words("x a"));
        assert_eq!(config.command(Some(&[]), &words("a")), words("a"));
    }
}
