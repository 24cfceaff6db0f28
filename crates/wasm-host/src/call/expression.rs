//! Calls as people write them: `c = counter(5); c.add(3)`.
//!
//! A statement is a call, or several after one another (`open("x").read()`), and may bind what it gives to a name.

use super::error::CallError;
use super::syntax::{Cursor, Node, is_own};

/// `NAME = CALL.CALL`
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) bind: Option<String>,
    /// At least one.
    pub(super) calls: Vec<Words>,
}

/// `FUNCTION(VALUE, …)`
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) function: String,
    pub(super) values: Vec<Node>,
}

pub(super) fn statements(text: &str) -> Result<Vec<Statement>, CallError> {
    let mut cursor = Cursor { text, at: 0 };
    let mut statements = Vec::new();
    loop {
        cursor.skip_space();
        while cursor.takes(';') {
            cursor.skip_space();
        }
        if cursor.rest().is_empty() {
            break;
        }
        statements.push(cursor.statement()?);
        cursor.skip_space();
        if !cursor.rest().is_empty() && !cursor.takes(';') {
            return Err(cursor.wrong("a further call is separated by `;`"));
        }
    }
    match statements.is_empty() {
        true => Err(cursor.wrong("there is no call")),
        false => Ok(statements),
    }
}

impl<'t> Cursor<'t> {
    fn word(&mut self) -> &'t str {
        let word = self.run(|c| !c.is_whitespace() && !"()=;\"'".contains(c));
        self.skip_space();
        word
    }

    fn statement(&mut self) -> Result<Statement, CallError> {
        let start = self.at;
        let mut word = self.word();
        let mut bind = None;
        if self.takes('=') {
            if !is_label(word) {
                self.at = start;
                return Err(
                    self.wrong("a name is of small letters, digits and `-`, and begins with a letter")
                );
            }
            bind = Some(word.to_owned());
            self.skip_space();
            word = self.word();
        }
        let mut calls = vec![self.call(word)?];
        loop {
            self.skip_space();
            if !self.takes('.') {
                return Ok(Statement { bind, calls });
            }
            let word = self.word();
            calls.push(self.call(word)?);
        }
    }

    /// The parentheses behind a name.
    fn call(&mut self, function: &str) -> Result<Words, CallError> {
        if function.is_empty() {
            return Err(self.wrong("the name of a function is missing"));
        }
        if !self.rest().starts_with('(') {
            return Err(self.wrong(format!(
                "after `{function}` its values are missing, as in `{function}()`"
            )));
        }
        self.takes('(');
        Ok(Words {
            function: function.to_owned(),
            values: self.values()?,
        })
    }
}

/// What WAVE takes for a name, so that it can stand among values.
fn is_label(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.split('-').all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
        && !is_own(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A statement's name, and of each of its calls the function and how many values it has.
    type Shown = (Option<String>, Vec<(String, usize)>);

    fn shown(text: &str) -> Vec<Shown> {
        let calls = |calls: Vec<Words>| calls.into_iter().map(|c| (c.function, c.values.len())).collect();
        let statements = statements(text).unwrap().into_iter();
        statements.map(|s| (s.bind, calls(s.calls))).collect()
    }

    #[test]
    fn finds_calls_whatever_stands_in_them() {
        let call = |name: &str, values: usize| (name.to_owned(), values);
        assert_eq!(shown("f()"), [(None, vec![call("f", 0)])]);
        assert_eq!(
            shown(" a:b/c@0.1.0.f ( \"x)\\\"\" , ')' , [1] ) "),
            [(None, vec![call("a:b/c@0.1.0.f", 3)])]
        );
        assert_eq!(
            shown("c = counter(5); // one\nc.add(3).twice();"),
            [
                (Some("c".to_owned()), vec![call("counter", 1)]),
                (None, vec![call("c.add", 1), call("twice", 0)]),
            ]
        );
        assert_eq!(shown("f(// nothing )\n)"), [(None, vec![call("f", 0)])]);
        assert_eq!(
            shown("f(\n  \"\"\"\n  a)\n  \"\"\", 'x',)"),
            [(None, vec![call("f", 2)])]
        );
    }

    #[test]
    fn says_where_it_cannot_be_read() {
        for (text, column) in [
            ("", 1),
            ("f", 2),
            ("f(1", 4),
            ("f(\"x)", 3),
            ("f(1) g(2)", 6),
            ("ä(1,,2)", 5),
            ("F = f()", 1),
            ("ok = f()", 1),
            ("f().", 5),
            ("(1)", 1),
            ("f('ab')", 5),
            ("f({a: 1, b})", 12),
            ("f({a, a})", 9),
            ("f(\"\\q\")", 4),
        ] {
            match statements(text) {
                Err(CallError::Syntax { column: at, what }) => assert_eq!(at, column, "{text}: {what}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        let deep = format!("f({}{})", "[".repeat(200), "]".repeat(200));
        assert!(matches!(statements(&deep), Err(CallError::Syntax { .. })));
    }

    proptest! {
        /// A command line comes from anywhere.
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            let _ = statements(&text);
        }

        #[test]
        fn nearly_calls_are_read_or_refused(text in "[a-c.=;()\"'/\\\\ 1,{}:-]{0,40}") {
            let _ = statements(&text);
        }
    }
}
