//! An archive to files in a container, by the same rules as an image's layers: no name leads out of the folder, and
//! links are followed as a process with this root would.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use rustix::fs::{
    AtFlags, FileType, Gid, Mode, OFlags, Uid, chownat, fchmod, fchown, linkat, mkdirat, openat, statat,
    symlinkat, unlinkat,
};
use rustix::io::Errno;
use sampan_image::unpack::UnpackLimits;
use tar::{Archive, Entry, EntryType};

use super::view::Place;
use crate::supervisor::ArchiveOptions;

/// Unpacks an archive, plain or in gzip or zstd, into the folder of a place. What is wrong with the archive itself is
/// an error without a number of the system.
pub(super) fn extract(place: &Place, options: ArchiveOptions, archive: &mut dyn Read) -> io::Result<()> {
    let mut archive = Archive::new(sampan_image::decompressed(archive, &UnpackLimits::default())?);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = relative(&entry.path()?)?;
        if path.as_os_str().is_empty() {
            continue;
        }
        one(place, options, &path, &mut entry).map_err(|error| blamed(error, &path))?;
    }
    Ok(())
}

/// What the system refuses because of how the archive is made is wrong with the archive.
fn blamed(error: io::Error, path: &Path) -> io::Error {
    let its_own = [
        Errno::NAMETOOLONG,
        Errno::LOOP,
        Errno::NOENT,
        Errno::NOTDIR,
        Errno::ISDIR,
        Errno::EXIST,
        Errno::NOTEMPTY,
        Errno::MLINK,
        Errno::XDEV,
        Errno::PERM,
        Errno::INVAL,
    ];
    match Errno::from_io_error(&error) {
        Some(errno) if its_own.contains(&errno) => {
            let shown: String = path.to_string_lossy().chars().take(256).collect();
            bad(&format!("cannot unpack `{shown}`: {error}"))
        }
        _ => error,
    }
}

fn one(
    place: &Place,
    options: ArchiveOptions,
    path: &Path,
    entry: &mut Entry<'_, impl Read>,
) -> io::Result<()> {
    let whole = place.path.join(path);
    let name = whole.file_name().unwrap_or_default().to_owned();
    let parent = ensure(place, whole.parent().unwrap_or(Path::new("/")))?;
    let bits = if place.owned { 0o7777 } else { 0o777 };
    let mode = Mode::from_raw_mode(entry.header().mode().unwrap_or(0o644) & bits);
    let is_folder = entry.header().entry_type() == EntryType::Directory;
    clear(&parent, &name, is_folder, options, &whole)?;
    match entry.header().entry_type() {
        EntryType::Directory => match mkdirat(&parent, &*name, mode | Mode::RWXU) {
            Ok(()) => given(place, &parent, &name, entry.header()),
            Err(Errno::EXIST) => Ok(()),
            Err(error) => Err(error.into()),
        },
        EntryType::Symlink => {
            let target = entry.link_name()?.ok_or_else(|| bad("a link to nothing"))?;
            symlinkat(&*target, &parent, &*name)?;
            given(place, &parent, &name, entry.header())
        }
        EntryType::Link => {
            let target = entry.link_name()?.ok_or_else(|| bad("a link to nothing"))?;
            let target = place.path.join(relative(&target)?);
            let from = place.folder(target.parent().unwrap_or(Path::new("/")))?;
            let of = target.file_name().unwrap_or_default();
            Ok(linkat(&from, of, &parent, &*name, AtFlags::empty())?)
        }
        kind if kind.is_file() || kind.is_gnu_sparse() => {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mut file = File::from(openat(&parent, &*name, flags, mode | Mode::RUSR | Mode::WUSR)?);
            io::copy(entry, &mut file)?;
            if place.owned {
                let (uid, gid) = owner(entry.header())?;
                fchown(&file, Some(uid), Some(gid))?;
            }
            // Whatever the process's mask is, and behind the owner, whose change takes bits away.
            fchmod(&file, mode | Mode::RUSR)?;
            let seconds = entry.header().mtime().unwrap_or(0);
            file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds))
        }
        // Devices and pipes mean nothing to a Wasm container.
        _ => Ok(()),
    }
}

/// Whose an entry is.
fn owner(header: &tar::Header) -> io::Result<(Uid, Gid)> {
    let id = |id: u64| u32::try_from(id).map_err(|_| bad("an owner beyond all numbers"));
    Ok((
        Uid::from_raw(id(header.uid()?)?),
        Gid::from_raw(id(header.gid()?)?),
    ))
}

/// Gives a folder or a link to its owner, where owners mean something.
fn given(place: &Place, parent: &File, name: &std::ffi::OsStr, header: &tar::Header) -> io::Result<()> {
    if !place.owned {
        return Ok(());
    }
    let (uid, gid) = owner(header)?;
    Ok(chownat(
        parent,
        name,
        Some(uid),
        Some(gid),
        AtFlags::SYMLINK_NOFOLLOW,
    )?)
}

/// Takes away what is in the way. A folder stays where a folder comes.
fn clear(
    parent: &File,
    name: &std::ffi::OsStr,
    folder: bool,
    options: ArchiveOptions,
    shown: &Path,
) -> io::Result<()> {
    let there = match statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => FileType::from_raw_mode(stat.st_mode) == FileType::Directory,
        Err(Errno::NOENT) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    match (there, folder) {
        (true, true) => Ok(()),
        (true, false) if options.no_overwrite_dir_non_dir => Err(bad(&format!(
            "cannot overwrite directory \"{}\" with non-directory",
            shown.display()
        ))),
        (false, true) if options.no_overwrite_dir_non_dir => Err(bad(&format!(
            "cannot overwrite non-directory \"{}\" with directory",
            shown.display()
        ))),
        // Only an empty one goes: nobody asked for the removal of what is in it.
        (true, false) => Ok(unlinkat(parent, name, AtFlags::REMOVEDIR)?),
        (false, _) => Ok(unlinkat(parent, name, AtFlags::empty())?),
    }
}

/// Opens a folder, making those that are missing on the way.
fn ensure(place: &Place, path: &Path) -> io::Result<File> {
    match place.folder(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(error);
            };
            let above = ensure(place, parent)?;
            match mkdirat(&above, name, Mode::from_raw_mode(0o755)) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            place.folder(path)
        }
        other => other,
    }
}

/// A name in the archive: beneath the folder, whatever it says.
fn relative(path: &Path) -> io::Result<PathBuf> {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => clean.push(name),
            Component::RootDir | Component::CurDir => {}
            Component::ParentDir | Component::Prefix(_) => {
                return Err(bad(&format!("`{}` leads out of its folder", path.display())));
            }
        }
    }
    Ok(clean)
}

fn bad(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text.to_owned())
}
