//! Dockerfiles: from text to stages of typed instructions.
//!
//! [`parse`] reads the grammar of Docker's classic builder and heredocs, without running or looking up anything.
//! Variables stay as they are written; [`Instruction::expand`] puts their values in when a step's turn comes, by the
//! words of [`Lexer`]. Errors have dockerd's words and the line. Everything read here is a stranger's: recursion and
//! sizes are bounded. Which form means what is in `docs/design/build.md`.

mod command;
mod copy;
mod csv;
mod duration;
mod error;
mod expand;
mod flags;
mod heredoc;
mod ignore;
mod instruction;
mod lines;
mod mount;
mod pattern;
mod read;
mod shell;
mod stages;
mod words;

pub use copy::{Copy, SourceText};
pub use error::{DockerfileError, LexError};
pub use heredoc::{Heredoc, chomp, heredoc_of};
pub use ignore::{BadPattern, Ignore, glob};
pub use instruction::{Argument, CommandLine, Healthcheck, Instruction, Pair, Run, clean_path, label};
pub use mount::{Mount, MountKind, Sharing};
pub use read::single as parse_instruction;
pub use shell::{Lexer, Quotes, Variables};
pub use stages::{Dockerfile, Stage, Step, parse};

#[cfg(test)]
mod tests;
