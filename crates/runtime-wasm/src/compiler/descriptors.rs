//! Closes what a confined process was not given on purpose. It must run before the process opens anything of
//! its own: it closes by number.
#![allow(unsafe_code)]

use std::io;

/// The first descriptor after the standard streams.
const FIRST: libc::c_uint = 3;

/// Closes every descriptor but the standard streams.
pub(crate) fn close_others() -> io::Result<()> {
    // SAFETY: the call reads no memory. No value of this process owns a descriptor from `FIRST` on: it runs as the
    // first act of a process that has one thread and has opened nothing but its standard streams.
    let done = unsafe { libc::syscall(libc::SYS_close_range, FIRST, libc::c_uint::MAX, 0) };
    match done {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
