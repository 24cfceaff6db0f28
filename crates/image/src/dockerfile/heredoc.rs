//! Heredocs: files in the Dockerfile itself.

use super::error::Words;
use super::shell::{Lexer, Quotes};

/// A file that is written in the Dockerfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heredoc {
    /// The word that ends it.
    pub name: String,
    /// Whether variables in it have values: where no part of the word was quoted.
    pub expand: bool,
    /// Whether tabs at the beginnings of lines are taken away.
    pub chomp: bool,
    /// What is in it.
    pub content: String,
}

/// The heredoc that a word announces: `<<EOF`, `<<-"EOF"`, `3<<EOF`.
pub fn heredoc_of(word: &str) -> Option<Heredoc> {
    read(word).ok().flatten()
}

fn read(word: &str) -> Words<Option<Heredoc>> {
    let rest = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let Some(rest) = rest.strip_prefix("<<") else {
        return Ok(None);
    };
    let (chomp, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start();
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    let of = |quotes| {
        let lexer = Lexer {
            quotes,
            keep_unset: true,
            ..Lexer::new('\\')
        };
        lexer.words(rest, &|_| None).map_err(|error| error.to_string())
    };
    let (plain, raw) = (of(Quotes::Removed)?, of(Quotes::Kept)?);
    let ([name], [raw]) = (plain.as_slice(), raw.as_slice()) else {
        return Ok(None);
    };
    let marks = |text: &str| text.matches(['\'', '"']).count();
    Ok(Some(Heredoc {
        name: name.clone(),
        expand: marks(name) == marks(raw),
        chomp,
        content: String::new(),
    }))
}

/// All that a line announces.
pub(super) fn heredocs_of(line: &str) -> Words<Vec<Heredoc>> {
    let lexer = Lexer {
        quotes: Quotes::Kept,
        keep_escapes: true,
        keep_unset: true,
        ..Lexer::new('\\')
    };
    // A line whose quotes do not close has none, as in Docker.
    let words = lexer.words(line, &|_| None).unwrap_or_default();
    let mut all = Vec::new();
    for word in words {
        all.extend(read(&word)?);
    }
    Ok(all)
}

/// Takes the tabs at the beginning of each line away.
pub fn chomp(content: &str) -> String {
    content
        .split_inclusive('\n')
        .map(|line| line.trim_start_matches('\t'))
        .collect()
}
