//! Log files that are compressed once they are put aside.
//!
//! A file is packed beside itself and takes its own place only when it is whole, so that at each moment every line is
//! there to be read. The comment in its header is the inode that it had: by it a reader that still holds the plain file
//! finds those that came after it.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use flate2::bufread::GzDecoder;
use flate2::{Compression, GzBuilder};

/// A log file, packed or not, from its beginning.
pub(super) enum Source {
    Plain(File),
    Packed {
        inode: u64,
        lines: Box<GzDecoder<BufReader<File>>>,
    },
}

impl Source {
    pub(super) fn plain(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self::Plain)
    }

    pub(super) fn packed(path: &Path) -> io::Result<Self> {
        let lines = GzDecoder::new(BufReader::new(File::open(path)?));
        let comment = lines.header().and_then(|header| header.comment());
        let inode = comment.and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
        Ok(Self::Packed {
            inode: inode.unwrap_or(0),
            lines: Box::new(lines),
        })
    }

    /// The inode of the file when it was written to.
    pub(super) fn inode(&self) -> io::Result<u64> {
        match self {
            Self::Plain(file) => Ok(file.metadata()?.ino()),
            Self::Packed { inode, .. } => Ok(*inode),
        }
    }

    /// A file in which any place can be read: a packed one is unpacked into one that has no name.
    pub(super) fn seekable(self, folder: &Path) -> io::Result<File> {
        match self {
            Self::Plain(file) => Ok(file),
            Self::Packed { mut lines, .. } => {
                let flags =
                    rustix::fs::OFlags::TMPFILE | rustix::fs::OFlags::RDWR | rustix::fs::OFlags::CLOEXEC;
                let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
                let mut file = File::from(rustix::fs::open(folder, flags, mode)?);
                io::copy(&mut lines, &mut file)?;
                io::Seek::rewind(&mut file)?;
                Ok(file)
            }
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(buffer),
            Self::Packed { lines, .. } => lines.read(buffer),
        }
    }
}

/// Packs a file into another, which nobody sees until it is renamed.
pub(super) fn pack(plain: &mut File, into: &Path) -> io::Result<()> {
    let packed = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o640)
        .open(into)?;
    let inode = plain.metadata()?.ino();
    let mut packed = GzBuilder::new()
        .comment(inode.to_string())
        .write(packed, Compression::fast());
    io::copy(plain, &mut packed)?;
    packed.finish()?;
    Ok(())
}
