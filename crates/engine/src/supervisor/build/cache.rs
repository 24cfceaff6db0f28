//! What builds keep: images of steps, by which later builds go on, and folders of `RUN --mount=type=cache`. It has a bound,
//! and people can throw it away.

use std::collections::{BTreeMap, HashSet};

use sampan_api::Time;
use sampan_api::container::Filters;
use sampan_api::system::{BuildCache, Usage};
use sampan_image::is_build_cache;
use sampan_store::{GcPolicy, ImageRecord, Lease};
use sampan_types::{ByteCount, Classified as _, Digest, ErrorClass, Reference};
use serde_json::Value;

use crate::supervisor::Supervisor;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::filters::Wanted;

/// What a prune can be asked.
const FILTERS: [&str; 8] = [
    "until",
    "unused-for",
    "id",
    "type",
    "description",
    "inuse",
    "label",
    "label!",
];

/// What was thrown away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The ids, as lists show them.
    pub ids: Vec<String>,
    /// How much the disk got back, in bytes.
    pub freed: u64,
}

/// One thing that builds keep.
struct Entry {
    shown: BuildCache,
    place: Place,
}

enum Place {
    /// The name of a step's image.
    Step(Reference),
    /// The name of a cache's folder.
    Folder(String),
}

impl Supervisor {
    /// Forgets what builds kept and the filters fit, all but `keep` of it, the oldest first.
    pub async fn prune_builds(&self, keep: ByteCount, filters: Filters) -> Result<Pruned> {
        Chosen::of(&filters)?;
        self.forget_unused_images();
        let me = self.clone();
        let work = move || {
            let store = me.shared.engine.store();
            let mut pruned = me.trim(&store.brief_lease()?, keep, &filters)?;
            let report = store.gc(&GcPolicy::unreferenced())?;
            pruned.freed = pruned.freed.saturating_add(report.freed.get());
            Ok(pruned)
        };
        off_the_way(work).await
    }

    /// What builds keep, as lists show it.
    pub async fn build_usage(&self) -> Result<Usage<BuildCache>> {
        let me = self.clone();
        let work = move || me.entries(&me.shared.engine.store().brief_lease()?);
        let entries = off_the_way(work).await?.into_iter();
        let items: Vec<BuildCache> = entries.map(|entry| entry.shown).collect();
        let size = |one: &BuildCache| one.size;
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Ok(Usage {
            active_count: count(items.iter().filter(|one| one.in_use).count()),
            total_count: count(items.len()),
            total_size: items.iter().map(size).sum(),
            reclaimable: items.iter().filter(|one| !one.in_use).map(size).sum(),
            items,
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
        let Some(most) = self.shared.config.build_cache else {
            return;
        };
        // To keep nothing is said by a prune alone: the least that a budget keeps is one byte.
        let most = ByteCount::new(most.get().max(1));
        match self.trim(lease, most, &Filters::default()) {
            Ok(pruned) if pruned.ids.is_empty() => {}
            Ok(pruned) => tracing::info!(steps = pruned.ids.len(), "what old builds kept was forgotten"),
            Err(error) => tracing::warn!(%error, "what old builds kept stays"),
        }
    }

    /// Takes things away until what is left fits. What they free is known at once for folders, and by a collection for
    /// images.
    fn trim(&self, lease: &Lease, keep: ByteCount, filters: &Filters) -> Result<Pruned> {
        let chosen = Chosen::of(filters)?;
        let (mut total, mut pruned) = (0_u64, Pruned::default());
        for Entry { shown, place } in self.entries(lease)? {
            let size = u64::try_from(shown.size).unwrap_or(0);
            total = total.saturating_add(size);
            if keep.get() > 0 && total <= keep.get() || shown.in_use || !chosen.fits(&shown) {
                continue;
            }
            match place {
                Place::Step(name) => match lease.images().untag(&name) {
                    // Somebody else cleans up as well.
                    Err(error) if error.class() == ErrorClass::NotFound => continue,
                    other => drop(other?),
                },
                Place::Folder(name) => {
                    let failed = SupervisorError::io("remove", "a build's cache");
                    if !self.shared.caches.remove(&name).map_err(failed)? {
                        continue;
                    }
                    pruned.freed = pruned.freed.saturating_add(size);
                }
            }
            pruned.ids.push(shown.id);
        }
        Ok(pruned)
    }

    /// All that builds keep, what was used last first.
    fn entries(&self, lease: &Lease) -> Result<Vec<Entry>> {
        let mut all = steps(lease)?;
        all.extend(self.shared.caches.list().into_iter().map(|kept| Entry {
            shown: BuildCache {
                id: kept.name.clone(),
                kind: "exec.cachemount".to_owned(),
                description: format!("cache of RUN {}", kept.about.id),
                in_use: kept.in_use,
                size: i64::try_from(kept.size).unwrap_or(i64::MAX),
                created_at: kept.about.created,
                last_used_at: Some(kept.about.used),
                usage_count: i64::try_from(kept.about.uses).unwrap_or(i64::MAX),
                ..BuildCache::default()
            },
            place: Place::Folder(kept.name),
        }));
        all.sort_by_key(|entry| std::cmp::Reverse(entry.shown.last_used_at));
        Ok(all)
    }
}

/// Does something that the disk takes its time for.
async fn off_the_way<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| {
        Err(SupervisorError::io("look at", "the build cache")(
            std::io::Error::other(e),
        ))
    })
}

/// What a prune is to take.
struct Chosen<'f> {
    wanted: Wanted<'f>,
    before: Option<Time>,
}

impl<'f> Chosen<'f> {
    fn of(filters: &'f Filters) -> Result<Self> {
        let wanted = Wanted::of(filters, &FILTERS)?;
        let before = match wanted.moment("unused-for")? {
            None => wanted.until()?,
            unused => unused,
        };
        wanted.flag("inuse")?;
        Ok(Self { wanted, before })
    }

    fn fits(&self, one: &BuildCache) -> bool {
        let old = |before| one.last_used_at.is_none_or(|used| used < before);
        self.before.is_none_or(old)
            && self.wanted.begins("id", &one.id)
            && self.wanted.exact("type", &one.kind)
            && self.wanted.found("description", &one.description)
            // Nothing here has a label: who asks for one, of all that there is for example, wants none of this.
            && self.wanted.prunes(&BTreeMap::new())
            // What a step has is never taken.
            && self.wanted.flag("inuse").is_ok_and(|asked| asked != Some(true))
    }
}

/// The images of steps, each with what it alone takes on the disk: what a person named, or another tool, costs nothing.
fn steps(lease: &Lease) -> Result<Vec<Entry>> {
    let images = lease.images();
    let (cached, named): (Vec<ImageRecord>, Vec<ImageRecord>) = images
        .list()?
        .into_iter()
        .partition(|record| is_build_cache(&record.reference));
    let mut counted: HashSet<Digest> = HashSet::new();
    for record in &named {
        let all = images.walk(&record.descriptor)?.into_iter();
        counted.extend(all.map(|one| one.descriptor.digest));
    }
    let mut cached: Vec<(Time, String, ImageRecord)> = cached
        .into_iter()
        .map(|record| {
            let (created, what) = made(lease, &record.descriptor.digest);
            (created, what, record)
        })
        .collect();
    cached.sort_by_key(|(created, ..)| std::cmp::Reverse(*created));
    let mut all = Vec::new();
    for (created, description, record) in cached {
        let mut size = 0_u64;
        for one in images.walk(&record.descriptor)? {
            if one.present && counted.insert(one.descriptor.digest) {
                size = size.saturating_add(one.descriptor.size);
            }
        }
        all.push(Entry {
            shown: BuildCache {
                id: record.descriptor.digest.to_string(),
                kind: "regular".to_owned(),
                description,
                size: i64::try_from(size).unwrap_or(i64::MAX),
                created_at: created,
                last_used_at: Some(created),
                usage_count: 1,
                ..BuildCache::default()
            },
            place: Place::Step(record.reference),
        });
    }
    Ok(all)
}

/// When an image was made and by what, as its configuration says; nothing where that cannot be read.
fn made(lease: &Lease, manifest: &Digest) -> (Time, String) {
    let Some(config) = config_of(lease, manifest) else {
        return (Time::ZERO, String::new());
    };
    let created = config["created"].as_str().and_then(|text| text.parse().ok());
    let last = config["history"].as_array().and_then(|steps| steps.last());
    let what = last
        .and_then(|step| step["created_by"].as_str())
        .unwrap_or_default();
    (created.unwrap_or(Time::ZERO), what.to_owned())
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
