//! `RUN --mount=…`.

mod read;

use sampan_types::ByteCount;

/// What is mounted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MountKind {
    /// Files of the context, a stage or an image.
    #[default]
    Bind,
    /// A folder that outlives the build.
    Cache,
    /// Memory.
    Tmpfs,
    /// A file that no layer keeps.
    Secret,
    /// A socket of the client's ssh agent.
    Ssh,
}

impl MountKind {
    const ALL: [(&'static str, Self); 5] = [
        ("bind", Self::Bind),
        ("cache", Self::Cache),
        ("tmpfs", Self::Tmpfs),
        ("secret", Self::Secret),
        ("ssh", Self::Ssh),
    ];

    /// Its word.
    pub fn name(self) -> &'static str {
        let named = Self::ALL.iter().find(|(_, kind)| *kind == self);
        named.map_or("", |(name, _)| name)
    }
}

/// What becomes of a cache that two steps want at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sharing {
    /// Both have it.
    #[default]
    Shared,
    /// The second one gets another.
    Private,
    /// The second one waits.
    Locked,
}

impl Sharing {
    const ALL: [(&'static str, Self); 3] = [
        ("shared", Self::Shared),
        ("private", Self::Private),
        ("locked", Self::Locked),
    ];
}

/// Something that a step sees and the image does not keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// As it was written, variables and all.
    pub written: String,
    /// What it is.
    pub kind: MountKind,
    /// A stage or an image; empty for the context.
    pub from: String,
    /// What of it.
    pub source: String,
    /// Where it is seen.
    pub target: String,
    /// Whether it may be written to, where that was said.
    pub writable: Option<bool>,
    /// By what a cache or a secret is known.
    pub id: String,
    /// Of a cache, where that was said.
    pub sharing: Option<Sharing>,
    /// Whether a secret must be there.
    pub required: bool,
    /// How much fits into memory.
    pub size: Option<ByteCount>,
    /// Bits of a cache's folder or a secret's file.
    pub mode: Option<u32>,
    /// Whose it is.
    pub uid: Option<u32>,
    /// Its group.
    pub gid: Option<u32>,
    /// The variable that a secret becomes.
    pub env: Option<String>,
}
