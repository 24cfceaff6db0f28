//! What a component was linked from, as the component itself says it.

use serde::{Deserialize, Serialize};

use crate::{ByteCount, Digest};

/// The custom section of a linked component that holds [`Linked`] as JSON.
pub const SECTION: &str = "sampan:links";

/// The parts of a linked component, the first one is the one whose exports it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// Each component once, however much it serves.
    pub parts: Vec<LinkedPart>,
}

/// One component of several that were linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedPart {
    /// What it was called when it was linked: a file's name, an image's.
    pub name: String,
    /// Of its bytes.
    pub digest: Digest,
    /// Of its bytes.
    pub size: ByteCount,
    /// The imports of other parts that it serves; empty for the first part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serves: Vec<String>,
}
