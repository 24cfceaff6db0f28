//! The disk space of one guest, shared by its descriptors and the streams made from them.

use std::fs::File;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::pool::{Full, Pool, Reserved};
use crate::control::Control;

#[derive(Clone)]
pub(crate) struct Space {
    state: Arc<Mutex<State>>,
    control: Arc<Control>,
    /// Pools that this guest has named: one that was started by another names the same in the same order.
    named: usize,
}

struct State {
    pools: Vec<Pool>,
    held: Vec<Held>,
}

/// A file without a descriptor of the guest's that a stream still holds.
struct Held {
    /// Where its size counts, if it does.
    pool: Option<usize>,
    inode: u64,
    file: Weak<File>,
}

impl State {
    /// Closes what no stream holds any more. A stream does not tell when it ends, but then it lets go of its file.
    fn settle(&mut self) {
        let Self { pools, held } = self;
        held.retain(|held| {
            let alive = held.file.strong_count() > 0;
            if !alive && let Some(pool) = held.pool {
                pools[pool].close(held.inode);
            }
            alive
        });
    }
}

impl Space {
    pub(crate) fn new(control: &Arc<Control>) -> Self {
        // The first pool is the container's disk limit, which every folder without a size of its own shares.
        let shared = Pool::new(control.limits.disk.get());
        Self {
            state: Arc::new(Mutex::new(State {
                pools: vec![shared],
                held: Vec::new(),
            })),
            control: control.clone(),
            named: 0,
        }
    }

    /// The same space, for a guest with the same folders.
    pub(crate) fn again(&self) -> Self {
        Self {
            named: 0,
            ..self.clone()
        }
    }

    /// The pool of a folder with this size, or the shared one.
    pub(super) fn add(&mut self, size: Option<u64>) -> usize {
        let Some(size) = size else { return 0 };
        self.named += 1;
        let named = self.named;
        let mut state = self.lock();
        if state.pools.len() == named {
            state.pools.push(Pool::new(size));
        }
        named
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.settle();
        state
    }

    /// Keeps a file open whose descriptor was closed, for as long as a stream holds it.
    pub(super) fn hold(&self, pool: Option<usize>, inode: u64, file: Weak<File>) {
        self.lock().held.push(Held { pool, inode, file });
    }

    /// How many files are open by streams alone.
    pub(super) fn held(&self) -> u64 {
        self.lock().held.len() as u64
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
        let mut state = self.lock();
        // An index that [`Space::add`] gave.
        let result = act(&mut state.pools[pool]);
        let used: u64 = state.pools.iter().map(Pool::used).sum();
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
