//! Patterns of `ignore` and `include`, as `.dockerignore` has them.

use std::path::Path;

/// Whether a path, or a folder that it is in, is one that a pattern means.
pub(super) fn fits(pattern: &str, path: &Path) -> bool {
    let pattern: Vec<&str> = pattern
        .trim_matches('/')
        .split('/')
        .filter(|word| !word.is_empty() && *word != ".")
        .collect();
    let words: Vec<String> = path
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    (1..=words.len()).any(|end| all(&pattern, &words[..end]))
}

fn all(pattern: &[&str], words: &[String]) -> bool {
    match (pattern.split_first(), words.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=words.len()).any(|skip| all(rest, &words[skip..])),
        (Some((pattern, patterns)), Some((word, words))) => {
            let (pattern, word): (Vec<char>, Vec<char>) = (pattern.chars().collect(), word.chars().collect());
            one(&pattern, &word) && all(patterns, words)
        }
        _ => false,
    }
}

/// One word. It goes back to the last star alone, so that its time is bounded by the product of the lengths.
fn one(pattern: &[char], word: &[char]) -> bool {
    let (mut p, mut w) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, w));
                p += 1;
            }
            Some(c) if *c == '?' || *c == word[w] => {
                p += 1;
                w += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    w = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_paths_and_what_is_below() {
        for (pattern, path, want) in [
            ("node_modules/", "node_modules/a/b", true),
            ("node_modules", "x/node_modules", false),
            ("**/node_modules", "x/y/node_modules/z", true),
            ("*.log", "a.log", true),
            ("*.log", "d/a.log", false),
            ("**/*.log", "d/a.log", true),
            ("a/**/z", "a/z", true),
            ("a?c", "abc", true),
            ("*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaac", false),
            ("./src/*.rs", "src/main.rs", true),
        ] {
            assert_eq!(fits(pattern, Path::new(path)), want, "{pattern} {path}");
        }
    }
}
