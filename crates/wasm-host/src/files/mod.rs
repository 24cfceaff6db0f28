//! What a guest has open, and what it has put on its own disk.
//!
//! Growth is counted, not bytes that pass: writing the same megabyte a thousand times takes one megabyte.
//! Each file, folder and link takes [`ENTRY`] beside its size. What was there before the guest (its image) is
//! not counted, and taking it away gives nothing back. Host mounts are counted in `open_files` alone.

mod pool;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use crate::control::Control;
use crate::ledger::Ledger;
use pool::Pool;
pub(crate) use pool::{ENTRY, Full};

/// Which grant a preopened folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Root,
    Mount(usize),
    Tmpfs(usize),
}

/// One preopened folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) origin: Origin,
    pub(crate) read_only: bool,
    /// Index into the pools of disk space; none for mounts of the host.
    pool: Option<usize>,
}

/// One open descriptor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    /// Which preopened folder it lies beneath.
    pub(crate) area: usize,
    /// Identity of the file where its size is counted; 0 for the preopened folders themselves.
    pub(crate) inode: u64,
    pub(crate) append: bool,
    preopen: bool,
}

/// What was open, after it was closed.
pub(crate) struct Files {
    areas: Vec<Area>,
    pools: Vec<Pool>,
    opens: HashMap<u32, Open>,
    /// Open beside the preopened folders.
    count: u64,
    control: Arc<Control>,
    ledger: Arc<Ledger>,
}

/// As many descriptors are open as may be.
#[derive(Debug)]
pub(crate) struct TooMany;

impl Files {
    pub(crate) fn new(control: &Arc<Control>, ledger: &Arc<Ledger>) -> Self {
        Self {
            areas: Vec::new(),
            pools: Vec::new(),
            opens: HashMap::new(),
            count: 0,
            control: control.clone(),
            ledger: ledger.clone(),
        }
    }

    /// Adds a preopened folder, in the order in which the guest finds them. Its own `size` makes a pool of
    /// its own; without one the container's disk limit is shared.
    pub(crate) fn add_area(&mut self, origin: Origin, read_only: bool, size: Option<u64>) {
        let pool = match (origin, read_only, size) {
            (Origin::Mount(_), _, _) | (_, true, _) => None,
            (_, _, Some(size)) => {
                self.shared_pool();
                self.pools.push(Pool::new(size));
                Some(self.pools.len() - 1)
            }
            (_, _, None) => Some(self.shared_pool()),
        };
        self.areas.push(Area {
            origin,
            read_only,
            pool,
        });
    }

    fn shared_pool(&mut self) -> usize {
        if self.pools.is_empty() {
            self.pools.push(Pool::new(self.control.limits.disk.get()));
        }
        0
    }

    /// How many preopened folders there are.
    pub(crate) fn areas(&self) -> usize {
        self.areas.len()
    }

    pub(crate) fn area(&self, index: usize) -> Option<Area> {
        self.areas.get(index).copied()
    }

    pub(crate) fn get(&self, fd: u32) -> Option<Open> {
        self.opens.get(&fd).copied()
    }

    /// Whether growth beneath this area is counted.
    pub(crate) fn counts(&self, area: usize) -> bool {
        self.areas.get(area).is_some_and(|a| a.pool.is_some())
    }

    fn pool(&mut self, area: usize) -> Option<&mut Pool> {
        let pool = self.areas.get(area)?.pool?;
        self.pools.get_mut(pool)
    }

    /// Notes a preopened folder under its descriptor.
    pub(crate) fn preopened(&mut self, fd: u32, area: usize) {
        self.opens.insert(
            fd,
            Open {
                area,
                inode: 0,
                append: false,
                preopen: true,
            },
        );
    }

    /// Whether one more may be opened.
    pub(crate) fn room(&self) -> Result<(), TooMany> {
        if self.count < self.control.limits.open_files {
            Ok(())
        } else {
            Err(TooMany)
        }
    }

    /// Tells the ledger what is done beneath an area.
    pub(crate) fn touch(&self, area: usize, write: bool) {
        match self.areas.get(area).map(|a| a.origin) {
            Some(Origin::Mount(i)) => self.ledger.touch_mount(i, write),
            Some(Origin::Tmpfs(i)) => self.ledger.touch_tmpfs(i, write),
            Some(Origin::Root) | None => {}
        }
    }

    /// Notes an opened descriptor. `inode` and `size` matter only where growth is counted.
    pub(crate) fn opened(&mut self, fd: u32, area: usize, inode: u64, size: u64, append: bool) {
        if let Some(pool) = self.pool(area) {
            pool.open(inode, size);
        }
        self.count += 1;
        self.control.counters.open_files.fetch_max(self.count, Relaxed);
        self.opens.insert(
            fd,
            Open {
                area,
                inode,
                append,
                preopen: false,
            },
        );
    }

    pub(crate) fn closed(&mut self, fd: u32) {
        let Some(open) = self.opens.remove(&fd) else {
            return;
        };
        if open.preopen {
            return;
        }
        self.count = self.count.saturating_sub(1);
        if let Some(pool) = self.pool(open.area) {
            pool.close(open.inode);
        }
        self.show();
    }

    pub(crate) fn renumbered(&mut self, from: u32, to: u32) {
        if from != to {
            self.closed(to);
            if let Some(open) = self.opens.remove(&from) {
                self.opens.insert(to, open);
            }
        }
    }

    pub(crate) fn set_append(&mut self, fd: u32, append: bool) {
        if let Some(open) = self.opens.get_mut(&fd) {
            open.append = append;
        }
    }

    /// Takes space for a write that ends at `end`, or at the file's end plus `len` when it appends. Give the
    /// answer back to [`Files::written`].
    pub(crate) fn reserve(&mut self, open: Open, at: Option<u64>, len: u64) -> Result<Reserved, Full> {
        let result = match self.pool(open.area) {
            Some(pool) => pool.reserve(open.inode, if open.append { None } else { at }, len),
            None => Ok(Reserved::default()),
        };
        self.show();
        result
    }

    /// What became of a write.
    pub(crate) fn written(&mut self, open: Open, reserved: Reserved, n: u64) {
        if let Some(pool) = self.pool(open.area) {
            pool.settle(open.inode, reserved, n);
        }
        self.show();
    }

    /// Takes or gives space for a new size.
    pub(crate) fn resize(&mut self, open: Open, size: u64) -> Result<(), Full> {
        let result = match self.pool(open.area) {
            Some(pool) => pool.resize(open.inode, size),
            None => Ok(()),
        };
        self.show();
        result
    }

    /// Whether a new entry fits.
    pub(crate) fn room_for_entry(&mut self, area: usize) -> Result<(), Full> {
        match self.pool(area) {
            Some(pool) => pool.room(ENTRY),
            None => Ok(()),
        }
    }

    /// A new file, folder or link.
    pub(crate) fn created(&mut self, area: usize, inode: u64) {
        if let Some(pool) = self.pool(area) {
            pool.create(inode);
        }
        self.show();
    }

    /// A file, folder or link without a name left.
    pub(crate) fn removed(&mut self, area: usize, inode: u64) {
        if let Some(pool) = self.pool(area) {
            pool.remove(inode);
        }
        self.show();
    }

    fn show(&self) {
        let used: u64 = self.pools.iter().map(Pool::used).sum();
        self.control.counters.disk.store(used, Relaxed);
    }
}

pub(crate) use pool::Reserved;
