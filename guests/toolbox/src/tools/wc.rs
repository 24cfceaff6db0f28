//! `wc`.

use std::io::{Read, Write};

use super::options::Given;
use super::view::each;
use crate::shell::{Done, Shell};
use crate::stream::Stream;

#[derive(Clone, Copy, Default)]
struct Counts {
    lines: u64,
    words: u64,
    chars: u64,
    bytes: u64,
    longest: u64,
}

pub(super) fn wc(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "clwmL")?;
    let none = !"clwmL".chars().any(|letter| given.has(letter));
    let shown = |counts: &Counts| {
        let columns = [
            (none || given.has('l'), counts.lines),
            (none || given.has('w'), counts.words),
            (given.has('m'), counts.chars),
            (none || given.has('c'), counts.bytes),
            (given.has('L'), counts.longest),
        ];
        columns
            .into_iter()
            .filter(|(shown, _)| *shown)
            .map(|(_, count)| count)
            .collect::<Vec<_>>()
    };
    let files = given.files();
    let mut total = Counts::default();
    let mut rows = Vec::new();
    let code = each(shell, "wc", &files, |_, path, from| {
        let counts = counted(from)?;
        total.lines += counts.lines;
        total.words += counts.words;
        total.chars += counts.chars;
        total.bytes += counts.bytes;
        total.longest = total.longest.max(counts.longest);
        rows.push((
            shown(&counts),
            if given.rest.is_empty() {
                String::new()
            } else {
                path.to_owned()
            },
        ));
        Ok(())
    })?;
    if files.len() > 1 {
        rows.push((shown(&total), "total".to_owned()));
    }
    let mut out = shell.out()?;
    for (counts, name) in rows {
        let line = match counts.as_slice() {
            [one] if files.len() < 2 => one.to_string(),
            all => all
                .iter()
                .map(|count| format!("{count:>9}"))
                .collect::<Vec<_>>()
                .join(" "),
        };
        if name.is_empty() {
            writeln!(out, "{line}")?
        } else {
            writeln!(out, "{line} {name}")?
        }
    }
    out.done()?;
    Ok(code)
}

fn counted(mut from: Stream) -> std::io::Result<Counts> {
    let mut counts = Counts::default();
    let mut buffer = vec![0; 32 << 10];
    let (mut within, mut width) = (false, 0);
    loop {
        let len = from.read(&mut buffer)?;
        if len == 0 {
            break;
        }
        counts.bytes += len as u64;
        for &byte in &buffer[..len] {
            let blank = byte.is_ascii_whitespace() || byte == 11;
            counts.words += u64::from(!blank && !within);
            within = !blank;
            let begins = byte & 0xc0 != 0x80;
            counts.chars += u64::from(begins);
            if byte == b'\n' {
                counts.lines += 1;
                width = 0;
            } else {
                width += u64::from(begins);
                counts.longest = counts.longest.max(width);
            }
        }
    }
    Ok(counts)
}
