//! How a container's output is to be written down, as a daemon orders it of the process that keeps the streams.

use serde::{Deserialize, Serialize};

/// How entries of the journal are written.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct JournalOrder {
    /// In each entry.
    pub fields: Vec<(String, String)>,
    /// How many bytes may wait before entries are lost; where it is `None`, the guest waits.
    pub lossy_buffer: Option<u64>,
}

/// How a log is written.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LogOrder {
    /// How large the file is already, in bytes.
    pub size: u64,
    /// When it is full, in bytes.
    pub max_size: Option<u64>,
    /// Written with each line.
    pub attrs: Vec<(String, String)>,
}
