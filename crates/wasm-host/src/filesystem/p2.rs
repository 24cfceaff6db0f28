//! Version 0.2.

use wasmtime::component::Resource;
use wasmtime_wasi::filesystem::Descriptor;
use wasmtime_wasi::p2::bindings::filesystem::preopens;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    self, ErrorCode, Host, HostDescriptor, HostDirectoryEntryStream,
};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, FsError, FsResult};

use super::View;
use super::stream::CountedStream;
use crate::files::{Counted, Entry, Full, TooMany};

type Fd = Resource<Descriptor>;

/// `error-code` has no word for too many open files; this one is the nearest.
fn too_many(_: TooMany) -> FsError {
    ErrorCode::InsufficientMemory.into()
}

fn full(_: Full) -> FsError {
    ErrorCode::InsufficientSpace.into()
}

impl View<'_> {
    /// In a read-only area "not permitted" is said as every program expects it.
    fn rofs<T>(&self, area: usize, result: FsResult<T>) -> FsResult<T> {
        let Err(error) = result else { return result };
        Err(match error.downcast() {
            Ok(ErrorCode::NotPermitted) if self.is_read_only(area) => ErrorCode::ReadOnly.into(),
            Ok(code) => code.into(),
            Err(trap) => FsError::trap(trap),
        })
    }

    async fn entry(&mut self, fd: &Fd, follow: bool, path: &str) -> FsResult<Entry> {
        let flags = if follow {
            types::PathFlags::SYMLINK_FOLLOW
        } else {
            types::PathFlags::empty()
        };
        let borrow = || Resource::new_borrow(fd.rep());
        let stat = self.inner.stat_at(borrow(), flags, path.to_owned()).await?;
        let hash = self
            .inner
            .metadata_hash_at(borrow(), flags, path.to_owned())
            .await?;
        Ok(Entry {
            inode: hash.lower,
            links: stat.link_count,
            folder: matches!(stat.type_, types::DescriptorType::Directory),
        })
    }

    async fn made(&mut self, area: usize, fd: &Fd, path: &str) {
        self.files.touch(area, true);
        if self.files.counts(area)
            && let Ok(entry) = self.entry(fd, false, path).await
        {
            self.files.created(area, entry.inode);
        }
    }

    async fn remove(&mut self, fd: Fd, path: String, directory: bool) -> FsResult<()> {
        let area = self.area(fd.rep());
        let entry = match self.files.counts(area) {
            true => self.entry(&fd, false, &path).await.ok(),
            false => None,
        };
        let result = match directory {
            true => self.inner.remove_directory_at(fd, path).await,
            false => self.inner.unlink_file_at(fd, path).await,
        };
        self.rofs(area, result)?;
        self.files.touch(area, true);
        if let Some(entry) = entry {
            self.files.removed(area, &entry);
        }
        Ok(())
    }

    /// Puts a counting stream in the place of a plain one.
    fn count_stream(
        &mut self,
        stream: Resource<DynOutputStream>,
        file: Option<Counted>,
        at: u64,
    ) -> FsResult<Resource<DynOutputStream>> {
        let Some(file) = file else { return Ok(stream) };
        let inner = self.table().delete(stream)?;
        let counted: DynOutputStream = Box::new(CountedStream { inner, file, at });
        Ok(self.table().push(counted)?)
    }
}

impl preopens::Host for View<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Fd, String)>> {
        let folders = preopens::Host::get_directories(&mut self.inner)?;
        self.number(&folders);
        Ok(folders)
    }
}

impl Host for View<'_> {
    fn convert_error_code(&mut self, error: FsError) -> wasmtime::Result<ErrorCode> {
        Host::convert_error_code(&mut self.inner, error)
    }

    fn filesystem_error_code(
        &mut self,
        error: Resource<wasmtime::Error>,
    ) -> wasmtime::Result<Option<ErrorCode>> {
        self.inner.filesystem_error_code(error)
    }
}

/// Hands functions on as they are.
macro_rules! hand_on {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $ret:ty;)*) => {$(
        async fn $name(&mut self, fd: Fd, $($arg: $ty),*) -> FsResult<$ret> {
            self.inner.$name(fd, $($arg),*).await
        }
    )*};
}

impl HostDescriptor for View<'_> {
    async fn open_at(
        &mut self,
        fd: Fd,
        path_flags: types::PathFlags,
        path: String,
        open_flags: types::OpenFlags,
        flags: types::DescriptorFlags,
    ) -> FsResult<Fd> {
        self.files.room().map_err(too_many)?;
        let area = self.area(fd.rep());
        let counts = self.files.counts(area);
        let creates = open_flags.contains(types::OpenFlags::CREATE);
        let mut new = false;
        if counts && creates {
            let follow = path_flags.contains(types::PathFlags::SYMLINK_FOLLOW);
            new = self.entry(&fd, follow, &path).await.is_err();
            if new {
                self.files.room_for_entry(area).map_err(full)?;
            }
        }
        let result = self.inner.open_at(fd, path_flags, path, open_flags, flags).await;
        let writes = creates
            || open_flags.contains(types::OpenFlags::TRUNCATE)
            || flags.contains(types::DescriptorFlags::WRITE);
        let opened = if writes { self.rofs(area, result)? } else { result? };
        self.files.touch(area, writes);
        let (mut inode, mut size) = (0, 0);
        if counts {
            let borrow = || Resource::new_borrow(opened.rep());
            size = self.inner.stat(borrow()).await?.size;
            inode = self.inner.metadata_hash(borrow()).await?.lower;
            if new {
                self.files.created(area, inode);
            }
        }
        self.files.opened(opened.rep(), area, inode, size, false);
        Ok(opened)
    }

    fn drop(&mut self, fd: Fd) -> wasmtime::Result<()> {
        let (number, file) = (fd.rep(), self.held(&fd));
        HostDescriptor::drop(&mut self.inner, fd)?;
        self.files.closed_beside_streams(number, file);
        Ok(())
    }

    async fn write(&mut self, fd: Fd, bytes: Vec<u8>, offset: u64) -> FsResult<u64> {
        let Some(file) = self.files.counted(fd.rep()) else {
            return self.inner.write(fd, bytes, offset).await;
        };
        let taken = file.take(offset, bytes.len() as u64).map_err(full)?;
        let result = self.inner.write(fd, bytes, offset).await;
        taken.settle(*result.as_ref().unwrap_or(&0));
        result
    }

    async fn set_size(&mut self, fd: Fd, size: u64) -> FsResult<()> {
        let Some(file) = self.files.counted(fd.rep()) else {
            return self.inner.set_size(fd, size).await;
        };
        let before = self.inner.stat(Resource::new_borrow(fd.rep())).await?.size;
        file.resize(size).map_err(full)?;
        let result = self.inner.set_size(fd, size).await;
        if result.is_err() {
            // Back to what it was: that cannot be too much.
            let _ = file.resize(before);
        }
        result
    }

    fn write_via_stream(&mut self, fd: Fd, offset: u64) -> FsResult<Resource<DynOutputStream>> {
        let file = self.files.counted(fd.rep());
        let stream = self.inner.write_via_stream(fd, offset)?;
        self.count_stream(stream, file, offset)
    }

    fn append_via_stream(&mut self, fd: Fd) -> FsResult<Resource<DynOutputStream>> {
        let file = self.files.counted(fd.rep()).map(Counted::appending);
        let stream = self.inner.append_via_stream(fd)?;
        self.count_stream(stream, file, 0)
    }

    fn read_via_stream(&mut self, fd: Fd, offset: u64) -> FsResult<Resource<DynInputStream>> {
        self.inner.read_via_stream(fd, offset)
    }

    async fn create_directory_at(&mut self, fd: Fd, path: String) -> FsResult<()> {
        let area = self.area(fd.rep());
        self.files.room_for_entry(area).map_err(full)?;
        let again = Resource::new_borrow(fd.rep());
        let result = self.inner.create_directory_at(fd, path.clone()).await;
        self.rofs(area, result)?;
        self.made(area, &again, &path).await;
        Ok(())
    }

    async fn symlink_at(&mut self, fd: Fd, target: String, path: String) -> FsResult<()> {
        let area = self.area(fd.rep());
        self.files.room_for_entry(area).map_err(full)?;
        let again = Resource::new_borrow(fd.rep());
        let result = self.inner.symlink_at(fd, target, path.clone()).await;
        self.rofs(area, result)?;
        self.made(area, &again, &path).await;
        Ok(())
    }

    async fn unlink_file_at(&mut self, fd: Fd, path: String) -> FsResult<()> {
        self.remove(fd, path, false).await
    }

    async fn remove_directory_at(&mut self, fd: Fd, path: String) -> FsResult<()> {
        self.remove(fd, path, true).await
    }

    async fn rename_at(&mut self, from: Fd, from_path: String, to: Fd, to_path: String) -> FsResult<()> {
        let area = self
            .same_area(from.rep(), to.rep())
            .ok_or(ErrorCode::CrossDevice)?;
        let (mut moved, mut replaced) = (None, None);
        if self.files.counts(area) {
            moved = self.entry(&from, false, &from_path).await.ok();
            replaced = self.entry(&to, false, &to_path).await.ok();
        }
        let result = self.inner.rename_at(from, from_path, to, to_path).await;
        self.rofs(area, result)?;
        self.files.touch(area, true);
        self.files.replaced(area, moved.as_ref(), replaced.as_ref());
        Ok(())
    }

    async fn link_at(
        &mut self,
        from: Fd,
        flags: types::PathFlags,
        from_path: String,
        to: Fd,
        to_path: String,
    ) -> FsResult<()> {
        let area = self
            .same_area(from.rep(), to.rep())
            .ok_or(ErrorCode::CrossDevice)?;
        let mut linking = None;
        if self.files.counts(area) {
            let follow = flags.contains(types::PathFlags::SYMLINK_FOLLOW);
            let entry = self.entry(&from, follow, &from_path).await?;
            linking = Some(self.files.linking(area, &entry).map_err(full)?);
        }
        let result = self.inner.link_at(from, flags, from_path, to, to_path).await;
        if result.is_err()
            && let Some(linking) = linking
        {
            self.files.not_linked(linking);
        }
        self.rofs(area, result)?;
        self.files.touch(area, true);
        Ok(())
    }

    async fn is_same_object(&mut self, a: Fd, b: Fd) -> wasmtime::Result<bool> {
        self.inner.is_same_object(a, b).await
    }

    async fn read_directory(&mut self, fd: Fd) -> FsResult<Resource<types::DirectoryEntryStream>> {
        self.files.list().map_err(too_many)?;
        let result = self.inner.read_directory(fd).await;
        if result.is_err() {
            self.files.listed();
        }
        result
    }

    hand_on! {
        advise(offset: u64, len: u64, advice: types::Advice) -> ();
        sync_data() -> ();
        get_flags() -> types::DescriptorFlags;
        get_type() -> types::DescriptorType;
        set_times(atim: types::NewTimestamp, mtim: types::NewTimestamp) -> ();
        read(len: u64, offset: u64) -> (Vec<u8>, bool);
        sync() -> ();
        stat() -> types::DescriptorStat;
        stat_at(flags: types::PathFlags, path: String) -> types::DescriptorStat;
        set_times_at(flags: types::PathFlags, path: String, atim: types::NewTimestamp,
            mtim: types::NewTimestamp) -> ();
        readlink_at(path: String) -> String;
        metadata_hash() -> types::MetadataHashValue;
        metadata_hash_at(flags: types::PathFlags, path: String) -> types::MetadataHashValue;
    }
}

impl HostDirectoryEntryStream for View<'_> {
    async fn read_directory_entry(
        &mut self,
        stream: Resource<types::DirectoryEntryStream>,
    ) -> FsResult<Option<types::DirectoryEntry>> {
        self.inner.read_directory_entry(stream).await
    }

    fn drop(&mut self, stream: Resource<types::DirectoryEntryStream>) -> wasmtime::Result<()> {
        HostDirectoryEntryStream::drop(&mut self.inner, stream)?;
        self.files.listed();
        Ok(())
    }
}
