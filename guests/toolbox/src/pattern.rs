//! Shell patterns: `*`, `?`, `[…]`, and `\` that takes the next character as it is.

/// Whether `text` as a whole matches. Time is bounded by the product of both lengths: only the last star is ever
/// tried again.
pub(crate) fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match step(pattern, p, text[t]) {
            Step::Star => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            Step::Yes(next) => {
                p = next;
                t += 1;
                continue;
            }
            Step::No => {}
        }
        match &mut star {
            Some((after, from)) => {
                *from += 1;
                p = *after;
                t = *from;
            }
            None => return false,
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

enum Step {
    Star,
    Yes(usize),
    No,
}

fn step(pattern: &[char], at: usize, c: char) -> Step {
    match pattern.get(at) {
        None => Step::No,
        Some('*') => Step::Star,
        Some('?') => Step::Yes(at + 1),
        Some('[') => match class(pattern, at, c) {
            Some((true, next)) => Step::Yes(next),
            Some((false, _)) => Step::No,
            None if c == '[' => Step::Yes(at + 1),
            None => Step::No,
        },
        Some('\\') if at + 1 < pattern.len() => {
            if pattern[at + 1] == c {
                Step::Yes(at + 2)
            } else {
                Step::No
            }
        }
        Some(&literal) if literal == c => Step::Yes(at + 1),
        Some(_) => Step::No,
    }
}

/// Whether `c` is in the set that begins at `at`, and where the set ends; `None` where it is not a set.
pub(crate) fn class(pattern: &[char], at: usize, c: char) -> Option<(bool, usize)> {
    let mut i = at + 1;
    let negated = matches!(pattern.get(i), Some('!' | '^'));
    if negated {
        i += 1;
    }
    let first = i;
    let mut found = false;
    loop {
        let low = match *pattern.get(i)? {
            ']' if i > first => return Some((found != negated, i + 1)),
            '[' if pattern.get(i + 1) == Some(&':') => {
                if let Some(len) = pattern[i + 2..].windows(2).position(|w| w == [':', ']']) {
                    let name: String = pattern[i + 2..i + 2 + len].iter().collect();
                    found |= named(&name, c);
                    i += len + 4;
                    continue;
                }
                '['
            }
            '\\' if i + 1 < pattern.len() => {
                i += 1;
                pattern[i]
            }
            other => other,
        };
        i += 1;
        if pattern.get(i) == Some(&'-') && pattern.get(i + 1).is_some_and(|&c| c != ']') {
            let mut high = pattern[i + 1];
            i += 2;
            if high == '\\'
                && let Some(&escaped) = pattern.get(i)
            {
                high = escaped;
                i += 1;
            }
            found |= (low..=high).contains(&c);
        } else {
            found |= low == c;
        }
    }
}

/// Whether `c` is in a class such as `alpha`.
pub(crate) fn named(name: &str, c: char) -> bool {
    match name {
        "alpha" => c.is_alphabetic(),
        "digit" => c.is_ascii_digit(),
        "alnum" => c.is_alphanumeric(),
        "upper" => c.is_uppercase(),
        "lower" => c.is_lowercase(),
        "space" => c.is_whitespace(),
        "blank" => c == ' ' || c == '\t',
        "punct" => c.is_ascii_punctuation(),
        "xdigit" => c.is_ascii_hexdigit(),
        "cntrl" => c.is_control(),
        "print" => !c.is_control(),
        "graph" => !c.is_control() && !c.is_whitespace(),
        _ => false,
    }
}

/// The pattern that matches `text` and nothing else.
pub(crate) fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '\\' | '-' | '!' | '^') {
            into.push('\\');
        }
        into.push(c);
    }
}
