//! What is different for containers of kind linux: how Docker's body is read, and what their runtime is told.
//! `docs/design/runtime-linux.md` says how they run.

mod capabilities;
mod changes;
mod files;
mod options;
mod spec;
mod top;

use sampan_types::platform::Kind;

use super::Supervisor;
pub(super) use files::UPPER;
pub(super) use options::check;
pub(super) use spec::resources;
pub(super) use top::processes;

impl Supervisor {
    /// Whether a container is of kind linux. One that is not there is of none.
    pub fn is_linux(&self, container: &str) -> bool {
        let cell = self.shared.find(container);
        cell.is_ok_and(|cell| cell.record().kind == Kind::Linux)
    }

    /// Whether an exec is one in a container of kind linux.
    pub fn is_exec_of_linux(&self, exec: &str) -> bool {
        let cell = self.find_exec(exec).map(|(_, cell)| cell);
        cell.is_ok_and(|cell| cell.record().kind == Kind::Linux)
    }
}
