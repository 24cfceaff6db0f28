//! `cut`.

use std::io::{BufRead, BufReader, Write};

use super::options::Given;
use super::view::each;
use crate::shell::{Done, Fail, Shell, usage};

/// Ranges of positions, from 1, both ends within.
type Ranges = Vec<(usize, usize)>;

pub(super) fn cut(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "b:c:f:d:sn")?;
    let Some(kind) = given.last_of("bcf") else {
        return usage("one of `-b`, `-c` and `-f` says what");
    };
    let ranges = ranges(given.value(kind).unwrap_or_default())?;
    let delimiter = match given.value('d').map(str::as_bytes) {
        None => b'\t',
        Some([byte]) => *byte,
        Some(_) => return usage("`-d` is one character"),
    };
    each(shell, "cut", &given.files(), |shell, _, from| {
        let mut out = shell.out()?;
        for line in BufReader::new(from).split(b'\n') {
            let line = line?;
            if kind != 'f' {
                let kept: Vec<u8> = picked(line.iter().copied(), &ranges).collect();
                out.write_all(&kept)?;
            } else if line.contains(&delimiter) {
                let fields = line.split(|&byte| byte == delimiter);
                let kept: Vec<&[u8]> = picked(fields, &ranges).collect();
                out.write_all(&kept.join(&delimiter))?;
            } else if given.has('s') {
                continue;
            } else {
                out.write_all(&line)?;
            }
            out.write_all(b"\n")?;
        }
        Ok(out.done()?)
    })
}

fn picked<T>(items: impl Iterator<Item = T>, ranges: &Ranges) -> impl Iterator<Item = T> {
    items
        .enumerate()
        .filter(|(index, _)| {
            ranges
                .iter()
                .any(|&(from, to)| (from..=to).contains(&(index + 1)))
        })
        .map(|(_, item)| item)
}

fn ranges(text: &str) -> Result<Ranges, Fail> {
    let number = |text: &str, usual: usize| {
        if text.is_empty() {
            Some(usual)
        } else {
            text.parse().ok()
        }
    };
    let mut ranges = Ranges::new();
    for part in text.split(',') {
        let range = match part.split_once('-') {
            Some(("", "")) => None,
            Some((from, to)) => number(from, 1).zip(number(to, usize::MAX)),
            None => part.parse().ok().map(|at| (at, at)),
        };
        match range.filter(|(from, to)| *from > 0 && from <= to) {
            Some(range) => ranges.push(range),
            None => return usage(format!("`{part}` is not a range")),
        }
    }
    Ok(ranges)
}
