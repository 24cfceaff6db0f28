//! One file per benchmark. `SPEC.md` names them as `bench:FILE`.

use anyhow::Result;

use crate::setup::Setup;

mod compute;
mod daemon;
mod footprint;
mod hello;
mod instantiate;
mod interpreter;
mod linux;
mod network;
mod pipe;
mod unpack;

/// Measures and gives the part of the page.
type Measure = fn(&Setup) -> Result<String>;

/// All of them by name, in the order of the page.
pub(crate) const ALL: &[(&str, Measure)] = &[
    ("hello", hello::measure),
    ("instantiate", instantiate::measure),
    ("interpreter", interpreter::measure),
    ("pipe", pipe::measure),
    ("compute", compute::measure),
    ("footprint", footprint::measure),
    ("daemon", daemon::measure),
    ("linux", linux::measure),
    ("network", network::measure),
    ("unpack", unpack::measure),
];
