//! What `COPY` and `ADD` take: names and patterns to files of a context, a stage or an image, and their checksum.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustix::fs::FileType;
use sampan_image::dockerfile::{Ignore, clean_path, glob};

use super::sum::Sum;
use super::tree::{self, DEPTH, Root};

/// One source, found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Beneath the root, without a slash at its beginning; empty for the root itself.
    pub(super) path: PathBuf,
    pub(super) folder: bool,
    /// How many of its first parts stand before `/./`: with `--parents` they are not made.
    pub(super) before: usize,
}

/// Why a source could not be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    #[error("no source files were specified")]
    None,
    #[error("file not found in build context or excluded by .dockerignore: stat {0}: file does not exist")]
    NotInContext(String),
    #[error("stat {0}: file does not exist")]
    NotFound(String),
    #[error("{0}")]
    Pattern(#[from] sampan_image::dockerfile::BadPattern),
    #[error("cannot read {path}: {source}")]
    Read { path: String, source: io::Error },
}

impl SourceError {
    fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::Read { path, source }
    }
}

/// Finds what a word of an instruction means: of a pattern whatever fits it, which may be nothing.
pub(super) fn find(
    root: &Root,
    word: &str,
    context: bool,
    parents: bool,
) -> Result<Vec<Source>, SourceError> {
    let clean = clean_path(word);
    let path = clean.trim_start_matches('/');
    let before = match word.split_once("/./") {
        Some((before, _)) if parents => clean_path(before)
            .split('/')
            .skip(1)
            .filter(|s| !s.is_empty())
            .count(),
        _ => 0,
    };
    let mut found = Vec::new();
    if has_pattern(word) {
        let deep = parents.then_some(before);
        let walk = Walk { root, deep };
        walk.names(Path::new(""), path, &mut found, 0)?;
        // By several ways of `**` to the same place.
        found.sort_by(|one: &Source, other| one.path.cmp(&other.path));
        found.dedup();
    } else {
        found.push(one(root, Path::new(path), context)?);
    }
    found.iter_mut().for_each(|source| source.before = before);
    Ok(found)
}

fn one(root: &Root, path: &Path, context: bool) -> Result<Source, SourceError> {
    let shown = if path.as_os_str().is_empty() {
        Path::new("/")
    } else {
        path
    };
    match root.stat(shown) {
        Ok(stat) => Ok(Source {
            path: path.to_owned(),
            folder: tree::kind(&stat) == FileType::Directory,
            before: 0,
        }),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            let path = path.display().to_string();
            Err(match context {
                true => SourceError::NotInContext(path),
                false => SourceError::NotFound(path),
            })
        }
        Err(error) => Err(SourceError::read(path)(error)),
    }
}

fn has_pattern(word: &str) -> bool {
    let mut letters = word.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '*' | '?' | '[' => return true,
            _ => {}
        }
    }
    false
}

/// Goes through the folders that a pattern could fit; a part of it stands for one folder each.
struct Walk<'r> {
    root: &'r Root,
    /// From which folder on `**` stands for any number of them: with `--parents`, behind `/./`.
    deep: Option<usize>,
}

impl Walk<'_> {
    fn names(
        &self,
        at: &Path,
        pattern: &str,
        found: &mut Vec<Source>,
        depth: usize,
    ) -> Result<(), SourceError> {
        let (part, rest) = match pattern.split_once('/') {
            Some((part, rest)) => (part, Some(rest)),
            None => (pattern, None),
        };
        if depth > DEPTH {
            return Ok(());
        }
        let deep = part == "**" && self.deep.is_some_and(|from| depth >= from);
        if deep && let Some(rest) = rest {
            self.names(at, rest, found, depth)?;
        }
        let folder = self
            .root
            .folder(&Path::new("/").join(at))
            .map_err(SourceError::read(at))?;
        for name in tree::names(&folder).map_err(SourceError::read(at))? {
            if !deep && !name.to_str().map_or(Ok(false), |name| glob(part, name))? {
                continue;
            }
            let path = at.join(&name);
            let Some(rest) = rest else {
                // A link that leads nowhere is no source, as in Docker.
                found.push(one(self.root, &path, true)?);
                continue;
            };
            let stat = tree::look(&folder, &name).map_err(SourceError::read(&path))?;
            if tree::kind(&stat) == FileType::Directory {
                self.names(&path, if deep { pattern } else { rest }, found, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// Tells of each file what is in it, so that the same files give the same text, whenever they were written.
pub(super) struct Summing<'r> {
    pub(super) root: &'r Root,
    /// Whether whose files are counts, too.
    pub(super) owners: bool,
    /// What is left out.
    pub(super) exclude: &'r Ignore,
}

impl Summing<'_> {
    /// The checksum of one source, in Docker's form: `file:…` or `dir:…`.
    pub(super) fn sum(&self, source: &Source) -> Result<String, SourceError> {
        let mut all = Sum::default();
        let fail = || SourceError::read(&source.path);
        let shown = Path::new("/").join(&source.path);
        if source.folder {
            let folder = self.root.folder(&shown).map_err(fail())?;
            self.folder(&folder, Path::new(""), &mut all, 0).map_err(fail())?;
            return Ok(format!("dir:{}", all.finish().hex()));
        }
        let mut file = self.root.file(&shown).map_err(fail())?;
        let stat = rustix::fs::fstat(&file).map_err(|e| fail()(e.into()))?;
        let name = source.path.file_name().unwrap_or_default();
        all.add(name.as_encoded_bytes());
        self.content(&mut file, &stat, &mut all).map_err(fail())?;
        Ok(format!("file:{}", all.finish().hex()))
    }

    fn folder(&self, folder: &File, at: &Path, all: &mut Sum, depth: usize) -> io::Result<()> {
        if depth > DEPTH {
            return Err(io::Error::other("folders lie too deep in each other"));
        }
        for name in tree::names(folder)? {
            let path = at.join(&name);
            if left_out(self.exclude, &path) && !self.exclude.takes_back() {
                continue;
            }
            let stat = tree::look(folder, &name)?;
            let kind = tree::kind(&stat);
            if kind != FileType::Directory && left_out(self.exclude, &path) {
                continue;
            }
            all.add(path.as_os_str().as_encoded_bytes());
            match kind {
                FileType::Directory => {
                    self.meta(&stat, all);
                    self.folder(&tree::inner(folder, &name)?, &path, all, depth + 1)?;
                }
                FileType::RegularFile => {
                    self.content(&mut tree::regular(folder, &name)?, &stat, all)?;
                }
                FileType::Symlink => {
                    self.meta(&stat, all);
                    all.add(tree::link_target(folder, &name)?.as_os_str().as_encoded_bytes());
                }
                _ => self.meta(&stat, all),
            }
        }
        Ok(())
    }

    fn meta(&self, stat: &rustix::fs::Stat, all: &mut Sum) {
        all.add(&stat.st_mode.to_le_bytes());
        if self.owners {
            all.add(&[stat.st_uid.to_le_bytes(), stat.st_gid.to_le_bytes()].concat());
        }
    }

    fn content(&self, file: &mut File, stat: &rustix::fs::Stat, all: &mut Sum) -> io::Result<()> {
        self.meta(stat, all);
        for (name, value) in tree::own_attributes(file)? {
            all.add(&name);
            all.add(&value);
        }
        let mut content = Sum::default();
        let mut buffer = vec![0; 128 << 10];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                length => content.bytes(&buffer[..length]),
            }
        }
        all.add(content.finish().hex().as_bytes());
        Ok(())
    }
}

/// Whether a path within a source is left out.
pub(super) fn left_out(exclude: &Ignore, path: &Path) -> bool {
    !exclude.is_empty() && path.to_str().is_some_and(|path| exclude.leaves_out(path))
}

/// Whether a single file is left out: by its name.
pub(super) fn file_left_out(exclude: &Ignore, source: &Source) -> bool {
    let name: &OsStr = source.path.file_name().unwrap_or_default();
    left_out(exclude, Path::new(name)) || left_out(exclude, &source.path)
}
