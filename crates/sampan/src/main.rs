//! One binary, many roles. This file picks the role of this process and hands the runtimes to the engine;
//! everything else is done by the crates below.

#[cfg(feature = "failpoints")]
mod failpoints;
mod panics;
mod roles;

use std::process::ExitCode;

fn main() -> ExitCode {
    panics::set_up();
    #[cfg(feature = "failpoints")]
    let _failpoints = failpoints::set_up();
    let mut words = std::env::args_os();
    let name = words.next().unwrap_or_default();
    ExitCode::from(match roles::of(&name) {
        roles::Role::Compiler => roles::compiler(words.next()),
        roles::Role::Network => roles::network(),
        roles::Role::Zygote => roles::zygote(words.next()),
        roles::Role::Worker => roles::worker(words.next()),
        roles::Role::Monitor => roles::monitor(words.next()),
        roles::Role::Users => roles::users(),
        roles::Role::CommandLine => roles::command_line(),
    })
}
