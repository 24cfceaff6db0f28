//! One instruction to its word, its flags and its arguments, as far as that goes without knowing what they mean.

use serde_json::Value;

use super::error::Words;
use super::heredoc::Heredoc;

/// What separates words: not the end of a line, which only a heredoc keeps.
const BLANKS: [char; 5] = ['\t', '\u{b}', '\u{c}', '\r', ' '];
/// How deep `ONBUILD` may stand in itself before nobody looks any further.
const DEEPEST: u8 = 8;

/// An instruction before its meaning.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) line: u32,
    /// As it was written.
    pub(super) command: String,
    pub(super) flags: Vec<String>,
    pub(super) args: Vec<String>,
    /// Whether the arguments were a list in JSON.
    pub(super) json: bool,
    pub(super) heredocs: Vec<Heredoc>,
    /// The whole instruction in one line.
    pub(super) original: String,
    /// Of `ONBUILD`: whether what it holds may have heredocs.
    inner_heredocs: bool,
}

impl Node {
    pub(super) fn takes_heredocs(&self) -> bool {
        match self.command.to_ascii_lowercase().as_str() {
            "onbuild" => self.inner_heredocs,
            "add" | "copy" | "run" => !self.json,
            _ => false,
        }
    }
}

/// Takes one instruction apart.
pub(super) fn node(line: &str, escape: char, depth: u8) -> Words<Node> {
    let trimmed = line.trim();
    let (command, rest) = match trimmed.split_once(BLANKS) {
        Some((command, rest)) => (command, rest.trim_start_matches(BLANKS)),
        None => (trimmed, ""),
    };
    let (flags, rest) = flags(rest, escape);
    let rest = rest.trim();
    let mut node = Node {
        command: command.to_owned(),
        flags,
        original: line.to_owned(),
        ..Node::default()
    };
    match command.to_ascii_lowercase().as_str() {
        "add" | "copy" | "volume" => match json(rest)? {
            Some(words) => (node.args, node.json) = (words, true),
            None => node.args = blanks(rest),
        },
        "cmd" | "entrypoint" | "run" | "shell" => maybe_json(rest, &mut node)?,
        "healthcheck" => {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (kind, rest) = rest.split_at(end);
            if !kind.is_empty() {
                maybe_json(rest.trim_start(), &mut node)?;
                node.args.insert(0, kind.to_owned());
            }
        }
        "arg" => node.args = words(rest, escape),
        "env" => node.args = pairs(rest, "ENV", escape)?,
        "label" => node.args = pairs(rest, "LABEL", escape)?,
        "expose" | "from" => node.args = blanks(rest),
        "maintainer" | "stopsignal" | "user" | "workdir" if !rest.is_empty() => {
            node.args = vec![rest.to_owned()];
        }
        "onbuild" if !rest.is_empty() => {
            if depth >= DEEPEST {
                return Err("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed".to_owned());
            }
            let inner = self::node(rest, escape, depth + 1)?;
            node.inner_heredocs = inner.takes_heredocs();
            node.args.push(inner.command);
            node.args.extend(inner.args);
        }
        _ => {}
    }
    Ok(node)
}

fn maybe_json(rest: &str, node: &mut Node) -> Words<()> {
    if rest.is_empty() {
        return Ok(());
    }
    match json(rest)? {
        Some(words) => (node.args, node.json) = (words, true),
        None => node.args = vec![rest.to_owned()],
    }
    Ok(())
}

/// A list in JSON; `None` where it is none.
fn json(rest: &str) -> Words<Option<Vec<String>>> {
    if !rest.trim_start().starts_with('[') {
        return Ok(None);
    }
    let Ok(values) = serde_json::from_str::<Vec<Value>>(rest) else {
        return Ok(None);
    };
    let words = values.into_iter().map(|value| match value {
        Value::String(word) => Ok(word),
        _ => Err("when using JSON array syntax, arrays must be comprised of strings only".to_owned()),
    });
    words.collect::<Words<_>>().map(Some)
}

fn blanks(rest: &str) -> Vec<String> {
    let parts = rest.split(BLANKS).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// `NAME=VALUE …`, or `NAME VALUE` of old: three words for each, the last one empty in the old form.
fn pairs(rest: &str, command: &str, escape: char) -> Words<Vec<String>> {
    let words = words(rest, escape);
    let Some(first) = words.first() else {
        return Ok(Vec::new());
    };
    if !first.contains('=') {
        let Some((name, value)) = rest.split_once(BLANKS) else {
            return Err(format!("{command} must have two arguments"));
        };
        let value = value.trim_start_matches(BLANKS);
        return Ok(vec![name.to_owned(), value.to_owned(), String::new()]);
    }
    let mut all = Vec::with_capacity(words.len() * 3);
    for word in words {
        let Some((name, value)) = word.split_once('=') else {
            return Err(format!(
                "Syntax error - can't find = in {word:?}. Must be of the form: name=value"
            ));
        };
        all.extend([name.to_owned(), value.to_owned(), "=".to_owned()]);
    }
    Ok(all)
}

/// Words between blanks; quotes hold together and stay.
fn words(rest: &str, escape: char) -> Vec<String> {
    let mut all = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut letters = rest.chars();
    while let Some(letter) = letters.next() {
        if quote.is_none() && letter.is_whitespace() {
            all.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match quote {
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            Some(end) if letter == end => quote = None,
            _ => {}
        }
        word.push(letter);
        if letter == escape && quote != Some('\'') {
            match letters.next() {
                Some(escaped) => word.push(escaped),
                // At the end it escapes nothing.
                None => {
                    word.pop();
                }
            }
        }
    }
    all.extend(word.filter(|word| !word.is_empty()));
    all
}

/// The words that begin with `--` at the beginning, without their quotes, and what follows them.
fn flags(rest: &str, escape: char) -> (Vec<String>, &str) {
    let mut all = Vec::new();
    let mut rest = rest;
    loop {
        rest = rest.trim_start();
        if !rest.starts_with("--") {
            return (all, rest);
        }
        let (mut word, mut quote) = (String::new(), None);
        let mut letters = rest.char_indices();
        let mut end = rest.len();
        while let Some((position, letter)) = letters.next() {
            match quote {
                None if letter.is_whitespace() => {
                    end = position;
                    break;
                }
                None if letter == '"' || letter == '\'' => quote = Some(letter),
                Some(mark) if letter == mark => quote = None,
                _ if letter == escape => word.extend(letters.next().map(|(_, letter)| letter)),
                _ => word.push(letter),
            }
        }
        rest = &rest[end..];
        if word == "--" {
            return (all, rest);
        }
        all.push(word);
    }
}
