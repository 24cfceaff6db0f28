//! `hexdump`: words of 16 bits, or bytes and characters with `-C`.

use std::io::{Read, Write};

use super::options::Given;
use super::view::each;
use crate::shell::{Done, Shell};

pub(super) fn hexdump(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "Cvn:s:")?;
    let most = given.number('n')?.unwrap_or(u64::MAX);
    let skipped: u64 = given.number('s')?.unwrap_or(0);
    // Several files are dumped as one.
    let mut at = 0_u64;
    let mut held = Vec::new();
    let mut last: Option<Vec<u8>> = None;
    let mut starred = false;
    let end = skipped.saturating_add(most);
    let code = each(shell, "hexdump", &given.files(), |shell, _, mut from| {
        let mut out = shell.out()?;
        let mut buffer = vec![0; 16 << 10];
        let mut seen = at + held.len() as u64;
        loop {
            let len = from.read(&mut buffer)?;
            if len == 0 || seen >= end {
                return Ok(out.done()?);
            }
            for &byte in &buffer[..len] {
                if (skipped..end).contains(&seen) {
                    held.push(byte);
                } else if seen < skipped {
                    at += 1;
                }
                seen += 1;
                if held.len() == 16 {
                    let line = std::mem::take(&mut held);
                    if !given.has('v') && last.as_ref() == Some(&line) {
                        if !starred {
                            writeln!(out, "*")?;
                        }
                        starred = true;
                    } else {
                        starred = false;
                        row(&mut out, at, &line, given.has('C'))?;
                    }
                    last = Some(line);
                    at += 16;
                }
            }
        }
    })?;
    let mut out = shell.out()?;
    let total = at + held.len() as u64;
    if !held.is_empty() {
        row(&mut out, at, &held, given.has('C'))?;
    }
    if total > 0 {
        writeln!(out, "{}", offset(total, given.has('C')))?;
    }
    out.done()?;
    Ok(code)
}

fn offset(at: u64, canonical: bool) -> String {
    if canonical {
        format!("{at:08x}")
    } else {
        format!("{at:07x}")
    }
}

fn row(out: &mut impl Write, at: u64, bytes: &[u8], canonical: bool) -> std::io::Result<()> {
    write!(out, "{}", offset(at, canonical))?;
    if !canonical {
        for index in 0..8 {
            match bytes.get(2 * index..) {
                Some([low, rest @ ..]) => {
                    let value = u16::from(*low) | u16::from(*rest.first().unwrap_or(&0)) << 8;
                    write!(out, " {value:04x}")?;
                }
                _ => write!(out, "     ")?,
            }
        }
        return writeln!(out);
    }
    for index in 0..16 {
        if index % 8 == 0 {
            write!(out, " ")?;
        }
        match bytes.get(index) {
            Some(byte) => write!(out, " {byte:02x}")?,
            None => write!(out, "   ")?,
        }
    }
    let shown = |byte: &u8| {
        if (b' '..=b'~').contains(byte) {
            char::from(*byte)
        } else {
            '.'
        }
    };
    writeln!(out, "  |{}|", bytes.iter().map(shown).collect::<String>())
}
