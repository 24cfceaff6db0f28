//! Versions of a server's program: a new one is made ready beside the one that answers, and takes its place at once.

use sampan_types::{Grants, HttpCheck, Limits};

use crate::Program;

/// Another version of a container's program, which is to answer requests in its place or beside it.
#[derive(Debug)]
pub struct Version {
    /// By which number it is to be known. The one from the start has that of [`sampan_types::Serving::version`].
    pub number: u64,
    /// What runs.
    pub program: Program,
    /// Arguments, the program's own name first.
    pub args: Vec<String>,
    /// Environment, in order; a later entry of the same name wins.
    pub env: Vec<(String, String)>,
    /// Working directory in the container.
    pub cwd: Option<String>,
    /// What the container may use: its own limits, under which the version is compiled.
    pub limits: Limits,
    /// What the container may reach: its own grants. A version never gets more, and is refused where it would need what
    /// the container's process was not given.
    pub grants: Grants,
    /// Whether the container has a place in a network.
    pub networked: bool,
    /// What it must answer before it is ready.
    pub check: Option<HttpCheck>,
}
