//! `base64` (RFC 4648).

use std::io::{Read, Write};

use super::options::Given;
use super::view::each;
use crate::shell::{Done, Shell, fail};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn base64(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "diw:")?;
    let width = given.number('w')?.unwrap_or(76);
    each(shell, "base64", &given.files(), |shell, _, mut from| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes)?;
        let mut out = shell.out()?;
        if given.has('d') {
            let (decoded, whole) = decode(&bytes);
            out.write_all(&decoded)?;
            out.done()?;
            return if whole {
                Ok(())
            } else {
                fail("the input is not base64")
            };
        }
        let text = encode(&bytes);
        let chunk = if width == 0 { text.len().max(1) } else { width };
        for line in text.chunks(chunk) {
            out.write_all(line)?;
            if width > 0 {
                out.write_all(b"\n")?;
            }
        }
        Ok(out.done()?)
    })
}

fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let value = chunk
            .iter()
            .chain(&[0, 0])
            .take(3)
            .fold(0_u32, |all, &byte| all << 8 | u32::from(byte));
        for digit in 0..4 {
            if digit <= chunk.len() {
                text.push(DIGITS[(value >> (18 - 6 * digit)) as usize & 63]);
            } else {
                text.push(b'=');
            }
        }
    }
    text
}

/// What the text stands for, and whether all of it was base64.
fn decode(text: &[u8]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut value, mut digits) = (0_u32, 0);
    for &c in text.iter().filter(|c| !c.is_ascii_whitespace()) {
        if c == b'=' {
            break;
        }
        let Some(digit) = DIGITS.iter().position(|&known| known == c) else {
            return (bytes, false);
        };
        value = value << 6 | digit as u32;
        digits += 1;
        if digits == 4 {
            bytes.extend_from_slice(&value.to_be_bytes()[1..]);
            (value, digits) = (0, 0);
        }
    }
    match digits {
        0 => {}
        2 => bytes.push((value >> 4) as u8),
        3 => bytes.extend_from_slice(&((value >> 2) as u16).to_be_bytes()),
        _ => return (bytes, false),
    }
    (bytes, true)
}
