//! Layers as folders of their own, which overlayfs lays over each other: each is unpacked once, however many images
//! have it.
//!
//! They are unpacked at the same time, each by itself. Then, from the lowest up, each is fitted to those beneath and put
//! in place. The few whose paths lead through links of other layers are unpacked anew onto those.

use std::fs::File;
use std::io;
use std::num::NonZero;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use sampan_store::{Lease, Rootfs, RootfsBuilder, RootfsDraft, Store, chain_ids};
use sampan_types::Digest;

use super::beneath::{Beneath, Settled};
use super::entry::Unpacker;
use super::{Note, UnpackOptions, apply, check, check_count, named};
use crate::decompress::Meter;
use crate::error::{Result, UnpackError};
use crate::failpoint;
use crate::resolve::{LayerPlan, RootfsPlan};

/// Lays folders over each other. The kernel does it, which other crates ask.
pub trait Stacking: Sync {
    /// One root, attached nowhere, of folders of which the upper ones hide the lower ones; `lower` has the uppermost
    /// first. Changes go to the first of `own`, of which the second one is empty; without it there are none.
    fn stack(&self, lower: &[PathBuf], own: Option<(&Path, &Path)>) -> io::Result<OwnedFd>;
}

/// The unpacked layers of an image. While this lives they are not collected.
#[derive(Clone, Debug)]
pub struct Layers {
    /// The lowest first.
    held: Vec<Rootfs>,
}

/// What [`layers`] did.
#[derive(Debug)]
pub struct Unpacked {
    /// All layers.
    pub layers: Layers,
    /// What was left out of those that were unpacked now.
    pub notes: Vec<Note>,
    /// Whether any was. Then [`Store::sync_layers`] should be called, by whoever has the time.
    pub fresh: bool,
}

impl Layers {
    /// Those of a plan, where all are unpacked already.
    pub fn find(store: &Store, plan: &RootfsPlan) -> Result<Option<Self>> {
        let chains = chain_ids(&diff_ids(plan));
        let held = chains.iter().map(|chain| store.layer(chain));
        let held: Option<Vec<_>> = held.collect::<Result<_, _>>()?;
        Ok(held.map(|held| Self { held }))
    }

    /// Their folders, the uppermost first. Only for reading.
    pub fn folders(&self) -> Vec<PathBuf> {
        folders(&self.held)
    }
}

fn diff_ids(plan: &RootfsPlan) -> Vec<Digest> {
    plan.layers.iter().map(|layer| layer.diff_id.clone()).collect()
}

fn folders(held: &[Rootfs]) -> Vec<PathBuf> {
    held.iter().rev().map(|layer| layer.path().to_owned()).collect()
}

/// The layers of a plan as folders with the owners that they say: found in the store, or unpacked and kept there.
pub fn layers(
    store: &Store,
    lease: &Lease,
    plan: &RootfsPlan,
    options: &UnpackOptions,
    stacking: &dyn Stacking,
) -> Result<Unpacked> {
    check_count(plan, &options.limits)?;
    let mut places = Vec::with_capacity(plan.layers.len());
    // The lowest first, as everybody asks, so that no two wait for each other.
    for (layer, chain) in plan.layers.iter().zip(chain_ids(&diff_ids(plan))) {
        let place = match store.layer(&chain)? {
            Some(found) => RootfsBuilder::Ready(found),
            None => store.build_layer(&chain)?,
        };
        places.push((layer, place));
    }
    let meter = Meter::new(&options.limits);
    let mut jobs = Vec::new();
    for (number, (layer, place)) in places.iter().enumerate() {
        if let RootfsBuilder::Build(draft) = place {
            jobs.push(Job {
                layer: (*layer).clone(),
                blob: lease.blobs().open_blob(&layer.digest)?,
                folder: draft.path().to_owned(),
                lowest: number == 0,
            });
        }
    }
    let mut made = unpack(&jobs, &meter, options).into_iter();
    let fresh = !jobs.is_empty();
    drop(jobs);
    let again = Meter::new(&options.limits);
    let mut held: Vec<Rootfs> = Vec::with_capacity(places.len());
    let mut notes = Vec::new();
    for (layer, place) in places {
        let draft = match place {
            RootfsBuilder::Ready(found) => {
                held.push(found);
                continue;
            }
            RootfsBuilder::Build(draft) => draft,
        };
        let fitting = Fitting {
            stacking,
            below: folders(&held),
            draft: &draft,
            meter: &again,
            options,
        };
        let made = made.next().unwrap_or(Ok(Made::InPlace));
        notes.extend(match made.map_err(|source| named(&layer.digest, source))? {
            Made::Fits(notes) => notes,
            Made::Alone(notes, beneath) => match fitting.settle(layer, &beneath)? {
                Settled::Fits => notes,
                Settled::InPlace => fitting.in_place(lease, layer)?,
            },
            Made::InPlace => fitting.in_place(lease, layer)?,
        });
        failpoint("image::unpack::layer").map_err(|e| named(&layer.digest, UnpackError::Stream(e)))?;
        held.push(draft.publish_unsynced()?);
    }
    Ok(Unpacked {
        layers: Layers { held },
        notes,
        fresh,
    })
}

/// A layer that is to be unpacked by itself.
struct Job {
    layer: LayerPlan,
    blob: File,
    folder: PathBuf,
    /// Whether nothing is beneath it.
    lowest: bool,
}

/// What came of a layer by itself.
enum Made {
    /// It is right as it is.
    Fits(Vec<Note>),
    /// Something depends on those beneath.
    Alone(Vec<Note>, Beneath),
    /// It cannot be told without those beneath.
    InPlace,
}

/// Unpacks layers at the same time, as many as there are processors. When one fails, none behind it is begun.
fn unpack(jobs: &[Job], meter: &Meter, options: &UnpackOptions) -> Vec<Result<Made, UnpackError>> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let made: Vec<_> = jobs.iter().map(|_| Mutex::new(Ok(Made::InPlace))).collect();
    let work = || {
        while let Some((job, made)) = {
            let number = next.fetch_add(1, Ordering::Relaxed);
            jobs.get(number).zip(made.get(number))
        } {
            let result = job.unpack(meter, options);
            if result.is_err() {
                next.store(jobs.len(), Ordering::Relaxed);
            }
            *made.lock().unwrap_or_else(PoisonError::into_inner) = result;
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(jobs.len()) {
            scope.spawn(work);
        }
        work();
    });
    let inner = |made: Mutex<_>| made.into_inner().unwrap_or_else(PoisonError::into_inner);
    made.into_iter().map(inner).collect()
}

impl Job {
    fn unpack(&self, meter: &Meter, options: &UnpackOptions) -> Result<Made, UnpackError> {
        let mut unpacker = Unpacker::new(&self.folder, meter, options.ownership)?;
        unpacker.alone = (!self.lowest).then(Beneath::default);
        let applied = apply(&mut unpacker, &self.blob, meter);
        match applied.and_then(|found| check(found, &self.layer.diff_id)) {
            // What it says may make sense where it belongs.
            Err(UnpackError::Refused { .. }) if !self.lowest => return Ok(Made::InPlace),
            other => other?,
        }
        let beneath = unpacker.beneath();
        let notes = unpacker.into_notes();
        Ok(match beneath.is_empty() {
            true => Made::Fits(notes),
            false => Made::Alone(notes, beneath),
        })
    }
}

/// A layer and what lies beneath it.
struct Fitting<'a> {
    stacking: &'a dyn Stacking,
    /// The uppermost first.
    below: Vec<PathBuf>,
    draft: &'a RootfsDraft,
    meter: &'a Meter,
    options: &'a UnpackOptions,
}

impl Fitting<'_> {
    fn settle(&self, layer: &LayerPlan, beneath: &Beneath) -> Result<Settled> {
        let below = self.stacking.stack(&self.below, None).map_err(UnpackError::Stack);
        below
            .and_then(|below| beneath.settle(self.draft.path(), below))
            .map_err(|source| named(&layer.digest, source))
    }

    /// Unpacks the layer onto those beneath, where the kernel writes down what it changes.
    fn in_place(&self, lease: &Lease, layer: &LayerPlan) -> Result<Vec<Note>> {
        self.draft.clear()?;
        let work = self.draft.beside("work")?;
        let blob = lease.blobs().open_blob(&layer.digest)?;
        let unpack = || -> Result<Vec<Note>, UnpackError> {
            let own = Some((self.draft.path(), &*work));
            let root = self
                .stacking
                .stack(&self.below, own)
                .map_err(UnpackError::Stack)?;
            let folder = PathBuf::from(format!("/proc/self/fd/{}", root.as_raw_fd()));
            let mut unpacker = Unpacker::new(&folder, self.meter, self.options.ownership)?;
            let found = apply(&mut unpacker, &blob, self.meter)?;
            check(found, &layer.diff_id)?;
            Ok(unpacker.into_notes())
        };
        unpack().map_err(|source| named(&layer.digest, source))
    }
}
