//! How an image came to be, as `docker history` shows it.

use sampan_store::{Descriptor, Lease};
use sampan_types::media;
use serde::Serialize;

use crate::document::{Config, read_config};
use crate::error::Result;
use crate::resolve::{Request, choose};

/// One row, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct HistoryRow {
    /// When, as RFC 3339.
    pub created: Option<String>,
    /// The command of the step; empty where nobody wrote it down.
    pub created_by: String,
    /// The layer as it is stored, which is compressed as a rule, in bytes; 0 for a step without one.
    pub size: u64,
    /// Free text; the media type of an artifact's layer.
    pub comment: String,
}

/// The steps of an image. An artifact has one for each of its layers.
pub fn history(lease: &Lease, top: &Descriptor, request: &Request) -> Result<Vec<HistoryRow>> {
    let manifest = choose(lease, top, request)?;
    let mut layers = manifest.layers.iter();
    let config = match manifest.config.media_type.as_str() {
        media::OCI_CONFIG | media::DOCKER_CONFIG | media::WASM_CONFIG => {
            read_config(lease, &manifest.config)?
        }
        _ => Config::default(),
    };
    let mut rows: Vec<HistoryRow> = config
        .image
        .history
        .into_iter()
        .map(|step| HistoryRow {
            size: if step.empty_layer {
                0
            } else {
                layers.next().map_or(0, |layer| layer.size)
            },
            created: step.created,
            created_by: step.created_by.unwrap_or_default(),
            comment: step.comment.unwrap_or_default(),
        })
        .collect();
    // Layers that the history does not mention, and all of an artifact's.
    rows.extend(layers.map(|layer| HistoryRow {
        created: config.image.created.clone(),
        created_by: String::new(),
        size: layer.size,
        comment: layer.media_type.clone(),
    }));
    rows.reverse();
    Ok(rows)
}
