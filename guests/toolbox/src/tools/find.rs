//! `find`.

mod walk;

use crate::shell::{Done, Fail, Shell, usage};

use walk::{Test, Walk};

/// How deep folders and parentheses may lie.
const NESTING: u32 = 200;

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
