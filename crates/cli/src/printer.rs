//! How Sampan talks to people: data to standard output, all else to standard error; colour with fixed roles
//! and never as the only signal.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use sampan_types::Classified;

use crate::args::When;
use crate::env::Environment;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const DONE: Style = AnsiColor::Green.on_default().bold();

/// Writes to the two standard streams.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    color: bool,
    quiet: bool,
}

impl Printer {
    /// Decides on colour once: the flag, then `NO_COLOR` and `CLICOLOR_FORCE`, then whether standard error
    /// is a terminal.
    pub(crate) fn new(when: When, quiet: bool, environment: &Environment) -> Self {
        let color = match when {
            When::Always => true,
            When::Never => false,
            When::Auto if environment.no_color => false,
            When::Auto if environment.force_color => true,
            When::Auto => io::stderr().is_terminal() && environment.term.as_deref() != Some("dumb"),
        };
        Self { color, quiet }
    }

    /// Whether only errors and what was asked for are wanted.
    pub(crate) const fn quiet(self) -> bool {
        self.quiet
    }

    /// Whether progress bars make sense.
    pub(crate) fn animated(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// A line of data. A closed pipe ends the output in silence, as with other tools.
    pub(crate) fn data(self, line: impl Display) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", written_out(&line.to_string()))
    }

    /// Data as indented JSON.
    pub(crate) fn json(self, value: &impl serde::Serialize) -> io::Result<()> {
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, value)?;
        writeln!(out)
    }

    /// An error with the chain of its causes and its hint.
    pub(crate) fn error(self, error: &(impl Classified + ?Sized)) {
        self.label(ERROR, "error", error);
        self.causes(error.source());
        if let Some(hint) = error.hint() {
            self.label(HINT, "hint", hint);
        }
    }

    /// An error that is one line.
    pub(crate) fn error_line(self, line: impl Display) {
        self.label(ERROR, "error", line);
    }

    /// Something that may surprise; silent with `--quiet`.
    pub(crate) fn warning(self, line: impl Display) {
        if !self.quiet {
            self.label(WARNING, "warning", line);
        }
    }

    /// What the person can do about an error, or about a warning that was shown.
    pub(crate) fn hint(self, line: impl Display) {
        self.label(HINT, "hint", line);
    }

    /// Something that was finished; silent with `--quiet`.
    pub(crate) fn done(self, verb: &str, what: impl Display) {
        if !self.quiet {
            self.label(DONE, verb, what);
        }
    }

    /// A line that neither asks nor warns; silent with `--quiet`.
    pub(crate) fn note(self, line: impl Display) {
        if !self.quiet {
            let line = format!("{line}\n");
            self.raw(&harmless(&line));
        }
    }

    fn causes(self, mut cause: Option<&(dyn Error + 'static)>) {
        while let Some(error) = cause {
            let line = format!("  caused by: {error}\n");
            self.raw(&harmless(&line));
            cause = error.source();
        }
    }

    fn label(self, style: Style, label: &str, text: impl Display) {
        let text = text.to_string();
        let text = harmless(&text);
        let line = if self.color {
            format!("{style}{label}{style:#}: {text}\n")
        } else {
            format!("{label}: {text}\n")
        };
        self.raw(&line);
    }

    /// One write for a line, so that lines of several processes do not mix. Nobody can be told that standard
    /// error is gone.
    fn raw(self, line: &str) {
        drop(io::stderr().lock().write_all(line.as_bytes()));
    }
}

/// The most characters of a message that anybody reads.
const MESSAGE_MAX: usize = 2_000;

/// A message that may hold names from programs, images and registries: short enough to read, and harmless.
fn harmless(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MESSAGE_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…\n", written_out(&text[..end]))),
        None => written_out(text),
    }
}

/// Text with every control character but line breaks and tabs written out, so that none of them can speak to
/// the terminal.
fn written_out(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| (c.is_control() && c != '\n' && c != '\t') || is_bidirectional(c);
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let write_out = |c: char| {
        if harmful(c) {
            c.escape_unicode().collect()
        } else {
            String::from(c)
        }
    };
    Cow::Owned(text.chars().map(write_out).collect())
}

/// Characters that turn the direction of what follows, with which a name can look like another.
const fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_speak_to_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\r\u{202e}"), "a\\u{1b}[2Jb\\u{d}\\u{202e}");
        assert!(matches!(harmless("two\nlines\tünï"), Cow::Borrowed(_)));
    }
}
