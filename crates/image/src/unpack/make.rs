//! Files, hard links and nodes, made in the tree.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, ftruncate, futimens, linkat, mknodat, openat};
use rustix::io::Errno;

use super::UnpackLimit;
use super::entry::{Unpacker, refused, write_error};
use super::metadata::stamps;
use super::note::readable;
use super::path::split;
use super::tree::{Folder, Tree, is_folder};
use crate::error::UnpackError;
use crate::tarstream::Member;

impl Unpacker {
    pub(super) fn file(
        &mut self,
        member: &Member,
        folder: &Folder,
        name: &[u8],
        body: &mut impl Read,
    ) -> Result<(), UnpackError> {
        let data: u64 = member.segments.iter().map(|(_, length)| *length).sum();
        // The data is counted as it comes out of the stream; holes only here.
        let holes = member.size.saturating_sub(data);
        self.meter
            .add(holes)
            .map_err(|hit| UnpackError::limit(hit.0, self.meter.limits()))?;
        if data > self.meter.limits().bytes.get() {
            return Err(UnpackError::limit(UnpackLimit::Bytes, self.meter.limits()));
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = self.replacing(member, folder, name, || {
            openat(folder, name, flags, Mode::from_raw_mode(0o600))
        })?;
        self.tree.mark(folder, name);
        let mut file = File::from(fd);
        let fail = |source| UnpackError::Write {
            action: "write",
            entry: readable(&member.path),
            source,
        };
        let mut end = 0;
        for (offset, length) in &member.segments {
            if *offset != end {
                file.seek(SeekFrom::Start(*offset)).map_err(fail)?;
            }
            let mut left = *length;
            while left > 0 {
                let want = usize::try_from(left).unwrap_or(usize::MAX).min(self.buffer.len());
                let n = body
                    .read(&mut self.buffer[..want])
                    .map_err(|e| self.meter.error(e))?;
                if n == 0 {
                    return Err(UnpackError::Stream(std::io::ErrorKind::UnexpectedEof.into()));
                }
                file.write_all(&self.buffer[..n]).map_err(fail)?;
                left -= n as u64;
            }
            end = offset.saturating_add(*length);
        }
        if end < member.size {
            ftruncate(&file, member.size).map_err(|e| write_error("write", &member.path, e))?;
        }
        self.metadata(&file, member, 0o400)?;
        futimens(&file, &stamps(member.mtime)).map_err(|e| write_error("set the time of", &member.path, e))
    }

    pub(super) fn hard_link(
        &mut self,
        member: &Member,
        folder: &Folder,
        name: &[u8],
        target: &[u8],
    ) -> Result<(), UnpackError> {
        const GONE: &str = "a hard link to something that is not there";
        let fail = |e: Errno| match e {
            Errno::NOENT => refused(member, GONE),
            Errno::PERM | Errno::ISDIR => refused(member, "a hard link to a folder"),
            e => write_error("link", &member.path, e),
        };
        let target = split(target, &self.meter)?;
        if target.name.is_empty() {
            return Err(refused(member, "a hard link to a folder"));
        }
        let Some(from) = self.folder(member, &target.folder, false)? else {
            return Err(refused(member, GONE));
        };
        if self.alone.is_some() && self.is_hidden(member, &from, &target.name)? {
            return Err(refused(member, GONE));
        }
        let link = || linkat(&from, &*target.name, folder, name, AtFlags::empty());
        match link() {
            Ok(()) => {}
            Err(Errno::EXIST) => {
                let (one, other) = (Tree::look(&from, &target.name), Tree::look(folder, name));
                let (one, other) = (one.map_err(fail)?, other.map_err(fail)?);
                let same = matches!((&one, &other), (Some(a), Some(b)) if a.st_ino == b.st_ino);
                match one {
                    None => return Err(refused(member, GONE)),
                    Some(stat) if is_folder(&stat) => return Err(refused(member, "a hard link to a folder")),
                    Some(_) if same => {}
                    Some(_) => {
                        self.tree
                            .remove(folder, name)
                            .map_err(|e| self.tree_error(member, "replace", e))?;
                        link().map_err(fail)?;
                    }
                }
            }
            Err(e) => return Err(fail(e)),
        }
        self.tree.mark(folder, name);
        Ok(())
    }

    pub(super) fn node(
        &mut self,
        member: &Member,
        folder: &Folder,
        name: &[u8],
        kind: FileType,
        device: (u64, u64),
    ) -> Result<(), UnpackError> {
        let part = |n: u64| u32::try_from(n).map_err(|_| refused(member, "a device number out of range"));
        let device = rustix::fs::makedev(part(device.0)?, part(device.1)?);
        self.replacing(member, folder, name, || {
            mknodat(folder, name, kind, Mode::from_raw_mode(0o600), device)
        })?;
        self.tree.mark(folder, name);
        self.name_metadata(member, folder, name, true)
    }
}
