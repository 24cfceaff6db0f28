//! Garbage collection: what may go, and in which order. The argument why it never takes what somebody is
//! about to use is in `docs/design/store.md`.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sampan_types::ByteCount;

use crate::disk::{self, Hold, Lock, step};
use crate::error::{Result, StoreError};
use crate::lease;
use crate::mark::{Ages, Marks, Memo};
use crate::store::{Inner, remove_unfinished};
use crate::sweep::Sweep;

/// How seldom [`crate::Store::maybe_gc`] collects.
const INTERVAL: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What may go.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcPolicy {
    /// How much compiled code and unpacked root filesystems may take together; past it, the least recently
    /// used go. `None`: no limit.
    pub budget: Option<ByteCount>,
    /// Blobs and root filesystems younger than this stay even when nothing refers to them.
    pub min_age: Duration,
    /// Partial downloads, upload sessions, and blobs that were uploaded but that no manifest took up, go
    /// when nobody touched them for this long.
    pub partial_age: Duration,
    /// Untagged manifests of the registry older than this go, unless an index or subject that stays leads to
    /// them. `None`: they stay until they are deleted, because somebody may pull them by digest.
    pub registry_untagged: Option<Duration>,
    /// Images that lost their names to others this long ago go where nothing uses them.
    pub lost_name_age: Duration,
}

impl Default for GcPolicy {
    fn default() -> Self {
        Self {
            budget: Some(ByteCount::gib(4)),
            min_age: Duration::from_secs(600),
            partial_age: DAY,
            registry_untagged: None,
            lost_name_age: 7 * DAY,
        }
    }
}

impl GcPolicy {
    /// Everything that nothing refers to at this instant, partial downloads included. What leases protect
    /// stays; but a push to the registry that is between two of its requests has to begin anew.
    pub fn now() -> Self {
        Self {
            min_age: Duration::ZERO,
            partial_age: Duration::ZERO,
            ..Self::default()
        }
    }

    /// Like the default, but blobs go however young: what `image rm` and `prune` want. Downloads stay
    /// resumable, and pushes under way go on.
    pub fn unreferenced() -> Self {
        Self {
            min_age: Duration::ZERO,
            ..Self::default()
        }
    }
}

/// What went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcReport {
    /// Images that lost their names long ago.
    pub unnamed: usize,
    /// Blobs that nothing referred to.
    pub blobs: usize,
    /// Root filesystems of images that are gone, or past the budget.
    pub rootfs: usize,
    /// Compiled code past the budget.
    pub code: usize,
    /// Temporary files, dead leases, expired uploads, folders of dead containers.
    pub leftovers: usize,
    /// The space that all of it took on the disk.
    pub freed: ByteCount,
    /// Why blobs were left alone, where a document that keeps others alive cannot be read.
    pub held_back: Option<String>,
}

pub(crate) fn collect_if_due(inner: &Arc<Inner>) -> Result<Option<GcReport>> {
    let path = inner.lock_path("gc");
    let last = path
        .metadata()
        .and_then(|meta| meta.modified())
        .map_err(StoreError::io("look at", &path))?;
    // A time in the future says that the clock was set back: then it is due, too.
    if SystemTime::now()
        .duration_since(last)
        .is_ok_and(|passed| passed < INTERVAL)
    {
        return Ok(None);
    }
    match disk::lock_file(&path, Hold::Exclusive, false)? {
        Lock::Held(lock) => collect_locked(inner, &GcPolicy::default(), &lock).map(Some),
        Lock::Busy | Lock::Missing => Ok(None),
    }
}

pub(crate) fn collect(inner: &Arc<Inner>, policy: &GcPolicy) -> Result<GcReport> {
    let lock = disk::wait_file(&inner.lock_path("gc"), Hold::Exclusive)?;
    collect_locked(inner, policy, &lock)
}

fn collect_locked(inner: &Arc<Inner>, policy: &GcPolicy, lock: &std::fs::File) -> Result<GcReport> {
    let path = inner.lock_path("gc");
    // First, so that a collection that fails each time does not delay every command.
    lock.set_modified(SystemTime::now())
        .map_err(StoreError::io("touch", &path))?;
    let mut sweep = Sweep::new(inner, policy);
    step!("store::gc::leftovers");
    remove_unfinished(&inner.root)?;
    sweep.leftovers()?;
    step!("store::gc::unnamed");
    sweep.report.unnamed = crate::unnamed::forget(inner, sweep.now, policy.lost_name_age)?;
    step!("store::gc::mark");
    let ages = Ages {
        now: sweep.now,
        link: policy.partial_age,
        untagged: policy.registry_untagged,
    };
    let mut memo = Memo::default();
    let (leased, dead) = lease::protected(inner)?;
    sweep.report.leftovers += dead;
    // Looks without the lock first: most often there is nothing to remove, and nobody has to wait.
    let marks = Marks::take(inner, &mut memo, ages, &leased)?;
    let in_use = if sweep.anything(&marks)? {
        let _alone = disk::wait_file(&inner.lock_path("store"), Hold::Exclusive)?;
        step!("store::gc::locked");
        let (leased, dead) = lease::protected(inner)?;
        sweep.report.leftovers += dead;
        let marks = Marks::take(inner, &mut memo, ages, &leased)?;
        sweep.registry(&marks)?;
        sweep.blobs(&marks)?;
        sweep.rootfs(&marks)?;
        marks.in_use
    } else {
        sweep.report.held_back = marks.held_back;
        marks.in_use
    };
    step!("store::gc::budget");
    sweep.caches(&in_use)?;
    step!("store::gc::sync-layers");
    crate::rootfs::sync_layers(inner)?;
    Ok(sweep.report)
}
