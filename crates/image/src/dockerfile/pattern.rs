//! The patterns of `${NAME#pattern}` and its kin: `*` and `?`, without sets of letters.

use super::error::Words;

/// At which end of a value something is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Front,
    Back,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Any,
    One,
    Letter(char),
}

/// How many steps one match may take: the work grows with value times pattern.
const STEPS: usize = 64 << 20;

fn read(pattern: &str) -> Words<Vec<Part>> {
    let mut parts = Vec::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        parts.push(match letter {
            '*' if parts.last() == Some(&Part::Any) => continue,
            '*' => Part::Any,
            '?' => Part::One,
            // What ends the substitution is escaped for its sake, not for the pattern's.
            '\\' => match letters.next() {
                Some(letter @ ('*' | '?' | '\\' | '}' | '/')) => Part::Letter(letter),
                Some(other) => return Err(format!("invalid escape '\\{other}'")),
                None => return Err("invalid escape at the end".to_owned()),
            },
            other => Part::Letter(other),
        });
    }
    Ok(parts)
}

/// How many letters at the beginning of a value fit: the fewest or the most.
fn fits(parts: &[Part], value: &[char], longest: bool) -> Option<usize> {
    // Which places of the value can be reached behind the parts so far.
    let mut reached = vec![false; value.len() + 1];
    reached[0] = true;
    for part in parts {
        let mut next = vec![false; value.len() + 1];
        match part {
            Part::Any => {
                let first = reached.iter().position(|at| *at)?;
                next[first..].fill(true);
            }
            Part::One | Part::Letter(_) => {
                for (at, letter) in value.iter().enumerate() {
                    let same = *part == Part::One || *part == Part::Letter(*letter);
                    next[at + 1] = reached[at] && same;
                }
            }
        }
        reached = next;
    }
    match longest {
        true => reached.iter().rposition(|at| *at),
        false => reached.iter().position(|at| *at),
    }
}

/// Takes what fits away from one end.
pub(super) fn strip(pattern: &str, value: &str, side: Side, longest: bool) -> Words<String> {
    let mut parts = read(pattern)?;
    let mut letters: Vec<char> = value.chars().collect();
    bounded(&parts, &letters, 1)?;
    if side == Side::Back {
        parts.reverse();
        letters.reverse();
    }
    let taken = fits(&parts, &letters, longest).unwrap_or(0);
    let rest = letters.into_iter().skip(taken);
    Ok(match side {
        Side::Front => rest.collect(),
        Side::Back => rest.collect::<Vec<_>>().into_iter().rev().collect(),
    })
}

/// Puts something else in the place of the first that fits, or of all.
pub(super) fn replace(pattern: &str, value: &str, by: &str, all: bool) -> Words<String> {
    let parts = read(pattern)?;
    let letters: Vec<char> = value.chars().collect();
    bounded(&parts, &letters, letters.len())?;
    let (mut out, mut at) = (String::new(), 0);
    let mut over = false;
    while at < letters.len() {
        let fit = fits(&parts, &letters[at..], true).filter(|length| !over && *length > 0);
        match fit {
            Some(length) => {
                out.push_str(by);
                at += length;
                over = !all;
            }
            None => {
                out.push(letters[at]);
                at += 1;
            }
        }
    }
    Ok(out)
}

fn bounded(parts: &[Part], value: &[char], times: usize) -> Words<()> {
    let steps = parts.len().saturating_mul(value.len()).saturating_mul(times);
    match steps > STEPS {
        true => Err("the value is too long for it".to_owned()),
        false => Ok(()),
    }
}
