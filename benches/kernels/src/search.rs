//! Searches through two megabytes of prose.

use aho_corasick::{AhoCorasickBuilder, AhoCorasickKind};

use crate::data::{fold, prose};

/// Patterns that no literal scan can shortcut, so that the automaton itself runs.
pub fn regex(iterations: u64) -> u64 {
    let text = prose(2 << 20);
    let patterns = [
        r"\b[a-z]+@[a-z]+\.org\b",
        r"\b(19|20)\d\d-(0[1-9]|1[0-2])-([0-2]\d)\b",
        r"\b[aeiou]\w*[aeiou]\b",
        r"(?m)^\w+ \w+ \w+",
    ]
    .map(|p| regex::Regex::new(p).expect("a valid pattern"));
    (0..iterations).fold(0, |sum, _| {
        patterns.iter().fold(sum, |sum, pattern| {
            let (count, ends) = pattern
                .find_iter(&text)
                .fold((0u64, 0u64), |(n, e), m| (n + 1, e.wrapping_add(m.end() as u64)));
            fold(fold(sum, &count.to_le_bytes()), &ends.to_le_bytes())
        })
    })
}

/// 500 words at once, by the automaton, without the prefilters that use wider vectors natively.
pub fn aho_corasick(iterations: u64) -> u64 {
    let text = prose(2 << 20);
    let words: Vec<&str> = text.split_whitespace().take(500).collect();
    let automaton = AhoCorasickBuilder::new()
        .kind(Some(AhoCorasickKind::DFA))
        .prefilter(false)
        .build(&words)
        .expect("few words");
    (0..iterations).fold(0, |sum, _| {
        let count = automaton
            .find_iter(&text)
            .fold(0u64, |n, m| n.wrapping_add(m.end() as u64));
        fold(sum, &count.to_le_bytes())
    })
}
