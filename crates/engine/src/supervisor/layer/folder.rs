//! What is in a folder, asked through its descriptor, so that whoever changes it meanwhile leads nobody astray.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use rustix::fs::{
    AtFlags, Dir, FileType, Mode, OFlags, Stat, fgetxattr, flistxattr, openat, readlinkat, statat,
};
use rustix::io::Errno;

/// How deep folders may lie in each other.
pub(in crate::supervisor) const DEPTH: usize = 256;

/// Opens a folder that lies in another, no link followed.
pub(in crate::supervisor) fn inner(folder: &File, name: &OsStr) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(folder, name, flags, Mode::empty())?.into())
}

/// Opens a file that lies in a folder, no link followed.
pub(in crate::supervisor) fn regular(folder: &File, name: &OsStr) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(openat(folder, name, flags, Mode::empty())?.into())
}

pub(in crate::supervisor) fn look(folder: &File, name: &OsStr) -> io::Result<Stat> {
    Ok(statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?)
}

pub(in crate::supervisor) fn kind(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

pub(in crate::supervisor) fn link_target(folder: &File, name: &OsStr) -> io::Result<PathBuf> {
    let target = readlinkat(folder, name, Vec::new())?;
    Ok(PathBuf::from(OsStr::from_bytes(target.to_bytes())))
}

/// The names in a folder, sorted, so that the same files give the same archive.
pub(in crate::supervisor) fn names(folder: &File) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for found in Dir::read_from(folder)? {
        let name = OsStr::from_bytes(found?.file_name().to_bytes()).to_owned();
        if name != "." && name != ".." {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Extended attributes that an image may have: a user's own, and what a program may do.
pub(in crate::supervisor) fn own_attributes(file: &File) -> io::Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut list = vec![0; 64 << 10];
    let length = match flistxattr(file, &mut list[..]) {
        Ok(length) => length,
        Err(Errno::OPNOTSUPP) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut all = Vec::new();
    for name in list[..length].split(|byte| *byte == 0) {
        if !name.starts_with(b"user.") && name != b"security.capability" {
            continue;
        }
        let mut value = vec![0; 64 << 10];
        let length = fgetxattr(file, name, &mut value[..])?;
        value.truncate(length);
        all.push((name.to_vec(), value));
    }
    Ok(all)
}
