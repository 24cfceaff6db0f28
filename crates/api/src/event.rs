//! What happened.

#![expect(
    missing_docs,
    reason = "the fields are described by the Docker Engine API, under the same names"
)]

use crate::Strings;
use crate::wire::{unset, wire};

wire! {
    /// One thing that happened.
    #[serde(rename_all = "PascalCase")]
    pub struct Message {
        /// The action again, for clients older than 1.52; of containers and images alone.
        #[serde(rename = "status", skip_serializing_if = "unset")]
        pub status: String,
        /// The id again, likewise.
        #[serde(rename = "id", skip_serializing_if = "unset")]
        pub id: String,
        /// The image, likewise, of containers alone.
        #[serde(rename = "from", skip_serializing_if = "unset")]
        pub from: String,
        /// `container`, `image`, `volume`, `network`, `daemon` …
        #[serde(rename = "Type")]
        pub kind: String,
        /// `create`, `start`, `die`, `health_status: healthy` …
        pub action: String,
        pub actor: Actor,
        #[serde(rename = "scope", skip_serializing_if = "unset")]
        pub scope: String,
        /// In seconds since 1970.
        #[serde(rename = "time", skip_serializing_if = "unset")]
        pub time: i64,
        /// In nanoseconds since 1970.
        #[serde(rename = "timeNano", skip_serializing_if = "unset")]
        pub time_nano: i64,
    }

    /// To what it happened.
    #[serde(rename_all = "PascalCase")]
    pub struct Actor {
        #[serde(rename = "ID")]
        pub id: String,
        pub attributes: Strings,
    }
}
