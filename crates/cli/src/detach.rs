//! The keys that leave a container without ending it.

use crate::error::CliError;

/// Docker's own: Ctrl-P, Ctrl-Q.
const USUAL: [u8; 2] = [16, 17];

/// Looks for a sequence of keys in what is typed.
#[derive(Debug)]
pub(crate) struct DetachKeys {
    keys: Vec<u8>,
    matched: usize,
}

/// What was typed, without the keys that detach.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) detached: bool,
}

impl DetachKeys {
    /// Reads a sequence as `--detach-keys` has it: letters and `ctrl-` with one of `a` to `z`, `@`, `[`, `\`, `]`, `^`
    /// and `_`, with commas between.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, CliError> {
        let keys = match text {
            None | Some("") => USUAL.to_vec(),
            Some(text) => text
                .split(',')
                .map(key)
                .collect::<Option<_>>()
                .ok_or_else(|| CliError::Value {
                    value: text.to_owned(),
                    wanted: "a sequence of keys: write one as `ctrl-p,ctrl-q`",
                })?,
        };
        Ok(Self { keys, matched: 0 })
    }

    /// Takes what was typed. Keys that may begin the sequence are held back until it is clear that they do not.
    pub(crate) fn filter(&mut self, typed: &[u8]) -> Typed {
        let mut bytes = Vec::with_capacity(typed.len());
        for &key in typed {
            if key == self.keys[self.matched] {
                self.matched += 1;
                if self.matched == self.keys.len() {
                    self.matched = 0;
                    return Typed {
                        bytes,
                        detached: true,
                    };
                }
                continue;
            }
            bytes.extend_from_slice(&self.keys[..self.matched]);
            self.matched = 0;
            if key == self.keys[0] && self.keys.len() > 1 {
                self.matched = 1;
            } else {
                bytes.push(key);
            }
        }
        Typed {
            bytes,
            detached: false,
        }
    }
}

fn key(text: &str) -> Option<u8> {
    match text.strip_prefix("ctrl-").map(str::as_bytes) {
        Some([letter @ b'a'..=b'z']) => Some(letter - b'a' + 1),
        Some([b'@']) => Some(0),
        Some([sign @ (b'[' | b'\\' | b']' | b'^' | b'_')]) => Some(sign - b'[' + 27),
        Some(_) => None,
        None => match text.as_bytes() {
            [key] => Some(*key),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(bytes: &[u8], detached: bool) -> Typed {
        Typed {
            bytes: bytes.to_vec(),
            detached,
        }
    }

    #[test]
    fn the_usual_keys_detach_however_they_come() {
        let mut keys = DetachKeys::parse(None).unwrap();
        assert_eq!(keys.filter(b"ab\x10"), typed(b"ab", false));
        assert_eq!(keys.filter(b"c"), typed(b"\x10c", false));
        assert_eq!(keys.filter(b"\x10\x10\x11d"), typed(b"\x10", true));
    }

    #[test]
    fn sequences_are_read() {
        assert_eq!(
            DetachKeys::parse(Some("ctrl-@,a,ctrl-_")).unwrap().keys,
            [0, b'a', 31]
        );
        for bad in ["ctrl-", "ctrl-1", "ab", "a,,b", "ctrl-p;ctrl-q"] {
            assert!(DetachKeys::parse(Some(bad)).is_err(), "{bad}");
        }
    }
}
