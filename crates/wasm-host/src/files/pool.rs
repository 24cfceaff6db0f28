//! Disk space shared by some folders, and what each file of them has taken.

use std::collections::HashMap;

/// What a file, folder or link takes beside its size.
pub(crate) const ENTRY: u64 = 4096;

/// There is no space left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

pub(crate) struct Pool {
    limit: u64,
    used: u64,
    files: HashMap<u64, File>,
}

#[derive(Default)]
struct File {
    /// What it has taken from the pool.
    taken: u64,
    size: u64,
    open: u32,
    /// Names beyond the first one that were made while it counted.
    links: u32,
    nameless: bool,
}

/// Space taken for a write that has not happened yet.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reserved {
    start: u64,
    taken: u64,
}

impl Pool {
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            limit,
            used: 0,
            files: HashMap::new(),
        }
    }

    pub(crate) fn used(&self) -> u64 {
        self.used
    }

    pub(crate) fn room(&self, bytes: u64) -> Result<(), Full> {
        match self.used.checked_add(bytes) {
            Some(sum) if sum <= self.limit => Ok(()),
            _ => Err(Full),
        }
    }

    pub(crate) fn open(&mut self, inode: u64, size: u64) {
        let file = self.files.entry(inode).or_default();
        file.open += 1;
        let shrunk = size < file.size;
        file.size = size;
        if shrunk {
            Self::give_back(&mut self.used, file);
        }
    }

    pub(crate) fn close(&mut self, inode: u64) {
        let Some(file) = self.files.get_mut(&inode) else {
            return;
        };
        file.open = file.open.saturating_sub(1);
        if file.open == 0 && (file.nameless || file.taken == 0) {
            self.forget(inode);
        }
    }

    /// `at`: where the write starts; `None` at the end of the file.
    pub(crate) fn reserve(&mut self, inode: u64, at: Option<u64>, len: u64) -> Result<Reserved, Full> {
        let size = self.files.get(&inode).map_or(0, |f| f.size);
        let start = at.unwrap_or(size);
        let taken = start.saturating_add(len).saturating_sub(size);
        self.room(taken)?;
        self.used += taken;
        self.files.entry(inode).or_default().taken += taken;
        Ok(Reserved { start, taken })
    }

    pub(crate) fn settle(&mut self, inode: u64, reserved: Reserved, written: u64) {
        let file = self.files.entry(inode).or_default();
        let end = reserved.start.saturating_add(written);
        // Nothing written makes no hole either.
        let grown = if written == 0 {
            0
        } else {
            end.saturating_sub(file.size)
        };
        let back = reserved.taken.saturating_sub(grown).min(file.taken);
        file.taken -= back;
        self.used = self.used.saturating_sub(back);
        file.size += grown;
    }

    pub(crate) fn resize(&mut self, inode: u64, size: u64) -> Result<(), Full> {
        let old = self.files.get(&inode).map_or(0, |f| f.size);
        let grown = size.saturating_sub(old);
        self.room(grown)?;
        self.used += grown;
        let file = self.files.entry(inode).or_default();
        file.taken += grown;
        file.size = size;
        Self::give_back(&mut self.used, file);
        Ok(())
    }

    pub(crate) fn create(&mut self, inode: u64) {
        self.used = self.used.saturating_add(ENTRY);
        self.files.entry(inode).or_default().taken += ENTRY;
    }

    /// One more name of a file.
    pub(crate) fn link(&mut self, inode: u64) -> Result<(), Full> {
        self.room(ENTRY)?;
        self.used += ENTRY;
        let file = self.files.entry(inode).or_default();
        file.taken += ENTRY;
        file.links += 1;
        Ok(())
    }

    /// One name less of a file that has others left.
    pub(crate) fn unlink(&mut self, inode: u64) {
        let Some(file) = self.files.get_mut(&inode).filter(|f| f.links > 0) else {
            return;
        };
        file.links -= 1;
        let back = ENTRY.min(file.taken);
        file.taken -= back;
        self.used = self.used.saturating_sub(back);
        if file.open == 0 && file.taken == 0 {
            self.forget(inode);
        }
    }

    pub(crate) fn remove(&mut self, inode: u64) {
        match self.files.get_mut(&inode) {
            Some(file) if file.open > 0 => file.nameless = true,
            Some(_) => self.forget(inode),
            None => {}
        }
    }

    fn forget(&mut self, inode: u64) {
        if let Some(file) = self.files.remove(&inode) {
            self.used = self.used.saturating_sub(file.taken);
        }
    }

    /// A file cannot have taken more than its size and its entries.
    fn give_back(used: &mut u64, file: &mut File) {
        let entries = ENTRY.saturating_mul(1 + u64::from(file.links));
        let most = file.size.saturating_add(entries);
        let back = file.taken.saturating_sub(most);
        file.taken -= back;
        *used = used.saturating_sub(back);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(pool: &mut Pool, inode: u64, at: Option<u64>, len: u64) -> Result<(), Full> {
        let reserved = pool.reserve(inode, at, len)?;
        pool.settle(inode, reserved, len);
        Ok(())
    }

    #[test]
    fn growth_counts_and_rewriting_does_not() {
        let mut pool = Pool::new(100_000);
        pool.create(1);
        pool.open(1, 0);
        for _ in 0..100 {
            write(&mut pool, 1, Some(0), 50_000).unwrap();
        }
        assert_eq!(pool.used(), ENTRY + 50_000);
        assert_eq!(write(&mut pool, 1, Some(90_000), 50_000), Err(Full));
        assert_eq!(write(&mut pool, 1, None, 46_000), Err(Full));
        write(&mut pool, 1, None, 45_000).unwrap();
        pool.resize(1, 10).unwrap();
        assert!(pool.used() <= 10 + ENTRY);
        pool.remove(1);
        assert!(pool.used() > 0, "an open file without a name still takes space");
        pool.close(1);
        assert_eq!(pool.used(), 0);
    }

    #[test]
    fn a_failed_write_gives_its_space_back() {
        let mut pool = Pool::new(10_000);
        pool.open(1, 0);
        let reserved = pool.reserve(1, Some(5_000), 4_000).unwrap();
        pool.settle(1, reserved, 0);
        assert_eq!(pool.used(), 0);
        let reserved = pool.reserve(1, Some(0), 4_000).unwrap();
        pool.settle(1, reserved, 1_000);
        assert_eq!(pool.used(), 1_000);
    }

    #[test]
    fn what_was_there_before_gives_nothing_back() {
        let mut pool = Pool::new(10_000);
        pool.open(1, 8_000);
        pool.resize(1, 0).unwrap();
        assert_eq!(pool.used(), 0);
        write(&mut pool, 1, Some(0), 9_000).unwrap();
        assert_eq!(pool.used(), 9_000);
        assert_eq!(write(&mut pool, 1, Some(u64::MAX - 1), 9_000), Err(Full));
    }

    #[test]
    fn each_name_of_a_file_takes_its_entry() {
        let mut pool = Pool::new(3 * ENTRY + 100);
        pool.create(1);
        pool.open(1, 0);
        write(&mut pool, 1, Some(0), 100).unwrap();
        pool.link(1).unwrap();
        pool.link(1).unwrap();
        assert_eq!(pool.link(1), Err(Full));
        pool.resize(1, 0).unwrap();
        assert_eq!(pool.used(), 3 * ENTRY + 100 - 100);
        pool.unlink(1);
        assert_eq!(pool.used(), 2 * ENTRY);
        pool.close(1);
        pool.unlink(1);
        pool.unlink(1);
        assert_eq!(
            pool.used(),
            ENTRY,
            "a link that was there before gives nothing back"
        );
        pool.remove(1);
        assert_eq!(pool.used(), 0);
    }

    #[test]
    fn a_hundred_thousand_empty_files_are_not_free() {
        let mut pool = Pool::new(1 << 20);
        let made = (0..100_000_u64)
            .take_while(|i| pool.room(ENTRY).map(|()| pool.create(*i)).is_ok())
            .count();
        assert_eq!(made, 256);
    }
}
