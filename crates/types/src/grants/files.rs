//! Grants of files: folders of the host and folders in memory.

use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::bytes::{ByteCount, ByteCountError};

/// What a container may do beneath a mount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Look only.
    ReadOnly,
    /// Look and change.
    #[default]
    ReadWrite,
}

/// A folder or file of the host at a path of the container: `SOURCE:TARGET[:ro|rw]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// Where on the host; a relative path is the caller's business to make absolute.
    pub source: PathBuf,
    /// Where in the container: absolute, without `.` and `..`.
    pub target: PathBuf,
    /// What may be done with it.
    #[serde(default)]
    pub access: Access,
}

/// A folder in memory at a path of the container: `TARGET[:size=64m]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tmpfs {
    /// Where in the container.
    pub target: PathBuf,
    /// How much fits; the container's disk limit where it is not said.
    #[serde(default)]
    pub size: Option<ByteCount>,
}

/// A mount that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FilesError {
    /// The form is wrong.
    #[error("`{0}` is not a mount: write SOURCE:TARGET or SOURCE:TARGET:ro")]
    Form(String),
    /// The target is relative or climbs.
    #[error("`{0}` is not a path in a container: it must be absolute and without `..`")]
    Target(String),
    /// An option is unknown.
    #[error("mount option `{0}` is not known: use ro, rw or, for tmpfs, size=BYTES")]
    Option(String),
    /// A size cannot be read.
    #[error(transparent)]
    Size(#[from] ByteCountError),
}

/// Brings a path in a container to its normal form: absolute, without `.`, `..` and doubled slashes.
fn target(text: &str) -> Result<PathBuf, FilesError> {
    let error = || FilesError::Target(text.to_owned());
    let path = Path::new(text);
    if !path.is_absolute() || text.contains('\0') {
        return Err(error());
    }
    let mut normal = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::RootDir | Component::CurDir => {}
            Component::Normal(name) => normal.push(name),
            Component::ParentDir | Component::Prefix(_) => return Err(error()),
        }
    }
    Ok(normal)
}

impl FromStr for Mount {
    type Err = FilesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = || FilesError::Form(text.to_owned());
        let mut parts = text.split(':');
        let (Some(source), Some(to), options, None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(form());
        };
        if source.is_empty() || source.contains('\0') {
            return Err(form());
        }
        let mut access = Access::default();
        for option in options.into_iter().flat_map(|o| o.split(',')) {
            match option {
                "ro" | "readonly" => access = Access::ReadOnly,
                "rw" => access = Access::ReadWrite,
                // SELinux labels, propagation and consistency: Docker takes them, they change nothing here.
                "z" | "Z" | "cached" | "delegated" | "consistent" | "rprivate" | "private" => {}
                other => return Err(FilesError::Option(other.to_owned())),
            }
        }
        Ok(Self {
            source: source.into(),
            target: target(to)?,
            access,
        })
    }
}

impl FromStr for Tmpfs {
    type Err = FilesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, options) = text.split_once(':').map_or((text, None), |(p, o)| (p, Some(o)));
        let mut size = None;
        for option in options.into_iter().flat_map(|o| o.split(',')) {
            match option.split_once('=') {
                Some(("size", value)) => size = Some(value.parse()?),
                Some(("mode" | "uid" | "gid", _)) => {}
                None if matches!(option, "rw" | "noexec" | "exec" | "nosuid" | "nodev") => {}
                _ => return Err(FilesError::Option(option.to_owned())),
            }
        }
        Ok(Self {
            target: target(path)?,
            size,
        })
    }
}

impl fmt::Display for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source.display(), self.target.display())?;
        match self.access {
            Access::ReadOnly => f.write_str(":ro"),
            Access::ReadWrite => Ok(()),
        }
    }
}

impl fmt::Display for Tmpfs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.target.display())?;
        match self.size {
            Some(size) => write!(f, ":size={}", size.get()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dockers_mounts() {
        let mount: Mount = "/data:/in//x/.:ro,z".parse().unwrap();
        assert_eq!(mount.to_string(), "/data:/in/x:ro");
        assert_eq!(".:/w".parse::<Mount>().unwrap().access, Access::ReadWrite);
        for bad in [
            "",
            "/a",
            ":/a",
            "/a:",
            "/a:b",
            "/a:/b/../c",
            "/a:/b:xx",
            "/a:/b:ro:rw",
            "/a\0:/b",
        ] {
            assert!(bad.parse::<Mount>().is_err(), "{bad}");
        }
    }

    #[test]
    fn reads_tmpfs() {
        let tmpfs: Tmpfs = "/tmp:size=64m,mode=1777".parse().unwrap();
        assert_eq!(tmpfs.size, Some(ByteCount::mib(64)));
        for bad in ["", "tmp", "/tmp:size=", "/tmp:huge=1", "/tmp:nope"] {
            assert!(bad.parse::<Tmpfs>().is_err(), "{bad}");
        }
    }
}
