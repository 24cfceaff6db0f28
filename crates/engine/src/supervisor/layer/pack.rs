//! Files to an archive, folder by folder through descriptors, so that a guest that changes them meanwhile leads
//! nobody astray.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, openat, readlinkat, statat};
use tar::{Builder, EntryType, Header};

/// How deep folders may lie in each other.
const DEPTH: usize = 256;
/// The name of entries that hold what does not fit the next header (GNU tar).
const LONG: &[u8] = b"././@LongLink";

/// Adds one entry of a folder, with all that is in it, under the name `as_`. An empty name adds its children alone.
pub(super) fn pack(
    out: &mut Builder<&mut dyn Write>,
    folder: &File,
    name: &Path,
    as_: &Path,
) -> io::Result<()> {
    entry(out, folder, name, as_, 0)
}

fn entry(
    out: &mut Builder<&mut dyn Write>,
    folder: &File,
    name: &Path,
    as_: &Path,
    depth: usize,
) -> io::Result<()> {
    if depth > DEPTH {
        return Err(io::Error::other("folders lie too deep in each other"));
    }
    let stat = match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => stat,
        // It went away since the folder was read.
        Err(rustix::io::Errno::NOENT) if depth > 0 => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let inner = File::from(openat(folder, name, flags, Mode::empty())?);
            if !as_.as_os_str().is_empty() {
                let mut shown = as_.as_os_str().to_owned();
                shown.push("/");
                add(out, &stat, EntryType::Directory, Path::new(&shown), None)?;
            }
            for child in children(&inner)? {
                entry(out, &inner, &child, &as_.join(&child), depth + 1)?;
            }
            Ok(())
        }
        FileType::RegularFile => {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let file = File::from(openat(folder, name, flags, Mode::empty())?);
            regular(out, &stat, as_, file)
        }
        FileType::Symlink => {
            let target = readlinkat(folder, name, Vec::new())?;
            let target = PathBuf::from(std::ffi::OsString::from(target.to_string_lossy().into_owned()));
            add(out, &stat, EntryType::Symlink, as_, Some(&target))
        }
        // Sockets and pipes are nothing to copy.
        _ => Ok(()),
    }
}

/// The names in a folder, sorted, so that the same files give the same archive.
pub(super) fn children(folder: &File) -> io::Result<Vec<PathBuf>> {
    use std::os::unix::ffi::OsStringExt;
    let mut names = Vec::new();
    for found in Dir::read_from(folder)? {
        let name = found?.file_name().to_bytes().to_vec();
        if name != b"." && name != b".." {
            names.push(PathBuf::from(std::ffi::OsString::from_vec(name)));
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn header(stat: &Stat, kind: EntryType) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(stat.st_mode & 0o7777);
    header.set_uid(u64::from(stat.st_uid));
    header.set_gid(u64::from(stat.st_gid));
    header.set_mtime(u64::try_from(stat.st_mtime).unwrap_or(0));
    header
}

fn add(
    out: &mut Builder<&mut dyn Write>,
    stat: &Stat,
    kind: EntryType,
    as_: &Path,
    target: Option<&Path>,
) -> io::Result<()> {
    let mut header = header(stat, kind);
    header.set_size(0);
    if let Some(target) = target {
        let target = target.as_os_str().as_bytes();
        text(
            out,
            EntryType::GNULongLink,
            target,
            &mut header.as_old_mut().linkname,
        )?;
    }
    named(out, header, as_, io::empty())
}

fn regular(out: &mut Builder<&mut dyn Write>, stat: &Stat, as_: &Path, file: File) -> io::Result<()> {
    let size = u64::try_from(stat.st_size).unwrap_or(0);
    let mut header = header(stat, EntryType::Regular);
    header.set_size(size);
    // Exactly as much as was promised, also of a file that grows or shrinks meanwhile.
    let exact = file.chain(io::repeat(0)).take(size);
    named(out, header, as_, exact)
}

/// Adds an entry under exactly this name. The builder's own way takes `./` off its beginning, by which clients find
/// the part of the name that they replace.
fn named(
    out: &mut Builder<&mut dyn Write>,
    mut header: Header,
    as_: &Path,
    data: impl Read,
) -> io::Result<()> {
    let name = as_.as_os_str().as_bytes();
    text(out, EntryType::GNULongName, name, &mut header.as_old_mut().name)?;
    header.set_cksum();
    out.append(&header, data)
}

/// Puts a text into a header's field, and one that is too long also into an entry of its own before it, as GNU tar
/// does.
fn text(out: &mut Builder<&mut dyn Write>, kind: EntryType, text: &[u8], field: &mut [u8]) -> io::Result<()> {
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
