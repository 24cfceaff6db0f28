//! Further programs in running containers.

#![expect(
    missing_docs,
    reason = "the fields are described by the Docker Engine API, under the same names"
)]

use crate::StrSlice;
use crate::wire::{unset, wire};

wire! {
    /// `POST /containers/{id}/exec`.
    #[serde(rename_all = "PascalCase")]
    pub struct ExecCreateRequest {
        pub user: String,
        pub privileged: bool,
        pub tty: bool,
        /// Lines and columns.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub console_size: Option<[u64; 2]>,
        pub attach_stdin: bool,
        pub attach_stderr: bool,
        pub attach_stdout: bool,
        pub detach_keys: String,
        pub env: Option<Vec<String>>,
        pub working_dir: String,
        pub cmd: Option<StrSlice>,
    }

    /// The answer to it.
    #[serde(rename_all = "PascalCase")]
    pub struct ExecCreateResponse {
        pub id: String,
    }

    /// `POST /exec/{id}/start`.
    #[serde(rename_all = "PascalCase")]
    pub struct ExecStartRequest {
        pub detach: bool,
        pub tty: bool,
        /// Lines and columns.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub console_size: Option<[u64; 2]>,
    }

    /// Everything about one of them.
    #[serde(rename_all = "PascalCase")]
    pub struct ExecInspect {
        #[serde(rename = "ID")]
        pub id: String,
        pub running: bool,
        /// `null` until it has ended.
        pub exit_code: Option<i64>,
        pub process_config: ProcessConfig,
        pub open_stdin: bool,
        pub open_stderr: bool,
        pub open_stdout: bool,
        pub can_remove: bool,
        #[serde(rename = "ContainerID")]
        pub container_id: String,
        /// The keys' bytes, in base64.
        pub detach_keys: String,
        pub pid: i64,
    }

    /// What runs.
    #[serde(rename_all = "camelCase")]
    pub struct ProcessConfig {
        pub tty: bool,
        pub entrypoint: String,
        pub arguments: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub privileged: Option<bool>,
        #[serde(skip_serializing_if = "unset")]
        pub user: String,
    }
}
