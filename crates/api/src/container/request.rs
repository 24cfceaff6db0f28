//! What is asked of containers, and the short answers.

use serde::Serialize;

use super::{Config, HostConfig};
use crate::Time;
use crate::network::NetworkingConfig;
use crate::wire::wire;

/// `POST /containers/create`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateRequest {
    /// Its keys stand beside those of the other two.
    #[serde(flatten)]
    pub config: Config,
    pub host_config: HostConfig,
    pub networking_config: NetworkingConfig,
}

wire! {
    #[serde(rename_all = "PascalCase")]
    struct BesideConfig {
        pub host_config: HostConfig,
        pub networking_config: NetworkingConfig,
    }
}

impl CreateRequest {
    /// Reads it. The document is passed over twice, because that is quicker than keeping the keys of one part while
    /// the other is read.
    pub fn from_json(body: &[u8]) -> serde_json::Result<Self> {
        let config = serde_json::from_slice(body)?;
        let BesideConfig {
            host_config,
            networking_config,
        } = serde_json::from_slice(body)?;
        Ok(Self {
            config,
            host_config,
            networking_config,
        })
    }
}

wire! {
    /// The answer to a creation.
    #[serde(rename_all = "PascalCase")]
    pub struct CreateResponse {
        pub id: String,
        pub warnings: Vec<String>,
    }

    /// The answer to a change of limits.
    #[serde(rename_all = "PascalCase")]
    pub struct UpdateResponse {
        pub warnings: Vec<String>,
    }

    /// The answer to a commit.
    #[serde(rename_all = "PascalCase")]
    pub struct CommitResponse {
        pub id: String,
    }

    /// How a container ended.
    #[serde(rename_all = "PascalCase")]
    pub struct WaitResponse {
        #[serde(skip_serializing_if = "Option::is_none")]
        pub error: Option<WaitError>,
        pub status_code: i64,
    }

    /// Why waiting failed.
    #[serde(rename_all = "PascalCase")]
    pub struct WaitError {
        pub message: String,
    }

    /// The processes of a container.
    #[serde(rename_all = "PascalCase")]
    pub struct Top {
        pub titles: Vec<String>,
        pub processes: Vec<Vec<String>>,
    }

    /// A difference between a container's files and its image's.
    #[serde(rename_all = "PascalCase")]
    pub struct Change {
        /// 0 modified, 1 added, 2 deleted.
        pub kind: u8,
        pub path: String,
    }

    /// What a removal of stopped containers took.
    #[serde(rename_all = "PascalCase")]
    pub struct PruneReport {
        /// `None` where nothing was.
        pub containers_deleted: Option<Vec<String>>,
        pub space_reclaimed: u64,
    }

    /// A file in a container: base64 of this stands in the header `X-Docker-Container-Path-Stat`.
    #[serde(rename_all = "camelCase")]
    pub struct PathStat {
        pub name: String,
        pub size: i64,
        /// Go's `os.FileMode`: bit 31 is a folder, bit 27 a symbolic link.
        pub mode: u32,
        pub mtime: Time,
        pub link_target: String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_creation_is_read_as_go_reads_it() {
        let body = br#"{"Image":"hello","Cmd":"one","Env":null,"Unknown":{"a":[1]},"Tty":null,
            "ExposedPorts":{"80":{}},"Volumes":{"/data":{}},"Healthcheck":{"Interval":1000000},
            "HostConfig":{"Memory":1048576,"PortBindings":{"80/tcp":[{"HostPort":"8080"}],"81/tcp":null},
            "RestartPolicy":null,"BlkioDeviceReadIOps":[],"ConsoleSize":[24,80]},
            "NetworkingConfig":{"EndpointsConfig":{"bridge":null}}}"#;
        let request = CreateRequest::from_json(body).unwrap();
        assert_eq!(request.config.image, "hello");
        assert_eq!(request.config.cmd.as_ref().unwrap().0, ["one"]);
        assert_eq!(
            request.config.exposed_ports.keys().next().unwrap().to_string(),
            "80/tcp"
        );
        assert_eq!(request.host_config.memory, 1 << 20);
        assert_eq!(request.host_config.port_bindings.as_ref().unwrap().len(), 2);
        assert_eq!(request.host_config.blkio_device_read_iops, Some(Vec::new()));
        assert!(request.networking_config.endpoints_config.contains_key("bridge"));

        let written = serde_json::to_vec(&request).unwrap();
        assert_eq!(CreateRequest::from_json(&written).unwrap(), request);
    }

    #[test]
    fn wrong_types_are_refused() {
        for bad in [
            r#"{"Tty":1}"#,
            r#"{"Env":{}}"#,
            r#"{"HostConfig":[]}"#,
            r#"{"HostConfig":{"Memory":1.5}}"#,
            r#"{"StopTimeout":"1"}"#,
            r#"{"ExposedPorts":{"x":{}}}"#,
            "[]",
            "1",
            "",
        ] {
            assert!(CreateRequest::from_json(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_null_and_what_is_missing_differ() {
        let config = serde_json::to_value(Config::default()).unwrap();
        for null in ["Env", "Cmd", "Volumes", "Entrypoint", "OnBuild"] {
            assert!(config.get(null).is_some_and(serde_json::Value::is_null), "{null}");
        }
        for missing in [
            "ExposedPorts",
            "Healthcheck",
            "StopSignal",
            "StopTimeout",
            "Shell",
            "MacAddress",
        ] {
            assert!(config.get(missing).is_none(), "{missing}");
        }
    }
}
