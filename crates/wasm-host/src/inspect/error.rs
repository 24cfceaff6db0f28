//! Why a program cannot be looked into.

use sampan_types::{Classified, ErrorClass};

/// A program that is none.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InspectError {
    /// The first bytes are not those of WebAssembly.
    #[error("the file is not WebAssembly")]
    NotWasm,
    /// It begins as WebAssembly and does not go on so.
    #[error("the file is not valid WebAssembly: at byte {offset}, {reason}")]
    Malformed {
        /// Where, in bytes from the start.
        offset: usize,
        /// What is wrong there.
        reason: String,
    },
    /// Components within components, without end.
    #[error("the component nests others more than {limit} deep")]
    Nesting {
        /// How deep is looked.
        limit: usize,
    },
}

impl Classified for InspectError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::NotWasm | Self::Malformed { .. } | Self::Nesting { .. } => ErrorClass::CannotInvoke,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotWasm => Some("give a .wasm or .wat file, or an image that holds one".to_owned()),
            Self::Malformed { .. } => Some("the file may be cut short; fetch or build it again".to_owned()),
            Self::Nesting { .. } => None,
        }
    }
}

impl From<wasmparser::Error> for InspectError {
    fn from(error: wasmparser::Error) -> Self {
        Self::Malformed {
            offset: error.offset(),
            // Chained reasons come on lines of their own.
            reason: crate::text::clean(error.message().trim().replace('\n', ": "), 200),
        }
    }
}
