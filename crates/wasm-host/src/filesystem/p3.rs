//! Version 0.3.

use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use wasmtime::component::{
    Access, Accessor, FutureReader, Resource, Source, StreamConsumer, StreamReader, StreamResult,
};
use wasmtime::{AsContextMut as _, StoreContextMut};
use wasmtime_wasi::filesystem::{Descriptor, WasiFilesystem, WasiFilesystemView as _};
use wasmtime_wasi::p3::bindings::filesystem::preopens;
use wasmtime_wasi::p3::bindings::filesystem::types::{
    self, ErrorCode, Host, HostDescriptor, HostDescriptorWithStore,
};
use wasmtime_wasi::p3::filesystem::{FilesystemError, FilesystemResult};

use super::{Counting, View};
use crate::files::{Counted, Entry, Full, TooMany};
use crate::state::GuestState;

type Fd = Resource<Descriptor>;
type Store = Accessor<GuestState, Counting>;
type Plain = WasiFilesystem;
type Done = Result<(), ErrorCode>;

/// Most bytes that are written at a time.
const CHUNK: usize = 64 << 10;

fn too_many(_: TooMany) -> FilesystemError {
    ErrorCode::InsufficientMemory.into()
}

fn full(_: Full) -> FilesystemError {
    ErrorCode::InsufficientSpace.into()
}

fn borrow(fd: &Fd) -> Fd {
    Resource::new_borrow(fd.rep())
}

/// The same store, as Wasmtime's own implementation wants it.
fn plain(store: &Store) -> Accessor<GuestState, Plain> {
    store.with_getter::<Plain>(|state: &mut GuestState| state.filesystem())
}

fn plain_access<'a>(store: &'a mut Access<'_, GuestState, Counting>) -> Access<'a, GuestState, Plain> {
    Access::new(store.as_context_mut(), |state: &mut GuestState| {
        state.filesystem()
    })
}

fn with<R>(store: &Store, act: impl FnOnce(&mut View<'_>) -> R) -> R {
    store.with(|mut access| act(&mut access.get()))
}

fn rofs<T>(store: &Store, area: usize, result: FilesystemResult<T>) -> FilesystemResult<T> {
    let Err(error) = result else { return result };
    let read_only = with(store, |v| v.is_read_only(area));
    Err(match error.downcast() {
        Ok(ErrorCode::NotPermitted) if read_only => ErrorCode::ReadOnly.into(),
        Ok(code) => code.into(),
        Err(trap) => FilesystemError::trap(trap),
    })
}

async fn entry(store: &Store, fd: &Fd, follow: bool, path: &str) -> FilesystemResult<Entry> {
    let flags = if follow {
        types::PathFlags::SYMLINK_FOLLOW
    } else {
        types::PathFlags::empty()
    };
    let inner = plain(store);
    let stat = Plain::stat_at(&inner, borrow(fd), flags, path.to_owned()).await?;
    let hash = Plain::metadata_hash_at(&inner, borrow(fd), flags, path.to_owned()).await?;
    Ok(Entry {
        inode: hash.lower,
        links: stat.link_count,
        folder: matches!(stat.type_, types::DescriptorType::Directory),
    })
}

async fn made(store: &Store, area: usize, fd: &Fd, path: &str) {
    with(store, |v| v.files.touch(area, true));
    if with(store, |v| v.files.counts(area))
        && let Ok(entry) = entry(store, fd, false, path).await
    {
        with(store, |v| v.files.created(area, entry.inode));
    }
}

async fn remove(store: &Store, fd: Fd, path: String, directory: bool) -> FilesystemResult<()> {
    let area = with(store, |v| v.area(fd.rep()));
    let found = match with(store, |v| v.files.counts(area)) {
        true => entry(store, &fd, false, &path).await.ok(),
        false => None,
    };
    let inner = plain(store);
    let result = match directory {
        true => Plain::remove_directory_at(&inner, fd, path).await,
        false => Plain::unlink_file_at(&inner, fd, path).await,
    };
    rofs(store, area, result)?;
    with(store, |v| {
        v.files.touch(area, true);
        if let Some(entry) = found {
            v.files.removed(area, &entry);
        }
    });
    Ok(())
}

/// Writes a stream into a file whose growth counts. Files of the container's own layer are regular ones, so
/// that a write does not wait for anybody.
struct Writer {
    file: Arc<std::fs::File>,
    counted: Counted,
    /// Where the next write goes; `None` at the end.
    at: Option<u64>,
    done: Option<oneshot::Sender<Done>>,
}

impl Writer {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorCode> {
        let taken = self
            .counted
            .take(self.at.unwrap_or(0), bytes.len() as u64)
            .map_err(|Full| ErrorCode::InsufficientSpace)?;
        let result = match self.at {
            Some(at) => self.file.write_at(bytes, at),
            None => self
                .file
                .metadata()
                .and_then(|m| self.file.write_at(bytes, m.len())),
        };
        let n = *result.as_ref().unwrap_or(&0);
        taken.settle(n as u64);
        if let Some(at) = &mut self.at {
            *at = at.saturating_add(n as u64);
        }
        result.map_err(ErrorCode::from)
    }

    fn close(&mut self, result: Done) {
        if let Some(done) = self.done.take() {
            // Nobody may be waiting for it.
            let _ = done.send(result);
        }
    }
}

impl<D> StreamConsumer<D> for Writer {
    type Item = u8;

    fn poll_consume(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        store: StoreContextMut<'_, D>,
        source: Source<'_, u8>,
        _: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let mut source = source.as_direct(store);
        let bytes = source.remaining();
        let chunk = &bytes[..bytes.len().min(CHUNK)];
        if chunk.is_empty() {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        match self.write(chunk) {
            Ok(n) => {
                source.mark_read(n);
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Err(code) => {
                self.close(Err(code));
                Poll::Ready(Ok(StreamResult::Dropped))
            }
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close(Ok(()));
    }
}

/// A writer for a descriptor that counts and that the guest may write to.
fn writer(view: &mut View<'_>, fd: &Fd, at: Option<u64>) -> Option<(Writer, oneshot::Receiver<Done>)> {
    let mut counted = view.files.counted(fd.rep())?;
    if at.is_none() {
        counted = counted.appending();
    }
    let Descriptor::File(file) = view.table().get(fd).ok()? else {
        return None;
    };
    let regular = file.file.metadata().is_ok_and(|m| m.is_file());
    if !regular || file.perms.write_not_permitted() {
        return None;
    }
    let (tx, rx) = oneshot::channel();
    let writer = Writer {
        file: file.file.clone(),
        counted,
        at,
        done: Some(tx),
    };
    Some((writer, rx))
}

fn pipe(
    store: &mut Access<'_, GuestState, Counting>,
    data: StreamReader<u8>,
    writer: Writer,
    done: oneshot::Receiver<Done>,
) -> wasmtime::Result<FutureReader<Done>> {
    data.pipe(&mut *store, writer)?;
    FutureReader::new(&mut *store, async move {
        wasmtime::error::Ok(done.await.unwrap_or(Ok(())))
    })
}

impl preopens::Host for View<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Fd, String)>> {
        let folders = preopens::Host::get_directories(&mut self.inner)?;
        self.number(&folders);
        Ok(folders)
    }
}

impl Host for View<'_> {
    fn convert_error_code(&mut self, error: FilesystemError) -> wasmtime::Result<ErrorCode> {
        Host::convert_error_code(&mut self.inner, error)
    }
}

impl HostDescriptor for View<'_> {
    fn drop(&mut self, fd: Fd) -> wasmtime::Result<()> {
        let (number, file) = (fd.rep(), self.held(&fd));
        HostDescriptor::drop(&mut self.inner, fd)?;
        self.files.closed_beside_streams(number, file);
        Ok(())
    }
}

/// Hands functions on as they are.
macro_rules! hand_on {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $ret:ty;)*) => {$(
        async fn $name(store: &Store, fd: Fd, $($arg: $ty),*) -> FilesystemResult<$ret> {
            Plain::$name(&plain(store), fd, $($arg),*).await
        }
    )*};
}

impl HostDescriptorWithStore<GuestState> for Counting {
    fn read_via_stream(
        mut store: Access<'_, GuestState, Self>,
        fd: Fd,
        offset: u64,
    ) -> wasmtime::Result<(StreamReader<u8>, FutureReader<Done>)> {
        Plain::read_via_stream(plain_access(&mut store), fd, offset)
    }

    fn write_via_stream(
        mut store: Access<'_, GuestState, Self>,
        fd: Fd,
        data: StreamReader<u8>,
        offset: u64,
    ) -> wasmtime::Result<FutureReader<Done>> {
        match writer(&mut store.get(), &fd, Some(offset)) {
            Some((writer, done)) => pipe(&mut store, data, writer, done),
            None => Plain::write_via_stream(plain_access(&mut store), fd, data, offset),
        }
    }

    fn append_via_stream(
        mut store: Access<'_, GuestState, Self>,
        fd: Fd,
        data: StreamReader<u8>,
    ) -> wasmtime::Result<FutureReader<Done>> {
        match writer(&mut store.get(), &fd, None) {
            Some((writer, done)) => pipe(&mut store, data, writer, done),
            None => Plain::append_via_stream(plain_access(&mut store), fd, data),
        }
    }

    fn read_directory(
        mut store: Access<'_, GuestState, Self>,
        fd: Fd,
    ) -> wasmtime::Result<(StreamReader<types::DirectoryEntry>, FutureReader<Done>)> {
        Plain::read_directory(plain_access(&mut store), fd)
    }

    async fn open_at(
        store: &Store,
        fd: Fd,
        path_flags: types::PathFlags,
        path: String,
        open_flags: types::OpenFlags,
        flags: types::DescriptorFlags,
    ) -> FilesystemResult<Fd> {
        with(store, |v| v.files.room()).map_err(too_many)?;
        let area = with(store, |v| v.area(fd.rep()));
        let counts = with(store, |v| v.files.counts(area));
        let creates = open_flags.contains(types::OpenFlags::CREATE);
        let mut new = false;
        if counts && creates {
            let follow = path_flags.contains(types::PathFlags::SYMLINK_FOLLOW);
            new = entry(store, &fd, follow, &path).await.is_err();
            if new {
                with(store, |v| v.files.room_for_entry(area)).map_err(full)?;
            }
        }
        let inner = plain(store);
        let result = Plain::open_at(&inner, fd, path_flags, path, open_flags, flags).await;
        let writes = creates
            || open_flags.contains(types::OpenFlags::TRUNCATE)
            || flags.contains(types::DescriptorFlags::WRITE);
        let opened = if writes {
            rofs(store, area, result)?
        } else {
            result?
        };
        let (mut inode, mut size) = (0, 0);
        if counts {
            size = Plain::stat(&inner, borrow(&opened)).await?.size;
            inode = Plain::metadata_hash(&inner, borrow(&opened)).await?.lower;
        }
        with(store, |v| {
            v.files.touch(area, writes);
            if new {
                v.files.created(area, inode);
            }
            v.files.opened(opened.rep(), area, inode, size, false);
        });
        Ok(opened)
    }

    async fn set_size(store: &Store, fd: Fd, size: u64) -> FilesystemResult<()> {
        let inner = plain(store);
        let Some(file) = with(store, |v| v.files.counted(fd.rep())) else {
            return Plain::set_size(&inner, fd, size).await;
        };
        let before = Plain::stat(&inner, borrow(&fd)).await?.size;
        file.resize(size).map_err(full)?;
        let result = Plain::set_size(&inner, fd, size).await;
        if result.is_err() {
            // Back to what it was: that cannot be too much.
            let _ = file.resize(before);
        }
        result
    }

    async fn create_directory_at(store: &Store, fd: Fd, path: String) -> FilesystemResult<()> {
        let area = with(store, |v| v.area(fd.rep()));
        with(store, |v| v.files.room_for_entry(area)).map_err(full)?;
        let again = borrow(&fd);
        let result = Plain::create_directory_at(&plain(store), fd, path.clone()).await;
        rofs(store, area, result)?;
        made(store, area, &again, &path).await;
        Ok(())
    }

    async fn symlink_at(store: &Store, fd: Fd, target: String, path: String) -> FilesystemResult<()> {
        let area = with(store, |v| v.area(fd.rep()));
        with(store, |v| v.files.room_for_entry(area)).map_err(full)?;
        let again = borrow(&fd);
        let result = Plain::symlink_at(&plain(store), fd, target, path.clone()).await;
        rofs(store, area, result)?;
        made(store, area, &again, &path).await;
        Ok(())
    }

    async fn unlink_file_at(store: &Store, fd: Fd, path: String) -> FilesystemResult<()> {
        remove(store, fd, path, false).await
    }

    async fn remove_directory_at(store: &Store, fd: Fd, path: String) -> FilesystemResult<()> {
        remove(store, fd, path, true).await
    }

    async fn rename_at(
        store: &Store,
        from: Fd,
        from_path: String,
        to: Fd,
        to_path: String,
    ) -> FilesystemResult<()> {
        let area = with(store, |v| v.same_area(from.rep(), to.rep())).ok_or(ErrorCode::CrossDevice)?;
        let (mut moved, mut replaced) = (None, None);
        if with(store, |v| v.files.counts(area)) {
            moved = entry(store, &from, false, &from_path).await.ok();
            replaced = entry(store, &to, false, &to_path).await.ok();
        }
        let result = Plain::rename_at(&plain(store), from, from_path, to, to_path).await;
        rofs(store, area, result)?;
        with(store, |v| {
            v.files.touch(area, true);
            v.files.replaced(area, moved.as_ref(), replaced.as_ref());
        });
        Ok(())
    }

    async fn link_at(
        store: &Store,
        from: Fd,
        flags: types::PathFlags,
        from_path: String,
        to: Fd,
        to_path: String,
    ) -> FilesystemResult<()> {
        let area = with(store, |v| v.same_area(from.rep(), to.rep())).ok_or(ErrorCode::CrossDevice)?;
        let mut linking = None;
        if with(store, |v| v.files.counts(area)) {
            let follow = flags.contains(types::PathFlags::SYMLINK_FOLLOW);
            let entry = entry(store, &from, follow, &from_path).await?;
            linking = Some(with(store, |v| v.files.linking(area, &entry)).map_err(full)?);
        }
        let result = Plain::link_at(&plain(store), from, flags, from_path, to, to_path).await;
        if result.is_err()
            && let Some(linking) = linking
        {
            with(store, |v| v.files.not_linked(linking));
        }
        rofs(store, area, result)?;
        with(store, |v| v.files.touch(area, true));
        Ok(())
    }

    async fn is_same_object(store: &Store, a: Fd, b: Fd) -> wasmtime::Result<bool> {
        Plain::is_same_object(&plain(store), a, b).await
    }

    hand_on! {
        advise(offset: u64, len: u64, advice: types::Advice) -> ();
        sync_data() -> ();
        get_flags() -> types::DescriptorFlags;
        get_type() -> types::DescriptorType;
        set_times(atim: types::NewTimestamp, mtim: types::NewTimestamp) -> ();
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
