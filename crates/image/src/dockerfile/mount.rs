//! `RUN --mount=…`.

use super::error::Words;
use super::flags::meant;

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
        Self::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(name, _)| name)
    }
}

/// Something that a step sees and the image does not keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
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
    /// Everything else, as `KEY=VALUE`, checked for its key alone.
    pub other: Vec<(String, String)>,
}

const KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "src",
    "target",
    "dst",
    "destination",
    "readonly",
    "ro",
    "readwrite",
    "rw",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "env",
];

/// Reads one.
pub(super) fn mount(text: &str) -> Words<Mount> {
    let mut mount = Mount::default();
    for field in text.split(',') {
        let (key, value) = match field.split_once('=') {
            Some((key, value)) => (key.to_ascii_lowercase(), Some(value)),
            None => (field.to_ascii_lowercase(), None),
        };
        let Some(value) = value else {
            match key.as_str() {
                "readonly" | "ro" => mount.writable = Some(false),
                "readwrite" | "rw" => mount.writable = Some(true),
                "required" => mount.other.push((key, "true".to_owned())),
                _ => return Err(format!("invalid field '{field}' must be a key=value pair")),
            }
            continue;
        };
        let truth = || match value.to_ascii_lowercase().as_str() {
            "1" | "t" | "true" => Ok(true),
            "0" | "f" | "false" => Ok(false),
            _ => Err(format!("invalid value for {key}: {value}")),
        };
        match key.as_str() {
            "type" => {
                let kind = MountKind::ALL
                    .iter()
                    .find(|(name, _)| value.eq_ignore_ascii_case(name));
                let names = MountKind::ALL.iter().map(|(name, _)| *name);
                mount.kind = match kind {
                    Some((_, kind)) => *kind,
                    None => return Err(format!("unsupported mount type {value:?}{}", meant(value, names))),
                };
            }
            "from" => value.clone_into(&mut mount.from),
            "source" | "src" => value.clone_into(&mut mount.source),
            "target" | "dst" | "destination" => value.clone_into(&mut mount.target),
            "readonly" | "ro" => mount.writable = Some(!truth()?),
            "readwrite" | "rw" => mount.writable = Some(truth()?),
            known if KEYS.contains(&known) => mount.other.push((key, value.to_owned())),
            _ => {
                let near = meant(&key, KEYS.iter().copied());
                return Err(format!("unexpected key '{key}' in '{field}'{near}"));
            }
        }
    }
    Ok(mount)
}
