//! Whether a client has read what it was sent: asked of the kernel, which nothing safe can ask.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::ioctl::{Getter, ioctl};
use tokio::time::{Instant, sleep};

/// `TIOCOUTQ`: how much of what was written has not been read yet (`unix(7)`, `SIOCOUTQ`).
const UNREAD: u32 = 0x5411;
/// How long a client may take; a slower one gets all at once.
const LIMIT: Duration = Duration::from_millis(200);
const LOOK: Duration = Duration::from_millis(1);

/// Waits until the other side of a Unix socket has read everything, but not for long.
///
/// Python's HTTP clients read the head of an answer through a buffer and then take the bare socket, so what had come
/// behind the head by then is lost to them. With dockerd nothing is there so soon.
pub(super) async fn drained(socket: impl AsFd) {
    let end = Instant::now() + LIMIT;
    // What cannot be asked is not waited for.
    while unread(&socket).is_some_and(|bytes| bytes > 0) && Instant::now() < end {
        sleep(LOOK).await;
    }
}

fn unread(socket: &impl AsFd) -> Option<c_int> {
    // SAFETY: the kernel writes one `int` for this request, which is what the getter makes room for.
    unsafe { ioctl(socket, Getter::<UNREAD, c_int>::new()) }.ok()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn what_was_not_read_is_counted() {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        assert_eq!(unread(&here), Some(0));
        here.write_all(b"head").unwrap();
        assert!(unread(&here).unwrap() > 0);
        there.read_exact(&mut [0; 4]).unwrap();
        assert_eq!(unread(&here), Some(0));
    }
}
