//! Reads scripts of `sed`.

use crate::regex::{Flavour, Regex};

/// How deep blocks may lie.
const NESTING: u32 = 100;

pub(super) enum Address {
    Line(u64),
    Last,
    Match(Regex),
    /// Every so many lines from one on.
    Step(u64, u64),
    /// So many lines after the first.
    More(u64),
}

pub(super) struct Command {
    pub(super) from: Option<Address>,
    pub(super) to: Option<Address>,
    pub(super) negated: bool,
    pub(super) action: Action,
}

pub(super) enum Action {
    Block(Vec<Command>),
    Substitute {
        regex: Option<Regex>,
        with: Vec<Piece>,
        all: bool,
        nth: usize,
        print: bool,
    },
    Map(Vec<(char, char)>),
    Delete,
    Print,
    Number,
    Next,
    Quit(i32),
    Append(String),
    Insert(String),
    Change(String),
}

/// A piece of a replacement.
pub(super) enum Piece {
    Text(Vec<u8>),
    Group(usize),
}

type Read<T> = Result<T, String>;

pub(super) fn parse(text: &str, extended: bool) -> Read<Vec<Command>> {
    let mut reader = Reader {
        text: text.chars().collect(),
        at: 0,
        extended,
        depth: 0,
    };
    let commands = reader.commands()?;
    if reader.at < reader.text.len() {
        return Err("`}` without `{`".to_owned());
    }
    Ok(commands)
}

struct Reader {
    text: Vec<char>,
    at: usize,
    extended: bool,
    depth: u32,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn skip(&mut self, what: &[char]) {
        while self.peek().is_some_and(|c| what.contains(&c)) {
            self.at += 1;
        }
    }

    fn commands(&mut self) -> Read<Vec<Command>> {
        let mut commands = Vec::new();
        loop {
            self.skip(&[' ', '\t', '\n', ';']);
            match self.peek() {
                None | Some('}') => return Ok(commands),
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                Some(_) => commands.push(self.command()?),
            }
        }
    }

    fn command(&mut self) -> Read<Command> {
        let from = self.address()?;
        let mut to = None;
        self.skip(&[' ', '\t']);
        if from.is_some() && self.peek() == Some(',') {
            self.at += 1;
            self.skip(&[' ', '\t']);
            to = self.address()?;
            if to.is_none() {
                return Err("an address is missing after `,`".to_owned());
            }
        }
        self.skip(&[' ', '\t']);
        let negated = self.peek() == Some('!');
        self.skip(&['!', ' ', '\t']);
        let Some(name) = self.peek() else {
            return Err("a command is missing".to_owned());
        };
        self.at += 1;
        let action = match name {
            '{' => {
                if self.depth >= NESTING {
                    return Err(format!("blocks lie more than {NESTING} deep"));
                }
                self.depth += 1;
                let commands = self.commands()?;
                self.depth -= 1;
                if self.peek() != Some('}') {
                    return Err("`{` without `}`".to_owned());
                }
                self.at += 1;
                Action::Block(commands)
            }
            's' => self.substitute()?,
            'y' => self.map()?,
            'd' => Action::Delete,
            'p' => Action::Print,
            '=' => Action::Number,
            'n' => Action::Next,
            'q' => {
                self.skip(&[' ']);
                Action::Quit(self.number().map_or(0, |code| (code & 0xff) as i32))
            }
            'a' => Action::Append(self.line()),
            'i' => Action::Insert(self.line()),
            'c' => Action::Change(self.line()),
            other => return Err(format!("no command `{other}`")),
        };
        self.skip(&[' ', '\t']);
        match self.peek() {
            None | Some('\n' | ';' | '}') => Ok(Command {
                from,
                to,
                negated,
                action,
            }),
            _ if matches!(action, Action::Block(_)) => Ok(Command {
                from,
                to,
                negated,
                action,
            }),
            Some(other) => Err(format!("`{other}` was not expected")),
        }
    }

    fn number(&mut self) -> Option<u64> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        self.text[start..self.at].iter().collect::<String>().parse().ok()
    }

    fn address(&mut self) -> Read<Option<Address>> {
        match self.peek() {
            Some('$') => {
                self.at += 1;
                Ok(Some(Address::Last))
            }
            Some('+') => {
                self.at += 1;
                Ok(self.number().map(Address::More))
            }
            Some(c) if c.is_ascii_digit() => {
                let line = self.number().unwrap_or(u64::MAX);
                if self.peek() != Some('~') {
                    return Ok(Some(Address::Line(line)));
                }
                self.at += 1;
                Ok(Some(Address::Step(line, self.number().unwrap_or(0))))
            }
            Some('/') => {
                self.at += 1;
                self.regex('/').map(Some)
            }
            Some('\\') => {
                let end = self.text.get(self.at + 1).copied().unwrap_or('/');
                self.at += 2;
                self.regex(end).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn regex(&mut self, end: char) -> Read<Address> {
        let text = self.delimited(end, true)?;
        let fold = self.peek() == Some('I');
        self.at += usize::from(fold);
        Regex::new(
            &text,
            Flavour {
                extended: self.extended,
                fold,
            },
        )
        .map(Address::Match)
    }

    /// Text up to `end`, which a backslash makes plain.
    fn delimited(&mut self, end: char, sets: bool) -> Read<String> {
        let mut text = String::new();
        let mut set = false;
        loop {
            let Some(c) = self.peek() else {
                return Err(format!("`{end}` is missing"));
            };
            self.at += 1;
            match c {
                '\\' => {
                    let next = self.peek().ok_or("a backslash at the end")?;
                    self.at += 1;
                    if next != end {
                        text.push('\\');
                    }
                    text.push(next);
                }
                c if c == end && !set => return Ok(text),
                c => {
                    if sets {
                        set = if set {
                            c != ']' || text.ends_with(['[', '^'])
                        } else {
                            c == '['
                        };
                    }
                    text.push(c);
                }
            }
        }
    }

    fn substitute(&mut self) -> Read<Action> {
        let Some(end) = self.peek().filter(|c| *c != '\n' && *c != '\\') else {
            return Err("`s` needs a separator".to_owned());
        };
        self.at += 1;
        let pattern = self.delimited(end, true)?;
        let with = pieces(&self.delimited(end, false)?);
        let (mut all, mut nth, mut print, mut fold) = (false, 1, false, false);
        loop {
            match self.peek() {
                Some('g') => all = true,
                Some('p') => print = true,
                Some('i' | 'I') => fold = true,
                Some(c) if c.is_ascii_digit() => {
                    nth = usize::try_from(self.number().unwrap_or(1))
                        .unwrap_or(usize::MAX)
                        .max(1);
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        let flavour = Flavour {
            extended: self.extended,
            fold,
        };
        let regex = if pattern.is_empty() {
            None
        } else {
            Some(Regex::new(&pattern, flavour)?)
        };
        Ok(Action::Substitute {
            regex,
            with,
            all,
            nth,
            print,
        })
    }

    fn map(&mut self) -> Read<Action> {
        let end = self.peek().ok_or("`y` needs a separator")?;
        self.at += 1;
        let from: Vec<char> = plain(&self.delimited(end, false)?);
        let to: Vec<char> = plain(&self.delimited(end, false)?);
        if from.len() != to.len() {
            return Err("both sides of `y` have the same length".to_owned());
        }
        Ok(Action::Map(from.into_iter().zip(to).collect()))
    }

    /// The text of `a`, `i` and `c`: the rest of the line, or the next lines after a backslash.
    fn line(&mut self) -> String {
        self.skip(&[' ', '\t']);
        if self.peek() == Some('\\') {
            self.at += 1;
            self.skip(&[' ', '\t']);
            if self.peek() == Some('\n') {
                self.at += 1;
            }
        }
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                '\n' => break,
                '\\' => {
                    text.extend(self.peek());
                    self.at += 1;
                }
                c => text.push(c),
            }
        }
        self.at = self.at.min(self.text.len());
        text
    }
}

fn plain(text: &str) -> Vec<char> {
    let mut chars = text.chars();
    let mut plain = Vec::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.push(match chars.next() {
                Some('n') => '\n',
                Some(c) => c,
                None => '\\',
            }),
            c => plain.push(c),
        }
    }
    plain
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut held = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let group = match c {
            '&' => Some(0),
            '\\' => match chars.next() {
                Some(c) if c.is_ascii_digit() => c.to_digit(10),
                Some('n') => {
                    held.push('\n');
                    None
                }
                Some('t') => {
                    held.push('\t');
                    None
                }
                Some(c) => {
                    held.push(c);
                    None
                }
                None => None,
            },
            c => {
                held.push(c);
                None
            }
        };
        if let Some(group) = group {
            pieces.push(Piece::Text(std::mem::take(&mut held).into_bytes()));
            pieces.push(Piece::Group(group as usize));
        }
    }
    pieces.push(Piece::Text(held.into_bytes()));
    pieces
}
