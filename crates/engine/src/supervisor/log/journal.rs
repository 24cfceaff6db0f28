//! The way to the machine's journal.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

use sampan_runtime::JournalSink;

/// How much of a socket's own buffer is asked for: entries are larger than lines, and the kernel gives what it may.
const BUFFER: usize = 8 << 20;

/// A journal's socket, and what each entry of one container has.
#[derive(Debug)]
pub(crate) struct JournalSocket {
    pub(crate) path: PathBuf,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) lossy_buffer: Option<u64>,
}

impl JournalSink for JournalSocket {
    fn connect(&self) -> io::Result<OwnedFd> {
        let socket = UnixDatagram::unbound()?;
        socket.connect(&self.path)?;
        // A smaller buffer does for all but the longest entries.
        let _ = rustix::net::sockopt::set_socket_send_buffer_size(&socket, BUFFER);
        Ok(socket.into())
    }

    fn fields(&self) -> Vec<(String, String)> {
        self.fields.clone()
    }

    fn lossy_buffer(&self) -> Option<u64> {
        self.lossy_buffer
    }
}
