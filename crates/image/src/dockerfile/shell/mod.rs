//! Quotes and variables in a word, as Docker's builder reads them: like a shell, without being one.

mod reader;
mod substitution;

use super::error::LexError;
use reader::Reader;

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
