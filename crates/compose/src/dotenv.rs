//! Files of variables: `.env`, `--env-file` and `env_file`.

use crate::variables::{Lookup, Variables};

/// A line that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadLine {
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// How a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// With quotes, comments and variables.
    Full,
    /// `format: raw`: each line as it is.
    Raw,
}

/// Reads a file's text. `outside` is what variables in values are looked up in, before the file's own earlier lines. A
/// name without `=` takes its value from there, and is left out where there is none.
pub(crate) fn read(text: &str, form: Form, outside: &Variables) -> Result<Vec<(String, String)>, BadLine> {
    let mut known = outside.clone();
    let mut found: Vec<(String, String)> = Vec::new();
    let mut lines = Lines::new(text.trim_start_matches('\u{feff}'));
    while let Some((line, rest)) = lines.next() {
        let trimmed = rest.trim_start();
        if trimmed.trim_end().is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let bad = |what: &str| BadLine {
            line,
            what: what.to_owned(),
        };
        let entry = match trimmed.strip_prefix("export") {
            Some(after) if form == Form::Full && after.starts_with([' ', '\t']) => after.trim_start(),
            _ => trimmed,
        };
        let Some((name, value)) = entry
            .split_once(['=', ':'])
            .filter(|_| form == Form::Full)
            .or_else(|| entry.split_once('='))
        else {
            let name = entry.trim_end();
            check_name(name).map_err(|what| bad(&what))?;
            if let Some(value) = outside.get(name) {
                found.push((name.to_owned(), value.clone()));
            }
            continue;
        };
        let name = name.trim_end();
        check_name(name).map_err(|what| bad(&what))?;
        let value = match form {
            Form::Raw => value.trim_end_matches('\r').to_owned(),
            Form::Full => full(value, &mut lines, &known).map_err(|what| bad(&what))?,
        };
        // The caller's environment is stronger than the file.
        if !outside.contains_key(name) {
            known.insert(name.to_owned(), value.clone());
        }
        found.push((name.to_owned(), value));
    }
    Ok(found)
}

fn check_name(name: &str) -> Result<(), String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']');
    if !name.is_empty() && name.chars().all(fits) {
        Ok(())
    } else {
        Err(format!("`{name}` is not the name of a variable"))
    }
}

struct Lines<'t> {
    lines: std::iter::Enumerate<std::str::Split<'t, char>>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            lines: text.split('\n').enumerate(),
        }
    }

    fn next(&mut self) -> Option<(usize, &'t str)> {
        self.lines.next().map(|(index, line)| (index + 1, line))
    }
}

/// A value that may be quoted, over several lines if need be.
fn full(value: &str, lines: &mut Lines<'_>, known: &Variables) -> Result<String, String> {
    let value = value.trim_start_matches([' ', '\t']).trim_end_matches('\r');
    let quote = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => quote,
        _ => {
            let end = comment(value).unwrap_or(value.len());
            return fill(value[..end].trim_end(), known);
        }
    };
    let mut text = value[1..].to_owned();
    loop {
        if let Some(end) = closing(&text, quote) {
            let after = text[end + 1..].trim_start();
            if !after.is_empty() && !after.starts_with('#') {
                return Err(format!("something stands behind the closing `{quote}`"));
            }
            text.truncate(end);
            break;
        }
        match lines.next() {
            Some((_, line)) => {
                text.push('\n');
                text.push_str(line.trim_end_matches('\r'));
            }
            None => return Err(format!("a value begins with `{quote}` and never ends")),
        }
    }
    if quote == '\'' {
        return Ok(text.replace("\\'", "'"));
    }
    fill(&unescape(&text), known)
}

/// Where a comment begins: a `#` behind white space, or at the start.
fn comment(value: &str) -> Option<usize> {
    let mut before = ' ';
    for (at, c) in value.char_indices() {
        if c == '#' && before.is_whitespace() {
            return Some(at);
        }
        before = c;
    }
    None
}

fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// Escapes of double quotes. A dollar that was escaped stays one.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('$') => out.push_str("$$"),
            Some(c @ ('"' | '\\')) => out.push(c),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

fn fill(text: &str, known: &Variables) -> Result<String, String> {
    Lookup::new(known)
        .fill(text)
        .map_err(|wrong| format!("the value {wrong}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(String, String)> {
        let outside = [("OUT".to_owned(), "o".to_owned())].into();
        read(text, Form::Full, &outside).unwrap()
    }

    #[test]
    fn every_form_of_line_is_read() {
        let text = "\u{feff}# comment\n\nA=1\nexport B = two words \nC='$A #' # c\nD=\"$A\\n\\$A $OUT\"\nE=x#y #z\n\
            F=\"a\nb\"\nOUT\nNONE\nG=\nH=${A}${NO:-d}\nI: yaml\r\n";
        let want = [
            ("A", "1"),
            ("B", "two words"),
            ("C", "$A #"),
            ("D", "1\n$A o"),
            ("E", "x#y"),
            ("F", "a\nb"),
            ("OUT", "o"),
            ("G", ""),
            ("H", "1d"),
            ("I", "yaml"),
        ];
        let want: Vec<_> = want.map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        assert_eq!(all(text), want);
    }

    #[test]
    fn the_callers_variables_are_stronger_where_they_are_used() {
        assert_eq!(all("OUT=file\nA=$OUT")[1].1, "o");
    }

    #[test]
    fn raw_lines_stay_as_they_are() {
        let read = read("A='1' # x\nB=$A", Form::Raw, &Variables::new()).unwrap();
        assert_eq!(read[0].1, "'1' # x");
        assert_eq!(read[1].1, "$A");
    }

    #[test]
    fn bad_lines_are_told() {
        for (text, line) in [
            ("A=1\n b c", 2),
            ("A='x", 1),
            ("=1", 1),
            ("A=\"x\"y", 1),
            ("\nA=${", 2),
        ] {
            assert_eq!(
                read(text, Form::Full, &Variables::new()).unwrap_err().line,
                line,
                "{text}"
            );
        }
    }
}
