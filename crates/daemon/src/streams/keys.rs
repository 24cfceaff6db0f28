//! The keys that leave a container without ending it.

use crate::problem::{Problem, Result};

/// A sequence of keys. What is typed is held back as long as it may be its beginning.
#[derive(Clone, Debug)]
pub(crate) struct DetachKeys {
    keys: Vec<u8>,
    matched: usize,
}

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// These bytes go on to the container.
    Bytes(Vec<u8>),
    /// These bytes do, and then the person left.
    Left(Vec<u8>),
}

impl DetachKeys {
    /// Reads `ctrl-p,ctrl-q` and the like; that is also what nothing means.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let text = if text.is_empty() { "ctrl-p,ctrl-q" } else { text };
        let key = |key: &str| match (key.strip_prefix("ctrl-"), key.as_bytes()) {
            (None, [byte]) => Some(*byte),
            (Some("@"), _) => Some(0),
            (Some("["), _) => Some(27),
            (Some("\\"), _) => Some(28),
            (Some("]"), _) => Some(29),
            (Some("^"), _) => Some(30),
            (Some("_"), _) => Some(31),
            (Some(letter), _) => match letter.as_bytes() {
                [letter @ b'a'..=b'z'] => Some(letter - b'a' + 1),
                _ => None,
            },
            _ => None,
        };
        let keys: Option<Vec<u8>> = text.split(',').map(key).collect();
        let keys = keys.ok_or_else(|| Problem::bad(format!("Invalid detach keys ({text}) provided")))?;
        Ok(Self { keys, matched: 0 })
    }

    /// The bytes that a terminal sends for them.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.keys
    }

    /// These bytes, one after the other.
    pub(crate) fn of_bytes(keys: Vec<u8>) -> Self {
        Self { keys, matched: 0 }
    }

    /// Looks through what was typed.
    pub(crate) fn feed(&mut self, typed: &[u8]) -> Typed {
        let mut out = Vec::with_capacity(typed.len());
        for &byte in typed {
            while self.matched > 0 && self.keys[self.matched] != byte {
                // What was held back was no beginning after all; it may be one from a later byte on.
                let held = &self.keys[..self.matched];
                let shift = (1..=self.matched)
                    .find(|&by| self.keys.starts_with(&held[by..]))
                    .unwrap_or(self.matched);
                out.extend_from_slice(&held[..shift]);
                self.matched -= shift;
            }
            if self.keys[self.matched] != byte {
                out.push(byte);
                continue;
            }
            self.matched += 1;
            if self.matched == self.keys.len() {
                self.matched = 0;
                return Typed::Left(out);
            }
        }
        Typed::Bytes(out)
    }

    /// What is still held back when the input ends.
    pub(crate) fn rest(&mut self) -> &[u8] {
        let held = std::mem::take(&mut self.matched);
        &self.keys[..held]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &[u8]) -> Typed {
        Typed::Bytes(text.to_vec())
    }

    #[test]
    fn the_usual_keys_leave() {
        let mut keys = DetachKeys::parse("").unwrap();
        assert_eq!(keys.feed(b"ab\x10"), bytes(b"ab"));
        assert_eq!(keys.feed(b"c"), bytes(b"\x10c"));
        assert_eq!(keys.feed(b"d\x10\x10\x11"), Typed::Left(b"d\x10".to_vec()));
    }

    #[test]
    fn what_was_no_beginning_is_given_back() {
        let mut keys = DetachKeys::parse("a,b,a,c").unwrap();
        assert_eq!(keys.feed(b"aba"), bytes(b""));
        assert_eq!(keys.feed(b"bac"), Typed::Left(b"ab".to_vec()));
        assert_eq!(keys.feed(b"ab"), bytes(b""));
        assert_eq!(keys.rest(), b"ab");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for bad in ["ctrl-", "ctrl-A", "ab", "ctrl-p,", "ctrl-1"] {
            assert!(DetachKeys::parse(bad).is_err(), "{bad}");
        }
        assert!(DetachKeys::parse("ctrl-@,z").is_ok());
    }
}
