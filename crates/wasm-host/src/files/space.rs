//! The disk space of one guest, shared by its descriptors and the streams made from them.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

use super::pool::{Full, Pool, Reserved};
use crate::control::Control;

#[derive(Clone)]
pub(super) struct Space {
    pools: Arc<Mutex<Vec<Pool>>>,
    control: Arc<Control>,
}

impl Space {
    pub(super) fn new(control: &Arc<Control>) -> Self {
        // The first pool is the container's disk limit, which every folder without a size of its own shares.
        let shared = Pool::new(control.limits.disk.get());
        Self {
            pools: Arc::new(Mutex::new(vec![shared])),
            control: control.clone(),
        }
    }

    /// The pool of a folder with this size, or the shared one.
    pub(super) fn add(&mut self, size: Option<u64>) -> usize {
        let Some(size) = size else { return 0 };
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.push(Pool::new(size));
        pools.len() - 1
    }

    pub(super) fn counted(&self, pool: usize, inode: u64, append: bool) -> Counted {
        Counted {
            space: self.clone(),
            pool,
            inode,
            append,
        }
    }

    pub(super) fn with<T>(&self, pool: usize, act: impl FnOnce(&mut Pool) -> T) -> T {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        // An index that [`Space::add`] gave.
        let result = act(&mut pools[pool]);
        let used: u64 = pools.iter().map(Pool::used).sum();
        self.control.counters.disk.store(used, Relaxed);
        result
    }
}

/// One file whose growth counts.
#[derive(Clone)]
pub(crate) struct Counted {
    space: Space,
    pool: usize,
    inode: u64,
    append: bool,
}

/// Space taken for one write, which is settled when it is known how much was written.
pub(crate) struct Taken {
    file: Counted,
    reserved: Reserved,
}

impl Counted {
    /// As if it had been opened to append.
    pub(crate) fn appending(self) -> Self {
        Self { append: true, ..self }
    }

    /// Takes space for a write of `len` bytes at `at`, or at the file's end when it appends.
    pub(crate) fn take(&self, at: u64, len: u64) -> Result<Taken, Full> {
        let at = (!self.append).then_some(at);
        let reserved = self.space.with(self.pool, |p| p.reserve(self.inode, at, len))?;
        Ok(Taken {
            file: self.clone(),
            reserved,
        })
    }

    /// Takes or gives back space for a new size.
    pub(crate) fn resize(&self, size: u64) -> Result<(), Full> {
        self.space.with(self.pool, |p| p.resize(self.inode, size))
    }
}

impl Taken {
    /// Gives back what was not written.
    pub(crate) fn settle(self, written: u64) {
        let Self { file, reserved } = self;
        file.space
            .with(file.pool, |p| p.settle(file.inode, reserved, written));
    }
}
