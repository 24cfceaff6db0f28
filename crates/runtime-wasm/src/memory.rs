//! Anonymous memory as a file: it can be handed to another process or mapped, and leaves nothing behind.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use rustix::fs::{MemfdFlags, memfd_create};

/// Empty memory; the name is for people who look into `/proc`.
pub(crate) fn empty(name: &str) -> io::Result<File> {
    Ok(File::from(memfd_create(name, MemfdFlags::CLOEXEC)?))
}

/// Memory that holds these bytes, to be read from their beginning.
pub(crate) fn holding(name: &str, bytes: &[u8]) -> io::Result<File> {
    let mut file = empty(name)?;
    file.write_all(bytes)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}
