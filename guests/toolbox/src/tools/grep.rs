//! `grep`.

use std::io::{BufRead, BufReader, Write};

use super::options::Given;
use crate::place;
use crate::regex::{self, Flavour, Regex};
use crate::shell::{Done, Fail, Shell, usage};
use crate::stream::{self, Out, Stream};

/// How deep `-r` goes.
const NESTING: u32 = 200;

struct Search<'a> {
    given: &'a Given,
    expressions: Vec<Regex>,
    out: Out,
    names: bool,
    before: usize,
    after: usize,
    matched: bool,
    code: i32,
}

pub(super) fn grep(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "ivncrRlLqEFGHhowxsaIe:f:m:A:B:C:")?;
    let mut files = given.rest.clone();
    let mut patterns: Vec<String> = given.values('e').map(str::to_owned).collect();
    for path in given.values('f') {
        patterns.extend(
            BufReader::new(shell.open_input(path)?)
                .lines()
                .collect::<Result<Vec<_>, _>>()?,
        );
    }
    if patterns.is_empty() && !given.has('f') {
        if files.is_empty() {
            return usage("which pattern?");
        }
        patterns.push(files.remove(0));
    }
    let flavour = Flavour {
        extended: given.last_of("EFG") == Some('E'),
        fold: given.has('i'),
    };
    let fixed = given.last_of("EFG") == Some('F');
    let compile = |pattern: &str| {
        let regex = if fixed {
            Regex::literal(pattern, flavour.fold)
        } else {
            Regex::new(pattern, flavour)
        };
        regex.map_err(|what| Fail::Said(format!("`{pattern}`: {what}"), 2))
    };
    let expressions = patterns
        .iter()
        .flat_map(|pattern| pattern.split('\n'))
        .map(compile)
        .collect::<Result<_, _>>()?;
    let deep = given.has('r') || given.has('R');
    if files.is_empty() {
        files.push(if deep { "." } else { "-" }.to_owned());
    }
    let around = given.number('C')?.unwrap_or(0);
    let mut search = Search {
        names: !given.has('h') && (given.has('H') || files.len() > 1 || deep),
        before: given.number('B')?.unwrap_or(around),
        after: given.number('A')?.unwrap_or(around),
        given: &given,
        expressions,
        out: shell.out()?,
        matched: false,
        code: 1,
    };
    for file in &files {
        search.path(shell, file, deep, 0)?;
    }
    let code = if search.matched && (search.code != 2 || given.has('q')) {
        0
    } else {
        search.code
    };
    search.out.done()?;
    Ok(code)
}

impl Search<'_> {
    fn path(&mut self, shell: &Shell, path: &str, deep: bool, depth: u32) -> Result<(), Fail> {
        if deep
            && depth < NESTING
            && path != "-"
            && shell.stat(path, depth == 0).is_ok_and(|stat| stat.is_dir())
        {
            let names = place::names(&shell.path(path));
            for name in names.unwrap_or_default() {
                let inner = place::join(path, &name);
                // Links within a tree are not followed: they may lead round in circles.
                if !shell.stat(&inner, false).is_ok_and(|stat| stat.is_link()) {
                    self.path(shell, &inner, deep, depth + 1)?;
                }
            }
            return Ok(());
        }
        match shell
            .open_input(path)
            .map_err(Fail::from)
            .and_then(|from| self.file(path, from))
        {
            Err(Fail::Io(error))
                if !stream::cut(&error) && error.kind() != std::io::ErrorKind::BrokenPipe =>
            {
                if !self.given.has('s') {
                    self.out.flush()?;
                    shell.say_path("grep", path, &error);
                }
                self.code = 2;
                Ok(())
            }
            done => done,
        }
    }

    fn file(&mut self, path: &str, from: Stream) -> Result<(), Fail> {
        let name = if path == "-" { "(standard input)" } else { path };
        let most: u64 = self.given.number('m')?.unwrap_or(u64::MAX);
        let silent = ['q', 'l', 'L', 'c']
            .into_iter()
            .any(|letter| self.given.has(letter));
        let mut from = BufReader::new(from);
        let mut held: std::collections::VecDeque<(u64, Vec<u8>)> = std::collections::VecDeque::new();
        let (mut count, mut number, mut shown, mut follow) = (0, 0, 0, 0);
        let mut line = Vec::new();
        while count < most || follow > 0 {
            line.clear();
            if from.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            number += 1;
            if line.last() == Some(&b'\n') {
                line.pop();
            }
            let found = count < most && self.holds(&line) != self.given.has('v');
            if !found {
                if follow > 0 {
                    follow -= 1;
                    self.line(name, number, &line, '-')?;
                    shown = number;
                } else if self.before > 0 && !silent {
                    held.push_back((number, line.clone()));
                    if held.len() > self.before {
                        held.pop_front();
                    }
                }
                continue;
            }
            count += 1;
            self.matched = true;
            if self.given.has('q') || self.given.has('l') || self.given.has('L') {
                break;
            }
            if silent {
                continue;
            }
            let first = held.front().map_or(number, |(number, _)| *number);
            if (self.before > 0 || self.after > 0) && shown > 0 && first > shown + 1 {
                writeln!(self.out, "--")?;
            }
            for (number, line) in std::mem::take(&mut held) {
                self.line(name, number, &line, '-')?;
            }
            if self.given.has('o') && !self.given.has('v') {
                self.parts(name, number, &line)?;
            } else {
                self.line(name, number, &line, ':')?;
            }
            shown = number;
            follow = self.after;
        }
        if self.given.has('l') && count > 0 || self.given.has('L') && count == 0 {
            writeln!(self.out, "{name}")?;
        } else if self.given.has('c') && !self.given.has('q') && !self.given.has('l') {
            if self.names {
                write!(self.out, "{name}:")?;
            }
            writeln!(self.out, "{count}")?;
        }
        Ok(())
    }

    fn line(&mut self, name: &str, number: u64, text: &[u8], mark: char) -> std::io::Result<()> {
        if self.names {
            write!(self.out, "{name}{mark}")?;
        }
        if self.given.has('n') {
            write!(self.out, "{number}{mark}")?;
        }
        self.out.write_all(text)?;
        self.out.write_all(b"\n")
    }

    fn holds(&self, line: &[u8]) -> bool {
        self.expressions.iter().any(|regex| {
            if self.given.has('x') {
                regex.matches_whole(line)
            } else if self.given.has('w') {
                self.next(regex, line, 0).is_some()
            } else {
                regex.matches(line)
            }
        })
    }

    /// The next match of one expression, as a word where that is asked for.
    fn next(&self, regex: &Regex, line: &[u8], mut from: usize) -> Option<(usize, usize)> {
        while from <= line.len() {
            let (start, end) = regex.find(line, from)?[0]?;
            let free = |at: Option<&u8>| at.is_none_or(|&byte| !regex::word(byte));
            let before = start.checked_sub(1).and_then(|at| line.get(at));
            if !self.given.has('w') || (free(before) && free(line.get(end))) {
                return Some((start, end));
            }
            from = start + 1;
        }
        None
    }

    /// `-o`: what matched, piece by piece.
    fn parts(&mut self, name: &str, number: u64, line: &[u8]) -> std::io::Result<()> {
        let mut from = 0;
        loop {
            let found = self
                .expressions
                .iter()
                .filter_map(|regex| self.next(regex, line, from));
            let Some((start, end)) = found.min_by_key(|&(start, end)| (start, usize::MAX - end)) else {
                return Ok(());
            };
            if end > start {
                self.line(name, number, &line[start..end], ':')?;
            }
            from = end.max(start + 1);
            if from > line.len() {
                return Ok(());
            }
        }
    }
}
