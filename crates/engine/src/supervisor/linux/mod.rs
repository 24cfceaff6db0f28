//! What is different for containers of kind linux: how Docker's body is read, and what their runtime is told.
//! `docs/design/runtime-linux.md` says how they run.

mod capabilities;
mod changes;
mod files;
mod names;
mod options;
mod processors;
mod spec;
mod spread;
mod stack;
mod top;
mod unmet;

pub(super) use files::UPPER;
pub(super) use options::check;
pub(super) use spec::{closed_paths, resources};
pub(super) use top::processes;
pub(super) use unmet::unmet;
