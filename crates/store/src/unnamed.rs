//! Images without a name that a person gave them: those that came or were made without one, and those whose name
//! went to another image. Each is kept under its own digest, so that it is found by it and not collected.
//!
//! What lost its name is written down with the moment, and goes some time after it where nothing uses it: a build
//! leaves one at each run, and nobody would remove them all.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sampan_types::reference::ReferenceError;
use sampan_types::{Digest, Reference};

use crate::containers::Containers;
use crate::descriptor::Descriptor;
use crate::disk::{self, Hold, step};
use crate::error::Result;
use crate::images::{Index, REF_NAME};
use crate::lease;
use crate::store::Inner;

/// Under which name they are kept, with their digest.
const UNNAMED: &str = "localhost/unnamed";
/// The same of images that earlier versions committed or built.
const COMMITTED: &str = "sampan.local/commit";
/// What begins so are names that the engine gives for itself. Their images are made again when they are missed.
const OWN: &str = "sampan.local/";
/// The annotation that says when an image lost its name, in seconds since 1970.
const LOST: &str = "dev.sampan.image.lost-name";

/// The name of an image that has none.
pub fn unnamed(digest: &Digest) -> std::result::Result<Reference, ReferenceError> {
    format!("{UNNAMED}@{digest}").parse()
}

/// Whether it is the name of an image that has none.
pub fn is_unnamed(name: &Reference) -> bool {
    [UNNAMED, COMMITTED].contains(&name.name().as_str())
}

/// Whether a person sees an image by this name, as `<none>` at least.
fn shown(name: &str) -> bool {
    !name.starts_with(OWN) || name.starts_with(COMMITTED)
}

fn without_name(name: &str) -> bool {
    [UNNAMED, COMMITTED]
        .iter()
        .any(|none| name.strip_prefix(none).is_some_and(|rest| rest.starts_with('@')))
}

impl Index {
    /// An image got a name that people see: it is no longer one without.
    pub(crate) fn was_named(&mut self, name: &str, digest: &Digest) {
        if shown(name) && !without_name(name) {
            self.manifests.retain(|entry| {
                entry.digest != *digest || !entry.annotations.get(REF_NAME).is_some_and(|n| without_name(n))
            });
        }
    }

    /// An image lost a name to another one: without a further name it is kept without one.
    pub(crate) fn lost_name(&mut self, name: &str, mut old: Descriptor, now: SystemTime) {
        let known = |entry: &Descriptor| {
            entry.digest == old.digest && entry.annotations.get(REF_NAME).is_some_and(|name| shown(name))
        };
        if !shown(name) || self.manifests.iter().any(known) {
            return;
        }
        let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let name = format!("{UNNAMED}@{}", old.digest);
        old.annotations.insert(REF_NAME.to_owned(), name);
        old.annotations.insert(LOST.to_owned(), seconds.to_string());
        self.manifests.push(old);
    }
}

/// Takes out of a descriptor what is the index's alone.
pub(crate) fn clean(descriptor: &mut Descriptor) {
    descriptor.annotations.remove(LOST);
}

/// Forgets images that lost their names at least `age` ago and that neither a container nor a process uses. What
/// belonged to them alone goes with the collection that follows. Tells how many.
pub(crate) fn forget(inner: &Arc<Inner>, now: SystemTime, age: Duration) -> Result<usize> {
    let past = |entry: &Descriptor| {
        let lost = entry.annotations.get(LOST).and_then(|text| text.parse().ok());
        lost.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
            .is_some_and(|lost| now.duration_since(lost).is_ok_and(|passed| passed >= age))
    };
    if !Index::read(inner)?.manifests.iter().any(past) {
        return Ok(0);
    }
    // Nobody begins to rely on one of them meanwhile.
    let _alone = disk::wait_file(&inner.lock_path("store"), Hold::Exclusive)?;
    let (leased, _) = lease::protected(inner)?;
    let containers = Containers { inner: inner.clone() };
    let used: HashSet<Digest> = containers.images()?.into_iter().chain(leased).collect();
    let _lock = disk::wait_file(&inner.lock_path("index"), Hold::Exclusive)?;
    let mut index = Index::read(inner)?;
    let before = index.manifests.len();
    index
        .manifests
        .retain(|entry| !past(entry) || used.contains(&entry.digest));
    let gone = before - index.manifests.len();
    if gone > 0 {
        step!("store::unnamed::forget");
        index.write_smaller(inner)?;
    }
    Ok(gone)
}
