//! What can go wrong with an image.

use std::io;
use std::path::PathBuf;

use sampan_store::StoreError;
use sampan_types::{ByteCount, Classified, Digest, ErrorClass};

use crate::unpack::{UnpackLimit, UnpackLimits};

/// What every operation of this crate answers with.
pub type Result<T, E = ImageError> = std::result::Result<T, E>;

/// A failure about one image or archive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The store failed; what it says stands for itself.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// By its id an image would lose names in several repositories.
    #[error("image `{image}` has several names: {names}")]
    SeveralNames {
        /// What was written.
        image: String,
        /// All of them, with commas.
        names: String,
    },
    /// A manifest, index or configuration is not the JSON that the standard has there.
    #[error("{what} {digest} cannot be read")]
    Document {
        /// `manifest`, `index` or `configuration`.
        what: &'static str,
        /// Which one.
        digest: Digest,
        /// What the parser said.
        source: serde_json::Error,
    },
    /// A document reads, but contradicts itself or the standard.
    #[error("{what} {digest} is not usable: {why}")]
    Unusable {
        /// `manifest`, `index` or `configuration`.
        what: &'static str,
        /// Which one.
        digest: Digest,
        /// Why, in a few words.
        why: String,
    },
    /// The top-level descriptor is neither a manifest nor an index.
    #[error("{digest} is of type `{found}`, neither an image manifest nor an image index")]
    NotAnImage {
        /// Which blob.
        digest: Digest,
        /// Its media type.
        found: String,
    },
    /// Nothing in the image is of a form that runs.
    #[error("image {digest} holds nothing that runs: found {found}")]
    NothingRuns {
        /// The manifest.
        digest: Digest,
        /// What there is, in words.
        found: String,
    },
    /// A layer is of a type that cannot be unpacked.
    #[error("layer {digest} is of type `{found}`, which cannot be unpacked")]
    LayerType {
        /// Which layer.
        digest: Digest,
        /// Its media type.
        found: String,
    },
    /// No entry of an index, or not this manifest, is for the platform.
    #[error("image {digest} has nothing for {wanted}: it is for {found}")]
    Platform {
        /// The index or manifest.
        digest: Digest,
        /// What was asked for.
        wanted: String,
        /// What there is.
        found: String,
    },
    /// What an index lists for the platform was not pulled.
    #[error("the {platform} part of image {digest} is not in the store")]
    PlatformMissing {
        /// The index.
        digest: Digest,
        /// For which platform.
        platform: String,
    },
    /// The image names no program, and neither did the caller.
    #[error("image {0} names no program to run")]
    NoProgram(Digest),
    /// The program is not in the root filesystem.
    #[error("program `{program}` is not in the image: looked at {}", looked.join(", "))]
    ProgramNotFound {
        /// As the configuration or the caller wrote it.
        program: String,
        /// The paths that were tried.
        looked: Vec<String>,
    },
    /// The program is there but is no Wasm, in an image that must be.
    #[error("program `{program}` is not a Wasm file: it is {found}")]
    NotWasm {
        /// Path or digest.
        program: String,
        /// What its first bytes are.
        found: String,
    },
    /// A Wasm file that the parser refuses.
    #[error("`{what}` is not a valid Wasm file")]
    InvalidWasm {
        /// Path or digest.
        what: String,
        /// What the parser said.
        source: wasmparser::BinaryReaderError,
    },
    /// A layer could not be unpacked.
    #[error("cannot unpack layer {layer}")]
    Unpack {
        /// Which layer.
        layer: Digest,
        /// Why.
        source: UnpackError,
    },
    /// An archive could not be read.
    #[error("cannot read the archive")]
    Read(#[source] UnpackError),
    /// An archive is of no known form, or incomplete.
    #[error("this is not an image archive: {0}")]
    NotAnArchive(String),
    /// An archive refers to a member that it does not have.
    #[error("the archive refers to `{0}`, which is not in it")]
    ArchiveMember(String),
    /// A blob of an archive does not have the digest of its name.
    #[error("`{member}` in the archive has digest {found}")]
    ArchiveDigest {
        /// The member.
        member: String,
        /// What its bytes have.
        found: Digest,
    },
    /// A docker-archive cannot hold this image.
    #[error("image {digest} does not fit into a docker archive: {why}")]
    NotForDocker {
        /// Which image.
        digest: Digest,
        /// Why not.
        why: String,
    },
    /// What was written to or read from the caller's stream or file failed.
    #[error("cannot {action} {what}")]
    Io {
        /// An infinitive: `write`, `read`.
        action: &'static str,
        /// What: `the archive`, a path in backticks.
        what: String,
        /// Why.
        source: io::Error,
    },
    /// A file that should be packed is larger than modules may be.
    #[error("`{what}` has more than {max}")]
    TooLarge {
        /// Path or digest.
        what: String,
        /// The limit.
        max: ByteCount,
    },
}

/// Why a layer or archive could not be unpacked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnpackError {
    /// It would cost more than allowed.
    #[error("over the limit on {limit}, which is {value}")]
    Limit {
        /// Which limit.
        limit: UnpackLimit,
        /// Its value, for people.
        value: String,
    },
    /// An entry tries what no layer needs.
    #[error("entry `{entry}` is refused: {why}")]
    Refused {
        /// Its name, readable.
        entry: String,
        /// What it tries.
        why: &'static str,
    },
    /// The archive is not a tar archive here.
    #[error("the archive is malformed at byte {offset}: {why}")]
    Malformed {
        /// Offset in the uncompressed stream.
        offset: u64,
        /// Why.
        why: &'static str,
    },
    /// The stream ended early, does not decompress, or could not be read.
    #[error("the stream cannot be read")]
    Stream(#[source] io::Error),
    /// Something in the root filesystem could not be made.
    #[error("cannot {action} `{entry}`")]
    Write {
        /// An infinitive: `create`, `link`.
        action: &'static str,
        /// The entry's name, readable.
        entry: String,
        /// Why.
        source: io::Error,
    },
    /// The uncompressed bytes are not those that the configuration promises.
    #[error("the layer's content is {found}, the configuration promises {expected}")]
    DiffId {
        /// From the configuration.
        expected: Digest,
        /// What the bytes have.
        found: Digest,
    },
    /// The kernel does not lay the layers over each other.
    #[error("cannot lay the layers over each other")]
    Stack(#[source] io::Error),
    /// The folder to unpack into cannot be opened.
    #[error("cannot open `{}`", path.display())]
    Root {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl UnpackError {
    pub(crate) fn limit(limit: UnpackLimit, limits: &UnpackLimits) -> Self {
        Self::Limit {
            limit,
            value: limits.show(limit),
        }
    }

    fn class(&self) -> ErrorClass {
        match self {
            Self::Limit { .. } => ErrorClass::Exhausted,
            Self::Refused { .. } | Self::Malformed { .. } | Self::Stream(_) | Self::DiffId { .. } => {
                ErrorClass::Corrupt
            }
            Self::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                ErrorClass::Exhausted
            }
            Self::Write { .. } | Self::Stack(_) | Self::Root { .. } => ErrorClass::Internal,
        }
    }
}

/// What the image formats have in common, for hints.
const ACCEPTED: &str = "accepted are Wasm artifacts (a layer `application/wasm` or an older Wasm layer type), \
                        images of platform wasi/wasm, and images whose entrypoint is a Wasm file";

impl Classified for ImageError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Store(e) => e.class(),
            Self::SeveralNames { .. } => ErrorClass::Conflict,
            Self::Document { .. } | Self::Unusable { .. } | Self::ArchiveDigest { .. } => ErrorClass::Corrupt,
            Self::NotAnArchive(_) | Self::ArchiveMember(_) => ErrorClass::InvalidInput,
            Self::NotAnImage { .. }
            | Self::NothingRuns { .. }
            | Self::LayerType { .. }
            | Self::NotWasm { .. }
            | Self::InvalidWasm { .. } => ErrorClass::CannotInvoke,
            Self::Platform { .. } => ErrorClass::Unsupported,
            Self::PlatformMissing { .. } | Self::ProgramNotFound { .. } => ErrorClass::NotFound,
            Self::NoProgram(_) | Self::NotForDocker { .. } => ErrorClass::InvalidInput,
            Self::Unpack { source, .. } | Self::Read(source) => source.class(),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => ErrorClass::Exhausted,
            Self::Io { .. } => ErrorClass::Internal,
            Self::TooLarge { .. } => ErrorClass::Exhausted,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Store(e) => return e.hint(),
            Self::SeveralNames { .. } => "remove one name, or all with `--force`".to_owned(),
            Self::NotAnImage { .. } | Self::NothingRuns { .. } => ACCEPTED.to_owned(),
            Self::LayerType { .. } => {
                "accepted are tar layers, plain, gzip or zstd, not encrypted; and Wasm files as they are"
                    .to_owned()
            }
            Self::Platform { .. } => "choose one of these with `--platform`".to_owned(),
            Self::PlatformMissing { platform, .. } => {
                format!("pull the image again with `--platform {platform}`")
            }
            Self::NoProgram(_) => {
                "name one: `--entrypoint PROGRAM`, or as the first argument after the image".to_owned()
            }
            Self::ProgramNotFound { .. } => {
                "see what the image has with `sampan image inspect`, and name another with `--entrypoint`"
                    .to_owned()
            }
            Self::NotAnArchive(_) => {
                "accepted are what `docker save`, `skopeo copy docker-archive:` and `skopeo copy oci-archive:` \
                 write, also compressed"
                    .to_owned()
            }
            Self::NotForDocker { .. } => "save it as an OCI archive: `--format oci-archive`".to_owned(),
            Self::Unpack { source: UnpackError::DiffId { .. }, .. } => {
                "pull or load the image again; when it happens again, the image was built wrongly".to_owned()
            }
            _ => return None,
        })
    }
}
