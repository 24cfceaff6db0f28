//! The grammar of WAVE, the text form of the component model's values, as a tree without types. Of the same language as
//! the crate `wasm-wave` reads; here, names may stand for what earlier calls gave, and an error shall say the column.

use std::ops::Range;

use super::error::CallError;

/// How deep values may lie in one another.
const DEPTH: usize = 100;

/// A value without a type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Where it stands in the text.
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Number(String),
    Char(char),
    Text(String),
    /// A name, or a word of WAVE's own such as `true` and `some`, with what it holds in parentheses.
    Word(Word),
    Tuple(Vec<Node>),
    List(Vec<Node>),
    Record(Vec<(String, Node)>),
    Flags(Vec<String>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) name: String,
    /// Whether it is marked by `%` as a name, though it is spelled like a word of WAVE's own.
    pub(super) marked: bool,
    pub(super) holds: Option<Box<Node>>,
}

impl Word {
    /// Whether it is this word of WAVE's own.
    pub(super) fn is(&self, own: &str) -> bool {
        !self.marked && self.name == own
    }
}

/// Whether a name is one of WAVE's own.
pub(super) fn is_own(name: &str) -> bool {
    ["true", "false", "some", "none", "ok", "err", "inf", "nan"].contains(&name)
}

/// Reads from a place in a text.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn takes(&mut self, wanted: char) -> bool {
        let there = self.rest().starts_with(wanted);
        if there {
            self.at += wanted.len_utf8();
        }
        there
    }

    pub(super) fn wrong(&self, what: impl Into<String>) -> CallError {
        CallError::Syntax {
            column: self.text[..self.at].chars().count() + 1,
            what: what.into(),
        }
    }

    /// Spaces, line ends and comments.
    pub(super) fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    /// The characters from here that are wanted.
    pub(super) fn run(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Values in parentheses, which are open already.
    pub(super) fn values(&mut self) -> Result<Vec<Node>, CallError> {
        self.sequence(')', 0, |cursor, depth| cursor.node(depth))
    }

    /// Items with commas between, up to what closes them. A comma may stand behind the last.
    fn sequence<T>(
        &mut self,
        close: char,
        depth: usize,
        mut item: impl FnMut(&mut Self, usize) -> Result<T, CallError>,
    ) -> Result<Vec<T>, CallError> {
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.takes(close) {
                return Ok(items);
            }
            if self.rest().is_empty() {
                return Err(self.wrong(format!("`{close}` is missing")));
            }
            items.push(item(self, depth + 1)?);
            self.skip_space();
            if !self.takes(',') && !self.rest().starts_with(close) {
                return Err(self.wrong(format!("`,` or `{close}` is missing")));
            }
        }
    }

    fn node(&mut self, depth: usize) -> Result<Node, CallError> {
        if depth > DEPTH {
            return Err(self.wrong("values lie too deep in one another"));
        }
        let start = self.at;
        let kind = match self.rest().chars().next() {
            Some('(') => {
                self.at += 1;
                Kind::Tuple(self.sequence(')', depth, Self::node)?)
            }
            Some('[') => {
                self.at += 1;
                Kind::List(self.sequence(']', depth, Self::node)?)
            }
            Some('{') => {
                self.at += 1;
                self.braces(depth)?
            }
            Some('"') => Kind::Text(self.string()?),
            Some('\'') => Kind::Char(self.character()?),
            Some('-' | '0'..='9') => Kind::Number(
                self.run(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
                    .to_owned(),
            ),
            Some(_) => {
                let (name, marked) = self.name()?;
                let mut ahead = Cursor { ..*self };
                ahead.skip_space();
                let holds = match ahead.takes('(') {
                    true => {
                        self.at = ahead.at;
                        let mut held = self.sequence(')', depth, Self::node)?.into_iter();
                        match (held.next(), held.next()) {
                            (Some(one), None) => Some(Box::new(one)),
                            _ => return Err(self.wrong(format!("`{name}` holds one value"))),
                        }
                    }
                    false => None,
                };
                Kind::Word(Word { name, marked, holds })
            }
            None => return Err(self.wrong("a value is missing")),
        };
        Ok(Node {
            kind,
            span: start..self.at,
        })
    }

    /// A name of WIT: words of letters of one case and digits, with `-` between.
    fn name(&mut self) -> Result<(String, bool), CallError> {
        let start = self.at;
        let marked = self.takes('%');
        let name = self.run(|c| c.is_ascii_alphanumeric() || c == '-');
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || name.ends_with('-') {
            self.at = start;
            return Err(self.wrong("this is no value"));
        }
        Ok((name.to_owned(), marked))
    }

    /// A record or flags. `{:}` is a record without fields.
    fn braces(&mut self, depth: usize) -> Result<Kind, CallError> {
        self.skip_space();
        if self.takes(':') {
            self.skip_space();
            return match self.takes('}') {
                true => Ok(Kind::Record(Vec::new())),
                false => Err(self.wrong("`}` is missing")),
            };
        }
        let members = self.sequence('}', depth, |cursor, depth| {
            let (name, _) = cursor.name()?;
            cursor.skip_space();
            if !cursor.takes(':') {
                return Ok((name, None));
            }
            cursor.skip_space();
            Ok((name, Some(cursor.node(depth)?)))
        })?;
        for (i, (name, _)) in members.iter().enumerate() {
            if members[..i].iter().any(|(other, _)| other == name) {
                return Err(self.wrong(format!("`{name}` stands here twice")));
            }
        }
        if members.iter().all(|(_, value)| value.is_none()) {
            return Ok(Kind::Flags(members.into_iter().map(|(name, _)| name).collect()));
        }
        let fields = members.into_iter().map(|(name, value)| Some((name, value?)));
        let fields: Option<Vec<_>> = fields.collect();
        fields
            .map(Kind::Record)
            .ok_or_else(|| self.wrong("a field has no value"))
    }

    /// `"…"`, or lines between `"""`, of which the last one's indentation is taken off all.
    fn string(&mut self) -> Result<String, CallError> {
        if self.rest().starts_with("\"\"\"") {
            return self.lines();
        }
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.rest().chars().next() {
                Some('"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some('\\') => text.push(self.escape()?),
                Some('\n') | None => {
                    self.at = start;
                    return Err(self.wrong("the text has no end"));
                }
                Some(c) => {
                    self.at += c.len_utf8();
                    text.push(c);
                }
            }
        }
    }

    fn lines(&mut self) -> Result<String, CallError> {
        let start = self.at;
        let Some((inside, _)) = self.rest()[3..].split_once("\"\"\"") else {
            return Err(self.wrong("the text has no end"));
        };
        let lines = inside.strip_prefix('\n').and_then(|rest| rest.rsplit_once('\n'));
        let Some((lines, indent)) = lines.filter(|(_, indent)| indent.chars().all(|c| c == ' ')) else {
            return Err(self.wrong("a text of several lines begins and ends on lines of its own"));
        };
        let mut text = String::new();
        for (i, line) in lines.split('\n').enumerate() {
            if i > 0 {
                text.push('\n');
            }
            let Some(line) = line
                .strip_prefix(indent)
                .or_else(|| line.is_empty().then_some(""))
            else {
                return Err(self.wrong("a line of the text is indented less than its end"));
            };
            let mut inner = Cursor { text: line, at: 0 };
            while let Some(c) = inner.rest().chars().next() {
                match c {
                    '\\' => text.push(inner.escape().map_err(|_| self.wrong("an escape is unknown"))?),
                    c => {
                        inner.at += c.len_utf8();
                        text.push(c);
                    }
                }
            }
        }
        self.at = start + inside.len() + 6;
        Ok(text)
    }

    fn character(&mut self) -> Result<char, CallError> {
        self.at += 1;
        let c = match self.rest().chars().next() {
            Some('\\') => self.escape()?,
            Some(c) if c != '\'' && c != '\n' => {
                self.at += c.len_utf8();
                c
            }
            _ => return Err(self.wrong("a character is missing")),
        };
        match self.takes('\'') {
            true => Ok(c),
            false => Err(self.wrong("a character ends with `'`; texts stand in `\"`")),
        }
    }

    fn escape(&mut self) -> Result<char, CallError> {
        let mut chars = self.rest().chars().skip(1);
        let plain = match chars.next() {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some(c @ ('\\' | '\'' | '"')) => Some(c),
            _ => None,
        };
        if let Some(c) = plain {
            self.at += 2;
            return Ok(c);
        }
        let code = self
            .rest()
            .strip_prefix("\\u{")
            .and_then(|rest| rest.split_once('}'));
        let read = code.and_then(|(code, _)| {
            let number = u32::from_str_radix(code, 16).ok().filter(|_| code.len() <= 6)?;
            Some((code.len(), char::from_u32(number)?))
        });
        let (length, c) = read.ok_or_else(|| self.wrong("an escape is unknown"))?;
        self.at += length + 4;
        Ok(c)
    }
}
