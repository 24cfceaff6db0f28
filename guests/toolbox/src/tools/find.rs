//! `find`.

use std::io::Write;

use crate::pattern;
use crate::place;
use crate::preview1::Filestat;
use crate::shell::{Done, Fail, Shell, usage};

/// How deep folders and parentheses may lie.
const NESTING: u32 = 200;

/// A test or an action.
enum Test {
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

struct Walk {
    test: Test,
    least: u32,
    most: u32,
    depth_first: bool,
    code: i32,
    /// The names for each `-exec … +`.
    batches: Vec<(Vec<String>, Vec<String>)>,
}

pub(super) fn find(shell: &mut Shell, args: &[String]) -> Done {
    let is_test = |arg: &String| arg.starts_with('-') || arg == "!" || arg == "(";
    let split = args[1..].iter().position(is_test).map_or(args.len(), |at| at + 1);
    let mut starts = args[1..split].to_vec();
    if starts.is_empty() {
        starts.push(".".to_owned());
    }
    let mut reader = Reader {
        shell,
        words: &args[split..],
        at: 0,
        depth: 0,
        acts: false,
        walk: Walk {
            test: Test::True,
            least: 0,
            most: u32::MAX,
            depth_first: false,
            code: 0,
            batches: Vec::new(),
        },
    };
    let mut test = reader.any()?;
    if let Some(word) = reader.words.get(reader.at) {
        return usage(format!("`{word}` was not expected"));
    }
    if !reader.acts {
        test = Test::All(vec![test, Test::Print("\n")]);
    }
    let mut walk = reader.walk;
    walk.test = test;
    for start in &starts {
        walk.visit(shell, start, 0)?;
    }
    for (command, names) in std::mem::take(&mut walk.batches) {
        if !names.is_empty() && shell.run(&[command, names].concat())? != 0 {
            walk.code = 1;
        }
    }
    Ok(walk.code)
}

struct Reader<'a> {
    shell: &'a Shell,
    words: &'a [String],
    at: usize,
    depth: u32,
    acts: bool,
    walk: Walk,
}

impl Reader<'_> {
    fn eat(&mut self, words: &[&str]) -> bool {
        let found = self
            .words
            .get(self.at)
            .is_some_and(|word| words.contains(&word.as_str()));
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Test, Fail> {
        let mut tests = vec![self.all()?];
        while self.eat(&["-o", "-or"]) {
            tests.push(self.all()?);
        }
        Ok(if tests.len() == 1 {
            tests.remove(0)
        } else {
            Test::Any(tests)
        })
    }

    fn all(&mut self) -> Result<Test, Fail> {
        let mut tests = Vec::new();
        loop {
            self.eat(&["-a", "-and"]);
            match self.words.get(self.at).map(String::as_str) {
                None | Some("-o" | "-or" | ")") => return Ok(Test::All(tests)),
                Some(_) => tests.push(self.one()?),
            }
        }
    }

    fn value(&mut self, of: &str) -> Result<String, Fail> {
        self.at += 1;
        match self.words.get(self.at - 1) {
            Some(value) => Ok(value.clone()),
            None => usage(format!("`{of}` needs a value")),
        }
    }

    fn one(&mut self) -> Result<Test, Fail> {
        if self.depth > NESTING {
            return usage("tests lie too deep within each other");
        }
        self.depth += 1;
        let word = self.words[self.at].clone();
        self.at += 1;
        let test = match word.as_str() {
            "!" | "-not" if self.at < self.words.len() => Test::Not(Box::new(self.one()?)),
            "(" => {
                let test = self.any()?;
                if !self.eat(&[")"]) {
                    return usage("`(` without `)`");
                }
                test
            }
            "-name" | "-iname" | "-path" | "-ipath" => {
                let fold = word.starts_with("-i");
                let pattern = self.value(&word)?;
                let pattern = if fold { pattern.to_lowercase() } else { pattern };
                Test::Name(pattern.chars().collect(), fold, word.ends_with("path"))
            }
            "-type" => match self.value(&word)?.chars().next() {
                Some(kind) => Test::Kind(kind),
                None => return usage("`-type` needs a letter"),
            },
            "-empty" => Test::Empty,
            "-size" => self.size()?,
            "-newer" => {
                let path = self.value(&word)?;
                Test::Newer(self.shell.stat(&path, true)?.mtim)
            }
            "-maxdepth" | "-mindepth" => {
                let value = self.value(&word)?;
                let Ok(depth) = value.parse() else {
                    return usage(format!("`{value}` is not a number"));
                };
                if word == "-maxdepth" {
                    self.walk.most = depth
                } else {
                    self.walk.least = depth
                }
                Test::True
            }
            "-depth" => {
                self.walk.depth_first = true;
                Test::True
            }
            "-prune" => Test::Prune,
            "-true" => Test::True,
            "-print" | "-print0" => {
                self.acts = true;
                Test::Print(if word == "-print" { "\n" } else { "\0" })
            }
            "-delete" => {
                self.acts = true;
                self.walk.depth_first = true;
                Test::Delete
            }
            "-exec" => self.exec()?,
            other => return usage(format!("no test `{other}`")),
        };
        self.depth -= 1;
        Ok(test)
    }

    fn size(&mut self) -> Result<Test, Fail> {
        let text = self.value("-size")?;
        let (order, digits) = match text.split_at_checked(1) {
            Some(("+", rest)) => (std::cmp::Ordering::Greater, rest),
            Some(("-", rest)) => (std::cmp::Ordering::Less, rest),
            _ => (std::cmp::Ordering::Equal, text.as_str()),
        };
        let (digits, unit) = match digits.chars().last() {
            Some('c') => (&digits[..digits.len() - 1], 1),
            Some('k') => (&digits[..digits.len() - 1], 1 << 10),
            Some('M') => (&digits[..digits.len() - 1], 1 << 20),
            _ => (digits, 512),
        };
        match digits.parse() {
            Ok(size) => Ok(Test::Size(order, size, unit)),
            Err(_) => usage(format!("`{text}` is not a size")),
        }
    }

    fn exec(&mut self) -> Result<Test, Fail> {
        self.acts = true;
        let rest = &self.words[self.at..];
        let Some(len) = rest
            .iter()
            .enumerate()
            .position(|(at, word)| word == ";" || (word == "+" && at > 0 && rest[at - 1] == "{}"))
        else {
            return usage("`-exec` ends with `;` or `{} +`");
        };
        let command = rest[..len].to_vec();
        let batched = rest[len] == "+";
        self.at += len + 1;
        if command.is_empty() {
            return usage("`-exec` needs a command");
        }
        if !batched {
            return Ok(Test::Exec(command, usize::MAX));
        }
        self.walk.batches.push((command[..len - 1].to_vec(), Vec::new()));
        Ok(Test::Exec(Vec::new(), self.walk.batches.len() - 1))
    }
}

impl Walk {
    fn visit(&mut self, shell: &mut Shell, path: &str, depth: u32) -> Result<(), Fail> {
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
                letter => super::list::letter(stat) == *letter,
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
