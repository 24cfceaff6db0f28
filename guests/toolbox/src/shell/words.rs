//! Reads words: quotes, parameters, substitutions and here-documents.

use std::rc::Rc;

use super::ast::{How, Parameter, Part, Word};
use super::parse::{Parsed, Parser, Pending, Syntax, wrong};

/// Where a word, or a part of one, ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// At a blank or an operator.
    Operator,
    /// At `"`.
    Quote,
    /// At `}`; the flag says whether it is within double quotes.
    Brace(bool),
    /// At `}`, `/` or `:`, as the character says.
    BraceOr(char, bool),
    /// At `))`.
    Arithmetic,
    /// At the end of the text.
    End,
}

impl Until {
    /// Whether quotes are plain characters and `\` takes only a few.
    const fn within_double(self) -> bool {
        match self {
            Self::Quote | Self::Arithmetic | Self::End => true,
            Self::Operator => false,
            Self::Brace(double) | Self::BraceOr(_, double) => double,
        }
    }
}

fn operator(c: char) -> bool {
    c.is_ascii_whitespace() || "|&;<>()".contains(c)
}

impl Parser<'_> {
    /// A name as variables have it.
    pub(super) fn name(&mut self) -> Option<String> {
        let start = self.at;
        if !self.peek().is_some_and(|c| c == '_' || c.is_ascii_alphabetic()) {
            return None;
        }
        while self.peek().is_some_and(|c| c == '_' || c.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        Some(self.text[start..self.at].iter().collect())
    }

    /// The next word, if one comes.
    pub(super) fn word(&mut self) -> Parsed<Option<Word>> {
        if self.peek().is_none_or(operator) {
            return Ok(None);
        }
        let mut parts = Vec::new();
        if self.peek() == Some('~') {
            let rest = self.text[self.at + 1..].iter();
            let name: String = rest.take_while(|&&c| !operator(c) && c != '/').collect();
            if name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
                self.at += 1 + name.chars().count();
                parts.push(Part::Tilde(name));
            }
        }
        parts.extend(self.parts(Until::Operator)?);
        Ok(Some(Word(parts)))
    }

    fn parts(&mut self, until: Until) -> Parsed<Vec<Part>> {
        self.deeper(|parser| parser.parts_here(until))
    }

    fn parts_here(&mut self, until: Until) -> Parsed<Vec<Part>> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut parentheses = 0_u32;
        loop {
            let Some(c) = self.peek() else {
                if matches!(until, Until::Operator | Until::End) {
                    break;
                }
                let what = match until {
                    Until::Quote => "unterminated `\"`",
                    Until::Arithmetic => "unterminated `$((`",
                    _ => "unterminated `${`",
                };
                return Err(Syntax::Incomplete(what.to_owned(), None));
            };
            let end = match until {
                Until::Operator => operator(c),
                Until::Quote => c == '"',
                Until::Brace(_) => c == '}',
                Until::BraceOr(other, _) => c == '}' || c == other,
                Until::Arithmetic => c == ')' && parentheses == 0,
                Until::End => false,
            };
            if end {
                break;
            }
            match c {
                '(' => parentheses += 1,
                ')' => parentheses = parentheses.saturating_sub(1),
                _ => {}
            }
            let part = match c {
                '\\' => self.escape(until, &mut plain),
                '\'' if !until.within_double() => Some(self.single()?),
                '"' if until == Until::Arithmetic => {
                    self.at += 1;
                    None
                }
                '"' if until != Until::End => Some(self.double()?),
                '$' => self.dollar(until, &mut plain)?,
                '`' => Some(self.backtick(until)?),
                c => {
                    self.at += 1;
                    plain.push(c);
                    None
                }
            };
            if let Some(part) = part {
                if !plain.is_empty() {
                    parts.push(Part::Plain(std::mem::take(&mut plain)));
                }
                parts.push(part);
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Plain(plain));
        }
        Ok(parts)
    }

    /// What `\` makes of the next character.
    fn escape(&mut self, until: Until, plain: &mut String) -> Option<Part> {
        self.at += 1;
        let Some(next) = self.peek() else {
            plain.push('\\');
            return None;
        };
        if next == '\n' {
            self.at += 1;
            return None;
        }
        let special = match until {
            Until::Operator => true,
            Until::Quote => "$`\"\\".contains(next),
            Until::End | Until::Arithmetic => "$`\\".contains(next),
            Until::Brace(double) | Until::BraceOr(_, double) => !double || "$`\"\\}".contains(next),
        };
        if !special {
            plain.push('\\');
            return None;
        }
        self.at += 1;
        Some(Part::Quoted(next.to_string()))
    }

    fn single(&mut self) -> Parsed<Part> {
        let start = self.at + 1;
        let Some(len) = self.text[start..].iter().position(|&c| c == '\'') else {
            return Err(Syntax::Incomplete("unterminated `'`".to_owned(), None));
        };
        self.at = start + len + 1;
        Ok(Part::Quoted(self.text[start..start + len].iter().collect()))
    }

    fn double(&mut self) -> Parsed<Part> {
        self.at += 1;
        let parts = self.parts(Until::Quote)?;
        self.at += 1;
        Ok(Part::Double(parts))
    }

    fn dollar(&mut self, until: Until, plain: &mut String) -> Parsed<Option<Part>> {
        self.at += 1;
        if self.starts("((") {
            let start = self.at;
            self.at += 2;
            let inner = self.parts(Until::Arithmetic)?;
            if self.starts("))") {
                self.at += 2;
                return Ok(Some(Part::Arithmetic(Rc::new(inner))));
            }
            // `$((a); b)` is a subshell within a command substitution.
            self.at = start;
        }
        if self.eat('(') {
            let list = self.deeper(Self::list)?;
            if !self.eat(')') {
                return match self.peek() {
                    None => Err(Syntax::Incomplete("unterminated `$(`".to_owned(), None)),
                    Some(_) => self.unexpected(),
                };
            }
            return Ok(Some(Part::Command(Rc::new(list))));
        }
        if self.eat('{') {
            return self.braces(until.within_double()).map(Some);
        }
        let name = match self.name() {
            Some(name) => name,
            None => match self.peek() {
                Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => {
                    self.at += 1;
                    c.to_string()
                }
                _ => {
                    plain.push('$');
                    return Ok(None);
                }
            },
        };
        Ok(Some(Part::Parameter(Rc::new(Parameter {
            name,
            how: How::Value,
        }))))
    }

    /// What follows `${`.
    fn braces(&mut self, double: bool) -> Parsed<Part> {
        let length = self.peek() == Some('#')
            && self
                .peek_at(1)
                .is_some_and(|c| c != '}' && (c.is_alphanumeric() || "_@*?$!-#".contains(c)))
            && !(matches!(self.peek_at(1), Some('#' | '-' | '?')) && self.peek_at(2) != Some('}'));
        if length {
            self.at += 1;
        }
        let Some(name) = self.parameter_name() else {
            return wrong("bad substitution");
        };
        let how = if length { How::Length } else { self.how(double)? };
        match self.peek() {
            Some('}') => self.at += 1,
            None => return Err(Syntax::Incomplete("unterminated `${`".to_owned(), None)),
            Some(_) => return wrong("bad substitution"),
        }
        Ok(Part::Parameter(Rc::new(Parameter { name, how })))
    }

    fn parameter_name(&mut self) -> Option<String> {
        if let Some(name) = self.name() {
            return Some(name);
        }
        let c = self.peek()?;
        if "@*#?-$!".contains(c) {
            self.at += 1;
            return Some(c.to_string());
        }
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then(|| self.text[start..self.at].iter().collect())
    }

    fn how(&mut self, double: bool) -> Parsed<How> {
        let within = |parser: &mut Self, until| parser.parts(until).map(Word);
        let colon = self.peek() == Some(':') && self.peek_at(1).is_some_and(|c| "-=?+".contains(c));
        self.at += usize::from(colon);
        match self.peek() {
            Some(sign @ ('-' | '=' | '?' | '+')) => {
                self.at += 1;
                Ok(How::Default(sign, colon, within(self, Until::Brace(double))?))
            }
            Some(sign @ ('#' | '%')) => {
                self.at += 1;
                let longest = self.eat(sign);
                // Quotes in a pattern count, also within double quotes.
                Ok(How::Trim(
                    sign == '%',
                    longest,
                    within(self, Until::Brace(false))?,
                ))
            }
            Some('/') => {
                self.at += 1;
                let all = self.eat('/');
                let pattern = within(self, Until::BraceOr('/', false))?;
                let replacement = if self.eat('/') {
                    within(self, Until::Brace(false))?
                } else {
                    Word::default()
                };
                Ok(How::Replace(all, pattern, replacement))
            }
            Some(':') => {
                self.at += 1;
                let offset = within(self, Until::BraceOr(':', true))?;
                let length = if self.eat(':') {
                    Some(within(self, Until::Brace(true))?)
                } else {
                    None
                };
                Ok(How::Slice(offset, length))
            }
            _ => Ok(How::Value),
        }
    }

    fn backtick(&mut self, until: Until) -> Parsed<Part> {
        self.at += 1;
        let mut inner = Vec::new();
        loop {
            let Some(c) = self.peek() else {
                return Err(Syntax::Incomplete("unterminated \"`\"".to_owned(), None));
            };
            self.at += 1;
            match c {
                '`' => break,
                '\\' => match self.peek() {
                    Some(next) if "$`\\".contains(next) || (next == '"' && until == Until::Quote) => {
                        self.at += 1;
                        inner.push(next);
                    }
                    _ => inner.push('\\'),
                },
                c => inner.push(c),
            }
        }
        let list = self.deeper(|parser| parser.sub(&inner, Self::all_of))?;
        Ok(Part::Command(Rc::new(list)))
    }

    fn all_of(parser: &mut Parser<'_>) -> Parsed<super::ast::List> {
        parser.all()
    }

    /// Reads another text, which is complete, at this depth.
    fn sub<T>(&self, text: &[char], parse: fn(&mut Parser<'_>) -> Parsed<T>) -> Parsed<T> {
        let mut parser = Parser::new(text, true);
        parser.depth = self.depth;
        match parse(&mut parser) {
            Err(Syntax::Incomplete(message, _)) => wrong(message),
            parsed => parsed,
        }
    }

    /// The lines of a here-document.
    pub(super) fn here_document(&mut self, pending: Pending) -> Parsed<()> {
        let mut body = Vec::new();
        loop {
            if self.at >= self.text.len() {
                if self.whole {
                    break;
                }
                let message = format!("here-document without `{}`", pending.end);
                return Err(Syntax::Incomplete(message, Some((pending.end, pending.tabs))));
            }
            let rest = &self.text[self.at..];
            let len = rest.iter().position(|&c| c == '\n').unwrap_or(rest.len());
            let mut line = &rest[..len];
            self.at = (self.at + len + 1).min(self.text.len());
            if pending.tabs {
                let tabs = line.iter().take_while(|&&c| c == '\t').count();
                line = &line[tabs..];
            }
            if line.iter().copied().eq(pending.end.chars()) {
                break;
            }
            body.extend_from_slice(line);
            body.push('\n');
        }
        let word = if pending.quoted {
            Word(vec![Part::Quoted(body.into_iter().collect())])
        } else {
            let parts = self.sub(&body, |parser| parser.parts(Until::End))?;
            Word(vec![Part::Double(parts)])
        };
        // A text that is read again from its beginning fills a cell of its own.
        let _ = pending.text.set(word);
        Ok(())
    }
}
