//! `test` and `[`.

use std::io::Read;

use super::{Done, Shell, usage};
use crate::place;
use crate::preview1::{BLOCK_DEVICE, CHARACTER_DEVICE};

/// How deep parentheses may lie.
const NESTING: u32 = 100;

type Answer = Result<bool, String>;

/// `test` and `[`.
pub(crate) fn tool(shell: &mut Shell, args: &[String]) -> Done {
    let mut words: Vec<&str> = args[1..].iter().map(String::as_str).collect();
    if args[0] == "[" && words.pop() != Some("]") {
        return usage("no `]` at the end");
    }
    match decide(shell, &words) {
        Ok(holds) => Ok(i32::from(!holds)),
        Err(what) => usage(what),
    }
}

/// As POSIX has it, the number of words says how they are to be read.
fn decide(shell: &Shell, words: &[&str]) -> Answer {
    match words {
        [] => Ok(false),
        [word] => Ok(!word.is_empty()),
        ["!", word] => Ok(word.is_empty()),
        [left, operator, right] if is_binary(operator) => binary(shell, left, operator, right),
        ["!", rest @ ..] if rest.len() <= 3 => decide(shell, rest).map(|holds| !holds),
        ["(", word, ")"] => Ok(!word.is_empty()),
        words => {
            let mut reader = Reader {
                shell,
                words,
                at: 0,
                depth: 0,
            };
            let holds = reader.or()?;
            match reader.words.get(reader.at) {
                None => Ok(holds),
                Some(word) => Err(format!("`{word}` was not expected")),
            }
        }
    }
}

struct Reader<'a> {
    shell: &'a Shell,
    words: &'a [&'a str],
    at: usize,
    depth: u32,
}

impl Reader<'_> {
    fn eat(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at) == Some(&word);
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Answer {
        let mut holds = self.and()?;
        while self.eat("-o") {
            holds |= self.and()?;
        }
        Ok(holds)
    }

    fn and(&mut self) -> Answer {
        let mut holds = self.not()?;
        while self.eat("-a") {
            holds &= self.not()?;
        }
        Ok(holds)
    }

    fn not(&mut self) -> Answer {
        let mut negated = false;
        while self
            .words
            .get(self.at + 1)
            .is_some_and(|next| !is_binary(next) || *next == "(")
            && self.eat("!")
        {
            negated = !negated;
        }
        Ok(self.one()? != negated)
    }

    fn one(&mut self) -> Answer {
        let rest = &self.words[self.at..];
        match rest {
            [left, operator, right, ..] if is_binary(operator) && !matches!(*operator, "-a" | "-o") => {
                self.at += 3;
                binary(self.shell, left, operator, right)
            }
            ["(", ..] if self.depth < NESTING => {
                self.at += 1;
                self.depth += 1;
                let holds = self.or()?;
                self.depth -= 1;
                if self.eat(")") {
                    Ok(holds)
                } else {
                    Err("`(` without `)`".to_owned())
                }
            }
            [operator, operand, ..] if is_unary(operator) => {
                self.at += 2;
                unary(self.shell, operator, operand)
            }
            [word, ..] => {
                self.at += 1;
                Ok(!word.is_empty())
            }
            [] => Err("something is missing at the end".to_owned()),
        }
    }
}

fn is_unary(word: &str) -> bool {
    word.len() == 2 && word.starts_with('-') && "bcdefghkLnpOrGsStuwxz".contains(&word[1..])
}

fn is_binary(word: &str) -> bool {
    const BINARY: [&str; 16] = [
        "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "-a", "-o",
    ];
    BINARY.contains(&word)
}

fn unary(shell: &Shell, operator: &str, operand: &str) -> Answer {
    let stat = |follow| shell.stat(operand, follow).ok();
    let is = |wanted: u8| stat(true).is_some_and(|stat| stat.filetype == wanted);
    Ok(match operator {
        "-n" => !operand.is_empty(),
        "-z" => operand.is_empty(),
        "-e" | "-r" | "-w" | "-O" | "-G" => stat(true).is_some(),
        "-f" => stat(true).is_some_and(|stat| stat.is_file()),
        "-d" => stat(true).is_some_and(|stat| stat.is_dir()),
        "-h" | "-L" => stat(false).is_some_and(|stat| stat.is_link()),
        "-s" => stat(true).is_some_and(|stat| stat.size > 0),
        "-b" => is(BLOCK_DEVICE),
        "-c" => is(CHARACTER_DEVICE),
        "-x" => stat(true).is_some_and(|stat| stat.is_dir()) || runnable(shell, operand),
        "-t" => operand
            .parse()
            .is_ok_and(|fd| shell.stream(fd).is_ok_and(|stream| stream.is_terminal())),
        // Pipes, sockets and modes are not in preview 1's file attributes.
        _ => false,
    })
}

/// Preview 1 has no modes: what the shell would run is what can be executed.
fn runnable(shell: &Shell, path: &str) -> bool {
    let mut head = [0; 4];
    let read = shell.open_input(path).and_then(|mut file| file.read(&mut head));
    read.is_ok_and(|len| head[..len].starts_with(b"\0asm") || head[..len].starts_with(b"#!"))
}

fn binary(shell: &Shell, left: &str, operator: &str, right: &str) -> Answer {
    let numbers = || Ok::<_, String>((number(left)?, number(right)?));
    let times = || {
        let of = |path| shell.stat(path, true).ok().map(|stat| stat.mtim);
        (of(left), of(right))
    };
    Ok(match operator {
        "=" | "==" => left == right,
        "!=" => left != right,
        "<" => left < right,
        ">" => left > right,
        "-a" => !left.is_empty() && !right.is_empty(),
        "-o" => !left.is_empty() || !right.is_empty(),
        "-eq" => numbers().map(|(a, b)| a == b)?,
        "-ne" => numbers().map(|(a, b)| a != b)?,
        "-lt" => numbers().map(|(a, b)| a < b)?,
        "-le" => numbers().map(|(a, b)| a <= b)?,
        "-gt" => numbers().map(|(a, b)| a > b)?,
        "-ge" => numbers().map(|(a, b)| a >= b)?,
        "-nt" => matches!(times(), (Some(a), Some(b)) if a > b),
        "-ot" => matches!(times(), (Some(a), Some(b)) if a < b),
        "-ef" => {
            let of = |path: &str| {
                place::stat(&shell.path(path), true)
                    .ok()
                    .map(|stat| (stat.dev, stat.ino))
            };
            of(left).is_some() && of(left) == of(right)
        }
        other => return Err(format!("no operator `{other}`")),
    })
}

fn number(text: &str) -> Result<i64, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("`{text}` is not a number"))
}
