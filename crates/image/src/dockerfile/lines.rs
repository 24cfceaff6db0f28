//! Lines of a file to instructions of one line each: directives, comments, continuations and heredocs.

use super::error::DockerfileError;
use super::heredoc::{Heredoc, heredocs_of};
use super::words::{Node, node};

/// The longest line that Docker's scanner takes.
const LONGEST: usize = 64 * 1024 - 1;
/// The directives that may stand at the top.
const DIRECTIVES: [&str; 3] = ["syntax", "escape", "check"];

/// What a file is made of.
pub(super) struct Lines {
    pub(super) escape: char,
    pub(super) nodes: Vec<Node>,
    pub(super) warnings: Vec<String>,
}

/// Reads the whole file.
pub(super) fn read(text: &str) -> Result<Lines, DockerfileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut scanner = Scanner { rest: text, line: 0 };
    let mut directives = Directives::default();
    let mut found = Lines {
        escape: '\\',
        nodes: Vec::new(),
        warnings: Vec::new(),
    };
    while let Some(raw) = scanner.next()? {
        let start = scanner.line;
        let line = without_end(raw).trim_start();
        if let Some(escape) = directives.look(line).map_err(|what| at(start, what))? {
            found.escape = escape;
        }
        if line.starts_with('#') {
            continue;
        }
        let (head, mut goes_on) = continuation(line, found.escape);
        if !goes_on && head.is_empty() {
            continue;
        }
        let mut whole = head.to_owned();
        let mut gap = false;
        while goes_on {
            let Some(raw) = scanner.next()? else { break };
            let line = without_end(raw);
            if line.trim_start().starts_with('#') {
                continue;
            }
            if line.trim_start().is_empty() {
                gap = true;
                continue;
            }
            let (part, more) = continuation(line, found.escape);
            whole.push_str(part);
            goes_on = more;
        }
        if gap {
            found
                .warnings
                .push(format!("Empty continuation line found in: {whole}"));
        }
        if whole.trim().is_empty() {
            continue;
        }
        let mut node = node(&whole, found.escape, 0).map_err(|what| at(start, what))?;
        node.line = start;
        if node.takes_heredocs() && whole.contains("<<") {
            for wanted in heredocs_of(&whole).map_err(|what| at(start, what))? {
                node.heredocs.push(scanner.heredoc(wanted, start)?);
            }
        }
        found.nodes.push(node);
    }
    if found.nodes.is_empty() {
        return Err(at(scanner.line.max(1), "file with no instructions"));
    }
    Ok(found)
}

fn at(line: u32, what: impl Into<String>) -> DockerfileError {
    DockerfileError {
        line,
        what: what.into(),
    }
}

struct Scanner<'t> {
    rest: &'t str,
    line: u32,
}

impl<'t> Scanner<'t> {
    /// The next line with its end.
    fn next(&mut self) -> Result<Option<&'t str>, DockerfileError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let end = self.rest.find('\n').map_or(self.rest.len(), |end| end + 1);
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.line = self.line.saturating_add(1);
        if line.len() > LONGEST {
            return Err(at(
                self.line,
                format!("dockerfile line greater than max allowed size of {LONGEST}"),
            ));
        }
        Ok(Some(line))
    }

    /// The lines up to the heredoc's own word.
    fn heredoc(&mut self, mut wanted: Heredoc, start: u32) -> Result<Heredoc, DockerfileError> {
        while let Some(line) = self.next()? {
            let word = line.trim_end_matches(['\r', '\n']);
            let word = match wanted.chomp {
                true => word.trim_start_matches('\t'),
                false => word,
            };
            if word == wanted.name {
                return Ok(wanted);
            }
            wanted.content.push_str(line);
        }
        Err(at(start, "unterminated heredoc"))
    }
}

fn without_end(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n'])
}

/// A line without the sign at its end that says that the next one belongs to it, and whether it had one. Two signs are
/// one that is escaped.
fn continuation(line: &str, escape: char) -> (&str, bool) {
    let trimmed = line.trim_end_matches([' ', '\t']);
    match trimmed.strip_suffix(escape) {
        Some(head) if !head.ends_with(escape) => (head, true),
        _ => (line, false),
    }
}

/// Directives stand before everything else, comments included.
#[derive(Default)]
struct Directives {
    seen: Vec<String>,
    over: bool,
}

impl Directives {
    /// The escape sign, where the line names one.
    fn look(&mut self, line: &str) -> Result<Option<char>, String> {
        if self.over {
            return Ok(None);
        }
        let Some((key, value)) = directive(line) else {
            self.over = true;
            return Ok(None);
        };
        if self.seen.contains(&key) {
            return Err(format!("only one {key} parser directive can be used"));
        }
        let escape = match (key.as_str(), value) {
            ("escape", "`") => Some('`'),
            ("escape", "\\") => Some('\\'),
            ("escape", other) => {
                return Err(format!("invalid escape token '{other}' does not match ` or \\"));
            }
            _ => None,
        };
        self.seen.push(key);
        Ok(escape)
    }
}

/// `# key = value`, where the key is one that is known.
fn directive(line: &str) -> Option<(String, &str)> {
    let (key, value) = line.strip_prefix('#')?.trim_start().split_once('=')?;
    let key = key.trim_end().to_ascii_lowercase();
    let value = value.trim();
    (DIRECTIVES.contains(&key.as_str()) && !value.is_empty()).then_some((key, value))
}
