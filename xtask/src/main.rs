//! `cargo xtask COMMAND`: the project's chores, one file each.
//!
//! It must stay quick to build (it is the first thing that a fresh clone compiles) and must never import
//! another crate of this workspace: it starts them as processes.

// A developer's tool at the edge: reading the environment and printing is its work.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

mod accept;
mod bench;
mod check_deps;
mod docs;
mod ignored;
mod lints;
mod metadata;
mod order;
mod package;
mod reasons;
mod runner;
mod shell;
mod soak;
mod spec;
mod suites;
mod summary;
mod test;
mod toolchain;
mod verify;

use std::process::ExitCode;

const HELP: &str = "\
usage: cargo xtask COMMAND

  test                  format, lints, crate floors, promises, then every test that works offline
  accept                install what the accept tests need, then run them
  verify                test and accept in one go: all that has to hold before a change lands
  bench [FILTER]        build for release, measure against the peers, write docs/benchmarks.md
  order                 sample the daemon under load, write the functions that belong side by side in the binary
  soak [--minutes N] [--rounds N] [TARGET…]
                        fuzz targets and kill loops for a given time, containers by the thousand, tests in a
                        virtual machine with Debian's kernel; write docs/soak.md
  package [--profile P] [--to DIR] [--binary FILE]
                        a static binary (musl) and a Debian package; `--profile dev` is quick
  check-deps            crate floors, and who may import what
  spec                  every promise in SPEC.md names a test or benchmark that exists
  docs [--check]        write docs/reference, or fail where it differs from what would be written
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest = args.get(1..).unwrap_or_default();
    let result = match args.first().map(String::as_str) {
        Some("test") => test::run(),
        Some("accept") => accept::run(),
        Some("verify") => verify::run(),
        Some("bench") => bench::run(rest),
        Some("order") => order::run(),
        Some("soak") => soak::run(rest),
        Some("package") => package::run(rest),
        Some("check-deps") => check_deps::run(),
        Some("spec") => spec::run(),
        Some("docs") => docs::run(rest),
        None | Some("help" | "-h" | "--help") => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Some(other) => {
            eprintln!("error: there is no command `{other}`\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
