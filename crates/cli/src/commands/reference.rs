//! `sampan reference`: the reference pages, completions and man pages, made from the command line itself.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use crate::app::App;
use crate::args::Cli;
use crate::env;
use crate::error::CliError;

/// The flags of `sampan reference`.
#[derive(Debug, Args)]
pub(crate) struct ReferenceArgs {
    /// The folder to write to
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(crate) fn run(_app: &App<'_>, args: &ReferenceArgs) -> Result<(), CliError> {
    let mut command = Cli::command();
    command.build();
    let write = |path: PathBuf, text: &[u8]| {
        let made = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, text));
        made.map_err(|source| CliError::Write { path, source })
    };
    write(args.dir.join("commands.md"), pages(&command).as_bytes())?;
    write(args.dir.join("environment.md"), variables().as_bytes())?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut command, "sampan", &mut text);
        write(
            args.dir.join("completions").join(format!("sampan.{shell}")),
            &text,
        )?;
    }
    man_pages(&command, &args.dir.join("man"), &write)
}

type Writer = dyn Fn(PathBuf, &[u8]) -> Result<(), CliError>;

fn man_pages(command: &Command, dir: &Path, write: &Writer) -> Result<(), CliError> {
    if command.is_hide_set() || command.get_name() == "help" {
        return Ok(());
    }
    let name = command
        .get_display_name()
        .unwrap_or(command.get_name())
        .to_owned();
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone())
        .title(&name)
        .date("")
        .render(&mut text)?;
    write(dir.join(format!("{name}.1")), &text)?;
    command
        .get_subcommands()
        .try_for_each(|sub| man_pages(sub, dir, write))
}

/// Each command's own help, as it prints it.
fn pages(command: &Command) -> String {
    let mut text = String::from("# Commands\n\nMade from the command line itself by `cargo xtask docs`.\n");
    page(command, &mut text);
    text
}

fn page(command: &Command, text: &mut String) {
    if command.is_hide_set() || command.get_name() == "help" {
        return;
    }
    let mut command = command.clone().term_width(100);
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\n## `{name}`\n\n```text\n{}\n```\n",
        command.render_help().to_string().trim_end()
    );
    for sub in command.get_subcommands() {
        page(sub, text);
    }
}

fn variables() -> String {
    let mut text = String::from("# Environment variables\n\n| variable | what it does |\n|---|---|\n");
    for variable in env::ALL {
        let _ = writeln!(text, "| `{}` | {} |", variable.name, variable.about);
    }
    text
}
