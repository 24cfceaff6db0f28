//! File names for patterns.

use super::Shell;
use super::fields::Field;
use crate::{pattern, place};

/// How many names one pattern gives at most; more would not fit an expansion either.
const MOST: usize = 1 << 18;

impl Shell {
    /// Adds the names that match, sorted; the text itself where none does.
    pub(super) fn names(&self, field: &Field, into: &mut Vec<String>) {
        let absolute = field.pattern.starts_with('/');
        let mut found = vec![if absolute { "/".to_owned() } else { String::new() }];
        let parts: Vec<&str> = field.pattern.split('/').filter(|part| !part.is_empty()).collect();
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let mut next = Vec::new();
            for folder in &found {
                self.within(folder, part, last, &mut next);
                if next.len() > MOST {
                    break;
                }
            }
            found = next;
        }
        if field.pattern.ends_with('/') && !parts.is_empty() {
            found.retain(|name| self.stat(name, true).is_ok_and(|stat| stat.is_dir()));
            for name in &mut found {
                name.push('/');
            }
        }
        found.sort();
        if found.is_empty() {
            into.push(field.text.clone());
        } else {
            into.extend(found);
        }
    }

    /// What one part of a path, a pattern or a plain name, gives within a folder.
    fn within(&self, folder: &str, part: &str, last: bool, into: &mut Vec<String>) {
        let pattern: Vec<char> = part.chars().collect();
        if !wild(&pattern) {
            let name = place::join(folder, &plain(&pattern));
            if !last || self.stat(&name, false).is_ok() {
                into.push(name);
            }
            return;
        }
        let here = if folder.is_empty() { "." } else { folder };
        // A folder that cannot be read has no names that match.
        let names = place::names(&self.path(here)).unwrap_or_default();
        let dots = if pattern.first() == Some(&'.') {
            [".", ".."].as_slice()
        } else {
            &[]
        };
        for name in dots.iter().map(|&dot| dot.to_owned()).chain(names) {
            if name.starts_with('.') && pattern.first() != Some(&'.') {
                continue;
            }
            let text: Vec<char> = name.chars().collect();
            if pattern::matches(&pattern, &text) {
                let path = place::join(folder, &name);
                if last || self.stat(&path, true).is_ok_and(|stat| stat.is_dir()) {
                    into.push(path);
                }
            }
        }
    }
}

fn wild(pattern: &[char]) -> bool {
    let mut escaped = false;
    for &c in pattern {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '*' | '?' | '[' => return true,
            _ => {}
        }
    }
    false
}

fn plain(pattern: &[char]) -> String {
    let mut chars = pattern.iter();
    let mut text = String::new();
    while let Some(&c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            c => text.push(c),
        }
    }
    text
}
