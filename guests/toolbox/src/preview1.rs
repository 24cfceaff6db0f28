//! What the standard library does not offer of WASI preview 1: whole file attributes, times of folders, and the
//! names of the folders that were granted.

#![expect(unsafe_code, reason = "imports of the host are unsafe to call")]

use std::io;
use std::sync::OnceLock;
use std::time::Duration;

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn poll_oneoff(subscription: *const Clock, event: *mut [u64; 4], count: usize, events: *mut usize)
    -> u16;
    fn fd_prestat_get(fd: u32, prestat: *mut [u32; 2]) -> u16;
    fn fd_prestat_dir_name(fd: u32, path: *mut u8, len: usize) -> u16;
    fn fd_write(fd: u32, iovs: *const [usize; 2], count: usize, written: *mut usize) -> u16;
    fn fd_read(fd: u32, iovs: *const [usize; 2], count: usize, read: *mut usize) -> u16;
    fn path_filestat_get(fd: u32, flags: u32, path: *const u8, len: usize, stat: *mut Filestat) -> u16;
    fn path_filestat_set_times(
        fd: u32,
        flags: u32,
        path: *const u8,
        len: usize,
        atime: u64,
        mtime: u64,
        which: u32,
    ) -> u16;
}

/// `subscription` of preview 1, of which the kind is that of a clock.
#[repr(C)]
struct Clock {
    userdata: u64,
    kind: u64,
    id: u64,
    timeout: u64,
    precision: u64,
    flags: u64,
}

/// Waits. Unlike the standard library's own it may end early, with an error.
pub(crate) fn sleep(duration: Duration) -> io::Result<()> {
    const MONOTONIC: u64 = 1;
    let clock = Clock {
        userdata: 0,
        kind: 0,
        id: MONOTONIC,
        timeout: u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX),
        precision: 0,
        flags: 0,
    };
    let (mut event, mut events) = ([0; 4], 0);
    // SAFETY: `clock` and `event` are laid out as the standard has one subscription and one event.
    done(unsafe { poll_oneoff(&raw const clock, &raw mut event, 1, &raw mut events) })
}

/// `filestat` of preview 1.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(crate) struct Filestat {
    /// The device.
    pub(crate) dev: u64,
    /// The file's number on it.
    pub(crate) ino: u64,
    /// What it is: one of the constants below.
    pub(crate) filetype: u8,
    /// How many names it has.
    pub(crate) nlink: u64,
    /// Bytes.
    pub(crate) size: u64,
    /// Last read, nanoseconds since 1970.
    pub(crate) atim: u64,
    /// Last written.
    pub(crate) mtim: u64,
    /// Last changed in any way.
    pub(crate) ctim: u64,
}

pub(crate) const BLOCK_DEVICE: u8 = 1;
pub(crate) const CHARACTER_DEVICE: u8 = 2;
pub(crate) const DIRECTORY: u8 = 3;
pub(crate) const REGULAR: u8 = 4;
pub(crate) const SYMBOLIC_LINK: u8 = 7;

impl Filestat {
    pub(crate) const fn is_dir(&self) -> bool {
        self.filetype == DIRECTORY
    }

    pub(crate) const fn is_file(&self) -> bool {
        self.filetype == REGULAR
    }

    pub(crate) const fn is_link(&self) -> bool {
        self.filetype == SYMBOLIC_LINK
    }
}

fn done(errno: u16) -> io::Result<()> {
    match errno {
        0 => Ok(()),
        errno => Err(io::Error::from_raw_os_error(i32::from(errno))),
    }
}

/// The granted folders: descriptor and path, without a slash at the end unless it is the root.
pub(crate) fn granted() -> &'static [(u32, String)] {
    static GRANTED: OnceLock<Vec<(u32, String)>> = OnceLock::new();
    GRANTED.get_or_init(|| (3..).map_while(folder).collect())
}

fn folder(fd: u32) -> Option<(u32, String)> {
    let mut prestat = [0; 2];
    // SAFETY: `prestat` has the eight bytes that the host writes.
    done(unsafe { fd_prestat_get(fd, &raw mut prestat) }).ok()?;
    let mut name = vec![0; prestat[1] as usize];
    // SAFETY: the buffer is as long as it says.
    done(unsafe { fd_prestat_dir_name(fd, name.as_mut_ptr(), name.len()) }).ok()?;
    let name = String::from_utf8_lossy(&name).into_owned();
    let name = name.trim_end_matches('\0');
    Some((fd, crate::place::normal("/", name)))
}

/// The descriptor of the granted folder that holds `path`, an absolute normal one, and the rest of the path.
fn within(path: &str) -> io::Result<(u32, &str)> {
    let mut best: Option<(u32, &str, usize)> = None;
    for (fd, folder) in granted() {
        let rest = match path.strip_prefix(folder.as_str()) {
            Some("") => ".",
            Some(rest) if folder == "/" => rest,
            Some(rest) => match rest.strip_prefix('/') {
                Some(rest) => rest,
                None => continue,
            },
            None => continue,
        };
        if best.is_none_or(|(_, _, len)| len < folder.len()) {
            best = Some((*fd, rest, folder.len()));
        }
    }
    let (fd, rest, _) = best.ok_or(io::ErrorKind::NotFound)?;
    Ok((fd, rest))
}

/// The attributes of what stands at `path`, an absolute normal one.
pub(crate) fn stat(path: &str, follow: bool) -> io::Result<Filestat> {
    let (fd, rest) = within(path)?;
    let mut stat = Filestat::default();
    // SAFETY: the path is as long as it says, and `Filestat` is laid out as the standard has it.
    done(unsafe { path_filestat_get(fd, u32::from(follow), rest.as_ptr(), rest.len(), &raw mut stat) })?;
    Ok(stat)
}

/// Sets the times of last access and change of `path`, in nanoseconds since 1970; now where there are none.
pub(crate) fn set_times(path: &str, times: Option<(u64, u64)>) -> io::Result<()> {
    let (fd, rest) = within(path)?;
    let ((atime, mtime), which) = match times {
        Some(times) => (times, 0b0101),
        None => ((0, 0), 0b1010),
    };
    // SAFETY: the path is as long as it says.
    done(unsafe { path_filestat_set_times(fd, 1, rest.as_ptr(), rest.len(), atime, mtime, which) })
}

/// Writes some of `bytes` to a descriptor of the host.
pub(crate) fn write(fd: u32, bytes: &[u8]) -> io::Result<usize> {
    let mut written = 0;
    let iov = [bytes.as_ptr() as usize, bytes.len()];
    // SAFETY: the vector describes `bytes`, which outlive the call.
    done(unsafe { fd_write(fd, &raw const iov, 1, &raw mut written) })?;
    Ok(written.min(bytes.len()))
}

/// Reads from a descriptor of the host.
pub(crate) fn read(fd: u32, buffer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    let iov = [buffer.as_mut_ptr() as usize, buffer.len()];
    // SAFETY: the vector describes `buffer`, which is ours to write.
    done(unsafe { fd_read(fd, &raw const iov, 1, &raw mut read) })?;
    Ok(read.min(buffer.len()))
}

/// Writes without allocating and without an answer, for a last word.
pub(crate) fn write_raw(fd: u32, bytes: &[u8]) {
    let _ = write(fd, bytes);
}
