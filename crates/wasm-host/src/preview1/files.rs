//! File operations of preview 1 that change what is open or how much disk is taken.

use wasmtime_wasi::p1::types::{self, Errno};
use wasmtime_wasi::p1::wasi_snapshot_preview1::WasiSnapshotPreview1 as Inner;
use wiggle::{GuestMemory, GuestPtr};

use super::Preview1;
use crate::files::{Entry, Full, TooMany};

pub(super) type Result<T> = std::result::Result<T, types::Error>;

impl From<Full> for types::Error {
    fn from(_: Full) -> Self {
        Errno::Nospc.into()
    }
}

impl From<TooMany> for types::Error {
    fn from(_: TooMany) -> Self {
        Errno::Mfile.into()
    }
}

impl Preview1 {
    /// The area beneath a descriptor of a folder.
    fn area(&self, fd: types::Fd) -> usize {
        self.files.get(fd.into()).map_or(usize::MAX, |o| o.area)
    }

    /// In a read-only area "not permitted" is said as every program expects it.
    fn rofs<T>(&self, area: usize, result: Result<T>) -> Result<T> {
        let Err(error) = result else { return result };
        let read_only = self.files.area(area).is_some_and(|a| a.read_only);
        Err(match error.downcast() {
            Ok(Errno::Perm) if read_only => Errno::Rofs.into(),
            Ok(errno) => errno.into(),
            Err(trap) => types::Error::trap(trap),
        })
    }

    async fn entry(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        follow: bool,
        path: GuestPtr<str>,
    ) -> Result<Entry> {
        let flags = if follow {
            types::Lookupflags::SYMLINK_FOLLOW
        } else {
            types::Lookupflags::empty()
        };
        let stat = self.inner.path_filestat_get(memory, fd, flags, path).await?;
        Ok(Entry {
            inode: stat.ino,
            links: stat.nlink,
            folder: stat.filetype == types::Filetype::Directory,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "the standard's own")]
    pub(super) async fn open(
        &mut self,
        memory: &mut GuestMemory<'_>,
        dirfd: types::Fd,
        dirflags: types::Lookupflags,
        path: GuestPtr<str>,
        oflags: types::Oflags,
        rights: types::Rights,
        inheriting: types::Rights,
        fdflags: types::Fdflags,
    ) -> Result<types::Fd> {
        self.files.room()?;
        let area = self.area(dirfd);
        let counts = self.files.counts(area);
        let creates = oflags.contains(types::Oflags::CREAT);
        let mut new = false;
        if counts && creates {
            let follow = dirflags.contains(types::Lookupflags::SYMLINK_FOLLOW);
            new = self.entry(memory, dirfd, follow, path).await.is_err();
            if new {
                self.files.room_for_entry(area)?;
            }
        }
        let opened = self
            .inner
            .path_open(memory, dirfd, dirflags, path, oflags, rights, inheriting, fdflags)
            .await;
        let writes =
            creates || oflags.contains(types::Oflags::TRUNC) || rights.contains(types::Rights::FD_WRITE);
        let fd = if writes { self.rofs(area, opened)? } else { opened? };
        self.files.touch(area, writes);
        let (mut inode, mut size) = (0, 0);
        if counts {
            let stat = self.inner.fd_filestat_get(memory, fd).await?;
            (inode, size) = (stat.ino, stat.size);
            if new {
                self.files.created(area, inode);
            }
        }
        let append = fdflags.contains(types::Fdflags::APPEND);
        self.files.opened(fd.into(), area, inode, size, append);
        Ok(fd)
    }

    pub(super) async fn write_file(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        ciovs: types::CiovecArray,
        offset: Option<u64>,
    ) -> Result<types::Size> {
        let Some(file) = self.files.counted(fd.into()) else {
            return self.write_inner(memory, fd, ciovs, offset).await;
        };
        let at = match offset {
            Some(offset) => offset,
            None => self.inner.fd_tell(memory, fd)?,
        };
        let mut len = 0;
        for iov in ciovs.iter() {
            len = memory.read(iov?)?.buf_len;
            if len != 0 {
                break;
            }
        }
        let taken = file.take(at, len.into())?;
        let result = self.write_inner(memory, fd, ciovs, offset).await;
        taken.settle(result.as_ref().map_or(0, |n| u64::from(*n)));
        result
    }

    async fn write_inner(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        ciovs: types::CiovecArray,
        offset: Option<u64>,
    ) -> Result<types::Size> {
        match offset {
            Some(offset) => self.inner.fd_pwrite(memory, fd, ciovs, offset).await,
            None => self.inner.fd_write(memory, fd, ciovs).await,
        }
    }

    pub(super) async fn resize(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        size: u64,
    ) -> Result<()> {
        let Some(file) = self.files.counted(fd.into()) else {
            return self.inner.fd_filestat_set_size(memory, fd, size).await;
        };
        let before = self.inner.fd_filestat_get(memory, fd).await?.size;
        file.resize(size)?;
        let result = self.inner.fd_filestat_set_size(memory, fd, size).await;
        if result.is_err() {
            // Back to what it was: that cannot be too much.
            let _ = file.resize(before);
        }
        result
    }

    pub(super) async fn create_directory(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<()> {
        let area = self.area(fd);
        self.files.room_for_entry(area)?;
        let result = self.inner.path_create_directory(memory, fd, path).await;
        self.rofs(area, result)?;
        self.made(memory, area, fd, path).await;
        Ok(())
    }

    pub(super) async fn symlink(
        &mut self,
        memory: &mut GuestMemory<'_>,
        target: GuestPtr<str>,
        fd: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<()> {
        let area = self.area(fd);
        self.files.room_for_entry(area)?;
        let result = self.inner.path_symlink(memory, target, fd, path).await;
        self.rofs(area, result)?;
        self.made(memory, area, fd, path).await;
        Ok(())
    }

    async fn made(&mut self, memory: &mut GuestMemory<'_>, area: usize, fd: types::Fd, path: GuestPtr<str>) {
        self.files.touch(area, true);
        if self.files.counts(area)
            && let Ok(entry) = self.entry(memory, fd, false, path).await
        {
            self.files.created(area, entry.inode);
        }
    }

    pub(super) async fn remove(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        path: GuestPtr<str>,
        directory: bool,
    ) -> Result<()> {
        let area = self.area(fd);
        let entry = match self.files.counts(area) {
            true => self.entry(memory, fd, false, path).await.ok(),
            false => None,
        };
        let result = match directory {
            true => self.inner.path_remove_directory(memory, fd, path).await,
            false => self.inner.path_unlink_file(memory, fd, path).await,
        };
        self.rofs(area, result)?;
        self.files.touch(area, true);
        if let Some(entry) = entry {
            self.files.removed(area, &entry);
        }
        Ok(())
    }

    pub(super) async fn rename(
        &mut self,
        memory: &mut GuestMemory<'_>,
        from: types::Fd,
        from_path: GuestPtr<str>,
        to: types::Fd,
        to_path: GuestPtr<str>,
    ) -> Result<()> {
        let area = self.same_area(from, to)?;
        let (mut moved, mut replaced) = (None, None);
        if self.files.counts(area) {
            moved = self.entry(memory, from, false, from_path).await.ok();
            replaced = self.entry(memory, to, false, to_path).await.ok();
        }
        let result = self.inner.path_rename(memory, from, from_path, to, to_path).await;
        self.rofs(area, result)?;
        self.files.touch(area, true);
        self.files.replaced(area, moved.as_ref(), replaced.as_ref());
        Ok(())
    }

    /// Two folders of one mount. Others are different file systems to the guest, wherever they lie on the
    /// host, so that nothing moves between what is counted and what is not.
    pub(super) fn same_area(&self, a: types::Fd, b: types::Fd) -> Result<usize> {
        let (a, b) = (self.area(a), self.area(b));
        if a == b { Ok(a) } else { Err(Errno::Xdev.into()) }
    }

    pub(super) async fn link(
        &mut self,
        memory: &mut GuestMemory<'_>,
        from: types::Fd,
        flags: types::Lookupflags,
        from_path: GuestPtr<str>,
        to: types::Fd,
        to_path: GuestPtr<str>,
    ) -> Result<()> {
        let area = self.same_area(from, to)?;
        let mut linking = None;
        if self.files.counts(area) {
            let follow = flags.contains(types::Lookupflags::SYMLINK_FOLLOW);
            let entry = self.entry(memory, from, follow, from_path).await?;
            linking = Some(self.files.linking(area, &entry)?);
        }
        let result = self
            .inner
            .path_link(memory, from, flags, from_path, to, to_path)
            .await;
        if result.is_err()
            && let Some(linking) = linking
        {
            self.files.not_linked(linking);
        }
        self.rofs(area, result)?;
        self.files.touch(area, true);
        Ok(())
    }
}
