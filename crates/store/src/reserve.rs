//! Room that is set aside while there is some, so that on a full disk a name can still be taken away.
//!
//! A smaller `index.json` is written beside the old one before it takes its place, because it must be whole at
//! every instant. That needs room once, which only removing something would give.

use std::fs;
use std::path::PathBuf;

use crate::disk;
use crate::error::Result;
use crate::store::Inner;
use crate::temp::Temp;

/// Beyond the size of `index.json`: for folders that grow, and what else a file system takes for a file.
const BESIDES: u64 = 64 << 10;

fn path(inner: &Inner) -> PathBuf {
    inner.base.join("reserve")
}

/// Sets room aside for an `index.json` of this many bytes, where it is not there yet. That there is none is no
/// failure of what was done.
pub(crate) fn ensure(inner: &Inner, index: u64) {
    let wanted = index.next_multiple_of(4096) + BESIDES;
    let have = fs::symlink_metadata(path(inner)).map_or(0, |meta| meta.len());
    if have >= wanted {
        return;
    }
    // Twice, so that it is not made anew at each name.
    if let Err(error) = make(inner, wanted + index) {
        tracing::debug!(%error, "no room is set aside");
    }
}

fn make(inner: &Inner, size: u64) -> Result<()> {
    use std::io::Write as _;

    let mut temp = Temp::file(&inner.tmp(), 0o600)?;
    let zeros = vec![0; usize::try_from(size).unwrap_or(usize::MAX)];
    temp.file
        .write_all(&zeros)
        .map_err(crate::error::StoreError::io("write", &temp.path))?;
    temp.rename(&path(inner)).map(drop)
}

/// Gives the room back to the disk. `false` where there was none.
pub(crate) fn give_up(inner: &Inner) -> Result<bool> {
    disk::remove_file(&path(inner))
}
