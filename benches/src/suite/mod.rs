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
mod watch;

/// Measures and gives the part of the page.
type Measure = fn(&Setup) -> Result<String>;

/// One benchmark.
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    /// What must be got before it can be measured.
    pub(crate) peers: &'static [&'static str],
    pub(crate) measure: Measure,
}

const fn suite(name: &'static str, peers: &'static [&'static str], measure: Measure) -> Suite {
    Suite { name, peers, measure }
}

/// All of them, in the order of the page. Debian's packages are peers only where they are installed.
pub(crate) const ALL: &[Suite] = &[
    suite("hello", &["wasmtime"], hello::measure),
    suite("instantiate", &[], instantiate::measure),
    suite("interpreter", &["wasmtime", "interpreter"], interpreter::measure),
    suite("pipe", &["wasmtime"], pipe::measure),
    suite("compute", &["wasmtime"], compute::measure),
    suite("footprint", &["wasmtime"], footprint::measure),
    suite("daemon", &[], daemon::measure),
    suite("linux", &[], linux::measure),
    suite("network", &[], network::measure),
    suite("unpack", &[], unpack::measure),
    suite("watch", &[], watch::measure),
];
