//! How Sampan talks to people: data to standard output, all else to standard error; colour with fixed roles
//! and never as the only signal.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use sampan_types::Classified;
use sampan_types::foreign::{is_unseen, lines};

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

    /// Whether lines may be coloured.
    pub(crate) const fn color(self) -> bool {
        self.color
    }

    /// Whether progress bars make sense.
    pub(crate) fn animated(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// A line of data. A closed pipe ends the output in silence, as with other tools.
    pub(crate) fn data(self, line: impl Display) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", lines(&line.to_string()))
    }

    /// Data in the place of what was written before: `clear` is the terminal's command for that.
    pub(crate) fn screen(self, clear: &str, text: impl Display) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{clear}{}", lines(&text.to_string()))
    }

    /// Data as indented JSON.
    pub(crate) fn json(self, value: &impl serde::Serialize) -> io::Result<()> {
        self.json_text(&serde_json::to_string_pretty(value)?)
    }

    /// Data as JSON with Docker's indentation.
    pub(crate) fn indented_json(self, value: &impl serde::Serialize) -> io::Result<()> {
        let mut text = Vec::new();
        let form = serde_json::ser::PrettyFormatter::with_indent(b"    ");
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut text, form))?;
        self.json_text(&String::from_utf8_lossy(&text))
    }

    /// Data as JSON on one line.
    pub(crate) fn json_line(self, value: &impl serde::Serialize) -> io::Result<()> {
        self.json_text(&serde_json::to_string(value)?)
    }

    fn json_text(self, text: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", ascii_where_unseen(text))
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
            self.raw(&format!("{}\n", harmless(&line.to_string())));
        }
    }

    fn causes(self, mut cause: Option<&(dyn Error + 'static)>) {
        while let Some(error) = cause {
            let text = error.to_string();
            self.raw(&format!("  caused by: {}\n", harmless(&text)));
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

/// A message that may hold names from programs, images and registries: short enough to read, and harmless. Its
/// further lines are set in, so that none of them passes for a message of its own.
fn harmless(text: &str) -> Cow<'_, str> {
    let text = match text.char_indices().nth(MESSAGE_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", lines(&text[..end]))),
        None => lines(text),
    };
    if text.contains('\n') {
        return Cow::Owned(text.trim_end_matches('\n').replace('\n', "\n    "));
    }
    text
}

/// JSON in which every character that a terminal takes for a command, or that turns the direction of writing, is
/// an escape. Outside of strings JSON has none of them but line breaks.
fn ascii_where_unseen(json: &str) -> Cow<'_, str> {
    let escaped = |c: char| is_unseen(c) && c != '\n';
    if !json.contains(escaped) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if escaped(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_speak_to_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\r\u{202e}"), "a\\u{1b}[2Jb\\u{d}\\u{202e}");
        assert!(matches!(harmless("one line\tünï"), Cow::Borrowed(_)));
    }

    #[test]
    fn no_line_of_a_message_passes_for_another_message() {
        assert_eq!(harmless("a\nhint: b\nerror: c\n"), "a\n    hint: b\n    error: c");
    }

    #[test]
    fn json_says_the_same_in_harmless_letters() {
        let value = serde_json::json!({ "a\u{9b}": "\u{202e}b\u{7f}\n\u{1b}ü" });
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let written = ascii_where_unseen(&pretty);
        assert!(
            !written.contains(|c: char| is_unseen(c) && c != '\n'),
            "{written}"
        );
        assert!(written.contains("\\u009b") && written.contains("\\u202e") && written.contains('ü'));
        let back: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(back, value);
    }
}
