//! Variables, and texts in which they stand: `$A`, `${A:-b}` and their like.

use std::collections::BTreeMap;

/// Variables by name.
pub type Variables = BTreeMap<String, String>;

/// The deepest that defaults may hold further variables.
const DEPTH_MAX: usize = 32;

/// A text whose variables cannot be put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// The text is not well formed.
    Form(String),
    /// `${A?why}`, and there is none.
    Missing {
        /// Which.
        name: String,
        /// What the file says about it.
        why: String,
    },
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Form(text) => write!(
                f,
                "has an invalid interpolation format, in `{text}`: write `$$` for a `$` that begins no variable"
            ),
            Self::Missing { name, why } if why.is_empty() => write!(f, "needs the variable `{name}`"),
            Self::Missing { name, why } => write!(f, "needs the variable `{name}`: {why}"),
        }
    }
}

/// Where names are looked up, and what was not found.
pub(crate) struct Lookup<'v> {
    variables: &'v Variables,
    /// Names without a value and without a default.
    pub(crate) unset: Vec<String>,
}

impl<'v> Lookup<'v> {
    pub(crate) fn new(variables: &'v Variables) -> Self {
        Self {
            variables,
            unset: Vec::new(),
        }
    }

    /// A text with its variables put in.
    pub(crate) fn fill(&mut self, text: &str) -> Result<String, Wrong> {
        self.fill_in(text, text, 0)
    }

    fn fill_in(&mut self, text: &str, whole: &str, depth: usize) -> Result<String, Wrong> {
        let wrong = || Wrong::Form(whole.to_owned());
        if depth > DEPTH_MAX {
            return Err(wrong());
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some(after) = rest.strip_prefix('{') {
                let end = closing(after).ok_or_else(wrong)?;
                out.push_str(&self.braced(&after[..end], whole, depth)?);
                rest = &after[end + 1..];
            } else {
                let end = name_end(rest);
                // One that begins no variable is the sign itself, as in docker compose.
                out.push_str(&match end {
                    0 => "$".to_owned(),
                    end => self.plain(&rest[..end]),
                });
                rest = &rest[end..];
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    fn plain(&mut self, name: &str) -> String {
        match self.variables.get(name) {
            Some(value) => value.clone(),
            None => {
                self.unset.push(name.to_owned());
                String::new()
            }
        }
    }

    /// What stands between the braces.
    fn braced(&mut self, inner: &str, whole: &str, depth: usize) -> Result<String, Wrong> {
        let end = name_end(inner);
        let (name, modifier) = inner.split_at(end);
        if name.is_empty() {
            return Err(Wrong::Form(whole.to_owned()));
        }
        if modifier.is_empty() {
            return Ok(self.plain(name));
        }
        let (strict, modifier) = match modifier.strip_prefix(':') {
            Some(modifier) => (true, modifier),
            None => (false, modifier),
        };
        let value = self
            .variables
            .get(name)
            .filter(|value| !strict || !value.is_empty())
            .cloned();
        let mut chars = modifier.chars();
        let sign = chars.next();
        let word = chars.as_str();
        match (sign, value) {
            (Some('-'), None) | (Some('+'), Some(_)) => self.fill_in(word, whole, depth + 1),
            (Some('-' | '?'), Some(value)) => Ok(value),
            (Some('+'), None) => Ok(String::new()),
            (Some('?'), None) => Err(Wrong::Missing {
                name: name.to_owned(),
                why: self.fill_in(word, whole, depth + 1)?,
            }),
            _ => Err(Wrong::Form(whole.to_owned())),
        }
    }
}

/// Where a name ends.
fn name_end(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len())
}

/// The brace that closes, with those of variables within left out.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '{' if before == '$' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> Result<String, Wrong> {
        let variables = [("A", "a"), ("EMPTY", ""), ("B_1", "b"), ("D", "$A")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        Lookup::new(&variables).fill(text)
    }

    #[test]
    fn every_form_is_put_in() {
        for (text, want) in [
            ("x", "x"),
            ("$A-$B_1", "a-b"),
            ("${A}x$$A$${A}", "ax$A${A}"),
            ("${X:-d}${X-e}${EMPTY:-f}${EMPTY-g}", "def"),
            ("${A:-d}${A-d}", "aa"),
            ("${A:+y}${X:+y}${EMPTY:+y}${EMPTY+z}${X+z}", "yz"),
            ("${A:?no}${EMPTY?no}", "a"),
            ("${X:-${Y:-${A}}}", "a"),
            ("${X:-a}b}", "ab}"),
            ("${X:-${A}-{}}", "a-{}"),
            ("${X:-a:b:c?d}", "a:b:c?d"),
            ("$X", ""),
            ("${X:-}", ""),
            // A sign that begins nothing stays.
            ("$", "$"),
            ("a$ b$1c 100$%", "a$ b$1c 100$%"),
            ("$$$", "$$"),
            ("$$A$", "$A$"),
            ("${X:-x$}", "x$"),
            // What a value holds is not looked at again.
            ("$D", "$A"),
            ("ü$A€", "üa€"),
        ] {
            assert_eq!(fill(text).as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_told_in_the_files_words() {
        assert_eq!(
            fill("${X:?say $A}"),
            Err(Wrong::Missing {
                name: "X".to_owned(),
                why: "say a".to_owned()
            })
        );
        assert!(fill("${EMPTY:?}").is_err());
    }

    #[test]
    fn wrong_forms_are_refused() {
        for bad in [
            "${",
            "${}",
            "${A",
            "${A b}",
            "${A!}",
            "${1}",
            "${-x}",
            "${X:-${A}",
        ] {
            assert!(matches!(fill(bad), Err(Wrong::Form(_))), "{bad}");
        }
        let deep = format!("{}x{}", "${X:-".repeat(1000), "}".repeat(1000));
        assert!(matches!(fill(&deep), Err(Wrong::Form(_))));
    }
}
