//! Environment variables from flags and files, as Docker reads them.

use std::path::Path;

use crate::env;
use crate::error::CliError;

/// The most that is read of a file.
const MAX_BYTES: u64 = 4 << 20;

/// Why a variable cannot be set.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum EntryError {
    /// There is no name.
    #[error("`{0}` has no name before the `=`")]
    NoName(String),
    /// There is a space in the name.
    #[error("variable name `{0}` contains white space")]
    Space(String),
    /// There is a NUL in it.
    #[error("variable `{0}` contains a NUL")]
    Nul(String),
}

/// Reads `NAME=VALUE`; `NAME` alone takes the caller's value, and gives nothing where the caller has none.
pub(crate) fn entry(text: &str) -> Result<Option<(String, String)>, EntryError> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    if name.is_empty() {
        return Err(EntryError::NoName(text.to_owned()));
    }
    if text.contains('\0') {
        return Err(EntryError::Nul(name.replace('\0', "␀")));
    }
    if name.contains(char::is_whitespace) {
        return Err(EntryError::Space(name.to_owned()));
    }
    Ok(value
        .or_else(|| env::of_caller(name))
        .map(|value| (name.to_owned(), value)))
}

/// Reads a file: a variable a line, `#` at the start of a line for comments, no quoting, as `docker run
/// --env-file` has it.
pub(crate) fn read(file: &Path) -> Result<Vec<(String, String)>, CliError> {
    let bytes = crate::files::read_bounded(file, MAX_BYTES)?;
    let text = String::from_utf8(bytes).map_err(|_| CliError::EnvironmentFile {
        file: file.to_path_buf(),
        line: 0,
        what: "it is not UTF-8".into(),
    })?;
    let mut variables = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parsed = entry(line).map_err(|e| CliError::EnvironmentFile {
            file: file.to_path_buf(),
            line: number + 1,
            what: e.to_string(),
        })?;
        variables.extend(parsed);
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dockers_form() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("env");
        std::fs::write(
            &file,
            "# comment\nA=1\n\n  B=two words=x \nC=\nSAMPAN_TEST_SURELY_UNSET\n",
        )
        .unwrap();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            read(&file).unwrap(),
            [pair("A", "1"), pair("B", "two words=x "), pair("C", "")]
        );
    }

    #[test]
    fn refuses_names_that_are_none() {
        assert_eq!(entry("=x"), Err(EntryError::NoName("=x".into())));
        assert_eq!(entry("a b=x"), Err(EntryError::Space("a b".into())));
        assert!(entry("a=\0").is_err());
    }
}
