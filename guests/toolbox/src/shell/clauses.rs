//! Reads compound commands.

use super::ast::{Compound, List};
use super::parse::{CLOSERS, Parsed, Parser};

impl Parser<'_> {
    pub(super) fn compound(&mut self) -> Parsed<Option<Compound>> {
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
}
