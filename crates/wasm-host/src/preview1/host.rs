//! The trait of preview 1: what is ours, and the rest handed on.

use std::io;
use std::time::{Duration, Instant};

use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p1::types::{self, Errno};
use wasmtime_wasi::p1::wasi_snapshot_preview1::WasiSnapshotPreview1;
use wiggle::{GuestMemory, GuestPtr};

use super::files::Result;
use super::{Preview1, Stream};

/// Most bytes that one read or write of a stream copies from or to shared memory.
const CHUNK: u32 = 64 << 10;
/// The last part of a sleep blocks the thread, where the guest has it alone: tokio's clock counts in
/// milliseconds. What is shorter is Wasmtime's own, which blocks in that case.
const FINE: Duration = Duration::from_millis(2);

/// Hands functions on as they are.
macro_rules! hand_on {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $ret:ty;)*) => {$(
        fn $name(&mut self, memory: &mut GuestMemory<'_>, $($arg: $ty),*) -> $ret {
            self.inner.$name(memory, $($arg),*)
        }
    )*};
}
macro_rules! hand_on_async {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $ret:ty;)*) => {$(
        async fn $name(&mut self, memory: &mut GuestMemory<'_>, $($arg: $ty),*) -> $ret {
            self.inner.$name(memory, $($arg),*).await
        }
    )*};
}

fn errno(e: io::Error) -> types::Error {
    match e.kind() {
        io::ErrorKind::BrokenPipe => Errno::Pipe.into(),
        io::ErrorKind::StorageFull => Errno::Nospc.into(),
        io::ErrorKind::IsADirectory => Errno::Isdir.into(),
        io::ErrorKind::Interrupted => Errno::Intr.into(),
        _ if e
            .get_ref()
            .is_some_and(<dyn std::error::Error + Send + Sync>::is::<crate::control::Ended>) =>
        {
            types::Error::trap(crate::control::Ended.into())
        }
        _ if e.raw_os_error() == Some(rustix::io::Errno::BADF.raw_os_error()) => Errno::Badf.into(),
        _ => Errno::Io.into(),
    }
}

fn slept_event(userdata: types::Userdata) -> types::Event {
    types::Event {
        userdata,
        error: Errno::Success,
        type_: types::Eventtype::Clock,
        fd_readwrite: types::EventFdReadwrite {
            flags: types::Eventrwflags::empty(),
            nbytes: 1,
        },
    }
}

impl Preview1 {
    async fn write_stream(
        &mut self,
        memory: &mut GuestMemory<'_>,
        ciovs: types::CiovecArray,
        stream: Stream,
    ) -> Result<types::Size> {
        let sink = match stream {
            Stream::In => return Err(Errno::Badf.into()),
            Stream::Out => &self.stdout,
            Stream::Err => &self.stderr,
        };
        for iov in ciovs.iter() {
            let iov = memory.read(iov?)?;
            if iov.buf_len != 0 {
                // Of shared memory a copy is written.
                let len = if memory.is_shared_memory() {
                    iov.buf_len.min(CHUNK)
                } else {
                    iov.buf_len
                };
                let bytes = memory.as_cow(iov.buf.as_array(len))?;
                let n = sink.write_some(&bytes).await.map_err(errno)?;
                return Ok(types::Size::try_from(n)?);
            }
        }
        Ok(0)
    }

    async fn read_stream(
        &mut self,
        memory: &mut GuestMemory<'_>,
        iovs: types::IovecArray,
    ) -> Result<types::Size> {
        for iov in iovs.iter() {
            let iov = memory.read(iov?)?;
            if iov.buf_len == 0 {
                continue;
            }
            let target = iov.buf.as_array(iov.buf_len);
            if !memory.is_shared_memory()
                && let Some(buffer) = memory.as_slice_mut(target)?
            {
                let n = self.stdin.read_some(buffer).await.map_err(errno)?;
                return Ok(types::Size::try_from(n)?);
            }
            let mut buffer = vec![0; CHUNK.min(iov.buf_len) as usize];
            let n = self.stdin.read_some(&mut buffer).await.map_err(errno)?;
            buffer.truncate(n);
            let size = types::Size::try_from(n)?;
            memory.copy_from_slice(&buffer, iov.buf.as_array(size))?;
            return Ok(size);
        }
        Ok(0)
    }
}

impl WasiSnapshotPreview1 for Preview1 {
    fn set_hostcall_fuel(&mut self, fuel: usize) {
        self.inner.set_hostcall_fuel(fuel);
    }

    async fn fd_write(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        ciovs: types::CiovecArray,
    ) -> Result<types::Size> {
        match self.streams.get(fd.into()) {
            Some(stream) => self.write_stream(memory, ciovs, stream).await,
            None => self.write_file(memory, fd, ciovs, None).await,
        }
    }

    async fn fd_pwrite(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        ciovs: types::CiovecArray,
        offset: types::Filesize,
    ) -> Result<types::Size> {
        self.write_file(memory, fd, ciovs, Some(offset)).await
    }

    async fn fd_read(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        iovs: types::IovecArray,
    ) -> Result<types::Size> {
        match self.streams.get(fd.into()) {
            Some(Stream::In) => self.read_stream(memory, iovs).await,
            Some(Stream::Out | Stream::Err) => Err(Errno::Badf.into()),
            None => self.inner.fd_read(memory, fd, iovs).await,
        }
    }

    async fn fd_filestat_set_size(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        size: types::Filesize,
    ) -> Result<()> {
        self.resize(memory, fd, size).await
    }

    fn fd_fdstat_set_flags(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        flags: types::Fdflags,
    ) -> Result<()> {
        self.inner.fd_fdstat_set_flags(memory, fd, flags)?;
        self.files
            .set_append(fd.into(), flags.contains(types::Fdflags::APPEND));
        Ok(())
    }

    async fn fd_close(&mut self, memory: &mut GuestMemory<'_>, fd: types::Fd) -> Result<()> {
        self.inner.fd_close(memory, fd).await?;
        self.streams.forget(fd.into());
        self.files.closed(fd.into());
        Ok(())
    }

    async fn fd_renumber(
        &mut self,
        memory: &mut GuestMemory<'_>,
        from: types::Fd,
        to: types::Fd,
    ) -> Result<()> {
        self.inner.fd_renumber(memory, from, to).await?;
        let (from, to) = (u32::from(from), u32::from(to));
        if from != to {
            // A moved stream is served by the inner implementation, on the same descriptors.
            self.streams.forget(from);
            self.streams.forget(to);
            self.files.renumbered(from, to);
        }
        Ok(())
    }

    async fn path_open(
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
        self.open(memory, dirfd, dirflags, path, oflags, rights, inheriting, fdflags)
            .await
    }

    async fn path_create_directory(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<()> {
        self.create_directory(memory, fd, path).await
    }

    async fn path_symlink(
        &mut self,
        memory: &mut GuestMemory<'_>,
        target: GuestPtr<str>,
        fd: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<()> {
        self.symlink(memory, target, fd, path).await
    }

    async fn path_unlink_file(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<()> {
        self.remove(memory, fd, path, false).await
    }

    async fn path_remove_directory(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<()> {
        self.remove(memory, fd, path, true).await
    }

    async fn path_rename(
        &mut self,
        memory: &mut GuestMemory<'_>,
        from: types::Fd,
        from_path: GuestPtr<str>,
        to: types::Fd,
        to_path: GuestPtr<str>,
    ) -> Result<()> {
        self.rename(memory, from, from_path, to, to_path).await
    }

    async fn path_link(
        &mut self,
        memory: &mut GuestMemory<'_>,
        from: types::Fd,
        flags: types::Lookupflags,
        from_path: GuestPtr<str>,
        to: types::Fd,
        to_path: GuestPtr<str>,
    ) -> Result<()> {
        self.link(memory, from, flags, from_path, to, to_path).await
    }

    async fn poll_oneoff(
        &mut self,
        memory: &mut GuestMemory<'_>,
        subs: GuestPtr<types::Subscription>,
        events: GuestPtr<types::Event>,
        count: types::Size,
    ) -> Result<types::Size> {
        let control = self.stdin.control().clone();
        if count == 1
            && (self.alone || control.takes_interrupts())
            && let types::SubscriptionU::Clock(clock) = memory.read(subs)?.u
            && !clock
                .flags
                .contains(types::Subclockflags::SUBSCRIPTION_CLOCK_ABSTIME)
        {
            let whole = Duration::from_nanos(clock.timeout);
            if control.takes_interrupts() {
                let sleep = tokio::time::sleep(whole);
                control.unless_interrupted(sleep).await.map_err(errno)?;
                let userdata = memory.read(subs)?.userdata;
                memory.write(events, slept_event(userdata))?;
                return Ok(1);
            }
            if let Some(most) = whole.checked_sub(FINE) {
                let slept = Instant::now();
                tokio::time::sleep(most).await;
                let userdata = memory.read(subs)?.userdata;
                std::thread::sleep(whole.saturating_sub(slept.elapsed()).min(FINE));
                memory.write(events, slept_event(userdata))?;
                return Ok(1);
            }
        }
        self.inner.poll_oneoff(memory, subs, events, count).await
    }

    fn environ_get(
        &mut self,
        memory: &mut GuestMemory<'_>,
        environ: GuestPtr<GuestPtr<u8>>,
        buffer: GuestPtr<u8>,
    ) -> Result<()> {
        self.ledger.read_env();
        self.inner.environ_get(memory, environ, buffer)
    }

    fn proc_exit(&mut self, _memory: &mut GuestMemory<'_>, status: types::Exitcode) -> wasmtime::Error {
        // Natively the low eight bits count; Wasmtime's own refuses what is above 125.
        I32Exit((status & 0xff) as i32).into()
    }

    hand_on! {
        args_get(argv: GuestPtr<GuestPtr<u8>>, buffer: GuestPtr<u8>) -> Result<()>;
        args_sizes_get() -> Result<(types::Size, types::Size)>;
        environ_sizes_get() -> Result<(types::Size, types::Size)>;
        clock_res_get(id: types::Clockid) -> Result<types::Timestamp>;
        clock_time_get(id: types::Clockid, precision: types::Timestamp) -> Result<types::Timestamp>;
        fd_allocate(fd: types::Fd, offset: types::Filesize, len: types::Filesize) -> Result<()>;
        fd_fdstat_set_rights(fd: types::Fd, base: types::Rights, inheriting: types::Rights) -> Result<()>;
        fd_prestat_get(fd: types::Fd) -> Result<types::Prestat>;
        fd_prestat_dir_name(fd: types::Fd, path: GuestPtr<u8>, len: types::Size) -> Result<()>;
        fd_tell(fd: types::Fd) -> Result<types::Filesize>;
        proc_raise(signal: types::Signal) -> Result<()>;
        sched_yield() -> Result<()>;
        random_get(buffer: GuestPtr<u8>, len: types::Size) -> Result<()>;
        sock_accept(fd: types::Fd, flags: types::Fdflags) -> Result<types::Fd>;
        sock_recv(fd: types::Fd, data: types::IovecArray, flags: types::Riflags)
            -> Result<(types::Size, types::Roflags)>;
        sock_send(fd: types::Fd, data: types::CiovecArray, flags: types::Siflags) -> Result<types::Size>;
        sock_shutdown(fd: types::Fd, how: types::Sdflags) -> Result<()>;
    }

    hand_on_async! {
        fd_advise(fd: types::Fd, offset: types::Filesize, len: types::Filesize, advice: types::Advice)
            -> Result<()>;
        fd_datasync(fd: types::Fd) -> Result<()>;
        fd_fdstat_get(fd: types::Fd) -> Result<types::Fdstat>;
        fd_filestat_get(fd: types::Fd) -> Result<types::Filestat>;
        fd_filestat_set_times(fd: types::Fd, atim: types::Timestamp, mtim: types::Timestamp,
            flags: types::Fstflags) -> Result<()>;
        fd_pread(fd: types::Fd, iovs: types::IovecArray, offset: types::Filesize) -> Result<types::Size>;
        fd_seek(fd: types::Fd, offset: types::Filedelta, whence: types::Whence) -> Result<types::Filesize>;
        fd_sync(fd: types::Fd) -> Result<()>;
        fd_readdir(fd: types::Fd, buffer: GuestPtr<u8>, len: types::Size, cookie: types::Dircookie)
            -> Result<types::Size>;
        path_filestat_get(fd: types::Fd, flags: types::Lookupflags, path: GuestPtr<str>)
            -> Result<types::Filestat>;
        path_filestat_set_times(fd: types::Fd, flags: types::Lookupflags, path: GuestPtr<str>,
            atim: types::Timestamp, mtim: types::Timestamp, fst_flags: types::Fstflags) -> Result<()>;
        path_readlink(fd: types::Fd, path: GuestPtr<str>, buffer: GuestPtr<u8>, len: types::Size)
            -> Result<types::Size>;
    }
}
