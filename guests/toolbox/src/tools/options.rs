//! Reads options: letters that may stand together, some with a value.

use crate::shell::{Fail, usage};

/// What was given.
#[derive(Debug, Default)]
pub(super) struct Given {
    letters: Vec<(char, String)>,
    /// What is no option.
    pub(super) rest: Vec<String>,
}

impl Given {
    /// Reads `args`, its own name first. `known` has the letters, each followed by `:` if it takes a value. With
    /// `!` at its head, what follows the first other argument is no option either.
    pub(super) fn read(args: &[String], known: &str) -> Result<Self, Fail> {
        let (stop, known) = match known.strip_prefix('!') {
            Some(known) => (true, known),
            None => (false, known),
        };
        let mut given = Self::default();
        let mut args = args.iter().skip(1);
        while let Some(arg) = args.next() {
            if arg == "--" {
                given.rest.extend(args.cloned());
                break;
            }
            if !arg.starts_with('-') || arg.len() == 1 {
                given.rest.push(arg.clone());
                if stop {
                    given.rest.extend(args.cloned());
                    break;
                }
                continue;
            }
            for (at, letter) in arg[1..].char_indices() {
                let Some(place) = known.find(letter).filter(|_| letter != ':') else {
                    return usage(format!("no option `-{letter}`"));
                };
                if !known[place + 1..].starts_with(':') {
                    given.letters.push((letter, String::new()));
                    continue;
                }
                let value = match &arg[1 + at + letter.len_utf8()..] {
                    "" => args.next().cloned(),
                    value => Some(value.to_owned()),
                };
                let Some(value) = value else {
                    return usage(format!("`-{letter}` needs a value"));
                };
                given.letters.push((letter, value));
                break;
            }
        }
        Ok(given)
    }

    pub(super) fn has(&self, letter: char) -> bool {
        self.letters.iter().any(|(known, _)| *known == letter)
    }

    /// The last value given with a letter.
    pub(super) fn value(&self, letter: char) -> Option<&str> {
        self.values(letter).last()
    }

    /// All values given with a letter.
    pub(super) fn values(&self, letter: char) -> impl Iterator<Item = &str> {
        self.letters
            .iter()
            .filter(move |(known, _)| *known == letter)
            .map(|(_, value)| value.as_str())
    }

    /// The last of several letters that exclude each other.
    pub(super) fn last_of(&self, letters: &str) -> Option<char> {
        self.letters
            .iter()
            .rev()
            .map(|(letter, _)| *letter)
            .find(|letter| letters.contains(*letter))
    }

    /// A whole number given with a letter.
    pub(super) fn number<T: std::str::FromStr>(&self, letter: char) -> Result<Option<T>, Fail> {
        match self.value(letter) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => usage(format!("`{text}` is not a number")),
            },
        }
    }

    /// The files to read: standard input where none is named.
    pub(super) fn files(&self) -> Vec<String> {
        if self.rest.is_empty() {
            vec!["-".to_owned()]
        } else {
            self.rest.clone()
        }
    }
}
