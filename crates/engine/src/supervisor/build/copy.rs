//! `COPY` and `ADD`: found sources into the files of a stage.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use rustix::fs::FileType;
use sampan_image::dockerfile::{Ignore, SourceText, clean_path};
use sampan_image::unpack::{Ownership, UnpackLimits, UnpackOptions};

use super::layer::nameable;
use super::source::{Source, file_left_out, left_out};
use super::tree::{self, As, DEPTH, Like, Root};

/// How many links may lead from one to the next, as in the kernel.
const LINKS: usize = 40;

/// Where to, and how.
#[derive(Clone)]
pub(super) struct Copying<'c> {
    pub(super) from: &'c Root,
    pub(super) to: &'c Root,
    /// As it was written, made absolute by the working folder.
    pub(super) target: String,
    pub(super) as_: As,
    /// Whose it was said to be, if that was said.
    pub(super) chown: Option<(u32, u32)>,
    /// Whether a folder that is copied to where there is none is copied itself, with its bits and owner.
    pub(super) itself: bool,
    pub(super) exclude: &'c Ignore,
    /// The folders of a source are made, too.
    pub(super) parents: bool,
    /// Archives are unpacked, into this folder first.
    pub(super) unpack: Option<PathBuf>,
    /// What files that are written in the Dockerfile have as their time.
    pub(super) now: i64,
}

/// The target of an instruction: absolute, with the slash at its end that says that it is a folder.
pub(super) fn target(working: &str, written: &str) -> String {
    let whole = match written.starts_with('/') {
        true => written.to_owned(),
        false => format!("/{working}/{written}"),
    };
    let folder = written.is_empty() || written.ends_with('/') || written == "." || written.ends_with("/.");
    let mut clean = clean_path(&whole);
    if folder && clean != "/" {
        clean.push('/');
    }
    clean
}

impl Copying<'_> {
    fn is_folder(&self, path: &Path) -> io::Result<bool> {
        match self.to.stat(path) {
            Ok(stat) => Ok(tree::kind(&stat) == FileType::Directory),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Copies one source.
    pub(super) fn source(&self, source: &Source) -> io::Result<()> {
        let mut target = PathBuf::from(&self.target);
        let mut into = self.target.ends_with('/');
        if self.parents {
            let kept: PathBuf = source.path.components().skip(source.before).collect();
            target.push(match source.folder {
                true => kept.as_path(),
                false => kept.parent().unwrap_or(Path::new("")),
            });
            into = true;
        }
        let path = Path::new("/").join(&source.path);
        if source.folder {
            let from = self.from.folder(&path)?;
            let fresh = !self.is_folder(&target)?;
            let to = self.to.ensure(&target, self.new_owner())?;
            self.folder(&from, &to, Path::new(""), 0)?;
            if fresh && self.itself {
                let like = Like::from(&rustix::fs::fstat(&from)?);
                return tree::finish_folder(&to, &like, Some(&from), self.as_);
            }
            // What is in the folder is copied, and not the folder: that is a new one, unless its bits were asked for.
            if fresh && let Some(mode) = self.as_.mode {
                rustix::fs::fchmod(&to, rustix::fs::Mode::from_raw_mode(mode))?;
            }
            return Ok(());
        }
        if file_left_out(self.exclude, source) {
            return Ok(());
        }
        let mut file = self.from.file(&path)?;
        if let Some(scratch) = &self.unpack
            && is_archive(&mut file)?
        {
            return self.archive(&mut file, scratch, &target);
        }
        let stat = Like::from(&rustix::fs::fstat(&file)?);
        let name = path.file_name().unwrap_or_default();
        self.put(&target, into, name, &mut file.try_clone()?, &stat, Some(&file))
    }

    /// Writes a file that is in the Dockerfile itself.
    pub(super) fn text(&self, text: &SourceText) -> io::Result<()> {
        let like = Like {
            owner: (0, 0),
            mode: 0o644,
            time: (self.now, 0),
        };
        let target = PathBuf::from(&self.target);
        let into = self.target.ends_with('/');
        self.put(
            &target,
            into,
            OsStr::new(&text.name),
            &mut text.content.as_bytes(),
            &like,
            None,
        )
    }

    fn new_owner(&self) -> Option<(u32, u32)> {
        self.as_.owned.then(|| self.as_.owner.unwrap_or((0, 0)))
    }

    /// Puts a file at the target, or into it where it is a folder.
    fn put(
        &self,
        target: &Path,
        into: bool,
        name: &OsStr,
        content: &mut dyn Read,
        like: &Like,
        from: Option<&File>,
    ) -> io::Result<()> {
        let led;
        let (folder, name) = match into || self.is_folder(target)? {
            true => (target, name),
            false => {
                led = self.led(target)?;
                (
                    led.parent().unwrap_or(Path::new("/")),
                    led.file_name().unwrap_or(name),
                )
            }
        };
        nameable(Path::new(name))?;
        let folder = self.to.ensure(folder, self.new_owner())?;
        tree::put_file(&folder, name, content, like, from, self.as_)
    }

    /// Where a target is in the end: a link there stays, and what it leads to is written, as Docker does.
    fn led(&self, target: &Path) -> io::Result<PathBuf> {
        let mut led = target.to_owned();
        for _ in 0..LINKS {
            let Some(next) = self.to.link(&led)? else {
                return Ok(led);
            };
            let whole = led.parent().unwrap_or(Path::new("/")).join(next);
            let whole = whole
                .to_str()
                .ok_or_else(|| io::Error::other("a link leads to a name that is no text"))?;
            led = PathBuf::from(clean_path(whole));
        }
        Err(io::Error::other("too many links lead to each other"))
    }

    fn folder(&self, from: &File, to: &File, at: &Path, depth: usize) -> io::Result<()> {
        if depth > DEPTH {
            return Err(io::Error::other("folders lie too deep in each other"));
        }
        for name in tree::names(from)? {
            let path = at.join(&name);
            let stat = tree::look(from, &name)?;
            let (kind, like) = (tree::kind(&stat), Like::from(&stat));
            if left_out(self.exclude, &path) && (kind != FileType::Directory || !self.exclude.takes_back()) {
                continue;
            }
            nameable(&path)?;
            match kind {
                FileType::Directory => {
                    let inner = tree::inner(from, &name)?;
                    let (made, fresh) = tree::put_folder(to, &name)?;
                    self.folder(&inner, &made, &path, depth + 1)?;
                    if left_out(self.exclude, &path) && fresh && tree::names(&made)?.is_empty() {
                        rustix::fs::unlinkat(to, &*name, rustix::fs::AtFlags::REMOVEDIR)?;
                        continue;
                    }
                    tree::finish_folder(&made, &like, Some(&inner), self.as_)?;
                }
                FileType::RegularFile => {
                    let mut file = tree::regular(from, &name)?;
                    let origin = file.try_clone()?;
                    tree::put_file(to, &name, &mut file, &like, Some(&origin), self.as_)?;
                }
                FileType::Symlink => {
                    tree::put_link(to, &name, &tree::link_target(from, &name)?, &like, self.as_)?;
                }
                // A context that holds devices, pipes or sockets gives none of them to an image.
                _ => {}
            }
        }
        Ok(())
    }

    /// Unpacks an archive beside the image, under the same limits as a layer, and copies what came out.
    fn archive(&self, file: &mut File, scratch: &Path, target: &Path) -> io::Result<()> {
        let options = UnpackOptions {
            limits: UnpackLimits::default(),
            ownership: match self.as_.owned {
                true => Ownership::Apply,
                false => Ownership::Ignore,
            },
        };
        sampan_image::unpack::archive_into_folder(file, scratch, &options).map_err(io::Error::other)?;
        let to = self.to.ensure(target, self.new_owner())?;
        let unpacked = Copying {
            from: self.from,
            to: self.to,
            target: String::new(),
            // An archive says itself whose its files are, unless that was said.
            as_: As {
                owner: self.chown,
                ..self.as_
            },
            chown: self.chown,
            itself: false,
            exclude: self.exclude,
            parents: false,
            unpack: None,
            now: self.now,
        };
        unpacked.folder(&File::open(scratch)?, &to, Path::new(""), 0)
    }
}

/// Whether a file is an archive, compressed or not.
pub(super) fn is_archive(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::with_capacity(512);
    let read = sampan_image::decompressed(&mut *file, &UnpackLimits::default())
        .and_then(|plain| plain.take(512).read_to_end(&mut head));
    file.seek(SeekFrom::Start(0))?;
    if read.is_err() || head.len() < 512 {
        return Ok(false);
    }
    if &head[257..262] == b"ustar" {
        return Ok(true);
    }
    // Archives of before that mark have a checksum alone.
    let mut header = tar::Header::new_old();
    header.as_mut_bytes().copy_from_slice(&head);
    let sum: u32 = head
        .iter()
        .enumerate()
        .map(|(at, byte)| u32::from(if (148..156).contains(&at) { b' ' } else { *byte }))
        .sum();
    Ok(header.cksum().is_ok_and(|said| said == sum) && head[0] != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_keep_the_slash_that_makes_them_folders() {
        for (working, written, wanted) in [
            ("", "a", "/a"),
            ("/w", "a/", "/w/a/"),
            ("/w", ".", "/w/"),
            ("", ".", "/"),
            ("/w", "../../x", "/x"),
            ("/w", "/a/./b", "/a/b"),
            ("/w", "./", "/w/"),
        ] {
            assert_eq!(target(working, written), wanted, "{working} {written}");
        }
    }
}
