//! `$name` and all that `${name…}` can do.

use std::rc::Rc;

use super::ast::{How, Parameter, Part, Word};
use super::expand::{Mode, put};
use super::fields::Fields;
use super::{Flow, Shell};
use crate::pattern;

impl Shell {
    pub(super) fn parameter(
        &mut self,
        parameter: &Parameter,
        mode: Mode,
        fields: &mut Fields,
    ) -> Result<(), Flow> {
        let name = parameter.name.as_str();
        if matches!(name, "@" | "*") && matches!(parameter.how, How::Value | How::Trim(..) | How::Replace(..))
        {
            return self.every(parameter, mode, fields);
        }
        let value = self.value(name);
        match &parameter.how {
            How::Value => {
                let value = self.known(name, value)?;
                put(fields, mode, &value);
            }
            How::Length if matches!(name, "@" | "*") => {
                put(fields, mode, &self.parameters.len().to_string());
            }
            How::Length => {
                let value = self.known(name, value)?;
                put(fields, mode, &value.chars().count().to_string());
            }
            How::Default(sign, empty, word) => {
                let usable = value.filter(|value| !(*empty && value.is_empty()));
                self.default(name, *sign, usable, word, mode, fields)?;
            }
            How::Trim(..) | How::Replace(..) => {
                let value = self.known(name, value)?;
                let changed = self.changed(&parameter.how, &value)?;
                put(fields, mode, &changed);
            }
            How::Slice(offset, length) => {
                let value = self.known(name, value)?;
                let sliced = self.sliced(&value, offset, length.as_ref())?;
                put(fields, mode, &sliced);
            }
        }
        Ok(())
    }

    /// `$@` and `$*`.
    fn every(&mut self, parameter: &Parameter, mode: Mode, fields: &mut Fields) -> Result<(), Flow> {
        let parameters = Rc::clone(&self.parameters);
        let joined = parameter.name == "*" && mode == Mode::Quoted;
        let joint = match self.variables.get("IFS") {
            None => " ".to_owned(),
            Some(separators) => separators.chars().take(1).collect(),
        };
        for (index, value) in parameters.iter().enumerate() {
            if index > 0 {
                match mode {
                    _ if joined => fields.quoted(&joint),
                    Mode::Quoted => fields.end(),
                    // Also where it was empty: then there is no field.
                    Mode::Split => fields.end_if_begun(),
                    Mode::Whole => fields.plain(" "),
                }
            }
            match &parameter.how {
                How::Value => put(fields, mode, value),
                how => {
                    let value = self.changed(how, value)?;
                    put(fields, mode, &value);
                }
            }
        }
        Ok(())
    }

    /// The value of a variable or special parameter.
    pub(super) fn value(&mut self, name: &str) -> Option<String> {
        match name {
            "?" => return Some(self.status.to_string()),
            "#" => return Some(self.parameters.len().to_string()),
            "$" => return Some(crate::host::number().to_string()),
            "!" => return None,
            "-" => return Some(self.options.letters()),
            "0" => return Some(self.name.clone()),
            "@" | "*" if self.parameters.is_empty() => return None,
            "@" | "*" => return Some(self.parameters.join(" ")),
            "RANDOM" if self.variables.get(name).is_none() => return Some(self.random().to_string()),
            _ => {}
        }
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            let index: usize = name.parse().ok()?;
            return self.parameters.get(index.checked_sub(1)?).cloned();
        }
        self.variables.get(name).map(str::to_owned)
    }

    fn random(&mut self) -> u64 {
        use std::hash::{BuildHasher, RandomState};
        if self.random == 0 {
            self.random = RandomState::new().hash_one(0) | 1;
        }
        // Xorshift: scripts want variety, not secrets.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random & 0x7fff
    }

    fn known(&self, name: &str, value: Option<String>) -> Result<String, Flow> {
        match value {
            Some(value) => Ok(value),
            None if self.options.nounset && !matches!(name, "@" | "*") => {
                Err(self.fault(format_args!("{name}: parameter not set")))
            }
            None => Ok(String::new()),
        }
    }

    fn default(
        &mut self,
        name: &str,
        sign: char,
        value: Option<String>,
        word: &Word,
        mode: Mode,
        fields: &mut Fields,
    ) -> Result<(), Flow> {
        match (sign, value) {
            ('+', Some(_)) | ('-', None) => self.word_in(word, mode, fields),
            ('+', None) => Ok(()),
            (_, Some(value)) => {
                if name == "@" || name == "*" {
                    let how = How::Value;
                    return self.every(
                        &Parameter {
                            name: name.to_owned(),
                            how,
                        },
                        mode,
                        fields,
                    );
                }
                put(fields, mode, &value);
                Ok(())
            }
            ('=', None) => {
                if !super::variables::valid(name) {
                    return Err(self.fault(format_args!("{name}: cannot be assigned to")));
                }
                let value = self.expand_text(word)?;
                self.assign(name, value.clone())?;
                put(fields, mode, &value);
                Ok(())
            }
            (_, None) => {
                let message = self.expand_text(word)?;
                let message = if message.is_empty() {
                    "parameter not set"
                } else {
                    &message
                };
                Err(self.fault(format_args!("{name}: {message}")))
            }
        }
    }

    /// The word of `${name:-word}` in place of the expansion: what is not quoted in it is split.
    fn word_in(&mut self, word: &Word, mode: Mode, fields: &mut Fields) -> Result<(), Flow> {
        for part in &word.0 {
            match part {
                Part::Plain(text) => put(fields, mode, text),
                part => self.parts(std::slice::from_ref(part), mode, fields)?,
            }
        }
        Ok(())
    }

    fn changed(&mut self, how: &How, value: &str) -> Result<String, Flow> {
        let text: Vec<char> = value.chars().collect();
        match how {
            How::Trim(end, longest, word) => {
                let pattern: Vec<char> = self.expand_one(word)?.pattern.chars().collect();
                Ok(trimmed(&pattern, &text, *end, *longest))
            }
            How::Replace(all, word, replacement) => {
                let pattern: Vec<char> = self.expand_one(word)?.pattern.chars().collect();
                let replacement = self.expand_text(replacement)?;
                let replaced = replaced(&pattern, &text, &replacement, *all);
                self.bounded(replaced.len())?;
                Ok(replaced)
            }
            _ => Ok(value.to_owned()),
        }
    }

    fn sliced(&mut self, value: &str, offset: &Word, length: Option<&Word>) -> Result<String, Flow> {
        let offset = self.expand_text(offset)?;
        let offset = self.arithmetic(&offset)?;
        let total = i64::try_from(value.chars().count()).unwrap_or(i64::MAX);
        let start = if offset < 0 {
            total.saturating_add(offset)
        } else {
            offset
        };
        if start < 0 {
            return Ok(String::new());
        }
        let end = match length {
            None => total,
            Some(length) => {
                let length = self.expand_text(length)?;
                let length = self.arithmetic(&length)?;
                if length < 0 {
                    total.saturating_add(length)
                } else {
                    start.saturating_add(length)
                }
            }
        };
        let taken = usize::try_from(end.saturating_sub(start)).unwrap_or(0);
        Ok(value
            .chars()
            .skip(usize::try_from(start).unwrap_or(usize::MAX))
            .take(taken)
            .collect())
    }
}

fn trimmed(pattern: &[char], text: &[char], end: bool, longest: bool) -> String {
    // Of a plain word there is one length that can match; trying all is for real patterns.
    let plain = !pattern.iter().any(|c| "*?[\\".contains(*c));
    let all = 0..=text.len();
    let fits = |cut: &usize| {
        let part = if end {
            &text[text.len() - cut..]
        } else {
            &text[..*cut]
        };
        if plain {
            part == pattern
        } else {
            pattern::matches(pattern, part)
        }
    };
    let cut = if plain && pattern.len() <= text.len() {
        Some(pattern.len()).filter(fits)
    } else if plain {
        None
    } else if longest {
        all.rev().find(fits)
    } else {
        let mut all = all;
        all.find(fits)
    };
    let cut = cut.unwrap_or(0);
    if end {
        text[..text.len() - cut].iter().collect()
    } else {
        text[cut..].iter().collect()
    }
}

fn replaced(pattern: &[char], text: &[char], replacement: &str, all: bool) -> String {
    let mut result = String::new();
    let mut at = 0;
    while at < text.len() {
        let end = (at + 1..=text.len())
            .rev()
            .find(|&end| pattern::matches(pattern, &text[at..end]));
        match end {
            Some(end) => {
                result.push_str(replacement);
                at = end;
                if !all {
                    break;
                }
            }
            None => {
                result.push(text[at]);
                at += 1;
            }
        }
    }
    result.extend(&text[at..]);
    result
}
