//! What is wrong with a Dockerfile, in dockerd's words.

use sampan_types::{Classified, ErrorClass};

/// A Dockerfile that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("dockerfile parse error on line {line}: {what}")]
pub struct DockerfileError {
    /// Where the instruction begins, from 1 on.
    pub line: u32,
    /// What is wrong, as dockerd says it.
    pub what: String,
}

impl Classified for DockerfileError {
    fn class(&self) -> ErrorClass {
        ErrorClass::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        None
    }
}

/// A word whose quotes or variables make no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LexError(pub(crate) String);

impl LexError {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// What is wrong with an instruction; the line is added by whoever knows it.
pub(crate) type Words<T> = std::result::Result<T, String>;
