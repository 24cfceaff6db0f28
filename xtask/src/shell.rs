//! Starts other programs, and knows where the checkout is.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The root of the checkout that this program was started from. `cargo run` names it; what was compiled in may
/// be another checkout that shares the build folder, and only stands in.
pub(crate) fn root() -> PathBuf {
    let started = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = started.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    here.parent().unwrap_or(&here).to_path_buf()
}

/// Prints a heading, so that a long log shows which step said what.
pub(crate) fn step(what: &str) {
    eprintln!("--- {what}");
}

/// A program, started in the root of the checkout without what `cargo run` adds to the environment.
///
/// Build scripts such as ring's ask to run again when `CARGO_PKG_NAME` and its like change; handing ours
/// on would rebuild half of the dependencies each time somebody changes between `cargo` and `cargo xtask`.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    for (key, _) in std::env::vars_os() {
        let added = key.to_str().is_some_and(|key| {
            key.starts_with("CARGO_PKG_")
                || key.starts_with("CARGO_MANIFEST_")
                || matches!(
                    key,
                    "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "LD_LIBRARY_PATH"
                )
        });
        if added {
            command.env_remove(key);
        }
    }
    command
}

/// The cargo that started us, with these arguments.
pub(crate) fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    command
}

/// Runs to the end with our own streams; anything but exit code 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Runs to the end and gives back what it wrote to standard output.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed: {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` wrote something that is no text"))
}

/// Whether the program starts and succeeds, with nothing shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Which of a program's two output streams to follow.
pub(crate) enum Follow {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Runs to the end, passes one stream on line by line and gives the lines that `keep` wants; the second
/// value says whether the program succeeded.
pub(crate) fn follow(
    command: &mut Command,
    stream: Follow,
    keep: impl Fn(&str) -> bool,
) -> Result<(Vec<String>, bool)> {
    let shown = show(command);
    match stream {
        Follow::Stdout => command.stdout(Stdio::piped()),
        Follow::Stderr => command.stderr(Stdio::piped()),
    };
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let mut kept = Vec::new();
    if let Some(out) = child.stdout.take() {
        pass_on(out, std::io::stdout(), &keep, &mut kept)?;
    }
    if let Some(err) = child.stderr.take() {
        pass_on(err, std::io::stderr(), &keep, &mut kept)?;
    }
    let status = child.wait()?;
    Ok((kept, status.success()))
}

fn pass_on(
    from: impl std::io::Read,
    mut to: impl Write,
    keep: impl Fn(&str) -> bool,
    kept: &mut Vec<String>,
) -> Result<()> {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        let text = plain(&String::from_utf8_lossy(&line));
        if keep(&text) {
            kept.push(text.trim().to_owned());
        }
        line.clear();
    }
    Ok(())
}

/// The text without terminal colours.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn show(command: &Command) -> String {
    let name = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out() {
        assert_eq!(
            plain("\u{1b}[32;1m     Summary\u{1b}[0m [ 0.1s]"),
            "     Summary [ 0.1s]"
        );
    }

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let error = run(Command::new("false").arg("x")).unwrap_err();
        assert!(error.to_string().starts_with("`false x` failed"), "{error}");
    }

    #[test]
    fn following_keeps_the_wanted_lines_and_tells_failure() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo one >&2; echo two >&2; exit 3"]);
        let (kept, ok) = follow(&mut command, Follow::Stderr, |line| line.contains("two")).unwrap();
        assert_eq!(kept, ["two"]);
        assert!(!ok);
    }
}
