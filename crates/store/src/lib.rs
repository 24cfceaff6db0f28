//! Content-addressed storage.
//!
//! A [`Store`] is one folder that several processes use at the same time: blobs in an OCI image layout, the
//! names of images, the registry server's own namespace, compiled code, unpacked root filesystems and the
//! containers' folders. Everything here is synchronous; asynchronous callers use a blocking thread.
//!
//! It never talks to a network, never interprets a layer, and never reads the environment. What it promises
//! and why it holds after `kill -9` is in `docs/design/store.md`.

mod blobs;
mod code;
mod containers;
mod descriptor;
mod df;
mod disk;
mod error;
mod gc;
mod hash;
mod images;
mod ingest;
mod key;
mod lease;
mod mark;
mod memo;
mod notes;
mod registry;
mod registry_sweep;
mod reserve;
mod rootfs;
mod scratch;
mod store;
mod survey;
mod sweep;
mod temp;
mod tree;
mod unnamed;
mod unsynced;
mod upload;
mod walk;

pub use blobs::{Blob, Blobs};
pub use code::{CachedCode, CodeCache, CodeCacheError, CodeKey, Outcome};
pub use containers::{ContainerDir, Containers, NamesLock};
pub use descriptor::{Descriptor, Links};
pub use df::{Df, DfKind};
pub use disk::random;
pub use error::{Result, StoreError};
pub use gc::{GcPolicy, GcReport};
pub use hash::digest_of;
pub use images::{ImageRecord, Images, Reached};
pub use ingest::{Fetch, Ingest};
pub use lease::Lease;
pub use memo::FileDigest;
pub use notes::Notes;
pub use registry::{ManifestRecord, Registry, Repository};
pub use rootfs::{Rootfs, RootfsBuilder, RootfsDraft, chain_id, chain_ids, with_owners};
pub use scratch::Scratch;
pub use store::Store;
pub use unnamed::{is_unnamed, unnamed};
pub use upload::{Upload, UploadWriter};

/// The largest manifest, index or configuration that the store reads whole, in bytes (the distribution spec
/// asks registries to take at least 4 MiB).
pub const MAX_MANIFEST: sampan_types::ByteCount = sampan_types::ByteCount::mib(8);
