//! The body of an answer that is an error.

use serde::{Deserialize, Serialize};

/// What went wrong, for the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// In a sentence.
    pub message: String,
}
