//! What unpacking left out, for the person to know.

use std::fmt;

/// Something of a layer that is not in the unpacked folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The entry, readable.
    pub entry: String,
    /// What of it.
    pub left_out: LeftOut,
}

/// What was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The whole entry: a device node.
    Device,
    /// The whole entry: a named pipe.
    Fifo,
    /// The whole entry: bookkeeping of aufs.
    Aufs,
    /// The whole entry: of a type that no standard names.
    Type(u8),
    /// An extended attribute.
    Xattr(String),
    /// So many more notes.
    More(u64),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = &self.entry;
        match &self.left_out {
            LeftOut::Device => write!(f, "device node `{entry}` left out"),
            LeftOut::Fifo => write!(f, "named pipe `{entry}` left out"),
            LeftOut::Aufs => write!(f, "aufs bookkeeping `{entry}` left out"),
            LeftOut::Type(flag) => write!(f, "`{entry}` of unknown type {flag} left out"),
            LeftOut::Xattr(name) => write!(f, "extended attribute `{name}` of `{entry}` left out"),
            LeftOut::More(count) => write!(f, "{count} more things left out"),
        }
    }
}

/// Notes, of which a hostile layer must not make too many.
#[derive(Debug, Default)]
pub(super) struct Notes {
    kept: Vec<Note>,
    more: u64,
}

impl Notes {
    const MOST: usize = 100;

    pub(super) fn add(&mut self, entry: &[u8], left_out: LeftOut) {
        if self.kept.len() < Self::MOST {
            self.kept.push(Note {
                entry: readable(entry),
                left_out,
            });
        } else {
            self.more += 1;
        }
    }

    pub(super) fn into_vec(mut self) -> Vec<Note> {
        if self.more > 0 {
            self.kept.push(Note {
                entry: String::new(),
                left_out: LeftOut::More(self.more),
            });
        }
        self.kept
    }
}

/// A name from an archive, fit for a terminal: no control characters, not too long.
pub(crate) fn readable(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(&name[..name.len().min(300)]);
    text.chars()
        .flat_map(|c| {
            if c.is_control() {
                c.escape_default().collect()
            } else {
                vec![c]
            }
        })
        .collect()
}
