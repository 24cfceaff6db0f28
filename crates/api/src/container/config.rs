//! What of a container is the same on every machine.

use crate::wire::{unset, wire};
use crate::{Port, Set, StrSlice, Strings, Time};

wire! {
    /// What of a container is the same on every machine.
    #[serde(rename_all = "PascalCase")]
    pub struct Config {
        pub hostname: String,
        pub domainname: String,
        pub user: String,
        pub attach_stdin: bool,
        pub attach_stdout: bool,
        pub attach_stderr: bool,
        #[serde(skip_serializing_if = "unset")]
        pub exposed_ports: Set<Port>,
        pub tty: bool,
        pub open_stdin: bool,
        pub stdin_once: bool,
        pub env: Option<Vec<String>>,
        pub cmd: Option<StrSlice>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub healthcheck: Option<HealthConfig>,
        #[serde(skip_serializing_if = "unset")]
        pub args_escaped: bool,
        pub image: String,
        pub volumes: Option<Set>,
        pub working_dir: String,
        pub entrypoint: Option<StrSlice>,
        #[serde(skip_serializing_if = "unset")]
        pub network_disabled: bool,
        /// Of the first network; clients older than 1.44 say it here.
        #[serde(skip_serializing_if = "unset")]
        pub mac_address: String,
        pub on_build: Option<Vec<String>>,
        pub labels: Strings,
        #[serde(skip_serializing_if = "unset")]
        pub stop_signal: String,
        /// In seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub stop_timeout: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub shell: Option<StrSlice>,
    }

    /// How a container's health is found out. Durations are in nanoseconds; 0 is the inherited or the usual one.
    #[serde(rename_all = "PascalCase")]
    pub struct HealthConfig {
        /// `["NONE"]`, `["CMD", …]`, `["CMD-SHELL", "…"]`; empty inherits.
        #[serde(skip_serializing_if = "unset")]
        pub test: Vec<String>,
        #[serde(skip_serializing_if = "unset")]
        pub interval: i64,
        #[serde(skip_serializing_if = "unset")]
        pub timeout: i64,
        #[serde(skip_serializing_if = "unset")]
        pub start_period: i64,
        #[serde(skip_serializing_if = "unset")]
        pub start_interval: i64,
        #[serde(skip_serializing_if = "unset")]
        pub retries: i64,
    }

    /// What was found out of a container's health.
    #[serde(rename_all = "PascalCase")]
    pub struct Health {
        /// `starting`, `healthy` or `unhealthy`.
        pub status: String,
        pub failing_streak: i64,
        /// The last few probes, the oldest first.
        pub log: Vec<HealthcheckResult>,
    }

    /// The same in a list.
    #[serde(rename_all = "PascalCase")]
    pub struct HealthSummary {
        /// `none`, `starting`, `healthy` or `unhealthy`.
        pub status: String,
        pub failing_streak: i64,
    }

    /// One probe.
    #[serde(rename_all = "PascalCase")]
    pub struct HealthcheckResult {
        pub start: Time,
        pub end: Time,
        pub exit_code: i64,
        pub output: String,
    }
}
