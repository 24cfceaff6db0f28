//! Reads scripts: lists and pipelines. What they are made of is in `clauses`, `simple` and `words`.

use std::cell::OnceCell;
use std::rc::Rc;

use super::ast::{AndOr, Command, List, Pipeline, Word};

/// How deep commands, quotes and substitutions may lie within each other.
pub(crate) const NESTING: u32 = 200;

/// Why a script could not be read.
#[derive(Debug)]
pub(crate) enum Syntax {
    /// It may be right if more comes; where a here-document is open, the line that ends it and whether tabs
    /// before it do not count.
    Incomplete(String, Option<(String, bool)>),
    /// It is wrong whatever comes.
    Wrong(String),
}

impl Syntax {
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Incomplete(message, _) | Self::Wrong(message) => message,
        }
    }
}

pub(super) type Parsed<T> = Result<T, Syntax>;

pub(super) fn wrong<T>(message: impl Into<String>) -> Parsed<T> {
    Err(Syntax::Wrong(message.into()))
}

/// A here-document whose text has not come yet.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) end: String,
    pub(super) tabs: bool,
    pub(super) quoted: bool,
    pub(super) text: Rc<OnceCell<Word>>,
}

/// A reader over the text of a script.
#[derive(Debug)]
pub(crate) struct Parser<'a> {
    pub(super) text: &'a [char],
    pub(super) at: usize,
    pub(super) depth: u32,
    /// Whether no more text can come: then a here-document ends with the text.
    pub(super) whole: bool,
    pub(super) pending: Vec<Pending>,
}

pub(super) const CLOSERS: &[&str] = &["then", "else", "elif", "fi", "do", "done", "esac", "}"];

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a [char], whole: bool) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            whole,
            pending: Vec::new(),
        }
    }

    /// The commands of the next line that has any; `None` at the end.
    pub(crate) fn next_line(&mut self) -> Parsed<Option<List>> {
        self.newlines()?;
        if self.peek().is_none() {
            return Ok(None);
        }
        let mut list = List::new();
        loop {
            list.push(self.and_or()?);
            self.blanks();
            match self.peek() {
                Some(';') if self.peek_at(1) != Some(';') => {
                    self.at += 1;
                    self.blanks();
                    if matches!(self.peek(), None | Some('\n')) {
                        self.newline()?;
                        return Ok(Some(list));
                    }
                }
                None | Some('\n') => {
                    self.newline()?;
                    return Ok(Some(list));
                }
                _ => return self.unexpected(),
            }
        }
    }

    /// The commands of the whole text, each line's for itself.
    pub(super) fn command_lines(&mut self) -> Parsed<Vec<List>> {
        let mut lists = Vec::new();
        while let Some(list) = self.next_line()? {
            lists.push(list);
        }
        Ok(lists)
    }

    /// Everything to the end of the text.
    pub(super) fn all(&mut self) -> Parsed<List> {
        Ok(self.command_lines()?.into_iter().flatten().collect())
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    pub(super) fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    pub(super) fn starts(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.peek_at(i) == Some(c))
    }

    /// Runs `parse` one level deeper.
    pub(super) fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= NESTING {
            return wrong(format!("nested more than {NESTING} deep"));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    pub(super) fn unexpected<T>(&self) -> Parsed<T> {
        match self.peek() {
            None => Err(Syntax::Incomplete("unexpected end of file".to_owned(), None)),
            Some('&') => wrong("`&`: a Wasm container has no background jobs"),
            Some('\n') => wrong("unexpected end of line"),
            Some(_) => {
                let word: String = self.text[self.at..]
                    .iter()
                    .enumerate()
                    .take_while(|&(i, c)| i == 0 || (!c.is_whitespace() && i < 20))
                    .map(|(_, c)| c)
                    .collect();
                wrong(format!("unexpected `{word}`"))
            }
        }
    }

    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => self.at += 1,
                Some('\\') if self.peek_at(1) == Some('\n') => self.at += 2,
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// The end of a line, and the here-documents that begin after it.
    fn newline(&mut self) -> Parsed<()> {
        if !self.eat('\n') && self.pending.is_empty() {
            return Ok(());
        }
        for pending in std::mem::take(&mut self.pending) {
            self.here_document(pending)?;
        }
        Ok(())
    }

    pub(super) fn newlines(&mut self) -> Parsed<()> {
        loop {
            self.blanks();
            if self.peek() != Some('\n') {
                return Ok(());
            }
            self.newline()?;
        }
    }

    /// The word at hand if it has no quotes: what may be a reserved word.
    pub(super) fn bare(&self) -> String {
        self.text[self.at..]
            .iter()
            .take(16)
            .take_while(|c| !c.is_whitespace() && !"|&;<>()".contains(**c))
            .collect()
    }

    pub(super) fn keyword(&mut self, word: &str) -> bool {
        self.blanks();
        let found = self.bare() == word;
        if found {
            self.at += word.len();
        }
        found
    }

    pub(super) fn expect(&mut self, word: &str, of: &str) -> Parsed<()> {
        self.newlines()?;
        if self.keyword(word) {
            return Ok(());
        }
        match self.peek() {
            None => Err(Syntax::Incomplete(format!("`{of}` without `{word}`"), None)),
            Some(_) => self.unexpected(),
        }
    }

    /// Commands up to a reserved word, `)` or `;;`, which stays.
    pub(super) fn list(&mut self) -> Parsed<List> {
        let mut list = List::new();
        loop {
            self.newlines()?;
            if matches!(self.peek(), None | Some(')')) || self.starts(";;") {
                return Ok(list);
            }
            if CLOSERS.contains(&self.bare().as_str()) {
                return Ok(list);
            }
            list.push(self.and_or()?);
            self.blanks();
            match self.peek() {
                Some(';') if self.peek_at(1) != Some(';') => self.at += 1,
                Some(';' | '\n' | ')') | None => {}
                Some(_) => return self.unexpected(),
            }
        }
    }

    /// A list that must hold a command.
    pub(super) fn some(&mut self) -> Parsed<List> {
        let list = self.list()?;
        if list.is_empty() {
            return self.unexpected();
        }
        Ok(list)
    }

    fn and_or(&mut self) -> Parsed<AndOr> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blanks();
            let and = self.starts("&&");
            if !and && !self.starts("||") {
                return Ok(AndOr { first, rest });
            }
            self.at += 2;
            self.newlines()?;
            rest.push((and, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Parsed<Pipeline> {
        let (mut negated, mut timed) = (false, false);
        loop {
            if self.keyword("!") {
                negated = !negated;
            } else if !timed && self.keyword("time") {
                timed = true;
            } else {
                break;
            }
        }
        let mut commands = Vec::new();
        self.blanks();
        if timed && matches!(self.peek(), None | Some('\n' | ';')) {
            return Ok(Pipeline {
                negated,
                timed,
                commands,
            });
        }
        loop {
            commands.push(self.deeper(Self::command)?);
            self.blanks();
            if self.peek() != Some('|') || self.peek_at(1) == Some('|') {
                return Ok(Pipeline {
                    negated,
                    timed,
                    commands,
                });
            }
            self.at += 1;
            self.newlines()?;
        }
    }

    fn command(&mut self) -> Parsed<Command> {
        self.blanks();
        if let Some(compound) = self.compound()? {
            let mut redirections = Vec::new();
            loop {
                self.blanks();
                match self.redirection()? {
                    Some(redirection) => redirections.push(redirection),
                    None => return Ok(Command::Compound(compound, redirections)),
                }
            }
        }
        if let Some(name) = self.function_head() {
            self.newlines()?;
            let body = self.deeper(Self::command)?;
            return Ok(Command::Function(name, Rc::new(body)));
        }
        self.simple().map(Command::Simple)
    }
}
