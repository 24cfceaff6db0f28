//! Runs scripts of `sed`.

use std::io::{self, BufRead, BufReader, Write};

use super::Lines;
use super::script::{Action, Address, Command, Piece};
use crate::regex::Regex;
use crate::shell::{Fail, fail};
use crate::stream::{LIMIT, Stream};

impl Lines {
    fn read(&mut self) -> io::Result<Option<(Vec<u8>, bool)>> {
        loop {
            if self.now.is_none() {
                match self.streams.next() {
                    Some(stream) => self.now = Some(BufReader::new(stream)),
                    None => return Ok(None),
                }
            }
            let mut line = Vec::new();
            if let Some(now) = &mut self.now
                && now.read_until(b'\n', &mut line)? > 0
            {
                let ended = line.last() == Some(&b'\n');
                line.truncate(line.len() - usize::from(ended));
                return Ok(Some((line, ended)));
            }
            self.now = None;
        }
    }

    fn next(&mut self) -> io::Result<Option<(Vec<u8>, bool)>> {
        let next = self.ahead.take();
        self.ahead = self.read()?;
        Ok(next)
    }
}

/// What follows a command.
enum Then {
    On,
    /// The line is done with.
    Gone,
    Quit(i32),
}

pub(super) struct Editor<'a> {
    script: &'a [Command],
    quiet: bool,
    /// For each command with a range, in order: the last line if it is within.
    within: Vec<Option<u64>>,
    line: Vec<u8>,
    ended: bool,
    number: u64,
    last: bool,
    appended: Vec<&'a str>,
}

impl<'a> Editor<'a> {
    pub(super) fn new(script: &'a [Command], quiet: bool) -> Self {
        Self {
            script,
            quiet,
            within: vec![None; count(script)],
            line: Vec::new(),
            ended: true,
            number: 0,
            last: false,
            appended: Vec::new(),
        }
    }

    /// Edits all lines; the exit code where the script quits.
    pub(super) fn edit(&mut self, streams: Vec<Stream>, out: &mut impl Write) -> Result<Option<i32>, Fail> {
        let mut lines = Lines {
            streams: streams.into_iter(),
            now: None,
            ahead: None,
        };
        lines.ahead = lines.read()?;
        while self.take(&mut lines)? {
            let then = self.run(self.script, 0, &mut lines, out)?;
            if !self.quiet && !matches!(then, Then::Gone) {
                self.print(out)?;
            }
            self.append(out)?;
            if let Then::Quit(code) = then {
                return Ok(Some(code));
            }
        }
        Ok(None)
    }

    fn take(&mut self, lines: &mut Lines) -> io::Result<bool> {
        let Some((line, ended)) = lines.next()? else {
            return Ok(false);
        };
        (self.line, self.ended) = (line, ended);
        self.number += 1;
        self.last = lines.ahead.is_none();
        Ok(true)
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.line)?;
        if self.ended { out.write_all(b"\n") } else { Ok(()) }
    }

    fn append(&mut self, out: &mut impl Write) -> io::Result<()> {
        for text in self.appended.drain(..) {
            writeln!(out, "{text}")?;
        }
        Ok(())
    }

    /// `index` is the place of the first command among all commands, for the ranges.
    fn run(
        &mut self,
        commands: &'a [Command],
        mut index: usize,
        lines: &mut Lines,
        out: &mut impl Write,
    ) -> Result<Then, Fail> {
        for command in commands {
            let own = index;
            index += 1 + inner(command);
            if self.selected(command, own) == command.negated {
                continue;
            }
            match &command.action {
                Action::Block(inner) => match self.run(inner, own + 1, lines, out)? {
                    Then::On => {}
                    then => return Ok(then),
                },
                Action::Substitute {
                    regex,
                    with,
                    all,
                    nth,
                    print,
                } => {
                    let regex = match (regex, &command.from) {
                        (Some(regex), _) | (None, Some(Address::Match(regex))) => regex,
                        _ => return fail("an empty expression repeats the address, and there is none"),
                    };
                    if self.substitute(regex, with, *all, *nth)? && *print {
                        self.print(out)?;
                    }
                }
                Action::Map(pairs) => {
                    let text = String::from_utf8_lossy(&self.line).into_owned();
                    let map = |c: char| pairs.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
                    self.line = text.chars().map(map).collect::<String>().into_bytes();
                }
                Action::Delete => return Ok(Then::Gone),
                Action::Print => self.print(out)?,
                Action::Number => writeln!(out, "{}", self.number)?,
                Action::Next => {
                    if !self.quiet {
                        self.print(out)?;
                    }
                    self.append(out)?;
                    if !self.take(lines)? {
                        return Ok(Then::Gone);
                    }
                }
                Action::Quit(code) => return Ok(Then::Quit(*code)),
                Action::Append(text) => self.appended.push(text),
                Action::Insert(text) => writeln!(out, "{text}")?,
                Action::Change(text) => {
                    // Of a range, the text takes the place of the whole.
                    if command.to.is_none() || command.negated || self.within[own].is_none() {
                        writeln!(out, "{text}")?;
                    }
                    return Ok(Then::Gone);
                }
            }
        }
        Ok(Then::On)
    }

    fn matches(&self, address: &Address) -> bool {
        match address {
            Address::Line(line) => *line == self.number,
            Address::Last => self.last,
            Address::Match(regex) => regex.matches(&self.line),
            Address::Step(first, 0) => *first == self.number,
            Address::Step(first, step) => {
                self.number >= *first && (self.number - first).is_multiple_of(*step)
            }
            Address::More(_) => false,
        }
    }

    fn selected(&mut self, command: &Command, index: usize) -> bool {
        let Some(from) = &command.from else {
            return true;
        };
        let Some(to) = &command.to else {
            return self.matches(from);
        };
        match self.within[index] {
            Some(end) => {
                let over = match to {
                    Address::Line(_) | Address::More(_) => self.number >= end,
                    to => self.matches(to),
                };
                if over {
                    self.within[index] = None;
                }
                true
            }
            None if self.matches(from) => {
                let end = match to {
                    Address::Line(line) => *line,
                    Address::More(more) => self.number.saturating_add(*more),
                    _ => u64::MAX,
                };
                let only = end <= self.number || (matches!(to, Address::Last) && self.last);
                self.within[index] = if only { None } else { Some(end) };
                true
            }
            None => false,
        }
    }

    fn substitute(&mut self, regex: &Regex, with: &[Piece], all: bool, nth: usize) -> Result<bool, Fail> {
        let mut result = Vec::new();
        let (mut at, mut copied, mut seen) = (0, 0, 0);
        let mut last_end = None;
        while at <= self.line.len() {
            let Some(groups) = regex.find(&self.line, at) else {
                break;
            };
            let (start, end) = groups[0].unwrap_or((at, at));
            // Nothing right after a match is no match of its own.
            if start == end && last_end == Some(start) {
                at = start + 1;
                continue;
            }
            last_end = Some(end);
            seen += 1;
            if seen >= nth {
                result.extend_from_slice(&self.line[copied..start]);
                for piece in with {
                    match piece {
                        Piece::Text(text) => result.extend_from_slice(text),
                        Piece::Group(group) => {
                            if let Some(Some((from, to))) = groups.get(*group) {
                                result.extend_from_slice(&self.line[*from..*to]);
                            }
                        }
                    }
                }
                copied = end;
                if result.len() > LIMIT {
                    return fail(format!("a line of more than {} MiB", LIMIT >> 20));
                }
                if !all {
                    break;
                }
            }
            at = if end > start { end } else { end + 1 };
        }
        if seen < nth {
            return Ok(false);
        }
        result.extend_from_slice(&self.line[copied..]);
        self.line = result;
        Ok(true)
    }
}

fn inner(command: &Command) -> usize {
    match &command.action {
        Action::Block(commands) => count(commands),
        _ => 0,
    }
}

fn count(commands: &[Command]) -> usize {
    commands.iter().map(|command| 1 + inner(command)).sum()
}
