//! `tr`, over bytes.

use std::io::{Read, Write};

use super::options::Given;
use crate::pattern;
use crate::shell::{Done, Fail, Shell, usage};

pub(super) fn tr(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "!cCds")?;
    let (first, second) = match given.rest.as_slice() {
        [first] if given.has('d') || given.has('s') => (first, None),
        [first, second] => (first, Some(second)),
        _ => return usage("`tr [-cds] SET [SET]`"),
    };
    let mut from = set(first)?;
    if given.has('c') || given.has('C') {
        from = (0..=255).filter(|byte| !from.contains(byte)).collect();
    }
    let to = second.map(|second| set(second)).transpose()?;
    let mut map: [u8; 256] = std::array::from_fn(|byte| byte as u8);
    let delete = given.has('d');
    if !delete && let Some(to) = &to {
        let Some(&last) = to.last() else {
            return usage("the second set is empty");
        };
        for (index, &byte) in from.iter().enumerate() {
            map[usize::from(byte)] = to.get(index).copied().unwrap_or(last);
        }
    }
    let squeezed = match (&to, given.has('s')) {
        (_, false) => Vec::new(),
        (Some(to), true) => to.clone(),
        (None, true) => from.clone(),
    };
    let mut input = shell.input()?;
    let mut out = shell.out()?;
    let mut buffer = vec![0; 32 << 10];
    let mut kept = Vec::new();
    let mut last = None;
    loop {
        let len = input.read(&mut buffer)?;
        if len == 0 {
            break;
        }
        kept.clear();
        for &byte in &buffer[..len] {
            if delete && from.contains(&byte) {
                continue;
            }
            let byte = map[usize::from(byte)];
            if last == Some(byte) && squeezed.contains(&byte) {
                continue;
            }
            last = Some(byte);
            kept.push(byte);
        }
        out.write_all(&kept)?;
    }
    out.done()?;
    Ok(0)
}

/// The bytes of a set, in order.
fn set(text: &str) -> Result<Vec<u8>, Fail> {
    let mut plain = Vec::new();
    let mut bytes = Vec::new();
    // Escapes first, so that `\n-\r` is a range; `\-` stays what it is.
    if !crate::shell::escaped(text, false, &mut plain) {
        return usage("`\\c` stands for nothing here");
    }
    let mut at = 0;
    while at < plain.len() {
        let rest = &plain[at..];
        if rest.starts_with(b"[:")
            && let Some(len) = rest[2..].windows(2).position(|pair| pair == b":]")
        {
            let name = String::from_utf8_lossy(&rest[2..2 + len]).into_owned();
            bytes.extend((0..128).filter(|&byte| pattern::named(&name, char::from(byte))));
            at += len + 4;
        } else if rest.len() > 2 && rest[1] == b'-' {
            if rest[0] > rest[2] {
                return usage(format!("`{text}`: a range goes from low to high"));
            }
            bytes.extend(rest[0]..=rest[2]);
            at += 3;
        } else {
            bytes.push(rest[0]);
            at += 1;
        }
    }
    Ok(bytes)
}
