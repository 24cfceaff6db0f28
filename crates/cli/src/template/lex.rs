//! From text to words.

use super::TemplateError;

/// A word within `{{` and `}}`, or the text between two such.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Text as it is.
    Text(String),
    /// `{{`.
    Open,
    /// `}}`.
    Close,
    /// A name: a keyword or a function.
    Name(String),
    /// `.Name`; `spaced` where white space stands before the dot, so that it begins a value of its own.
    Field {
        name: String,
        spaced: bool,
    },
    /// `.` alone.
    Dot,
    /// `$name`; the name is empty for `$`.
    Variable(String),
    Literal(String),
    Int(i64),
    Float(f64),
    /// One of `|`, `(`, `)`, `,`, `=` and `:=`.
    Sign(&'static str),
}

pub(super) fn lex(text: &str) -> Result<Vec<Token>, TemplateError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut trim_next = false;
    while let Some(at) = rest.find("{{") {
        let (before, after) = rest.split_at(at);
        let mut inside = &after[2..];
        let trims = inside
            .strip_prefix('-')
            .filter(|r| r.starts_with(char::is_whitespace));
        let mut before = if trim_next { before.trim_start() } else { before };
        if let Some(without) = trims {
            before = before.trim_end();
            inside = without;
        }
        push_text(&mut tokens, before);
        if let Some(comment) = inside.trim_start().strip_prefix("/*") {
            let end = comment.find("*/").ok_or(TemplateError::Unclosed("{{/*"))?;
            let tail = comment[end + 2..].trim_start();
            trim_next = tail.starts_with('-');
            rest = tail
                .trim_start_matches('-')
                .strip_prefix("}}")
                .ok_or(TemplateError::Unclosed("{{/*"))?;
            continue;
        }
        tokens.push(Token::Open);
        (rest, trim_next) = action(inside, &mut tokens)?;
        tokens.push(Token::Close);
    }
    push_text(&mut tokens, if trim_next { rest.trim_start() } else { rest });
    Ok(tokens)
}

fn push_text(tokens: &mut Vec<Token>, text: &str) {
    if !text.is_empty() {
        tokens.push(Token::Text(text.to_owned()));
    }
}

/// Reads up to `}}`: what follows it, and whether its white space is to be left out.
fn action<'t>(mut rest: &'t str, tokens: &mut Vec<Token>) -> Result<(&'t str, bool), TemplateError> {
    loop {
        let spaced = rest.starts_with(char::is_whitespace);
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("}}") {
            return Ok((after, false));
        }
        if let Some(after) = rest.strip_prefix("-}}")
            && spaced
        {
            return Ok((after, true));
        }
        let Some(first) = rest.chars().next() else {
            return Err(TemplateError::Unclosed("{{"));
        };
        let (token, after) = word(first, rest, spaced)?;
        tokens.push(token);
        rest = after;
    }
}

fn word(first: char, rest: &str, spaced: bool) -> Result<(Token, &str), TemplateError> {
    let name_end = |from: &str| {
        from.find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(from.len())
    };
    match first {
        '"' => quoted(rest),
        '`' => {
            let end = rest[1..].find('`').ok_or(TemplateError::Unclosed("`"))?;
            Ok((Token::Literal(rest[1..=end].to_owned()), &rest[end + 2..]))
        }
        '.' => {
            let (name, after) = rest[1..].split_at(name_end(&rest[1..]));
            let token = if name.is_empty() {
                Token::Dot
            } else {
                Token::Field {
                    name: name.to_owned(),
                    spaced,
                }
            };
            Ok((token, after))
        }
        '$' => {
            let (name, after) = rest[1..].split_at(name_end(&rest[1..]));
            Ok((Token::Variable(name.to_owned()), after))
        }
        c if c.is_ascii_digit()
            || ((c == '-' || c == '+') && rest[1..].starts_with(|d: char| d.is_ascii_digit())) =>
        {
            let end = rest[1..]
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
                .map_or(rest.len(), |end| end + 1);
            let (number, after) = rest.split_at(end);
            let token = match (number.parse(), number.parse()) {
                (Ok(int), _) => Token::Int(int),
                (_, Ok(float)) => Token::Float(float),
                _ => return Err(TemplateError::Stray(number.to_owned())),
            };
            Ok((token, after))
        }
        c if c.is_alphabetic() || c == '_' => {
            let (name, after) = rest.split_at(name_end(rest));
            Ok((Token::Name(name.to_owned()), after))
        }
        _ => {
            const SIGNS: [&str; 6] = [":=", "=", "|", "(", ")", ","];
            match SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
                Some(sign) => Ok((Token::Sign(sign), &rest[sign.len()..])),
                None => Err(TemplateError::Stray(first.to_string())),
            }
        }
    }
}

/// A text in quotation marks, with the escapes that Go has and people use.
fn quoted(rest: &str) -> Result<(Token, &str), TemplateError> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((Token::Literal(text), &rest[at + 1..])),
            '\\' => match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, c @ ('"' | '\\' | '\''))) => text.push(c),
                Some((_, c)) => return Err(TemplateError::Stray(format!("\\{c}"))),
                None => break,
            },
            c => text.push(c),
        }
    }
    Err(TemplateError::Unclosed("\""))
}
