//! Reads scripts: lists, pipelines and compound commands. Words are in `words`.

use std::cell::OnceCell;
use std::rc::Rc;

use super::ast::{AndOr, Command, Compound, List, Pipeline, Redirection, Simple, Target, Word};

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

const CLOSERS: &[&str] = &["then", "else", "elif", "fi", "do", "done", "esac", "}"];

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

    fn newlines(&mut self) -> Parsed<()> {
        loop {
            self.blanks();
            if self.peek() != Some('\n') {
                return Ok(());
            }
            self.newline()?;
        }
    }

    /// The word at hand if it has no quotes: what may be a reserved word.
    fn bare(&self) -> String {
        self.text[self.at..]
            .iter()
            .take(16)
            .take_while(|c| !c.is_whitespace() && !"|&;<>()".contains(**c))
            .collect()
    }

    fn keyword(&mut self, word: &str) -> bool {
        self.blanks();
        let found = self.bare() == word;
        if found {
            self.at += word.len();
        }
        found
    }

    fn expect(&mut self, word: &str, of: &str) -> Parsed<()> {
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
    fn some(&mut self) -> Parsed<List> {
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

    fn compound(&mut self) -> Parsed<Option<Compound>> {
        if self.eat('(') {
            let list = self.some()?;
            if !self.eat(')') {
                return self.unexpected();
            }
            return Ok(Some(Compound::Subshell(list)));
        }
        let word = self.bare();
        if CLOSERS.contains(&word.as_str()) {
            return self.unexpected();
        }
        let parse = match word.as_str() {
            "{" => Self::group,
            "if" => Self::conditional,
            "while" | "until" => Self::repetition,
            "for" => Self::for_each,
            "case" => Self::case,
            _ => return Ok(None),
        };
        parse(self).map(Some)
    }

    fn group(&mut self) -> Parsed<Compound> {
        self.keyword("{");
        let list = self.some()?;
        self.expect("}", "{")?;
        Ok(Compound::Group(list))
    }

    fn conditional(&mut self) -> Parsed<Compound> {
        self.keyword("if");
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.some()?;
            self.expect("then", "if")?;
            arms.push((condition, self.some()?));
            if self.keyword("elif") {
                continue;
            }
            if self.keyword("else") {
                otherwise = Some(self.some()?);
            }
            self.expect("fi", "if")?;
            return Ok(Compound::If(arms, otherwise));
        }
    }

    fn repetition(&mut self) -> Parsed<Compound> {
        let until = self.keyword("until");
        if !until {
            self.keyword("while");
        }
        let condition = self.some()?;
        let body = self.body()?;
        Ok(Compound::While(until, condition, body))
    }

    fn body(&mut self) -> Parsed<List> {
        self.expect("do", "while")?;
        let body = self.some()?;
        self.expect("done", "do")?;
        Ok(body)
    }

    fn for_each(&mut self) -> Parsed<Compound> {
        self.keyword("for");
        self.blanks();
        let Some(name) = self.name() else {
            return self.unexpected();
        };
        self.newlines()?;
        let mut words = None;
        if self.keyword("in") {
            let mut list = Vec::new();
            loop {
                self.blanks();
                match self.word()? {
                    Some(word) => list.push(word),
                    None => break,
                }
            }
            words = Some(list);
        }
        self.blanks();
        self.eat(';');
        let body = self.body()?;
        Ok(Compound::For(name, words, body))
    }

    fn case(&mut self) -> Parsed<Compound> {
        self.keyword("case");
        self.blanks();
        let Some(word) = self.word()? else {
            return self.unexpected();
        };
        self.expect("in", "case")?;
        let mut arms = Vec::new();
        loop {
            self.newlines()?;
            if self.keyword("esac") {
                return Ok(Compound::Case(word, arms));
            }
            self.eat('(');
            let mut patterns = Vec::new();
            loop {
                self.blanks();
                match self.word()? {
                    Some(pattern) => patterns.push(pattern),
                    None => return self.unexpected(),
                }
                self.blanks();
                if !self.eat('|') {
                    break;
                }
            }
            if !self.eat(')') {
                return self.unexpected();
            }
            arms.push((patterns, self.list()?));
            self.newlines()?;
            if self.starts(";;") {
                self.at += 2;
            } else if self.bare() != "esac" {
                return self.unexpected();
            }
        }
    }

    /// `name ()`, if that is what comes.
    fn function_head(&mut self) -> Option<String> {
        let start = self.at;
        let named = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        while self.peek().is_some_and(named) {
            self.at += 1;
        }
        let name: String = self.text[start..self.at].iter().collect();
        self.blanks();
        if !name.is_empty() && self.eat('(') {
            self.blanks();
            if self.eat(')') {
                return Some(name);
            }
        }
        self.at = start;
        None
    }

    fn simple(&mut self) -> Parsed<Simple> {
        let mut simple = Simple::default();
        loop {
            self.blanks();
            if let Some(redirection) = self.redirection()? {
                simple.redirections.push(redirection);
            } else if simple.words.is_empty()
                && let Some(name) = self.assignment_head()
            {
                let value = self.word()?.unwrap_or_default();
                simple.assignments.push((name, value));
            } else if let Some(word) = self.word()? {
                simple.words.push(word);
            } else {
                break;
            }
        }
        if simple.words.is_empty() && simple.assignments.is_empty() && simple.redirections.is_empty() {
            return self.unexpected();
        }
        if self.peek() == Some('(') {
            return self.unexpected();
        }
        Ok(simple)
    }

    fn assignment_head(&mut self) -> Option<String> {
        let start = self.at;
        let name = self.name()?;
        if self.eat('=') {
            return Some(name);
        }
        self.at = start;
        None
    }

    /// A redirection, if one comes.
    fn redirection(&mut self) -> Parsed<Option<Redirection>> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let number: String = self.text[start..self.at].iter().collect();
        if !matches!(self.peek(), Some('<' | '>')) {
            self.at = start;
            return Ok(None);
        }
        const OPERATORS: [&str; 9] = ["<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"];
        let operator = OPERATORS.into_iter().find(|o| self.starts(o)).unwrap_or(">");
        self.at += operator.len();
        let usual = u32::from(operator.starts_with('>'));
        let fd = if number.is_empty() {
            usual
        } else {
            number.parse().unwrap_or(u32::MAX)
        };
        self.blanks();
        let before = self.at;
        let Some(word) = self.word()? else {
            return self.unexpected();
        };
        let target = match operator {
            "<" => Target::Read(word),
            ">" => Target::Write(word, false),
            ">|" => Target::Write(word, true),
            ">>" => Target::Append(word),
            "<>" => Target::ReadWrite(word),
            "<&" | ">&" => Target::Duplicate(word),
            here => {
                let text = Rc::new(OnceCell::new());
                let (end, quoted) = unquoted(&self.text[before..self.at]);
                let tabs = here == "<<-";
                self.pending.push(Pending {
                    end,
                    tabs,
                    quoted,
                    text: Rc::clone(&text),
                });
                Target::Here(text)
            }
        };
        Ok(Some(Redirection { fd, target }))
    }
}

/// A word without its quotes, and whether it had any: the end of a here-document is never expanded.
fn unquoted(word: &[char]) -> (String, bool) {
    let mut quoted = false;
    let mut text = String::new();
    let mut chars = word.iter();
    while let Some(&c) = chars.next() {
        match c {
            '\'' | '"' => quoted = true,
            '\\' => {
                quoted = true;
                text.extend(chars.next());
            }
            c => text.push(c),
        }
    }
    (text, quoted)
}
