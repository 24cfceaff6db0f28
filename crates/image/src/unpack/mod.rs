//! Layers to a root filesystem: one plain folder into which they are merged.
//!
//! A layer is hostile: nothing is ever touched outside the folder, nothing is read that a symlink of a layer
//! points to outside, and what it may cost is bounded by [`UnpackLimits`]. How, is in
//! `docs/design/images.md`.

mod beneath;
mod entry;
mod layers;
mod limits;
mod make;
mod metadata;
mod note;
mod path;
mod tree;

use std::io::Read;
use std::path::Path;

use sampan_store::{Lease, Rootfs, RootfsBuilder, Store};
use sampan_types::Digest;

use crate::decompress::{Meter, Unpacked, drain};
use crate::error::{ImageError, Result, UnpackError};
use crate::failpoint;
use crate::resolve::RootfsPlan;
use crate::tarstream::TarReader;
use entry::Unpacker;
pub use layers::{Layers, Stacking, Unpacked as UnpackedLayers, layers};
pub use limits::{UnpackLimit, UnpackLimits};
pub(crate) use note::readable;
pub use note::{LeftOut, Note};

/// How to unpack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnpackOptions {
    /// What it may cost.
    pub limits: UnpackLimits,
    /// Whether owners, set-id bits and device nodes matter.
    pub ownership: Ownership,
}

/// What to do about owners, set-id bits, capabilities and device nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ownership {
    /// Everything is ours and can be read and removed by us; nodes are left out. What a Wasm container sees
    /// is then the same whoever runs it.
    #[default]
    Ignore,
    /// As the layer says. For Linux containers, as root.
    Apply,
}

impl UnpackOptions {
    /// Under which digest the folder is kept: the chain id, and another one where owners were applied.
    pub fn key(&self, plan: &RootfsPlan) -> Digest {
        match self.ownership {
            Ownership::Ignore => plan.chain_id.clone(),
            Ownership::Apply => sampan_store::with_owners(&plan.chain_id),
        }
    }
}

/// The root filesystem for a plan: found in the store, or unpacked and kept there. The notes say what was
/// left out, and are empty when it was found.
pub fn rootfs(
    store: &Store,
    lease: &Lease,
    plan: &RootfsPlan,
    options: &UnpackOptions,
) -> Result<(Rootfs, Vec<Note>)> {
    let key = options.key(plan);
    if let Some(found) = store.rootfs(&key)? {
        return Ok((found, Vec::new()));
    }
    match store.build_rootfs(&key)? {
        RootfsBuilder::Ready(found) => Ok((found, Vec::new())),
        RootfsBuilder::Build(draft) => {
            let notes = into_folder(lease, plan, draft.path(), options)?;
            Ok((draft.publish()?, notes))
        }
    }
}

/// Unpacks a plan into an empty folder that nobody else writes to, and tells what was left out.
pub fn into_folder(
    lease: &Lease,
    plan: &RootfsPlan,
    folder: &Path,
    options: &UnpackOptions,
) -> Result<Vec<Note>> {
    let meter = Meter::new(&options.limits);
    check_count(plan, &options.limits)?;
    let first = plan.layers.first().map(|layer| &layer.digest);
    let mut unpacker = Unpacker::new(folder, &meter, options.ownership)
        .map_err(|source| named(first.unwrap_or(&plan.chain_id), source))?;
    for layer in &plan.layers {
        let blob = lease.blobs().open_blob(&layer.digest)?;
        apply(&mut unpacker, blob, &meter)
            .and_then(|found| check(found, &layer.diff_id))
            .map_err(|source| named(&layer.digest, source))?;
        failpoint("image::unpack::layer").map_err(|e| named(&layer.digest, UnpackError::Stream(e)))?;
    }
    Ok(unpacker.into_notes())
}

/// Unpacks one archive, compressed or not, into an empty folder that nobody else writes to, and tells the
/// digest of its uncompressed bytes, which is the diff id of such a layer.
pub fn archive_into_folder(
    archive: impl Read,
    folder: &Path,
    options: &UnpackOptions,
) -> Result<(Digest, Vec<Note>), UnpackError> {
    let meter = Meter::new(&options.limits);
    let mut unpacker = Unpacker::new(folder, &meter, options.ownership)?;
    let digest = apply(&mut unpacker, archive, &meter)?;
    Ok((digest, unpacker.into_notes()))
}

fn named(layer: &Digest, source: UnpackError) -> ImageError {
    ImageError::Unpack {
        layer: layer.clone(),
        source,
    }
}

/// An image of more layers than can lie over each other is refused whole, before anything of it is unpacked.
fn check_count(plan: &RootfsPlan, limits: &UnpackLimits) -> Result<()> {
    match plan.layers.get(limits.layers) {
        None => Ok(()),
        Some(layer) => Err(named(
            &layer.digest,
            UnpackError::limit(UnpackLimit::Layers, limits),
        )),
    }
}

fn check(found: Digest, expected: &Digest) -> Result<(), UnpackError> {
    if found == *expected {
        return Ok(());
    }
    Err(UnpackError::DiffId {
        expected: expected.clone(),
        found,
    })
}

/// Applies one layer and tells the digest of its uncompressed bytes.
fn apply(unpacker: &mut Unpacker, blob: impl Read, meter: &Meter) -> Result<Digest, UnpackError> {
    let stream = Unpacked::new(blob, meter).map_err(|e| meter.error(e))?;
    let mut tar = TarReader::new(stream, meter.limits().header);
    unpacker.start_layer();
    while let Some(member) = tar.next().map_err(|e| meter.tar_error(e))? {
        failpoint("image::unpack::entry").map_err(UnpackError::Stream)?;
        unpacker.entry(&member, &mut tar)?;
    }
    unpacker.end_layer()?;
    let mut stream = tar.into_inner();
    drain(&mut stream).map_err(|e| meter.error(e))?;
    Ok(stream.digest())
}
