//! `daemon.json`: Docker's file of settings. Keys that Docker knows and Sampan has no use for are taken with a warning;
//! any other is an error, because a misspelt key that is passed over is a setting that somebody believes to hold.

mod builder;
mod keys;
mod pool;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use sampan_api::container::Ulimit;
use sampan_types::{ByteCount, Classified, ErrorClass};
use serde::Deserialize;
use serde_json::{Map, Value};

pub use builder::{Builder, Collection};
pub use pool::{AddressPool, PoolError};

/// What stands in `daemon.json`. What is missing there is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Settings {
    /// Where to listen: `unix:///PATH`, `tcp://ADDRESS:PORT`.
    pub hosts: Vec<String>,
    /// The group of the Unix socket.
    pub group: Option<String>,
    /// Where everything that lasts is kept.
    #[serde(alias = "graph")]
    pub data_root: Option<PathBuf>,
    /// Where what ends with the machine is kept.
    pub exec_root: Option<PathBuf>,
    /// Where the daemon's process id is written.
    pub pidfile: Option<PathBuf>,
    /// Whether to say more.
    pub debug: Option<bool>,
    /// `debug`, `info`, `warn`, `error` or `fatal`.
    pub log_level: Option<String>,
    /// `text` or `json`: the daemon's own log.
    pub log_format: Option<String>,
    /// Where containers' output goes.
    pub log_driver: Option<String>,
    /// How.
    pub log_opts: BTreeMap<String, String>,
    /// The socket of the machine's journal, for the log driver `journald`. Sampan's own key.
    pub journal_socket: Option<PathBuf>,
    /// Labels of the daemon itself.
    pub labels: Vec<String>,
    /// Asked before Docker Hub.
    pub registry_mirrors: Vec<String>,
    /// Registries that are reached without checked certificates.
    pub insecure_registries: Vec<String>,
    /// Whether TCP is encrypted. Sampan knows no other TCP.
    pub tls: Option<bool>,
    /// Whether clients need a certificate. Sampan knows no others.
    pub tlsverify: Option<bool>,
    /// The clients' authority.
    pub tlscacert: Option<PathBuf>,
    /// The daemon's certificate.
    pub tlscert: Option<PathBuf>,
    /// Its key.
    pub tlskey: Option<PathBuf>,
    /// How many blobs come at a time.
    pub max_concurrent_downloads: Option<usize>,
    /// How many blobs go at a time.
    pub max_concurrent_uploads: Option<usize>,
    /// How often a blob is tried.
    pub max_download_attempts: Option<u32>,
    /// How many seconds the daemon gives what runs when it ends.
    pub shutdown_timeout: Option<i64>,
    /// Whether containers outlive the daemon. Sampan's always do.
    pub live_restore: Option<bool>,
    /// Where Prometheus finds numbers.
    pub metrics_addr: Option<String>,
    /// Where a collector of OpenTelemetry traces is. Sampan's own key.
    pub otlp_endpoint: Option<String>,
    /// Docker's experimental features; Sampan has none that are off.
    pub experimental: Option<bool>,
    /// Features that are on or off.
    pub features: BTreeMap<String, Value>,
    /// Networks are made of these.
    pub default_address_pools: Vec<AddressPool>,
    /// What networks of a driver have where that was not said.
    pub default_network_opts: BTreeMap<String, BTreeMap<String, String>>,
    /// Where ports are published that name no address.
    pub ip: Option<IpAddr>,
    /// The gateway of the network `bridge`, with the length of its subnet's prefix.
    pub bip: Option<IpNet>,
    /// The part of that subnet from which addresses are chosen.
    pub fixed_cidr: Option<IpNet>,
    /// The largest packet of that network.
    pub mtu: Option<u32>,
    /// Whether its members reach each other.
    pub icc: Option<bool>,
    /// Whether they seem to be the host elsewhere.
    pub ip_masq: Option<bool>,
    /// Whether the daemon lets the host forward packets.
    pub ip_forward: Option<bool>,
    /// Whether it lets all of them pass then.
    pub ip_forward_no_drop: Option<bool>,
    /// Name servers of Linux containers.
    pub dns: Vec<String>,
    /// Options of their resolvers.
    pub dns_opts: Vec<String>,
    /// Where they look for short names.
    pub dns_search: Vec<String>,
    /// The size of `/dev/shm`.
    #[serde(deserialize_with = "size", default)]
    pub default_shm_size: Option<i64>,
    /// Whose memory containers share: `private` or `shareable`.
    pub default_ipc_mode: Option<IpcMode>,
    /// Whether containers see the host's control groups: `private` or `host`.
    pub default_cgroupns_mode: Option<CgroupnsMode>,
    /// The control group beneath which all are.
    pub cgroup_parent: Option<String>,
    /// Limits of processes, by their names.
    pub default_ulimits: BTreeMap<String, Ulimit>,
    /// Whether containers have a first process that reaps others.
    pub init: Option<bool>,
    /// Whether programs of containers get no more rights than they begin with.
    pub no_new_privileges: Option<bool>,
    /// A file with a filter of system calls, `builtin` or `unconfined`.
    pub seccomp_profile: Option<String>,
    /// Proxies for registries.
    pub proxies: Proxies,
    /// What builds keep.
    pub builder: Builder,
    /// Keys that have no effect here, for a warning each.
    #[serde(skip)]
    pub without_effect: Vec<String>,
}

/// Whose memory containers share where they do not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IpcMode {
    /// Nobody else's.
    Private,
    /// That of whoever asks for it.
    Shareable,
}

/// Which control groups containers see where they do not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CgroupnsMode {
    /// Their own.
    Private,
    /// The host's.
    Host,
}

/// Reads a size in Docker's form, such as `64M`.
fn size<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else {
        return Ok(None);
    };
    let bytes: ByteCount = text.parse().map_err(serde::de::Error::custom)?;
    let bytes = i64::try_from(bytes.get()).map_err(serde::de::Error::custom)?;
    Ok(Some(bytes).filter(|bytes| *bytes > 0))
}

/// Proxies for registries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Proxies {
    /// For plain HTTP.
    pub http_proxy: Option<String>,
    /// For HTTPS.
    pub https_proxy: Option<String>,
    /// Names that are reached without one.
    pub no_proxy: Option<String>,
}

/// What is wrong with `daemon.json`.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is not JSON, or a value has the wrong type.
    #[error("`{path}` is not a file of settings")]
    Form {
        /// Which.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: serde_json::Error,
    },
    /// Nothing has this name.
    #[error("the following directives don't match any configuration option: {key} (in `{path}`)")]
    Unknown {
        /// Which file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What it may have been meant to be.
        meant: Option<&'static str>,
    },
    /// It asks for a protection that is not there.
    #[error("`{path}` asks for `{key}`, which is not available")]
    NotHeld {
        /// Which file.
        path: PathBuf,
        /// The key.
        key: &'static str,
    },
}

impl Classified for SettingsError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                ErrorClass::NotFound
            }
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
                ErrorClass::Denied
            }
            Self::Read { .. } => ErrorClass::Internal,
            Self::Form { .. } | Self::Unknown { .. } => ErrorClass::InvalidInput,
            Self::NotHeld { .. } => ErrorClass::Unsupported,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown {
                meant: Some(meant), ..
            } => Some(format!("did you mean `{meant}`?")),
            Self::NotHeld { .. } => Some(
                "remove it if containers may have the host's users: their root is the host's then, with few of its rights".to_owned(),
            ),
            Self::Unknown { .. } => Some("remove it; unknown settings are never passed over".to_owned()),
            _ => None,
        }
    }
}

impl Settings {
    /// Reads a file. One that is not there is [`SettingsError::Read`] of class not found.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read(path).map_err(|source| SettingsError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path)
    }

    /// Reads its text; the path is for messages.
    pub fn parse(text: &[u8], path: &Path) -> Result<Self, SettingsError> {
        let form = |source| SettingsError::Form {
            path: path.to_owned(),
            source,
        };
        // A file with nothing in it is one of dockerd's package's own.
        if text.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let found: Map<String, Value> = serde_json::from_slice(text).map_err(form)?;
        // Whoever asks for it counts on it: containers that run without would be a surprise of the worst sort.
        if found
            .get(keys::USERS)
            .and_then(Value::as_str)
            .is_some_and(|who| !who.is_empty())
        {
            return Err(SettingsError::NotHeld {
                path: path.to_owned(),
                key: keys::USERS,
            });
        }
        let mut without_effect = Vec::new();
        for key in found.keys().filter(|key| !keys::HONOURED.contains(&key.as_str())) {
            if !keys::WITHOUT_EFFECT.contains(&key.as_str()) {
                return Err(SettingsError::Unknown {
                    path: path.to_owned(),
                    key: key.clone(),
                    meant: keys::nearest(key),
                });
            }
            without_effect.push(key.clone());
        }
        let settings: Self = serde_json::from_value(Value::Object(found)).map_err(form)?;
        Ok(Self {
            without_effect,
            ..settings
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Settings, SettingsError> {
        Settings::parse(text.as_bytes(), Path::new("/etc/docker/daemon.json"))
    }

    #[test]
    fn what_protects_and_is_not_there_is_refused() {
        let refused = parse(r#"{"userns-remap":"default"}"#).unwrap_err();
        assert!(refused.to_string().contains("`userns-remap`"), "{refused}");
        assert!(refused.hint().is_some_and(|hint| hint.contains("root")));
        assert_eq!(
            parse(r#"{"userns-remap":""}"#).unwrap().without_effect,
            ["userns-remap"]
        );
    }

    #[test]
    fn common_keys_are_read() {
        let settings = parse(
            r#"{"hosts":["unix:///run/a.sock"],"log-driver":"json-file","log-opts":{"max-size":"10m"},"debug":true,
                "registry-mirrors":["https://m.example"],"default-runtime":"runc","live-restore":true,
                "features":{"containerd-snapshotter":true},"shutdown-timeout":5}"#,
        )
        .unwrap();
        assert_eq!(settings.hosts, ["unix:///run/a.sock"]);
        assert_eq!(settings.log_opts["max-size"], "10m");
        assert_eq!(settings.shutdown_timeout, Some(5));
        assert_eq!(settings.without_effect, ["default-runtime"]);
        assert_eq!(parse(" \n").unwrap(), Settings::default());
    }

    #[test]
    fn what_containers_have_by_themselves_is_read_in_dockers_forms() {
        let settings = parse(
            r#"{"ip":"0.0.0.0","bip":"10.8.0.5/24","mtu":1400,"icc":false,"dns":["10.0.0.1"],"default-shm-size":"1M",
                "default-ipc-mode":"shareable","default-cgroupns-mode":"host","init":true,
                "default-ulimits":{"nofile":{"Name":"nofile","Soft":10,"Hard":20}},
                "default-address-pools":[{"base":"10.0.0.0/8","size":24}],
                "default-network-opts":{"bridge":{"com.docker.network.driver.mtu":"1234"}}}"#,
        )
        .unwrap();
        assert_eq!(settings.without_effect, Vec::<String>::new());
        assert_eq!(settings.default_shm_size, Some(1 << 20));
        assert_eq!(settings.default_ulimits["nofile"].soft, 10);
        assert_eq!(settings.default_address_pools[0].size, 24);
        for bad in [
            r#"{"ip":"x"}"#,
            r#"{"bip":"10.0.0.0"}"#,
            r#"{"default-shm-size":"x"}"#,
            r#"{"default-shm-size":1}"#,
            r#"{"default-ipc-mode":"host"}"#,
            r#"{"default-address-pools":[{"base":"10.0.0.0","size":24}]}"#,
        ] {
            assert!(matches!(parse(bad), Err(SettingsError::Form { .. })), "{bad}");
        }
    }

    #[test]
    fn what_nobody_knows_is_refused_with_what_was_meant() {
        let error = parse(r#"{"log-divers":"x"}"#).unwrap_err();
        assert_eq!(error.hint().unwrap(), "did you mean `log-driver`?");
        assert!(error.to_string().contains("log-divers"));
        assert!(matches!(
            parse(r#"{"zzzzzzzz":1}"#).unwrap_err(),
            SettingsError::Unknown { meant: None, .. }
        ));
        assert!(matches!(
            parse(r#"{"debug":"yes"}"#).unwrap_err(),
            SettingsError::Form { .. }
        ));
        assert!(matches!(parse("[]").unwrap_err(), SettingsError::Form { .. }));
    }
}
