//! POSIX regular expressions, basic and extended, over bytes.
//!
//! A machine without backtracking: time is bounded by the product of pattern and text, whatever the pattern. The
//! leftmost longest match wins. Back-references in patterns would break that bound and are refused.

mod machine;
mod parse;

use machine::Program;

/// How an expression is read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flavour {
    /// Extended syntax (`grep -E`).
    pub(crate) extended: bool,
    /// Upper and lower case are the same.
    pub(crate) fold: bool,
}

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Regex {
    program: Program,
}

/// Where an expression and its groups matched; the whole is the first.
pub(crate) type Groups = Vec<Option<(usize, usize)>>;

impl Regex {
    /// Reads an expression; what is wrong with it otherwise.
    pub(crate) fn new(pattern: &str, flavour: Flavour) -> Result<Self, String> {
        let node = parse::parse(pattern.as_bytes(), flavour)?;
        Ok(Self {
            program: Program::new(&node)?,
        })
    }

    /// One that matches a text as it stands.
    pub(crate) fn literal(text: &str, fold: bool) -> Result<Self, String> {
        let node = parse::literal(text.as_bytes(), fold);
        Ok(Self {
            program: Program::new(&node)?,
        })
    }

    /// The first match at or after `from`.
    pub(crate) fn find(&self, text: &[u8], from: usize) -> Option<Groups> {
        self.program.run(text, from)
    }

    /// Whether it matches anywhere.
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        self.find(text, 0).is_some()
    }

    /// Whether it matches the whole text.
    pub(crate) fn matches_whole(&self, text: &[u8]) -> bool {
        self.find(text, 0)
            .is_some_and(|groups| groups[0] == Some((0, text.len())))
    }
}

/// Whether a byte is part of a word, for `\w`, `\b`, `\<` and `grep -w`.
pub(crate) const fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
