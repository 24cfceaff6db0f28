//! Lines of long work: pull, push, load, import.

#![expect(
    missing_docs,
    reason = "the fields are described by the Docker Engine API, under the same names"
)]

use crate::wire::{unset, wire};

wire! {
    /// One line. All that is unset is left out.
    #[serde(rename_all = "camelCase")]
    pub struct Message {
        #[serde(skip_serializing_if = "unset")]
        pub stream: String,
        #[serde(skip_serializing_if = "unset")]
        pub status: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub progress_detail: Option<Detail>,
        /// The bar again as text, which clients print that know no better.
        #[serde(skip_serializing_if = "unset")]
        pub progress: String,
        #[serde(skip_serializing_if = "unset")]
        pub id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub error_detail: Option<ErrorDetail>,
        /// The message of `error_detail` again.
        #[serde(skip_serializing_if = "unset")]
        pub error: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub aux: Option<serde_json::Value>,
    }

    /// How far it is, in bytes.
    #[serde(rename_all = "camelCase")]
    pub struct Detail {
        #[serde(skip_serializing_if = "unset")]
        pub current: i64,
        #[serde(skip_serializing_if = "unset")]
        pub total: i64,
    }

    /// Why it failed.
    #[serde(rename_all = "camelCase")]
    pub struct ErrorDetail {
        #[serde(skip_serializing_if = "unset")]
        pub code: i64,
        #[serde(skip_serializing_if = "unset")]
        pub message: String,
    }
}
