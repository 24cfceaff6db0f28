//! What can go wrong in the store, and what the person can do about it.

use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use sampan_types::{ByteCount, Classified, Digest, ErrorClass, Reference};

/// A failure of the store. Every path that it names lies under the store's root.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The operating system refused an operation.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried, as an infinitive: `open`, `rename`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The disk, a quota or a limit on file sizes ended a write.
    #[error("no space left to {action} `{}`", path.display())]
    Full {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The root, or the versioned folder in it, belongs to somebody else.
    #[error("`{}` belongs to user {owner}, not to user {me}", path.display())]
    Owner {
        /// The folder.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who we are.
        me: u32,
    },
    /// Others may write to the root, so nothing in it can be trusted.
    #[error("`{}` can be written by other users (mode {mode:o})", path.display())]
    Mode {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The bytes given or found do not have the digest that was promised.
    #[error("digest mismatch: expected {expected}, found {found}")]
    DigestMismatch {
        /// What was promised.
        expected: Digest,
        /// What the bytes have.
        found: Digest,
    },
    /// There are more or fewer bytes than promised.
    #[error("size mismatch for {what}: expected {expected} bytes, found {found}")]
    SizeMismatch {
        /// The digest, or `blob` where none was promised.
        what: String,
        /// What was promised, in bytes.
        expected: u64,
        /// What came, in bytes; when more came than promised, the count at which it was noticed.
        found: u64,
    },
    /// A blob on the disk no longer has its digest.
    #[error("blob {digest} is damaged on disk: its content is {found}")]
    Damaged {
        /// The name of the blob.
        digest: Digest,
        /// What its bytes have.
        found: Digest,
    },
    /// A record of the store, or a manifest in it, is not what the standard says.
    #[error("`{what}` cannot be read")]
    Malformed {
        /// The path or the digest.
        what: String,
        /// What the parser said.
        source: serde_json::Error,
    },
    /// A record of the store has a form that no version wrote.
    #[error("`{}` is not a record of this store", path.display())]
    Record {
        /// The path.
        path: PathBuf,
    },
    /// A blob is larger than the caller is ready to read.
    #[error("{what} has {size} bytes, more than the {max} that are allowed here")]
    TooLarge {
        /// The digest or path.
        what: String,
        /// Its size in bytes.
        size: u64,
        /// What was allowed.
        max: ByteCount,
    },
    /// No such blob.
    #[error("blob {0} is not in the store")]
    NoBlob(Digest),
    /// No such image.
    #[error("no image `{}` in the store", .0.familiar())]
    NoImage(Box<Reference>),
    /// No image has a digest that begins so.
    #[error("no image `{0}` in the store")]
    NoImageId(String),
    /// Several images have digests that begin so.
    #[error("`{prefix}` stands for {count} images")]
    Ambiguous {
        /// What was asked.
        prefix: String,
        /// How many begin so.
        count: usize,
    },
    /// A manifest that should be named refers to something that is not there.
    #[error("manifest {manifest} refers to {missing}, which is not in the store")]
    Incomplete {
        /// The manifest.
        manifest: Digest,
        /// What it lacks.
        missing: Digest,
    },
    /// A name that does not follow its grammar.
    #[error("`{name}` is not {what}")]
    Name {
        /// What it should be, with its article.
        what: &'static str,
        /// What was given.
        name: String,
    },
    /// The registry server holds no such thing.
    #[error("{what} `{name}` is not in the registry")]
    NotInRegistry {
        /// `repository`, `tag`, `manifest`, `blob`, `upload`.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A chunk of an upload does not continue where the last one ended.
    #[error("upload {id} has {have} bytes, a chunk for offset {asked} does not continue it")]
    UploadOffset {
        /// The session.
        id: String,
        /// How far it is, in bytes.
        have: u64,
        /// Where the chunk wanted to go.
        asked: u64,
    },
    /// Another process or request works on it at this moment.
    #[error("{what} `{name}` is in use")]
    Busy {
        /// What sort of thing.
        what: &'static str,
        /// Which one.
        name: String,
    },
    /// More than there may be at once.
    #[error("there are {count} {what} already, as many as may be")]
    TooMany {
        /// What sort of thing.
        what: &'static str,
        /// How many there are.
        count: usize,
    },
    /// It is there already.
    #[error("{what} `{name}` is there already")]
    Exists {
        /// What sort of thing.
        what: &'static str,
        /// Which one.
        name: String,
    },
}

impl StoreError {
    /// For `map_err` on a system call.
    pub(crate) fn io<E: Into<io::Error>>(action: &'static str, path: &Path) -> impl FnOnce(E) -> Self {
        move |error| {
            let source = error.into();
            let path = path.to_owned();
            let full = [Errno::NOSPC, Errno::DQUOT, Errno::FBIG];
            if full
                .iter()
                .any(|e| source.raw_os_error() == Some(e.raw_os_error()))
            {
                Self::Full { action, path, source }
            } else {
                Self::Io { action, path, source }
            }
        }
    }

    /// What a failpoint that is set to `return` answers with.
    #[cfg_attr(
        not(feature = "failpoints"),
        allow(dead_code, reason = "only failpoints use it")
    )]
    pub(crate) fn injected(step: &'static str) -> Self {
        Self::io("pass", Path::new(step))(Errno::IO)
    }

    /// Whether the disk is full or may not be written to, so that nothing more can be kept.
    pub fn is_unwritable(&self) -> bool {
        match self {
            Self::Full { .. } => true,
            Self::Io { source, .. } => crate::disk::cannot_write(source),
            _ => false,
        }
    }

    /// Whether the named thing is just not there.
    pub fn is_not_found(&self) -> bool {
        self.class() == ErrorClass::NotFound
    }
}

impl Classified for StoreError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Io { .. } => ErrorClass::Internal,
            Self::Full { .. } | Self::TooLarge { .. } | Self::TooMany { .. } => ErrorClass::Exhausted,
            Self::Owner { .. } | Self::Mode { .. } => ErrorClass::Denied,
            Self::DigestMismatch { .. }
            | Self::SizeMismatch { .. }
            | Self::Damaged { .. }
            | Self::Malformed { .. }
            | Self::Record { .. }
            | Self::Incomplete { .. } => ErrorClass::Corrupt,
            Self::NoBlob(_) | Self::NoImage(_) | Self::NoImageId(_) | Self::NotInRegistry { .. } => {
                ErrorClass::NotFound
            }
            Self::Ambiguous { .. } | Self::Name { .. } | Self::UploadOffset { .. } => {
                ErrorClass::InvalidInput
            }
            Self::Busy { .. } | Self::Exists { .. } => ErrorClass::Conflict,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Full { .. } => "free some space: `sampan system df` shows what is there, \
                                  `sampan system prune` removes what nothing uses"
                .to_owned(),
            Self::Owner { path, .. } => format!(
                "run as the owner of `{}`, or choose another folder with `--root`",
                path.display()
            ),
            Self::Mode { path, .. } => {
                format!("take the others' right to write: `chmod go-w {}`", path.display())
            }
            Self::DigestMismatch { .. } | Self::SizeMismatch { .. } => {
                "try again; when it happens again, the sender or something in between changes the bytes"
                    .to_owned()
            }
            Self::Damaged { .. } | Self::Incomplete { .. } => {
                "pull or load the image again, and check the disk".to_owned()
            }
            Self::Ambiguous { .. } => "write more digits of the digest".to_owned(),
            Self::NoImage(reference) => {
                format!("pull it first: `sampan image pull {}`", reference.familiar())
            }
            Self::UploadOffset { have, .. } => format!("send the bytes from offset {have} on"),
            _ => return None,
        })
    }
}

/// What every operation of the store answers with.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
