//! Quotes and variables in a word, as Docker's builder reads them: like a shell, without being one.

use super::error::LexError;
use super::pattern::{Side, replace, strip};

/// How deep variables may stand in the words of others.
const DEEPEST: u8 = 32;
/// How long a word may become: variables can make each other longer.
const LONGEST: usize = 4 << 20;

/// What becomes of quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quotes {
    /// They hold together and go.
    #[default]
    Removed,
    /// They hold together and stay.
    Kept,
    /// They are letters like others.
    Plain,
}

/// Reads words.
#[derive(Clone, Debug)]
pub struct Lexer {
    /// The sign that escapes.
    pub escape: char,
    /// What becomes of quotes.
    pub quotes: Quotes,
    /// Whether the signs that escape stay.
    pub keep_escapes: bool,
    /// Whether variables that nobody knows stay as they are written.
    pub keep_unset: bool,
}

/// Tells the value of a variable.
pub type Variables<'v> = dyn Fn(&str) -> Option<String> + 'v;

impl Lexer {
    /// One that takes quotes and escapes away.
    pub fn new(escape: char) -> Self {
        Self {
            escape,
            quotes: Quotes::Removed,
            keep_escapes: false,
            keep_unset: false,
        }
    }

    /// The word with values for its variables; blanks stay.
    pub fn word(&self, word: &str, variables: &Variables<'_>) -> Result<String, LexError> {
        self.run(word, variables).map(|(word, _)| word)
    }

    /// The words that it becomes: values are split at their blanks.
    pub fn words(&self, word: &str, variables: &Variables<'_>) -> Result<Vec<String>, LexError> {
        self.run(word, variables).map(|(_, words)| words)
    }

    fn run(&self, word: &str, variables: &Variables<'_>) -> Result<(String, Vec<String>), LexError> {
        let mut reader = Reader {
            lexer: self,
            variables,
            letters: word.chars().collect(),
            at: 0,
            depth: 0,
        };
        let read = reader.until(None, self.keep_escapes);
        read.map_err(|error| LexError::new(format!("failed to process {word:?}: {error}")))
    }
}

struct Reader<'l> {
    lexer: &'l Lexer,
    variables: &'l Variables<'l>,
    letters: Vec<char>,
    at: usize,
    depth: u8,
}

/// Words as they grow.
#[derive(Default)]
struct Growing {
    word: String,
    words: Vec<String>,
}

impl Growing {
    fn add(&mut self, text: &str) {
        for letter in text.chars() {
            if !letter.is_whitespace() {
                self.word.push(letter);
            } else if !self.word.is_empty() {
                self.words.push(std::mem::take(&mut self.word));
            }
        }
    }

    fn over(mut self) -> Vec<String> {
        if !self.word.is_empty() {
            self.words.push(self.word);
        }
        self.words
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek();
        self.at += usize::from(letter.is_some());
        letter
    }

    /// Reads up to a sign, or to the end.
    fn until(&mut self, stop: Option<char>, keep_escapes: bool) -> Result<(String, Vec<String>), LexError> {
        let (mut text, mut words) = (String::new(), Growing::default());
        while let Some(letter) = self.peek() {
            if text.len() > LONGEST {
                return Err(LexError::new("the word becomes too long"));
            }
            if stop == Some(letter) {
                self.at += 1;
                return Ok((text, words.over()));
            }
            match letter {
                '$' => {
                    let value = self.dollar()?;
                    words.add(&value);
                    text.push_str(&value);
                    continue;
                }
                '<' => {
                    let mark = self.mark();
                    words.word.push_str(&mark);
                    text.push_str(&mark);
                    continue;
                }
                '\'' | '"' if self.lexer.quotes != Quotes::Plain => {
                    let quoted = match letter {
                        '"' => self.double(keep_escapes)?,
                        _ => self.single()?,
                    };
                    words.word.push_str(&quoted);
                    text.push_str(&quoted);
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            if letter == self.lexer.escape {
                if keep_escapes {
                    words.word.push(letter);
                    text.push(letter);
                }
                // At the end it escapes nothing.
                let Some(escaped) = self.next() else { break };
                words.word.push(escaped);
                text.push(escaped);
            } else {
                words.add(letter.encode_utf8(&mut [0; 4]));
                text.push(letter);
            }
        }
        match stop {
            Some(stop) => Err(LexError::new(format!(
                "unexpected end of statement while looking for matching {stop}"
            ))),
            None => Ok((text, words.over())),
        }
    }

    fn single(&mut self) -> Result<String, LexError> {
        let mut text = String::new();
        let kept = self.lexer.quotes == Quotes::Kept;
        text.extend(self.next().filter(|_| kept));
        loop {
            match self.next() {
                None => {
                    return Err(LexError::new(
                        "unexpected end of statement while looking for matching single-quote",
                    ));
                }
                Some('\'') => {
                    text.extend(kept.then_some('\''));
                    return Ok(text);
                }
                Some(letter) => text.push(letter),
            }
        }
    }

    fn double(&mut self, keep_escapes: bool) -> Result<String, LexError> {
        let mut text = String::new();
        let kept = self.lexer.quotes == Quotes::Kept;
        text.extend(self.next().filter(|_| kept));
        loop {
            match self.peek() {
                None => {
                    return Err(LexError::new(
                        "unexpected end of statement while looking for matching double-quote",
                    ));
                }
                Some('"') => {
                    self.at += 1;
                    text.extend(kept.then_some('"'));
                    return Ok(text);
                }
                Some('$') => text.push_str(&self.dollar()?),
                Some(letter) => {
                    self.at += 1;
                    let mut letter = letter;
                    if letter == self.lexer.escape {
                        if keep_escapes {
                            text.push(letter);
                        }
                        match self.peek() {
                            None => continue,
                            // Before anything else it is itself.
                            Some(next) if next == '"' || next == '$' || next == self.lexer.escape => {
                                self.at += 1;
                                letter = next;
                            }
                            Some(_) => {}
                        }
                    }
                    text.push(letter);
                }
            }
        }
    }

    /// `<<` and the blanks behind it, which belong to the word that follows.
    fn mark(&mut self) -> String {
        self.at += 1;
        if self.peek() != Some('<') {
            return "<".to_owned();
        }
        self.at += 1;
        let mut mark = "<<".to_owned();
        while let Some(blank @ ('\t' | '\r' | ' ')) = self.peek() {
            self.at += 1;
            mark.push(blank);
        }
        mark
    }

    fn dollar(&mut self) -> Result<String, LexError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What each word becomes; `Err` is an error.
    #[test]
    fn words_are_read_as_docker_reads_them() {
        let variables = |name: &str| match name {
            "PWD" => Some("/home".to_owned()),
            "SHELL" => Some("bash".to_owned()),
            "NULL" => Some(String::new()),
            "V" => Some("a.b.c".to_owned()),
            _ => None,
        };
        let cases: &[(&str, Result<&str, ()>)] = &[
            ("he'll'o", Ok("hello")),
            ("he'llo", Err(())),
            (r"he\'llo", Ok("he'llo")),
            (r"he\\'llo", Err(())),
            (r"abc\tdef", Ok("abctdef")),
            (r#""abc\tdef""#, Ok(r"abc\tdef")),
            (r"hello\", Ok("hello")),
            (r#""hello\""#, Err(())),
            (r"'hello\there'", Ok(r"hello\there")),
            ("he$1x", Ok("hex")),
            ("he$.x", Ok("he$.x")),
            (r"he\$PWD", Ok("he$PWD")),
            (r"he\\$PWD", Ok(r"he\/home")),
            (r"\${}", Ok("${}")),
            ("${}", Err(())),
            ("he${hi}xx", Ok("hexx")),
            ("he${XXX:-000}xx", Ok("he000xx")),
            ("he${PWD:-000}xx", Ok("he/homexx")),
            ("he${XXX:-${YYY:-yyy}}xx", Ok("heyyyxx")),
            ("he${XXX:YYY}", Err(())),
            ("he${XXX?}", Err(())),
            ("he${NULL?}", Ok("he")),
            ("he${NULL:?}", Err(())),
            ("he${PWD:+${SHELL}}xx", Ok("hebashxx")),
            ("he${XXX:+000}xx", Ok("hexx")),
            ("'he${XX}'", Ok("he${XX}")),
            (r#""he'$PWD'""#, Ok("he'/home'")),
            ("he${PWD:=000}xx", Err(())),
            ("he${PWD", Err(())),
            (r"he${XXX:-\${PWD}z}xx", Ok("he${PWDz}xx")),
            ("안'녕'하세요", Ok("안녕하세요")),
            ("${aaa}}", Ok("}")),
            ("${aaa:-bbb ${foo}", Err(())),
            ("$@@@", Ok("@@")),
            ("${999:-bbb}aaa", Ok("bbbaaa")),
            ("${V#*.}", Ok("b.c")),
            ("${V##*.}", Ok("c")),
            ("${V%.*}", Ok("a.b")),
            ("${V%%.*}", Ok("a")),
            ("${V/./-}", Ok("a-b.c")),
            ("${V//./-}", Ok("a-b-c")),
            (r"${PWD/\//x}", Ok("xhome")),
            ("${V:#x}", Err(())),
        ];
        for (word, wanted) in cases {
            let got = Lexer::new('\\').word(word, &variables);
            assert_eq!(got.as_deref().map_err(|_| ()), *wanted, "{word}: {got:?}");
        }
    }

    #[test]
    fn values_become_several_words() {
        let ports = |name: &str| (name == "P").then(|| "80 443".to_owned());
        let words = Lexer::new('\\').words("$P \"$P\" x", &ports).unwrap();
        assert_eq!(words, ["80", "443", "80 443", "x"]);
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = "${a:-".repeat(100_000);
        assert!(Lexer::new('\\').word(&deep, &|_| None).is_err());
        let long = "x".repeat(1 << 20);
        let many = "$a".repeat(1_000);
        assert!(Lexer::new('\\').word(&many, &|_| Some(long.clone())).is_err());
    }
}
