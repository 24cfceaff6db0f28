//! What a guest has open, and what it has put on its own disk.
//!
//! Growth is counted, not bytes that pass: writing the same megabyte a thousand times takes one megabyte.
//! Each file, folder and link, hard or symbolic, takes [`ENTRY`] beside the sizes. A file is open as long as a
//! descriptor or a stream made from one holds it. What was there before the guest (its image) is
//! not counted, and taking it away gives nothing back. Host mounts are counted in `open_files` alone.

mod pool;
mod space;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs::File;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Weak};

use crate::control::Control;
use crate::ledger::Ledger;
pub(crate) use pool::{ENTRY, Full};
pub(crate) use space::{Counted, Space};

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

/// The open descriptors of one guest, and the disk space that it has taken.
pub(crate) struct Files {
    areas: Vec<Area>,
    space: Space,
    opens: HashMap<u32, Open>,
    /// Open beside the preopened folders.
    count: u64,
    /// Folders whose names are held to be read.
    listings: u32,
    control: Arc<Control>,
    ledger: Arc<Ledger>,
}

/// A name in a folder, before something happens to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) inode: u64,
    pub(crate) links: u64,
    /// Folders have more links than names.
    pub(crate) folder: bool,
}

/// Room taken for one more name of a file.
pub(crate) struct Linking(Option<(usize, u64)>);

/// How many folders a guest may be reading at a time in 0.2, where each is held whole.
const LISTINGS: u32 = 64;

/// As many descriptors are open as may be.
#[derive(Debug)]
pub(crate) struct TooMany;

impl Files {
    /// `space` is that of the container, which others with the same folders may share: instances of a server, programs
    /// that one starts.
    pub(crate) fn new(control: &Arc<Control>, ledger: &Arc<Ledger>, space: Space) -> Self {
        Self {
            areas: Vec::new(),
            space,
            opens: HashMap::new(),
            count: 0,
            listings: 0,
            control: control.clone(),
            ledger: ledger.clone(),
        }
    }

    /// Adds a preopened folder, in the order in which the guest finds them. Its own `size` makes a pool of
    /// its own; without one the container's disk limit is shared.
    pub(crate) fn add_area(&mut self, origin: Origin, read_only: bool, size: Option<u64>) {
        let pool = match (origin, read_only) {
            (Origin::Mount(_), _) | (_, true) => None,
            _ => Some(self.space.add(size)),
        };
        self.areas.push(Area {
            origin,
            read_only,
            pool,
        });
    }

    /// The disk space, for a guest that this one starts.
    pub(crate) fn space(&self) -> Space {
        self.space.clone()
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

    fn pool(&self, area: usize) -> Option<usize> {
        self.areas.get(area)?.pool
    }

    /// The file behind a descriptor, where its growth counts.
    pub(crate) fn counted(&self, fd: u32) -> Option<Counted> {
        let open = self.opens.get(&fd)?;
        Some(self.space.counted(self.pool(open.area)?, open.inode, open.append))
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
        if self.open() < self.control.limits.open_files {
            Ok(())
        } else {
            Err(TooMany)
        }
    }

    /// Begins to read a folder, whose names are all held until [`Files::listed`].
    pub(crate) fn list(&mut self) -> Result<(), TooMany> {
        if self.listings == LISTINGS {
            return Err(TooMany);
        }
        self.listings += 1;
        Ok(())
    }

    /// The names of a folder are let go.
    pub(crate) fn listed(&mut self) {
        self.listings = self.listings.saturating_sub(1);
    }

    /// Files that are open beside the preopened folders.
    pub(crate) fn open(&self) -> u64 {
        self.count + self.space.held()
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
            self.space.with(pool, |p| p.open(inode, size));
        }
        self.count += 1;
        self.control.counters.open_files.fetch_max(self.open(), Relaxed);
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
        self.closed_beside_streams(fd, Weak::new());
    }

    /// A descriptor is closed, of whose `file` streams may have been made: as long as one is left, the file is
    /// open and takes its space.
    pub(crate) fn closed_beside_streams(&mut self, fd: u32, file: Weak<File>) {
        let Some(open) = self.opens.remove(&fd) else {
            return;
        };
        if open.preopen {
            return;
        }
        self.count = self.count.saturating_sub(1);
        let pool = self.pool(open.area);
        if file.strong_count() > 0 {
            self.space.hold(pool, open.inode, file);
        } else if let Some(pool) = pool {
            self.space.with(pool, |p| p.close(open.inode));
        }
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

    /// Whether a new entry fits.
    pub(crate) fn room_for_entry(&self, area: usize) -> Result<(), Full> {
        match self.pool(area) {
            Some(pool) => self.space.with(pool, |p| p.room(ENTRY)),
            None => Ok(()),
        }
    }

    /// A new file, folder or link.
    pub(crate) fn created(&self, area: usize, inode: u64) {
        if let Some(pool) = self.pool(area) {
            self.space.with(pool, |p| p.create(inode));
        }
    }

    /// A name is gone: one of several, or the last one.
    pub(crate) fn removed(&self, area: usize, entry: &Entry) {
        let Some(pool) = self.pool(area) else { return };
        self.space.with(pool, |p| {
            if entry.folder || entry.links <= 1 {
                p.remove(entry.inode);
            } else {
                p.unlink(entry.inode);
            }
        });
    }

    /// A name has taken the place of another one.
    pub(crate) fn replaced(&self, area: usize, moved: Option<&Entry>, replaced: Option<&Entry>) {
        // Two names of one file stay both.
        if let (Some(moved), Some(replaced)) = (moved, replaced)
            && moved.inode != replaced.inode
        {
            self.removed(area, replaced);
        }
    }

    /// Takes room for one more name of a file, before it is made: another task could make one meanwhile.
    pub(crate) fn linking(&self, area: usize, entry: &Entry) -> Result<Linking, Full> {
        let Some(pool) = self.pool(area) else {
            return Ok(Linking(None));
        };
        self.space.with(pool, |p| p.link(entry.inode))?;
        Ok(Linking(Some((pool, entry.inode))))
    }

    /// Gives the room back: the name could not be made.
    pub(crate) fn not_linked(&self, linking: Linking) {
        if let Linking(Some((pool, inode))) = linking {
            self.space.with(pool, |p| p.unlink(inode));
        }
    }
}

impl Drop for Files {
    /// What a guest leaves open is closed with it, so that others who share its space get back what it had removed.
    fn drop(&mut self) {
        let opens = std::mem::take(&mut self.opens);
        for open in opens.into_values().filter(|open| !open.preopen) {
            if let Some(pool) = self.pool(open.area) {
                self.space.with(pool, |p| p.close(open.inode));
            }
        }
    }
}
