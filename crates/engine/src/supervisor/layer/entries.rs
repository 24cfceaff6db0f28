//! Files to an archive, one by one, whole: devices and pipes, files with several names as links to the first, and
//! extended attributes. So a layer, an export and a copy say of a file what it is.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Stat};
use sampan_store::{Blob, Ingest, StoreError};
use tar::{Builder, EntryType, Header};

use super::folder::{inner, kind, link_target, own_attributes, regular};
use crate::supervisor::error::{Result, SupervisorError};

/// The name of entries that hold what does not fit the next header (GNU tar).
const LONG: &[u8] = b"././@LongLink";
/// Before the name of an extended attribute, in the records of pax.
const ATTRIBUTE: &str = "SCHILY.xattr.";

/// An archive that is being written.
pub(in crate::supervisor) struct Entries<W: Write> {
    out: Builder<W>,
    /// Nothing is said to be later than this, in seconds since 1970.
    epoch: Option<i64>,
    /// Files with several names, by their numbers: the first name is the file, the others are links to it.
    linked: HashMap<(u64, u64), PathBuf>,
    /// Whether owners are those of the files; else all are root's.
    owned: bool,
    count: u64,
}

impl<W: Write> Entries<W> {
    pub(in crate::supervisor) fn new(out: W, epoch: Option<i64>, owned: bool) -> Self {
        Self {
            out: Builder::new(out),
            epoch,
            linked: HashMap::new(),
            owned,
            count: 0,
        }
    }

    /// Adds what lies in a folder under `name`, as `as_`; of a folder itself, and not what is in it. A socket is of the
    /// process that made it, and left out.
    pub(in crate::supervisor) fn add(
        &mut self,
        folder: &File,
        name: &OsStr,
        stat: &Stat,
        as_: &Path,
    ) -> io::Result<()> {
        let number = (stat.st_dev, stat.st_ino);
        let several = stat.st_nlink > 1 && kind(stat) != FileType::Directory;
        if several && let Some(first) = self.linked.get(&number).cloned() {
            return self.link(stat, EntryType::Link, as_, &first);
        }
        match kind(stat) {
            FileType::Directory => {
                self.attributes(&inner(folder, name)?)?;
                let mut shown = as_.as_os_str().to_owned();
                shown.push("/");
                let header = self.header(stat, EntryType::Directory);
                self.write(header, Path::new(&shown), io::empty())?;
            }
            FileType::RegularFile => {
                let file = regular(folder, name)?;
                self.attributes(&file)?;
                let size = u64::try_from(stat.st_size).unwrap_or(0);
                let mut header = self.header(stat, EntryType::Regular);
                header.set_size(size);
                // Exactly as much as was promised, also of a file that grows or shrinks meanwhile.
                self.write(header, as_, file.chain(io::repeat(0)).take(size))?;
            }
            FileType::Symlink => {
                let target = link_target(folder, name)?;
                self.link(stat, EntryType::Symlink, as_, &target)?;
            }
            FileType::Fifo => {
                let header = self.header(stat, EntryType::Fifo);
                self.write(header, as_, io::empty())?;
            }
            device @ (FileType::CharacterDevice | FileType::BlockDevice) => {
                let kind = match device {
                    FileType::BlockDevice => EntryType::Block,
                    _ => EntryType::Char,
                };
                let mut header = self.header(stat, kind);
                header.set_device_major(rustix::fs::major(stat.st_rdev))?;
                header.set_device_minor(rustix::fs::minor(stat.st_rdev))?;
                self.write(header, as_, io::empty())?;
            }
            _ => return Ok(()),
        }
        if several {
            self.linked.insert(number, as_.to_owned());
        }
        Ok(())
    }

    /// Adds an empty file, by whose name a layer says something of another.
    pub(in crate::supervisor) fn mark(&mut self, as_: &Path) -> io::Result<()> {
        let mut header = Header::new_gnu();
        header.set_size(0);
        header.set_mode(0o644);
        header.set_entry_type(EntryType::Regular);
        self.write(header, as_, io::empty())
    }

    /// Ends the archive, and tells how many entries it has.
    pub(in crate::supervisor) fn finish(self) -> io::Result<(W, u64)> {
        let count = self.count;
        self.out.into_inner().map(|out| (out, count))
    }

    fn header(&self, stat: &Stat, kind: EntryType) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(stat.st_mode & 0o7777);
        header.set_size(0);
        let (uid, gid) = if self.owned {
            (stat.st_uid, stat.st_gid)
        } else {
            (0, 0)
        };
        header.set_uid(uid.into());
        header.set_gid(gid.into());
        let time = self.epoch.map_or(stat.st_mtime, |epoch| epoch.min(stat.st_mtime));
        header.set_mtime(u64::try_from(time).unwrap_or(0));
        header
    }

    fn link(&mut self, stat: &Stat, kind: EntryType, as_: &Path, target: &Path) -> io::Result<()> {
        let mut header = self.header(stat, kind);
        let target = target.as_os_str().as_bytes();
        let field = &mut header.as_old_mut().linkname;
        text(&mut self.out, EntryType::GNULongLink, target, field)?;
        self.write(header, as_, io::empty())
    }

    /// Extended attributes go before their entry.
    fn attributes(&mut self, file: &File) -> io::Result<()> {
        let all: Vec<(String, Vec<u8>)> = own_attributes(file)?
            .into_iter()
            .map(|(name, value)| (format!("{ATTRIBUTE}{}", String::from_utf8_lossy(&name)), value))
            .collect();
        let records = all.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        self.out.append_pax_extensions(records)
    }

    /// Adds an entry under exactly this name. The builder's own way takes `./` off its beginning, by which clients find
    /// the part of the name that they replace.
    fn write(&mut self, mut header: Header, as_: &Path, data: impl Read) -> io::Result<()> {
        let name = as_.as_os_str().as_bytes();
        let field = &mut header.as_old_mut().name;
        text(&mut self.out, EntryType::GNULongName, name, field)?;
        header.set_cksum();
        self.count += 1;
        self.out.append(&header, data)
    }
}

/// Puts a text into a header's field, and one that is too long also into an entry of its own before it, as GNU tar
/// does.
fn text(out: &mut Builder<impl Write>, kind: EntryType, text: &[u8], field: &mut [u8]) -> io::Result<()> {
    if text.len() > field.len() {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_size(text.len() as u64 + 1);
        header.as_old_mut().name[..LONG.len()].copy_from_slice(LONG);
        header.set_cksum();
        out.append(&header, text.chain(&b"\0"[..]))?;
    }
    let length = text.len().min(field.len());
    field[..length].copy_from_slice(&text[..length]);
    Ok(())
}

/// Writes an archive into the store; none where nothing is in it. `fill` tells how many entries it wrote. `what` are the
/// files, for errors.
pub(in crate::supervisor) fn written(
    to: Ingest,
    what: &'static str,
    fill: impl FnOnce(&mut Writing) -> io::Result<u64>,
) -> Result<Option<Blob>> {
    let mut writing = Writing { to, failed: None };
    let entries = fill(&mut writing);
    if let Some(error) = writing.failed {
        return Err(error.into());
    }
    // What has no number of the system is wrong with the files themselves.
    let blamed = |error: io::Error| match error.raw_os_error() {
        Some(_) => SupervisorError::io("pack", what)(error),
        None => SupervisorError::Invalid(error.to_string()),
    };
    match entries.map_err(blamed)? {
        0 => Ok(None),
        _ => Ok(Some(writing.to.commit()?)),
    }
}

/// A layer on its way into the store.
pub(in crate::supervisor) struct Writing {
    to: Ingest,
    failed: Option<StoreError>,
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.to.append(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                self.failed = Some(error);
                Err(io::Error::other("the layer cannot be written"))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The name in a layer that takes a file away.
pub(in crate::supervisor) fn whiteout(path: &Path) -> PathBuf {
    let mut name = OsString::from(super::WHITEOUT);
    name.push(path.file_name().unwrap_or_default());
    path.with_file_name(name)
}
