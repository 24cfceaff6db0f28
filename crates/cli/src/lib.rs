//! The command line: one file for each command, and how results and errors are shown.
//!
//! This crate and the binary are the only ones that read the environment and print.

mod app;
mod args;
mod commands;
mod config_file;
mod daemon;
mod daemon_registries;
mod deferred;
mod detach;
mod env;
mod environment_file;
mod error;
mod files;
mod foreign_flags;
mod grants_file;
mod human;
mod main_loop;
mod moments;
mod pieces;
mod printer;
mod progress;
mod session;
mod show;
mod table;
mod template;
mod terminal;
mod trace;

pub use app::{BackendError, Backends, HostedRuntimes, MakeHosted, MakeRuntimes};
pub use main_loop::main;
