//! Images in one file: docker-archive and oci-archive, in and out, and OCI layout folders.

mod docker;
mod layout;
mod load;
mod oci;
mod save;
mod spool;

use std::collections::BTreeMap;

use sampan_store::{Descriptor, Lease};
use sampan_types::Reference;

use crate::error::{ImageError, Result};
use crate::failpoint;
use crate::pack::injected;
pub use layout::import_layout;
pub use load::load;
pub use save::{save, save_artifact};

/// containerd's annotation for a whole name.
const IMAGE_NAME: &str = "io.containerd.image.name";
/// The image-spec's annotation for a name or a tag.
const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// How images lie in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveFormat {
    /// An OCI layout with Docker's `manifest.json` beside it: at once an oci-archive and a docker-archive.
    Docker,
    /// An OCI layout alone.
    Oci,
}

/// What [`load`] or [`import_layout`] brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// What the archive turned out to be.
    pub format: ArchiveFormat,
    /// The images, in the archive's order.
    pub images: Vec<LoadedImage>,
}

/// One image that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedImage {
    /// Its manifest or index.
    pub descriptor: Descriptor,
    /// The names it has now. Where the archive gave none, the one under which it is kept is
    /// `localhost/unnamed@DIGEST`.
    pub references: Vec<Reference>,
}

/// An image whose blobs are all there.
struct Ready {
    descriptor: Descriptor,
    references: Vec<Reference>,
}

/// Names the images, in the end, when nothing can be missing any more.
fn name(lease: &Lease, images: Vec<Ready>) -> Result<Vec<LoadedImage>> {
    for image in &images {
        agree(image)?;
    }
    let mut named: BTreeMap<_, usize> = BTreeMap::new();
    let mut loaded: Vec<LoadedImage> = Vec::new();
    for Ready {
        mut descriptor,
        mut references,
    } in images
    {
        // Names live in the store's index, not in what they point to.
        descriptor.annotations.remove(IMAGE_NAME);
        descriptor.annotations.remove(REF_NAME);
        if references.is_empty() {
            let unnamed = sampan_store::unnamed(&descriptor.digest);
            references.push(unnamed.map_err(|e| ImageError::NotAnArchive(e.to_string()))?);
        }
        for reference in &references {
            lease.images().tag(reference, &descriptor)?;
            failpoint("image::load::tag").map_err(injected)?;
        }
        match named.get(&descriptor.digest) {
            Some(at) => loaded[*at].references.extend(references),
            None => {
                named.insert(descriptor.digest.clone(), loaded.len());
                loaded.push(LoadedImage {
                    descriptor,
                    references,
                });
            }
        }
    }
    Ok(loaded)
}

/// Refuses a name that promises other content than it is given to.
fn agree(image: &Ready) -> Result<()> {
    let found = &image.descriptor.digest;
    let other = |name: &&Reference| name.digest().is_some_and(|digest| digest != found);
    match image.references.iter().find(other) {
        Some(name) => Err(ImageError::NotAnArchive(format!(
            "it names an image `{name}`, whose digest is {found}"
        ))),
        None => Ok(()),
    }
}

/// A name that an archive gives an image.
fn reference(text: &str) -> Result<Reference> {
    text.parse()
        .map_err(|e| ImageError::NotAnArchive(format!("it names an image `{text}`: {e}")))
}
