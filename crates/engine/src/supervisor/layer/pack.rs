//! A container's files to an archive, folder by folder through descriptors. Where something is mounted, that is what
//! is packed, as the container sees it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use rustix::fs::FileType;

use super::entries::Entries;
use super::folder::{DEPTH, inner, kind, look, names};
use super::view::Place;

/// Writes what lies at a place under the name `as_`, with all that is in it. An empty name adds its children alone.
pub(super) fn pack(out: &mut dyn Write, place: &Place, as_: &Path) -> io::Result<()> {
    let (folder, name) = place.parent()?;
    let mut packing = Packing {
        place,
        out: Entries::new(out, None, true),
    };
    packing.entry(&folder, name.as_os_str(), as_, &place.seen, 0)?;
    packing.out.finish().map(drop)
}

struct Packing<'a, W: Write> {
    place: &'a Place,
    out: Entries<W>,
}

impl<W: Write> Packing<'_, W> {
    /// `seen` is where the container has it.
    fn entry(
        &mut self,
        folder: &File,
        name: &OsStr,
        as_: &Path,
        seen: &Path,
        depth: usize,
    ) -> io::Result<()> {
        if depth > DEPTH {
            return Err(io::Error::other("folders lie too deep in each other"));
        }
        if let Some(mounted) = self.place.mounted_at(seen) {
            return self.one(&mounted.folder, mounted.name.as_os_str(), as_, seen, depth);
        }
        match self.one(folder, name, as_, seen, depth) {
            // It went away since the folder was read.
            Err(error) if depth > 0 && error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    fn one(&mut self, folder: &File, name: &OsStr, as_: &Path, seen: &Path, depth: usize) -> io::Result<()> {
        let stat = look(folder, name)?;
        let opened = match kind(&stat) {
            FileType::Directory => Some(inner(folder, name)?),
            _ => None,
        };
        if !as_.as_os_str().is_empty() {
            self.out.add(folder, name, &stat, as_)?;
        }
        let Some(opened) = opened else { return Ok(()) };
        for child in names(&opened)? {
            self.entry(&opened, &child, &as_.join(&child), &seen.join(&child), depth + 1)?;
        }
        Ok(())
    }
}
