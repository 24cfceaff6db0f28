//! What only Sampan's own client says when it has an image built.

use std::collections::BTreeMap;

use sampan_types::SecretBytes;

/// The media type of a request whose context comes behind a [`BuildHead`]: four bytes, the length of the document with the
/// highest byte first, the document in JSON, and then the archive. A client of dockerd never says it, and dockerd does
/// not know it.
pub const BUILD_HEAD: &str = "application/vnd.sampan.build.v1";

/// The most that a [`BuildHead`] has, in bytes.
pub const BUILD_HEAD_MAX: u32 = 16 << 20;

/// What has no place in a query: secrets, which neither a log nor a list of processes may show.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BuildHead {
    /// Secrets by their ids.
    pub secrets: BTreeMap<String, SecretBytes>,
    /// Names of further contexts. Where there is one, the archive has a folder `context` with the build's own files, and
    /// one for each name, by its number.
    pub contexts: Vec<String>,
    /// Images in the place of stages and images of these names.
    pub images: BTreeMap<String, String>,
}

/// What a removal of that which builds keep took.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PruneReport {
    /// `None` where nothing was.
    pub caches_deleted: Option<Vec<String>>,
    /// In bytes.
    pub space_reclaimed: u64,
}
