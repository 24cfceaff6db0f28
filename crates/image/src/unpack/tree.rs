//! The folder that is unpacked into, and the one place that writes to it.
//!
//! Every path is resolved by the kernel beneath the root's descriptor (`openat2`, `RESOLVE_IN_ROOT`), so that
//! symlinks of the layers lead where they would lead in the container and never outside; what is then made or
//! removed is one name in a folder that is open. No path is ever used twice under the assumption that it
//! still means the same.

use std::collections::{HashMap, HashSet};
use std::ffi::CString;
use std::path::Path;
use std::rc::Rc;

use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, ResolveFlags, Stat, fstat, mkdirat, openat, openat2,
    readlinkat, statat, unlinkat,
};
use rustix::io::Errno;

type Result<T, E = Errno> = std::result::Result<T, E>;

/// A folder of the tree that is open.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub(super) fd: Rc<OwnedFd>,
    pub(super) inode: u64,
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Why the tree could not be worked on.
#[derive(Debug)]
pub(super) enum TreeError {
    System(Errno),
    TooDeep,
    TooMany,
    /// In words that follow "entry … is refused".
    Refused(&'static str),
}

impl From<Errno> for TreeError {
    fn from(errno: Errno) -> Self {
        Self::System(errno)
    }
}

#[derive(Debug)]
pub(super) struct Tree {
    root: Folder,
    max_depth: u32,
    max_entries: u64,
    /// Folders that were made, also those that no entry names.
    folders: u64,
    /// Names that were looked through to remove what is in a folder. Whiteouts can make that quadratic.
    visited: u64,
    /// How far each folder lies below the root, by inode. All folders were made here, so all are known.
    depths: HashMap<u64, u32>,
    /// Folders that were made because something lies in them, by inode, and that no entry named yet.
    implied: HashMap<u64, Vec<u8>>,
    /// Where the kernel says that the root lies.
    place: Vec<u8>,
    /// What the present layer made, by the folder's inode and the name in it. An inode that is used again
    /// after a removal belongs to a folder that this layer made, where nothing of a lower layer can be.
    made: HashSet<(u64, Vec<u8>)>,
    /// The folder that was asked for last; most entries lie where the one before lay.
    last: Option<(Vec<u8>, Folder)>,
}

impl Tree {
    pub(super) fn open(path: &Path, max_depth: u32, max_entries: u64) -> Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = openat(CWD, path, flags, Mode::empty())?;
        let inode = fstat(&fd)?.st_ino;
        let place = place_of(fd.as_fd())?;
        Ok(Self {
            root: Folder {
                fd: Rc::new(fd),
                inode,
            },
            implied: HashMap::new(),
            place,
            max_depth,
            max_entries,
            folders: 0,
            visited: 0,
            depths: HashMap::from([(inode, 0)]),
            made: HashSet::new(),
            last: None,
        })
    }

    pub(super) fn start_layer(&mut self) {
        self.made.clear();
    }

    /// Marks a name as brought by the present layer.
    pub(super) fn mark(&mut self, folder: &Folder, name: &[u8]) {
        self.made.insert((folder.inode, name.to_vec()));
    }

    /// Opens a folder; `None` where it is not there and is not to be made.
    pub(super) fn folder(&mut self, path: &[u8], create: bool) -> Result<Option<Folder>, TreeError> {
        if let Some((last, folder)) = &self.last
            && last == path
        {
            return Ok(Some(folder.clone()));
        }
        let folder = match self.resolve(path) {
            Ok(folder) => folder,
            Err(Errno::NOENT) if create => self.create(path)?,
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) if !create => return Ok(None),
            Err(errno) => return Err(explain(errno)),
        };
        self.last = Some((path.to_vec(), folder.clone()));
        Ok(Some(folder))
    }

    fn resolve(&self, path: &[u8]) -> Result<Folder> {
        if path.is_empty() {
            return Ok(self.root.clone());
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let how = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let mut attempts = 0;
        let fd = loop {
            match openat2(&self.root, path, flags, Mode::empty(), how) {
                // The kernel gives up on `..` when anything anywhere is renamed meanwhile.
                Err(Errno::AGAIN) if attempts < 1_000 => attempts += 1,
                other => break other?,
            }
        };
        let inode = fstat(&fd)?.st_ino;
        Ok(Folder {
            fd: Rc::new(fd),
            inode,
        })
    }

    /// Opens a folder and makes what is missing on the way.
    fn create(&mut self, path: &[u8]) -> Result<Folder, TreeError> {
        let mut at = self.root.clone();
        let ends = path
            .iter()
            .enumerate()
            .filter(|(_, b)| **b == b'/')
            .map(|(i, _)| i);
        for end in ends.chain([path.len()]) {
            let part = &path[..end];
            at = match self.resolve(part) {
                Ok(folder) => folder,
                Err(Errno::NOENT) => {
                    let name = part.rsplit(|b| *b == b'/').next().unwrap_or(part);
                    let made = self.make_folder(&at, name)?;
                    let path = self.real(&made)?;
                    self.implied.insert(made.inode, path);
                    made
                }
                Err(errno) => return Err(explain(errno)),
            };
        }
        Ok(at)
    }

    /// Makes a folder that is not there yet, accessible to us alone until its own mode is set.
    pub(super) fn make_folder(&mut self, parent: &Folder, name: &[u8]) -> Result<Folder, TreeError> {
        let depth = self.depth(parent)? + 1;
        if depth > self.max_depth {
            return Err(TreeError::TooDeep);
        }
        self.folders += 1;
        if self.folders > self.max_entries {
            return Err(TreeError::TooMany);
        }
        match mkdirat(parent, name, Mode::from_raw_mode(0o755)) {
            Ok(()) => {}
            Err(Errno::EXIST) => {
                return Err(TreeError::Refused("it lies under a symlink that leads nowhere"));
            }
            Err(errno) => return Err(errno.into()),
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = openat(parent, name, flags, Mode::empty())?;
        let inode = fstat(&fd)?.st_ino;
        self.depths.insert(inode, depth);
        self.mark(parent, name);
        Ok(Folder {
            fd: Rc::new(fd),
            inode,
        })
    }

    /// How deep a folder lies. Those that this unpacking did not make are of layers beneath, and are asked.
    fn depth(&self, folder: &Folder) -> Result<u32> {
        if let Some(depth) = self.depths.get(&folder.inode) {
            return Ok(*depth);
        }
        let path = self.real(folder)?;
        let parts = path.split(|b| *b == b'/').filter(|part| !part.is_empty());
        Ok(u32::try_from(parts.count()).unwrap_or(u32::MAX - 1))
    }

    /// The path of a folder from the root, without a link on the way.
    pub(super) fn real(&self, folder: &Folder) -> Result<Vec<u8>> {
        let path = place_of(folder.as_fd())?;
        let inside = path.strip_prefix(&self.place[..]).ok_or(Errno::XDEV)?;
        Ok(inside.strip_prefix(b"/").unwrap_or(inside).to_vec())
    }

    /// An entry named a folder.
    pub(super) fn name(&mut self, inode: u64) {
        self.implied.remove(&inode);
    }

    /// The folders that no entry named, lowest path first.
    pub(super) fn implied(&mut self) -> Vec<Vec<u8>> {
        let mut paths: Vec<_> = std::mem::take(&mut self.implied).into_values().collect();
        paths.sort_unstable();
        paths
    }

    /// What lies under a name, symlinks not followed.
    pub(super) fn look(folder: &Folder, name: &[u8]) -> Result<Option<Stat>> {
        match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    /// Removes a name and everything below it.
    pub(super) fn remove(&mut self, folder: &Folder, name: &[u8]) -> Result<(), TreeError> {
        self.last = None;
        self.made.remove(&(folder.inode, name.to_vec()));
        match Self::look(folder, name)? {
            None => Ok(()),
            Some(stat) if is_folder(&stat) => {
                let inner = self.enter(folder, name)?;
                for child in self.children(&inner)? {
                    self.remove(&inner, child.to_bytes())?;
                }
                self.implied.remove(&inner.inode);
                Ok(unlinkat(folder, name, AtFlags::REMOVEDIR)?)
            }
            Some(_) => Ok(unlinkat(folder, name, AtFlags::empty())?),
        }
    }

    /// Removes what lower layers brought under a name. Tells whether something of this layer is left there.
    pub(super) fn remove_lower(&mut self, folder: &Folder, name: &[u8]) -> Result<bool, TreeError> {
        self.last = None;
        let ours = self.made.contains(&(folder.inode, name.to_vec()));
        match Self::look(folder, name)? {
            None => Ok(false),
            Some(stat) if is_folder(&stat) => {
                let inner = self.enter(folder, name)?;
                let left = self.empty_of_lower(&inner)?;
                if ours || left {
                    return Ok(true);
                }
                unlinkat(folder, name, AtFlags::REMOVEDIR)?;
                Ok(false)
            }
            Some(_) if ours => Ok(true),
            Some(_) => {
                unlinkat(folder, name, AtFlags::empty())?;
                Ok(false)
            }
        }
    }

    /// Removes the children of a folder that lower layers brought. Tells whether any are left.
    pub(super) fn empty_of_lower(&mut self, folder: &Folder) -> Result<bool, TreeError> {
        let mut left = false;
        for child in self.children(folder)? {
            left |= self.remove_lower(folder, child.to_bytes())?;
        }
        Ok(left)
    }

    /// The names in a folder.
    fn children(&mut self, folder: &Folder) -> Result<Vec<CString>, TreeError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open = openat(folder, c".", flags, Mode::empty())?;
        let mut names = Vec::new();
        for entry in Dir::new(open)? {
            let entry = entry?;
            if matches!(entry.file_name().to_bytes(), b"." | b"..") {
                continue;
            }
            self.visited += 1;
            if self.visited > self.max_entries.saturating_mul(8) {
                return Err(TreeError::TooMany);
            }
            names.push(entry.file_name().to_owned());
        }
        Ok(names)
    }

    fn enter(&self, folder: &Folder, name: &[u8]) -> Result<Folder> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = openat(folder, name, flags, Mode::empty())?;
        let inode = fstat(&fd)?.st_ino;
        Ok(Folder {
            fd: Rc::new(fd),
            inode,
        })
    }
}

/// Where the kernel says that something lies; the root of a mount that is attached nowhere is `/`.
fn place_of(fd: BorrowedFd<'_>) -> Result<Vec<u8>> {
    let link = format!("/proc/self/fd/{}", fd.as_raw_fd());
    let mut place = readlinkat(CWD, link, Vec::new())?.into_bytes();
    if place == b"/" {
        place.clear();
    }
    Ok(place)
}

pub(super) fn is_folder(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::Directory
}

fn explain(errno: Errno) -> TreeError {
    match errno {
        Errno::NOTDIR => TreeError::Refused("a file is where its folder should be"),
        Errno::LOOP => TreeError::Refused("symlinks in its path lead in a circle"),
        errno => TreeError::System(errno),
    }
}
