//! `$NAME` and all forms of `${NAME…}`.

use super::super::error::LexError;
use super::super::pattern::{Side, replace, strip};
use super::reader::Reader;

/// How deep variables may stand in the words of others.
const DEEPEST: u8 = 32;

impl Reader<'_> {
    /// What stands behind a `$`, and the value that it names.
    pub(super) fn dollar(&mut self) -> Result<String, LexError> {
        self.at += 1;
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            return Ok(match (self.variables)(&name) {
                Some(value) => value,
                None if self.lexer.keep_unset => format!("${name}"),
                None => String::new(),
            });
        }
        self.at += 1;
        if self.depth >= DEEPEST {
            return Err(LexError::new(
                "syntax error: substitutions lie too deep in each other",
            ));
        }
        self.depth += 1;
        let value = self.braces();
        self.depth -= 1;
        value
    }

    fn braces(&mut self) -> Result<String, LexError> {
        let missing = || LexError::new("syntax error: missing '}'");
        match self.peek() {
            None => return Err(missing()),
            Some('{' | '}' | ':') => return Err(LexError::new("syntax error: bad substitution")),
            Some(_) => {}
        }
        let name = self.name();
        let Some(sign) = self.next() else {
            return Err(LexError::new("unsupported modifier (\u{fffd}) in substitution"));
        };
        match sign {
            '}' => Ok(match (self.variables)(&name) {
                Some(value) => value,
                None if self.lexer.keep_unset => format!("${{{name}}}"),
                None => String::new(),
            }),
            ':' => {
                let sign = self.next().ok_or_else(missing)?;
                match sign {
                    '+' | '-' | '?' => self.modified(&name, sign, true),
                    other => Err(unsupported(&format!(":{other}"))),
                }
            }
            '+' | '-' | '?' | '#' | '%' => self.modified(&name, sign, false),
            '/' => self.replaced(&name),
            other => Err(unsupported(&other.to_string())),
        }
    }

    /// Reads on to a sign within braces. What ends before it has no closing brace.
    fn part(&mut self, stop: char, keep_escapes: bool, missing: char) -> Result<String, LexError> {
        match self.until(Some(stop), keep_escapes) {
            Ok((word, _)) => Ok(word),
            Err(_) if self.peek().is_none() => Err(LexError::new(match missing {
                '/' => "syntax error: missing '/' in ${}",
                _ => "syntax error: missing '}'",
            })),
            Err(error) => Err(error),
        }
    }

    fn modified(&mut self, name: &str, sign: char, empty_counts: bool) -> Result<String, LexError> {
        let word = self.part('}', matches!(sign, '#' | '%'), '}')?;
        let value = (self.variables)(name);
        if self.lexer.keep_unset && value.is_none() {
            let colon = if empty_counts { ":" } else { "" };
            return Ok(format!("${{{name}{colon}{sign}{word}}}"));
        }
        let set = value
            .as_ref()
            .is_some_and(|value| !(empty_counts && value.is_empty()));
        match sign {
            '-' => Ok(if set { value.unwrap_or_default() } else { word }),
            '+' => Ok(if set { word } else { String::new() }),
            '?' if set => Ok(value.unwrap_or_default()),
            '?' => {
                let why = match (word.is_empty(), &value) {
                    (false, _) => word.as_str(),
                    (true, None) => "is not allowed to be unset",
                    (true, Some(_)) => "is not allowed to be empty",
                };
                Err(LexError::new(format!("{name}: {why}")))
            }
            _ => {
                let value = value.unwrap_or_default();
                let (longest, pattern) = match word.strip_prefix(sign) {
                    Some(rest) => (true, rest),
                    None => (false, word.as_str()),
                };
                let side = if sign == '#' { Side::Front } else { Side::Back };
                strip(pattern, &value, side, longest).map_err(|why| bad_pattern(pattern, &why))
            }
        }
    }

    fn replaced(&mut self, name: &str) -> Result<String, LexError> {
        let all = self.peek() == Some('/');
        self.at += usize::from(all);
        let pattern = self.part('/', true, '/')?;
        let replacement = self.part('}', true, '}')?;
        let value = match (self.variables)(name) {
            Some(value) => value,
            None if self.lexer.keep_unset => {
                return Ok(format!("${{{name}/{pattern}/{replacement}}}"));
            }
            None => String::new(),
        };
        replace(&pattern, &value, &replacement, all).map_err(|why| bad_pattern(&pattern, &why))
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        match self.peek() {
            Some(first) if first.is_numeric() => {
                while let Some(digit) = self.peek().filter(|letter| letter.is_numeric()) {
                    self.at += 1;
                    name.push(digit);
                }
                return name;
            }
            Some(special @ ('@' | '*' | '#' | '?' | '-' | '$' | '!')) => {
                self.at += 1;
                return special.to_string();
            }
            _ => {}
        }
        while let Some(letter) = self.peek().filter(|l| l.is_alphanumeric() || *l == '_') {
            self.at += 1;
            name.push(letter);
        }
        name
    }
}

fn unsupported(sign: &str) -> LexError {
    LexError::new(format!("unsupported modifier ({sign}) in substitution"))
}

fn bad_pattern(pattern: &str, why: &str) -> LexError {
    LexError::new(format!("invalid pattern ({pattern}) in substitution: {why}"))
}
