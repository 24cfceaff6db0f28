//! What builds keep: images of steps, by which later builds go on. It has a bound, and people can throw it away.

use std::collections::HashSet;

use sampan_image::is_build_cache;
use sampan_store::{GcPolicy, ImageRecord, Lease};
use sampan_types::{ByteCount, Digest};
use serde_json::Value;

use crate::supervisor::Supervisor;
use crate::supervisor::error::{Result, SupervisorError};

/// How much images of steps may take that nobody named.
const MOST: ByteCount = ByteCount::gib(10);

/// What was thrown away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The ids of the images.
    pub images: Vec<String>,
    /// How much the disk got back, in bytes.
    pub freed: u64,
}

impl Supervisor {
    /// Forgets what builds kept, all but `keep` of it, the oldest first.
    pub async fn prune_builds(&self, keep: ByteCount) -> Result<Pruned> {
        self.forget_unused_images();
        let store = self.shared.engine.store().clone();
        let work = move || {
            let images = trim(&store.brief_lease()?, keep)?;
            let report = store.gc(&GcPolicy::unreferenced())?;
            Ok(Pruned {
                images,
                freed: report.freed.get(),
            })
        };
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| {
            Err(SupervisorError::io("remove", "the build cache")(
                std::io::Error::other(e),
            ))
        })
    }

    /// What images came from, as far as it is here; nothing of those that are not. `None` where none is named.
    pub(super) fn ancestors(&self, images: &[String]) -> Result<Option<HashSet<Digest>>> {
        if images.is_empty() {
            return Ok(None);
        }
        let lease = self.shared.engine.store().lease()?;
        let mut all = HashSet::new();
        for image in images {
            let Ok(record) = self.shared.engine.find_image(&lease, image) else {
                continue;
            };
            let mut next = Some(record.descriptor.digest);
            while let Some(digest) = next.take().filter(|digest| all.insert(digest.clone())) {
                let parent = config_of(&lease, &digest).map(|config| config["parent"].clone());
                next = parent.and_then(|parent| serde_json::from_value(parent).ok());
            }
        }
        Ok(Some(all))
    }

    /// Keeps what builds keep within its bound.
    pub(super) fn trim_builds(&self, lease: &Lease) {
        match trim(lease, MOST) {
            Ok(gone) if gone.is_empty() => {}
            Ok(gone) => tracing::info!(images = gone.len(), "old steps of builds were forgotten"),
            Err(error) => tracing::warn!(%error, "old steps of builds stay"),
        }
    }
}

/// Takes names away until what is left fits, and tells whose.
fn trim(lease: &Lease, keep: ByteCount) -> Result<Vec<String>> {
    let images = lease.images();
    let (mut cached, named): (Vec<ImageRecord>, Vec<ImageRecord>) = images
        .list()?
        .into_iter()
        .partition(|record| is_build_cache(&record.reference));
    // What a person named, or another tool, costs nothing here.
    let mut counted: HashSet<Digest> = HashSet::new();
    for record in &named {
        counted.extend(
            images
                .walk(&record.descriptor)?
                .into_iter()
                .map(|one| one.descriptor.digest),
        );
    }
    cached.sort_by_cached_key(|record| std::cmp::Reverse(created(lease, record)));
    let (mut total, mut gone) = (0_u64, Vec::new());
    for record in cached {
        for one in images.walk(&record.descriptor)? {
            if one.present && counted.insert(one.descriptor.digest) {
                total = total.saturating_add(one.descriptor.size);
            }
        }
        if total > keep.get() || keep.get() == 0 {
            images.untag(&record.reference)?;
            gone.push(record.descriptor.digest.to_string());
        }
    }
    Ok(gone)
}

/// When an image was made, as its configuration says; nothing where that cannot be read.
fn created(lease: &Lease, record: &ImageRecord) -> String {
    config_of(lease, &record.descriptor.digest)
        .and_then(|config| config["created"].as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The configuration of an image, by its manifest.
fn config_of(lease: &Lease, manifest: &Digest) -> Option<Value> {
    let read = |digest: &Digest| -> Option<Value> {
        let bytes = lease.blobs().read_blob(digest, ByteCount::mib(16)).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let manifest = read(manifest)?;
    let config: Digest = serde_json::from_value(manifest["config"]["digest"].clone()).ok()?;
    read(&config)
}
