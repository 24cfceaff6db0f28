//! `sort` and `uniq`.

use std::cmp::Ordering;
use std::fs::OpenOptions;
use std::io::Write;

use super::options::Given;
use super::view::lines;
use crate::shell::{Done, Fail, Shell, usage};
use crate::stream::Out;

/// How one key compares.
#[derive(Clone, Copy, Debug, Default)]
struct How {
    numeric: bool,
    fold: bool,
    blanks: bool,
    reverse: bool,
}

/// From field and character to field and character; 0 stands for the end.
#[derive(Debug)]
struct Key {
    from: (usize, usize),
    to: (usize, usize),
    how: How,
}

pub(super) fn sort(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "rnufbcsk:t:o:z")?;
    let how = How {
        numeric: given.has('n'),
        fold: given.has('f'),
        blanks: given.has('b'),
        reverse: given.has('r'),
    };
    let keys = given
        .values('k')
        .map(|text| key(text, how))
        .collect::<Result<Vec<_>, _>>()?;
    let separator = given.value('t').and_then(|text| text.bytes().next());
    let (mut lines, code) = lines(shell, "sort", &given.files())?;
    let by_keys = |a: &[u8], b: &[u8]| {
        if keys.is_empty() {
            return compare(a, b, how);
        }
        let of = |key: &Key| compare(part(a, key, separator), part(b, key, separator), key.how);
        keys.iter()
            .map(of)
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    };
    let whole = |a: &Vec<u8>, b: &Vec<u8>| {
        let last = if given.has('s') || given.has('u') {
            Ordering::Equal
        } else {
            a.cmp(b)
        };
        by_keys(a, b).then(if how.reverse { last.reverse() } else { last })
    };
    if given.has('c') {
        return Ok(i32::from(!lines.is_sorted_by(|a, b| whole(a, b).is_le())));
    }
    lines.sort_by(whole);
    if given.has('u') {
        lines.dedup_by(|a, b| by_keys(a, b).is_eq());
    }
    let mut out = match given.value('o') {
        None => shell.out()?,
        Some(path) => Out::new(shell.open(path, OpenOptions::new().write(true).create(true).truncate(true))?),
    };
    for line in lines {
        out.write_all(&line)?;
        out.write_all(b"\n")?;
    }
    out.done()?;
    Ok(code)
}

fn key(text: &str, usual: How) -> Result<Key, Fail> {
    let (from, to) = text.split_once(',').unwrap_or((text, "0"));
    let mut how = How::default();
    let mut own = false;
    let mut place = |text: &str| {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        for letter in text[digits.len()..].chars() {
            own = true;
            match letter {
                'n' => how.numeric = true,
                'f' => how.fold = true,
                'b' => how.blanks = true,
                'r' => how.reverse = true,
                _ => return None,
            }
        }
        let (field, at) = digits.split_once('.').unwrap_or((digits, "0"));
        Some((field.parse().ok()?, at.parse().ok()?))
    };
    match (place(from), place(to)) {
        (Some(from), Some(to)) if from.0 > 0 => Ok(Key {
            from,
            to,
            how: if own { how } else { usual },
        }),
        _ => usage(format!("`{text}` is not a key")),
    }
}

/// The part of a line that a key names.
fn part<'a>(line: &'a [u8], key: &Key, separator: Option<u8>) -> &'a [u8] {
    let fields = bounds(line, separator);
    let start = match fields.get(key.from.0 - 1) {
        None => return &[],
        Some(&(start, end)) => (start + key.from.1.saturating_sub(1)).min(end),
    };
    let end = match key.to {
        (0, _) => line.len(),
        (field, at) => match fields.get(field - 1) {
            None => line.len(),
            Some(&(_, end)) if at == 0 => end,
            Some(&(start, end)) => (start + at).min(end),
        },
    };
    &line[start.min(end)..end]
}

/// Where the fields of a line begin and end. Without a separator, the blanks before a field belong to it.
fn bounds(line: &[u8], separator: Option<u8>) -> Vec<(usize, usize)> {
    let mut bounds = Vec::new();
    let mut start = 0;
    let blank = |byte: u8| byte == b' ' || byte == b'\t';
    for at in 0..line.len() {
        match separator {
            Some(separator) if line[at] == separator => {
                bounds.push((start, at));
                start = at + 1;
            }
            None if at > start && blank(line[at]) && !blank(line[at - 1]) => {
                bounds.push((start, at));
                start = at;
            }
            _ => {}
        }
    }
    bounds.push((start, line.len()));
    bounds
}

fn compare(a: &[u8], b: &[u8], how: How) -> Ordering {
    let trim = |text: &[u8]| {
        if how.blanks {
            text.trim_ascii_start().to_vec()
        } else {
            text.to_vec()
        }
    };
    let order = if how.numeric {
        number(a).total_cmp(&number(b))
    } else if how.fold {
        trim(a).to_ascii_uppercase().cmp(&trim(b).to_ascii_uppercase())
    } else if how.blanks {
        trim(a).cmp(&trim(b))
    } else {
        a.cmp(b)
    };
    if how.reverse { order.reverse() } else { order }
}

/// The number at the head of a text; 0 where there is none.
fn number(text: &[u8]) -> f64 {
    let text = text.trim_ascii_start();
    let digits = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let sign = usize::from(text.first() == Some(&b'-'));
    let len = sign + text[sign..].iter().take_while(|byte| digits(byte)).count();
    let value = std::str::from_utf8(&text[..len])
        .ok()
        .and_then(|text| text.parse::<f64>().ok());
    // Minus nothing is nothing.
    value.unwrap_or(0.0) + 0.0
}

pub(super) fn uniq(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "cduif:s:w:")?;
    let fields: usize = given.number('f')?.unwrap_or(0);
    let skipped: usize = given.number('s')?.unwrap_or(0);
    let width: usize = given.number('w')?.unwrap_or(usize::MAX);
    let input: Vec<String> = given.files().into_iter().take(1).collect();
    let (lines, code) = lines(shell, "uniq", &input)?;
    let mut out = match given.rest.get(1) {
        None => shell.out()?,
        Some(path) => Out::new(shell.open(path, OpenOptions::new().write(true).create(true).truncate(true))?),
    };
    let compared = |line: &[u8]| {
        let start = bounds(line, None)
            .get(fields)
            .map_or(line.len(), |bounds| bounds.0);
        let start = if fields == 0 { 0 } else { start };
        let rest = &line[(start + skipped).min(line.len())..];
        let rest = &rest[..rest.len().min(width)];
        if given.has('i') {
            rest.to_ascii_lowercase()
        } else {
            rest.to_vec()
        }
    };
    for group in lines.chunk_by(|a, b| compared(a) == compared(b)) {
        let shown = match (given.has('d'), given.has('u')) {
            (true, _) => group.len() > 1,
            (_, true) => group.len() == 1,
            _ => true,
        };
        if shown {
            if given.has('c') {
                write!(out, "{:7} ", group.len())?;
            }
            out.write_all(&group[0])?;
            out.write_all(b"\n")?;
        }
    }
    out.done()?;
    Ok(code)
}
