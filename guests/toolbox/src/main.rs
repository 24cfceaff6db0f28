//! A shell and the usual small tools in one module: what `exec` opens in a container that has no programs.
//!
//! Like busybox it is many programs in one, chosen by the name it is called by or by its first argument. Preview 1
//! has no processes, no working folder and no signals: the shell runs its tools within the module, keeps a folder
//! of its own, and hands other modules to the engine (`host`).

mod digest;
mod host;
mod interrupt;
mod memory;
mod pattern;
mod place;
mod preview1;
mod regex;
mod shell;
mod stream;
mod tools;
mod user;

fn main() {
    let args: Vec<String> = std::env::args_os()
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    std::process::exit(tools::main(args));
}
