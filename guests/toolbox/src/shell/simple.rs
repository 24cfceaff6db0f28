//! Reads simple commands, redirections and the heads of functions.

use std::cell::OnceCell;
use std::rc::Rc;

use super::ast::{Redirection, Simple, Target};
use super::parse::{Parsed, Parser, Pending};

impl Parser<'_> {
    /// `name ()`, if that is what comes.
    pub(super) fn function_head(&mut self) -> Option<String> {
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

    pub(super) fn simple(&mut self) -> Parsed<Simple> {
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
    pub(super) fn redirection(&mut self) -> Parsed<Option<Redirection>> {
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
