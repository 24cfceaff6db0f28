//! What parent and child say to each other. The child is not trusted: the parent caps and parses all of it.

use sampan_types::Limits;
use sampan_wasm_host::HostConfig;
use serde::{Deserialize, Serialize};

/// The most that the parent reads of a report.
pub(super) const REPORT_MAX: u64 = 64 << 10;

/// The code with which a child ends that has written a report. Any other end means that it was ended or fell.
pub(super) const REPORTED: i32 = 3;

/// What the parent asks, as the child's one argument.
#[derive(Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) config: HostConfig,
    pub(super) limits: Limits,
}
