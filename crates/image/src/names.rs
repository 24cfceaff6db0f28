//! What people call an image: a reference, or the first digits of its id.
//!
//! The id is the digest of the top-level manifest or index, as in containerd's image store. The digest of a
//! configuration, which is the id in Docker's own store, is understood too.

use sampan_store::{ImageRecord, Lease, StoreError, is_unnamed};
use sampan_types::reference::ReferenceError;
use sampan_types::{Digest, Reference};

use crate::error::{ImageError, Result};

/// What [`remove`] did, in Docker's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// A name was taken away.
    Untagged(Reference),
    /// It was the last one; what belonged to it alone goes with the next collection.
    Deleted(Digest),
}

/// Under which name images of builds' steps are kept, each with its key as the tag.
const BUILD_CACHE: &str = "sampan.local/build";

/// The name under which a step of a build is found again.
pub fn build_cache_name(key: &Digest) -> std::result::Result<Reference, ReferenceError> {
    format!("{BUILD_CACHE}:{}", key.hex()).parse()
}

/// Whether a name is the engine's own, of a step of a build. Lists do not show it.
pub fn is_build_cache(name: &Reference) -> bool {
    name.name() == BUILD_CACHE
}

/// The records of the one image that is meant: one for a reference, all its names for an id.
pub fn find(lease: &Lease, text: &str) -> Result<Vec<ImageRecord>> {
    let by_name = match text.parse::<Reference>() {
        Ok(reference) => lease.images().resolve(&reference),
        // An id with its algorithm is no reference that could be in the store.
        Err(_) => Err(StoreError::NoImageId(text.to_owned())),
    };
    match by_name {
        Ok(record) => Ok(vec![record]),
        Err(error) if error.is_not_found() && like_id(text) => {
            match lease.images().by_digest_prefix(text) {
                // The name is what the person wrote; the error should speak of it.
                Err(other) if other.is_not_found() => Err(error.into()),
                other => Ok(other?),
            }
        }
        Err(error) => Err(error.into()),
    }
}

fn like_id(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    (2..=64).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Takes an image's name away, or by id all its names. An id with names in several repositories needs
/// `force`, because somebody else may use the others.
pub fn remove(lease: &Lease, text: &str, force: bool) -> Result<Vec<Removed>> {
    let records = find(lease, text)?;
    let own = |name: &Reference| is_build_cache(name) || is_unnamed(name);
    let given = records.iter().filter(|record| !own(&record.reference));
    let repositories: std::collections::BTreeSet<_> = given.map(|record| record.reference.name()).collect();
    if repositories.len() > 1 && !force {
        let names: Vec<_> = records.iter().map(|r| r.reference.familiar()).collect();
        return Err(ImageError::SeveralNames {
            image: text.to_owned(),
            names: names.join(", "),
        });
    }
    let mut removed = Vec::new();
    let Some(digest) = records.first().map(|record| record.descriptor.digest.clone()) else {
        return Ok(removed);
    };
    for record in records {
        lease.images().untag(&record.reference)?;
        if !own(&record.reference) {
            removed.push(Removed::Untagged(record.reference));
        }
    }
    let left: Vec<Reference> = lease
        .images()
        .list()?
        .into_iter()
        .filter(|record| record.descriptor.digest == digest)
        .map(|record| record.reference)
        .collect();
    if left.iter().all(is_build_cache) {
        // What nobody named does not stay because a build made it.
        for name in &left {
            lease.images().untag(name)?;
        }
        removed.push(Removed::Deleted(digest));
    }
    Ok(removed)
}
