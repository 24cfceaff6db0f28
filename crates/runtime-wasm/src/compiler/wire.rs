//! What parent and child say to each other. The child is not trusted: the parent caps and parses all of it.

use sampan_types::Limits;
use sampan_wasm_host::HostConfig;
use serde::{Deserialize, Serialize};

/// The most that the parent reads of a report.
pub(super) const REPORT_MAX: u64 = 64 << 10;

/// Machine code is seldom more than some twelve times as large as its module; past this it is refused.
const CODE_PER_MODULE: u64 = 64;
/// The least that is allowed for machine code, in bytes.
const CODE_LEAST: u64 = 64 << 20;

/// The most machine code, in bytes, that a module of this size may become. The child keeps to it by a limit of
/// its process, the parent by what it reads.
pub(super) fn code_max(module: u64) -> u64 {
    module.saturating_mul(CODE_PER_MODULE).max(CODE_LEAST)
}

/// The code with which a child ends that has written a report. Any other end means that it was ended or fell.
pub(super) const REPORTED: i32 = 3;

/// What the parent asks, as the child's one argument.
#[derive(Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) config: HostConfig,
    pub(super) limits: Limits,
}
