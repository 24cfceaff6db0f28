//! What a client is asked for, and what it is asked to leave out.

use sampan_image::dockerfile::{BadPattern, Ignore};

/// The rules of a `.dockerignore`, as a client understands them and as they are looked after here: a client may send what
/// it was asked not to.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    /// Each line that says something.
    pub(crate) lines: Vec<String>,
    ignore: Ignore,
}

impl Patterns {
    pub(crate) fn read(text: &str) -> Result<Self, BadPattern> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(clean)
            .collect();
        Ok(Self {
            lines,
            ignore: Ignore::read(text)?,
        })
    }

    /// Whether something is not wanted. A folder may hold what a later rule takes back.
    pub(crate) fn leaves_out(&self, path: &str, folder: bool) -> bool {
        let may_hold_more = folder && self.ignore.takes_back();
        !may_hold_more && self.ignore.leaves_out(path)
    }
}

/// A rule without what differs from one way of writing to the other: clients match it against paths without a slash before.
fn clean(line: &str) -> Option<String> {
    let line = line.trim();
    let (back, pattern) = match line.strip_prefix('!') {
        Some(rest) => ("!", rest.trim()),
        None => ("", line),
    };
    if pattern.is_empty() {
        return None;
    }
    let clean = sampan_image::dockerfile::clean_path(pattern);
    let clean = clean.trim_start_matches('/');
    Some(format!("{back}{}", if clean.is_empty() { "." } else { clean }))
}

/// Words for a header of gRPC, and whether they are written in another way there, as BuildKit's clients read them.
pub(crate) fn encode<'w>(words: impl IntoIterator<Item = &'w str>) -> (Vec<String>, bool) {
    let words: Vec<&str> = words.into_iter().collect();
    let plain = |word: &&str| word.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    match words.iter().all(plain) {
        true => (words.into_iter().map(str::to_owned).collect(), false),
        false => (words.into_iter().map(escape).collect(), true),
    }
}

fn escape(word: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in word.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(byte))
            }
            other => {
                let _ = write!(text, "%{other:02X}");
            }
        }
    }
    text
}
