//! Layers: tar archives entry by entry, also such as no honest tool writes.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// What an entry is: the type byte of a tar header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A file.
    File = b'0',
    /// A second name of an earlier entry.
    Hardlink = b'1',
    /// A symbolic link.
    Symlink = b'2',
    /// A character device.
    Char = b'3',
    /// A block device.
    Block = b'4',
    /// A folder.
    Folder = b'5',
    /// A named pipe.
    Fifo = b'6',
    /// Extended headers for the next entry.
    Pax = b'x',
}

/// A tar archive that is being written. Names go in as they are given, `..` and all.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    bytes: Vec<u8>,
    owner: (u32, u32),
}

impl Layer {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// What follows belongs to this user and group.
    pub fn owned(mut self, uid: u32, gid: u32) -> Self {
        self.owner = (uid, gid);
        self
    }

    /// A file, mode 0644.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.entry(name, Kind::File, "", 0o644, content.as_ref())
    }

    /// A folder, mode 0755.
    pub fn folder(self, name: &str) -> Self {
        self.entry(name, Kind::Folder, "", 0o755, b"")
    }

    /// A symbolic link.
    pub fn symlink(self, name: &str, target: &str) -> Self {
        self.entry(name, Kind::Symlink, target, 0o777, b"")
    }

    /// A hard link.
    pub fn hardlink(self, name: &str, target: &str) -> Self {
        self.entry(name, Kind::Hardlink, target, 0o644, b"")
    }

    /// Any entry. Names of more than 100 bytes go into extended headers.
    pub fn entry(mut self, name: &str, kind: Kind, target: &str, mode: u32, content: &[u8]) -> Self {
        if name.len() > 100 || target.len() > 100 {
            let records = [record("path", name), record("linkpath", target)].concat();
            self = self.entry("pax", Kind::Pax, "", 0o644, records.as_bytes());
        }
        self.header(name, kind, target, mode, content.len() as u64);
        self.bytes.extend_from_slice(content);
        self.bytes.resize(self.bytes.len().next_multiple_of(512), 0);
        self
    }

    /// A header alone, with a size that nothing need follow: for archives that lie.
    pub fn header(&mut self, name: &str, kind: Kind, target: &str, mode: u32, size: u64) {
        let mut head = [0u8; 512];
        let mut put = |at: usize, room: usize, text: &[u8]| {
            let n = text.len().min(room);
            head[at..at + n].copy_from_slice(&text[..n]);
        };
        put(0, 100, name.as_bytes());
        put(100, 8, format!("{mode:07o}").as_bytes());
        put(108, 8, format!("{:07o}", self.owner.0).as_bytes());
        put(116, 8, format!("{:07o}", self.owner.1).as_bytes());
        put(124, 12, format!("{size:011o}").as_bytes());
        put(136, 12, b"00000000000");
        put(148, 8, b"        ");
        put(156, 1, &[kind as u8]);
        put(157, 100, target.as_bytes());
        put(257, 8, b"ustar\x0000");
        let sum: u32 = head.iter().map(|b| u32::from(*b)).sum();
        head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        self.bytes.extend_from_slice(&head);
    }

    /// The archive.
    pub fn tar(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(&[0; 1024]);
        self.bytes
    }

    /// The archive, compressed.
    pub fn gzip(self) -> Vec<u8> {
        gzip(&self.tar())
    }
}

fn record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    // The number counts its own digits.
    let mut length = rest.len() + 1;
    while length != rest.len() + length.to_string().len() {
        length += 1;
    }
    format!("{length}{rest}")
}

/// Compresses.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("a vector takes all")
}

/// A compressed layer of one file of `gibibytes` GiB of zeros: a thousandth of that, as it is sent.
/// Ended by: disk, or the size that the image declares.
pub fn bomb(gibibytes: u64) -> Vec<u8> {
    let size = gibibytes << 30;
    let mut layer = Layer::new();
    layer.header("bomb", Kind::File, "", 0o644, size);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    let written = (|| {
        encoder.write_all(&layer.bytes)?;
        for _ in 0..size >> 20 {
            encoder.write_all(&zeros)?;
        }
        encoder.write_all(&[0; 1024])?;
        encoder.finish()
    })();
    written.expect("a vector takes all")
}

/// A compressed layer of `count` empty files: little to send, much to unpack.
pub fn many_files(count: usize) -> Vec<u8> {
    let mut layer = Layer::new();
    for n in 0..count {
        layer.header(&format!("f{n}"), Kind::File, "", 0o644, 0);
    }
    layer.gzip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn tar_reads_it() {
        let long = format!("{}/deep", "x".repeat(150));
        let tar = Layer::new()
            .folder("d")
            .file("d/a", "hello")
            .symlink("l", "d/a")
            .file(&long, "")
            .tar();
        let mut child = Command::new("tar")
            .args(["-tf", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tar is there");
        child
            .stdin
            .take()
            .expect("piped")
            .write_all(&tar)
            .expect("tar reads");
        let listed = child.wait_with_output().expect("tar ends").stdout;
        assert_eq!(String::from_utf8_lossy(&listed), format!("d\nd/a\nl\n{long}\n"));
    }

    #[test]
    fn a_bomb_is_small() {
        assert!(bomb(1).len() < 2 << 20);
    }
}
