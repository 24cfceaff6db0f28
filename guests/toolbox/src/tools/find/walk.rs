//! Walks trees and tries tests.

use std::io::Write;

use super::super::list;
use super::NESTING;
use crate::pattern;
use crate::place;
use crate::preview1::Filestat;
use crate::shell::{Fail, Shell};

/// A test or an action.
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// A pattern, whether case counts, and whether it is held against the whole path.
    Name(Vec<char>, bool, bool),
    Kind(char),
    Empty,
    /// More, exactly or less than so many bytes, in units.
    Size(std::cmp::Ordering, u64, u64),
    Newer(u64),
    Prune,
    Print(&'static str),
    Delete,
    /// The command; whether all names come in one call.
    Exec(Vec<String>, usize),
    True,
}

pub(super) struct Walk {
    pub(super) test: Test,
    pub(super) least: u32,
    pub(super) most: u32,
    pub(super) depth_first: bool,
    pub(super) code: i32,
    /// The names for each `-exec … +`.
    pub(super) batches: Vec<(Vec<String>, Vec<String>)>,
}

impl Walk {
    pub(super) fn visit(&mut self, shell: &mut Shell, path: &str, depth: u32) -> Result<(), Fail> {
        let stat = match shell.stat(path, false) {
            Ok(stat) => stat,
            Err(error) => {
                shell.say_path("find", path, &error);
                self.code = 1;
                return Ok(());
            }
        };
        let mut pruned = false;
        let counts = depth >= self.least;
        if counts && !self.depth_first {
            self.tested(shell, path, &stat, &mut pruned)?;
        }
        if stat.is_dir() && !pruned && depth < self.most.min(NESTING) {
            match place::names(&shell.path(path)) {
                Ok(names) => {
                    for name in names {
                        self.visit(shell, &place::join(path, &name), depth + 1)?;
                    }
                }
                Err(error) => {
                    shell.say_path("find", path, &error);
                    self.code = 1;
                }
            }
        }
        if counts && self.depth_first {
            self.tested(shell, path, &stat, &mut pruned)?;
        }
        Ok(())
    }

    fn tested(
        &mut self,
        shell: &mut Shell,
        path: &str,
        stat: &Filestat,
        pruned: &mut bool,
    ) -> Result<(), Fail> {
        let test = std::mem::replace(&mut self.test, Test::True);
        let held = self.holds(shell, &test, path, stat, pruned);
        self.test = test;
        held.map(drop)
    }

    fn holds(
        &mut self,
        shell: &mut Shell,
        test: &Test,
        path: &str,
        stat: &Filestat,
        pruned: &mut bool,
    ) -> Result<bool, Fail> {
        Ok(match test {
            Test::All(tests) => {
                for test in tests {
                    if !self.holds(shell, test, path, stat, pruned)? {
                        return Ok(false);
                    }
                }
                true
            }
            Test::Any(tests) => {
                for test in tests {
                    if self.holds(shell, test, path, stat, pruned)? {
                        return Ok(true);
                    }
                }
                false
            }
            Test::Not(test) => !self.holds(shell, test, path, stat, pruned)?,
            Test::Name(pattern, fold, whole) => {
                let text = if *whole { path } else { place::base(path) };
                let text = if text.is_empty() { path } else { text };
                let text = if *fold {
                    text.to_lowercase()
                } else {
                    text.to_owned()
                };
                pattern::matches(pattern, &text.chars().collect::<Vec<_>>())
            }
            Test::Kind(kind) => match kind {
                'f' => stat.is_file(),
                letter => list::letter(stat) == *letter,
            },
            Test::Empty => {
                stat.is_file() && stat.size == 0
                    || stat.is_dir() && place::names(&shell.path(path)).is_ok_and(|names| names.is_empty())
            }
            Test::Size(order, size, unit) => stat.size.div_ceil(*unit).cmp(size) == *order,
            Test::Newer(time) => stat.mtim > *time,
            Test::Prune => {
                *pruned = true;
                true
            }
            Test::Print(end) => {
                shell.stream(1)?.write_all(format!("{path}{end}").as_bytes())?;
                true
            }
            Test::Delete => {
                let full = shell.path(path);
                if path != "." {
                    let done = if stat.is_dir() {
                        std::fs::remove_dir(full)
                    } else {
                        std::fs::remove_file(full)
                    };
                    if let Err(error) = done {
                        shell.say_path("find", path, &error);
                        self.code = 1;
                        return Ok(false);
                    }
                }
                true
            }
            Test::Exec(_, batch) if *batch < self.batches.len() => {
                self.batches[*batch].1.push(path.to_owned());
                true
            }
            Test::Exec(command, _) => {
                let line: Vec<String> = command.iter().map(|word| word.replace("{}", path)).collect();
                shell.run(&line)? == 0
            }
            Test::True => true,
        })
    }
}
