//! Writing the journal anew: only the last line of each key.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{FILE, Inner, Journal, Place, Result, failed, step};

/// The journal that is being written, beside the present one.
pub(super) const FRESH: &str = "journal.new";

impl Journal {
    /// Writes the file anew and puts it in place. What is appended meanwhile is taken along, so appending waits
    /// for the last few lines alone. While another thread is at it, does nothing.
    pub(crate) fn compact(&self) -> Result<()> {
        if self.compacting.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let outcome = self.rewrite();
        if outcome.is_err() {
            let _ = fs::remove_file(self.folder.join(FRESH));
        }
        self.compacting.store(false, Ordering::Release);
        outcome
    }

    fn rewrite(&self) -> Result<()> {
        let path = self.folder.join(FRESH);
        let (old, seen, mut places) = {
            let inner = self.locked();
            let places: Vec<(Box<str>, Place)> = inner.live.iter().map(|(k, p)| (k.clone(), *p)).collect();
            (inner.file.clone(), inner.length, places)
        };
        places.sort_by_key(|(_, place)| place.offset);
        step!("journal::compact::create");
        let fresh = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .map_err(failed("create", &path))?;
        let mut next = Inner::new(Arc::new(fresh));
        let file = next.file.clone();
        let mut out = BufWriter::with_capacity(1 << 18, &*file);
        let mut line = Vec::new();
        for (_, place) in places {
            line.resize(place.length as usize, 0);
            old.read_exact_at(&mut line, place.offset)
                .and_then(|()| out.write_all(&line))
                .map_err(failed("write", &path))?;
            next.replay(&line);
        }
        out.flush().map_err(failed("write", &path))?;
        drop(out);
        step!("journal::compact::sync");
        file.sync_data().map_err(failed("sync", &path))?;
        self.take_place(next, &old, seen)
    }

    /// Takes the lines along that came after `seen`, and renames.
    fn take_place(&self, mut next: Inner, old: &Arc<File>, seen: u64) -> Result<()> {
        let path = self.folder.join(FRESH);
        let mut inner = self.locked();
        let mut tail = vec![0; usize::try_from(inner.length - seen).unwrap_or(0)];
        old.read_exact_at(&mut tail, seen)
            .map_err(failed("read", &self.folder.join(FILE)))?;
        next.file
            .write_all_at(&tail, next.length)
            .map_err(failed("write", &path))?;
        next.replay(&tail);
        next.keep_reserve();
        step!("journal::compact::rename");
        let to = self.folder.join(FILE);
        fs::rename(&path, &to).map_err(failed("rename", &path))?;
        *inner = next;
        // The tail, and the name, are synced with the next change.
        self.dirty.store(true, Ordering::Release);
        drop(inner);
        step!("journal::compact::sync-folder");
        File::open(&self.folder)
            .and_then(|dir| dir.sync_all())
            .map_err(failed("sync", &self.folder))
    }
}
