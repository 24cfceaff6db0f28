//! Room of the disk behind the end of the journal.

use std::fs::File;
use std::io;

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;

/// Enough for some hundred ends and removals.
const ROOM: u64 = 256 << 10;
/// It is asked for in parts of this size.
const STEP: u64 = 64 << 10;

/// Up to where the disk's room is the journal's.
#[derive(Debug, Default)]
pub(super) struct Reserve {
    end: u64,
}

impl Reserve {
    /// Keeps room behind what will be `length` bytes. Where a file system can keep none, there is none.
    pub(super) fn keep(&mut self, file: &File, length: u64) -> io::Result<()> {
        if length + ROOM <= self.end {
            return Ok(());
        }
        let end = length + ROOM + STEP;
        match fallocate(file, FallocateFlags::KEEP_SIZE, length, end - length) {
            Ok(()) => self.end = end,
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => self.end = u64::MAX,
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
