//! Expands words: parameters, substitutions, splitting, patterns.

use super::ast::{How, List, Part, Word};
use super::fields::{Field, Fields};
use super::{Flow, Shell};
use crate::stream::{self, Pipe};

/// How the value of an expansion is put into fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Split at separators.
    Split,
    /// As it is, open to patterns: assignments, `case`.
    Whole,
    /// Within double quotes.
    Quoted,
}

impl Shell {
    /// The fields that words become, file names put in for patterns.
    pub(super) fn expand_all(&mut self, words: &[Word]) -> Result<Vec<String>, Flow> {
        let mut all = Vec::new();
        let mut len = 0;
        for word in words {
            for field in self.expand(word, Mode::Split)?.finish() {
                if field.wild && !self.options.noglob {
                    let from = all.len();
                    self.names(&field, &mut all);
                    len += all[from..].iter().map(String::len).sum::<usize>();
                } else {
                    len += field.text.len();
                    all.push(field.text);
                }
            }
            self.bounded(len)?;
        }
        Ok(all)
    }

    /// One field, unsplit and without file names.
    pub(super) fn expand_one(&mut self, word: &Word) -> Result<Field, Flow> {
        Ok(self.expand(word, Mode::Whole)?.joined())
    }

    /// The same as text.
    pub(super) fn expand_text(&mut self, word: &Word) -> Result<String, Flow> {
        Ok(self.expand_one(word)?.text)
    }

    fn expand(&mut self, word: &Word, mode: Mode) -> Result<Fields, Flow> {
        let separators = match mode {
            Mode::Split => self.variables.get("IFS").unwrap_or(" \t\n").to_owned(),
            Mode::Whole | Mode::Quoted => String::new(),
        };
        let mut fields = Fields::new(&separators);
        self.parts(&word.0, mode, &mut fields)?;
        Ok(fields)
    }

    pub(super) fn parts(&mut self, parts: &[Part], mode: Mode, fields: &mut Fields) -> Result<(), Flow> {
        for part in parts {
            match part {
                Part::Plain(text) if mode == Mode::Quoted => fields.quoted(text),
                Part::Plain(text) => fields.plain(text),
                Part::Quoted(text) => fields.quoted(text),
                Part::Double(parts) => {
                    let all = |part: &Part| matches!(part, Part::Parameter(p) if p.name == "@");
                    // `"$@"` without parameters is no field, and everything else in quotes is one.
                    if !parts.iter().any(all) || !self.parameters.is_empty() {
                        fields.quoted("");
                    }
                    self.parts(parts, Mode::Quoted, fields)?;
                }
                Part::Tilde(name) => {
                    let home = self.variables.get("HOME").map(str::to_owned);
                    match home {
                        Some(home) if name.is_empty() => fields.quoted(&home),
                        _ => fields.quoted(&format!("~{name}")),
                    }
                }
                Part::Parameter(parameter) if matches!(parameter.how, How::Value | How::Length) => {
                    self.parameter(parameter, mode, fields)?;
                }
                // It has words within it, which may hold more of its kind.
                Part::Parameter(parameter) => {
                    self.deeper(|shell| shell.parameter(parameter, mode, fields))?;
                }
                Part::Command(list) => {
                    let output = self.captured(list)?;
                    put(fields, mode, &output);
                }
                Part::Arithmetic(parts) => {
                    let value = self.arithmetic_parts(parts)?;
                    put(fields, mode, &value.to_string());
                }
            }
            self.bounded(fields.len())?;
        }
        Ok(())
    }

    fn arithmetic_parts(&mut self, parts: &[Part]) -> Result<i64, Flow> {
        let mut fields = Fields::new("");
        self.parts(parts, Mode::Quoted, &mut fields)?;
        self.arithmetic(&fields.joined().text)
    }

    /// What a list of commands writes, without the ends of line at its end.
    fn captured(&mut self, list: &List) -> Result<String, Flow> {
        let (pipe, stream) = Pipe::pair();
        let status = self.deeper(|shell| {
            let mut sub = shell.sub();
            sub.streams.insert(1, stream);
            let ran = sub.list(list);
            // No longer borrowed when the subshell's last words are written.
            let short = pipe.borrow().short;
            sub.ended_subshell(ran, short)
        })?;
        if pipe.borrow().short {
            let mib = stream::LIMIT >> 20;
            return Err(self.bound(format_args!("a command substitution gives more than {mib} MiB")));
        }
        self.substituted = Some(status);
        let output = pipe.borrow_mut().take();
        let mut text = match String::from_utf8(output) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        text.retain(|c| c != '\0');
        text.truncate(text.trim_end_matches('\n').len());
        Ok(text)
    }

    /// Runs the last words of a subshell, and gives the exit code that it ends with. With `full`, the buffer that
    /// it wrote into had no room left: that nobody reads is then its reader's affair.
    pub(super) fn ended_subshell(&mut self, ran: super::Ran, full: bool) -> super::Ran {
        let code = match ran {
            Ok(code) | Err(Flow::Exit(code) | Flow::Return(code) | Flow::Fault(code)) => code,
            Err(Flow::Break(_) | Flow::Continue(_)) => 0,
            Err(Flow::Pipe) if full => return Ok(super::pipeline::BROKEN_PIPE),
            Err(flow @ (Flow::Bound | Flow::Pipe | Flow::Cut | Flow::Interrupted)) => return Err(flow),
        };
        self.last_words(code)
    }
}

/// Puts the value of an expansion into fields.
pub(super) fn put(fields: &mut Fields, mode: Mode, value: &str) {
    match mode {
        Mode::Split | Mode::Whole => fields.split(value),
        Mode::Quoted => fields.quoted(value),
    }
}
