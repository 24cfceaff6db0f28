//! One line of the journal: `LENGTH CRC KEY JSON`, where length and CRC-32 are eight hexadecimal digits each and
//! speak of everything between them and the newline. The key `-` takes the keys of its JSON array away.
//!
//! JSON on one line has no newline in it, so after damage the next line is found again.

/// `LENGTH`, a space, `CRC`, a space.
const HEAD: usize = 18;
/// The key of a line that takes keys away.
pub(super) const DROP: &str = "-";
/// More than any record has: a length beyond it is damage.
const MAX: usize = 64 << 20;

/// Adds a line to a buffer, and tells its length.
pub(super) fn write(buffer: &mut Vec<u8>, key: &str, json: &[u8]) -> u32 {
    let length = key.len() + 1 + json.len();
    let mut crc = crc32fast::Hasher::new();
    crc.update(key.as_bytes());
    crc.update(b" ");
    crc.update(json);
    buffer.reserve(HEAD + length + 1);
    let start = buffer.len();
    hex(buffer, u32::try_from(length).unwrap_or(u32::MAX));
    hex(buffer, crc.finalize());
    buffer.extend_from_slice(key.as_bytes());
    buffer.push(b' ');
    buffer.extend_from_slice(json);
    buffer.push(b'\n');
    u32::try_from(buffer.len() - start).unwrap_or(u32::MAX)
}

fn hex(buffer: &mut Vec<u8>, number: u32) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    buffer.extend((0..8).rev().map(|i| DIGITS[(number >> (4 * i) & 0xf) as usize]));
    buffer.push(b' ');
}

/// A line that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) key: &'a str,
    pub(super) json: &'a [u8],
    /// How many bytes it takes.
    pub(super) length: usize,
}

/// What stands at a place of the journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read<'a> {
    Line(Line<'a>),
    /// Damage of so many bytes, behind which another line may begin.
    Damaged(usize),
    /// A line that was not finished, or damage to the very end.
    Torn,
}

/// Reads what `bytes` begin with; they are not empty.
pub(super) fn read(bytes: &[u8]) -> Read<'_> {
    if let Some(line) = whole(bytes) {
        return Read::Line(line);
    }
    match bytes.iter().position(|b| *b == b'\n') {
        Some(end) if end + 1 < bytes.len() => Read::Damaged(end + 1),
        _ => Read::Torn,
    }
}

fn whole(bytes: &[u8]) -> Option<Line<'_>> {
    let head = bytes.get(..HEAD)?;
    if head[8] != b' ' || head[17] != b' ' {
        return None;
    }
    let number = |digits: &[u8]| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let length = number(&head[..8])? as usize;
    let crc = number(&head[9..17])?;
    if length > MAX || bytes.get(HEAD + length) != Some(&b'\n') {
        return None;
    }
    let body = &bytes[HEAD..HEAD + length];
    if crc32fast::hash(body) != crc {
        return None;
    }
    let space = body.iter().position(|b| *b == b' ')?;
    Some(Line {
        key: std::str::from_utf8(&body[..space]).ok()?,
        json: &body[space + 1..],
        length: HEAD + length + 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written_and_any_changed_byte_is_seen() {
        let mut bytes = Vec::new();
        let length = write(&mut bytes, "c/1", br#"{"a":1}"#);
        assert_eq!(length as usize, bytes.len());
        let expected = Line {
            key: "c/1",
            json: br#"{"a":1}"#,
            length: bytes.len(),
        };
        assert_eq!(read(&bytes), Read::Line(expected));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(read(&damaged), Read::Torn, "at {at}");
            if at > 0 {
                assert_eq!(read(&bytes[..at]), Read::Torn, "cut at {at}");
            }
        }
    }
}
