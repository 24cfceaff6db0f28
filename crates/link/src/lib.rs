//! Links components: decides who serves whose imports, compares versions and types, and makes one component of
//! several (`docs/design/links.md`).
//!
//! All parts are hostile: they are bounded and validated before their types are read. This crate knows bytes
//! and types alone. It reads no file, prints nothing and runs nothing.

mod difference;
mod error;
mod fuse;
mod name;
mod outline;
mod parts;
mod plan;
mod published;
mod record;
mod show;

use sampan_types::Digest;
use sampan_types::links::Linked;

pub use difference::Difference;
pub use error::LinkError;
pub use fuse::fuse;
pub use outline::{room_for, too_large};
pub use published::{Fault, Kept, Way, published};

/// A component that is to be linked.
#[derive(Clone, Debug)]
pub struct Part {
    /// What messages and the result call it.
    pub name: String,
    /// Of `bytes`.
    pub digest: Digest,
    /// The component in its binary form.
    pub bytes: Vec<u8>,
}

/// A component that serves imports of others.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The import that it is meant for: its full name, the same without version, the interface alone, or the
    /// package. `None` is whatever it exports.
    pub import: Option<String>,
    /// The component. Of providers with one digest only the first one's bytes are looked at.
    pub part: Part,
}

/// One component of several.
#[derive(Clone, Debug)]
pub struct Fused {
    /// In its binary form. The same parts give the same bytes.
    pub bytes: Vec<u8>,
    /// What it was made from, as it says itself.
    pub linked: Linked,
    /// What the first part imports.
    pub before: Vec<String>,
    /// What the result imports.
    pub after: Vec<String>,
}

impl Fused {
    /// The interfaces that the result imports and the first part did not, in whatever version.
    pub fn added(&self) -> Vec<String> {
        let without = |name: &str| name::Name::of(name).without_version().to_owned();
        let before: std::collections::BTreeSet<String> = self.before.iter().map(|n| without(n)).collect();
        let after = self.after.iter().filter(|n| !before.contains(&without(n)));
        after.cloned().collect()
    }
}
