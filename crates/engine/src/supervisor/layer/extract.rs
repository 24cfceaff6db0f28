//! An archive to files in a container, by the same rules as an image's layers: no name leads out of the folder, and
//! links are followed as a process with this root would.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{
    AtFlags, FileType, Gid, Mode, OFlags, Timespec, Timestamps, Uid, XattrFlags, chownat, fchmod, fchown,
    fsetxattr, linkat, makedev, mkdirat, mknodat, openat, statat, symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;
use sampan_image::tarstream::{Member, MemberKind, TarError, TarReader};
use sampan_image::unpack::UnpackLimits;

use super::view::{Place, Spot};
use crate::supervisor::ArchiveOptions;

/// Unpacks an archive, plain or in gzip or zstd, into the folder of a place. What is wrong with the archive itself is
/// an error without a number of the system.
pub(super) fn extract(place: &Place, options: ArchiveOptions, archive: &mut dyn Read) -> io::Result<()> {
    let limits = UnpackLimits::default();
    let mut archive = TarReader::new(sampan_image::decompressed(archive, &limits)?, limits.header);
    let mut folders = Vec::new();
    while let Some(member) = archive.next().map_err(unreadable)? {
        let path = relative(&member.path)?;
        if path.as_os_str().is_empty() {
            continue;
        }
        one(place, options, &path, &member, &mut archive).map_err(|error| blamed(error, &path))?;
        if member.kind == MemberKind::Directory {
            folders.push((path, member.mtime));
        }
    }
    // What came into a folder changed its time. One that is gone by now has none.
    for (path, time) in folders.into_iter().rev() {
        let _ = place.within(&path).and_then(|spot| {
            let parent = spot.folder(spot.path.parent().unwrap_or(Path::new("/")))?;
            timed(&parent, spot.path.file_name().unwrap_or_default(), time)
        });
    }
    Ok(())
}

/// Sets the time of what lies in a folder, no link followed.
fn timed(parent: &File, name: &OsStr, time: (i64, u32)) -> io::Result<()> {
    let time = Timespec {
        tv_sec: time.0,
        tv_nsec: time.1.into(),
    };
    let times = Timestamps {
        last_access: time,
        last_modification: time,
    };
    Ok(utimensat(parent, name, &times, AtFlags::SYMLINK_NOFOLLOW)?)
}

fn unreadable(error: TarError) -> io::Error {
    match error {
        TarError::Io(error) => error,
        TarError::Malformed(at, why) => io::Error::other(format!("{why} (at byte {at})")),
        TarError::HeaderTooLarge => io::Error::other("the headers of an entry are too large"),
    }
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
    member: &Member,
    body: &mut impl Read,
) -> io::Result<()> {
    let folder = member.kind == MemberKind::Directory;
    if folder && place.holds_folder(path) {
        // A mount stays what it is.
        return Ok(());
    }
    let spot = place.within(path)?;
    let name = spot.path.file_name().unwrap_or_default();
    let parent = ensure(&spot, spot.path.parent().unwrap_or(Path::new("/")))?;
    let bits = if place.owned { 0o7777 } else { 0o777 };
    let mode = Mode::from_raw_mode(member.mode & bits);
    clear(&parent, name, folder, options, &spot.path)?;
    match &member.kind {
        MemberKind::Directory => match mkdirat(&parent, name, mode | Mode::RWXU) {
            Ok(()) => {
                let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let made = File::from(openat(&parent, name, flags, Mode::empty())?);
                given(place, &parent, name, member)?;
                // Whatever the process's mask is, and behind the owner, whose change takes bits away.
                fchmod(&made, mode | Mode::RWXU)?;
                attributes(place, &made, member)
            }
            Err(Errno::EXIST) => Ok(()),
            Err(error) => Err(error.into()),
        },
        MemberKind::Symlink(target) => {
            symlinkat(OsStr::from_bytes(target), &parent, name)?;
            given(place, &parent, name, member)?;
            timed(&parent, name, member.mtime)
        }
        MemberKind::HardLink(target) => {
            let of = place.within(&relative(target)?)?;
            let from = of.folder(of.path.parent().unwrap_or(Path::new("/")))?;
            let file = of.path.file_name().unwrap_or_default();
            Ok(linkat(&from, file, &parent, name, AtFlags::empty())?)
        }
        MemberKind::File => {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mut file = File::from(openat(&parent, name, flags, mode | Mode::RUSR | Mode::WUSR)?);
            for (offset, length) in &member.segments {
                file.seek(SeekFrom::Start(*offset))?;
                if io::copy(&mut body.by_ref().take(*length), &mut file)? < *length {
                    return Err(bad("it ends in the middle of a file"));
                }
            }
            file.set_len(member.size)?;
            if place.owned {
                let (uid, gid) = owner(member)?;
                fchown(&file, Some(uid), Some(gid))?;
            }
            fchmod(&file, mode | Mode::RUSR)?;
            attributes(place, &file, member)?;
            timed(&parent, name, member.mtime)
        }
        MemberKind::Fifo => node(place, &parent, name, member, FileType::Fifo, 0),
        MemberKind::Char(major, minor) => {
            let number = device(*major, *minor)?;
            node(place, &parent, name, member, FileType::CharacterDevice, number)
        }
        MemberKind::Block(major, minor) => {
            let number = device(*major, *minor)?;
            node(place, &parent, name, member, FileType::BlockDevice, number)
        }
        MemberKind::Other(_) => Ok(()),
    }
}

fn device(major: u64, minor: u64) -> io::Result<u64> {
    let part = |number: u64| u32::try_from(number).map_err(|_| bad("a device beyond all numbers"));
    Ok(makedev(part(major)?, part(minor)?))
}

/// Makes a pipe or a device. To a Wasm container they mean nothing.
fn node(
    place: &Place,
    parent: &File,
    name: &OsStr,
    member: &Member,
    kind: FileType,
    number: u64,
) -> io::Result<()> {
    if !place.owned {
        return Ok(());
    }
    let mode = Mode::from_raw_mode(member.mode & 0o7777);
    mknodat(parent, name, kind, mode, number)?;
    given(place, parent, name, member)?;
    rustix::fs::chmodat(parent, name, mode, AtFlags::empty())?;
    timed(parent, name, member.mtime)
}

/// Whose an entry is.
fn owner(member: &Member) -> io::Result<(Uid, Gid)> {
    let id = |id: u64| u32::try_from(id).map_err(|_| bad("an owner beyond all numbers"));
    Ok((Uid::from_raw(id(member.uid)?), Gid::from_raw(id(member.gid)?)))
}

/// Gives something to its owner, where owners mean something.
fn given(place: &Place, parent: &File, name: &OsStr, member: &Member) -> io::Result<()> {
    if !place.owned {
        return Ok(());
    }
    let (uid, gid) = owner(member)?;
    Ok(chownat(
        parent,
        name,
        Some(uid),
        Some(gid),
        AtFlags::SYMLINK_NOFOLLOW,
    )?)
}

/// Sets the extended attributes that an image may have, behind the owner, whose change takes rights away. Where a file
/// system knows none, there are none.
fn attributes(place: &Place, file: &File, member: &Member) -> io::Result<()> {
    for (name, value) in &member.xattrs {
        let wanted = name.starts_with(b"user.") || (place.owned && name == b"security.capability");
        if !wanted {
            continue;
        }
        match fsetxattr(file, &**name, value, XattrFlags::empty()) {
            Ok(()) | Err(Errno::OPNOTSUPP) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Takes away what is in the way. A folder stays where a folder comes.
fn clear(parent: &File, name: &OsStr, folder: bool, options: ArchiveOptions, shown: &Path) -> io::Result<()> {
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
fn ensure(spot: &Spot<'_>, path: &Path) -> io::Result<File> {
    match spot.folder(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(error);
            };
            let above = ensure(spot, parent)?;
            match mkdirat(&above, name, Mode::from_raw_mode(0o755)) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            spot.folder(path)
        }
        other => other,
    }
}

/// A name in the archive: beneath the folder, whatever it says.
fn relative(path: &[u8]) -> io::Result<PathBuf> {
    let path = Path::new(OsStr::from_bytes(path));
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
