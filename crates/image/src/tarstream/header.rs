//! One 512-byte header block: ustar, GNU or the oldest form (POSIX pax, "ustar Interchange Format").

/// Size of a block.
pub(crate) const BLOCK: usize = 512;

/// What a header block stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    LongName,
    LongLink,
    Pax,
    PaxGlobal,
    /// A member of this type flag.
    Member(u8),
}

#[derive(Debug)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) path: Vec<u8>,
    pub(super) link: Vec<u8>,
    pub(super) mode: u32,
    pub(super) uid: u64,
    pub(super) gid: u64,
    pub(super) size: u64,
    pub(super) mtime: i64,
    pub(super) device: (u64, u64),
    pub(super) raw: [u8; BLOCK],
}

impl Header {
    pub(super) fn parse(block: &[u8; BLOCK]) -> Result<Self, &'static str> {
        check_sum(block)?;
        let kind = match block[156] {
            b'L' => Kind::LongName,
            b'K' => Kind::LongLink,
            b'x' => Kind::Pax,
            b'g' => Kind::PaxGlobal,
            other => Kind::Member(other),
        };
        let posix = &block[257..263] == b"ustar\0";
        let modern = posix || &block[257..265] == b"ustar  \0";
        let mut path = text(&block[..100]).to_vec();
        let prefix = text(&block[345..500]);
        if posix && !prefix.is_empty() {
            let mut joined = prefix.to_vec();
            joined.push(b'/');
            joined.append(&mut path);
            path = joined;
        }
        let size = number(&block[124..136]).ok_or("a size is not a number")?;
        let device = if modern {
            // Go ignores what is not a number here for anything but devices; so do we, for everything.
            (
                number(&block[329..337]).and_then(unsigned).unwrap_or(0),
                number(&block[337..345]).and_then(unsigned).unwrap_or(0),
            )
        } else {
            (0, 0)
        };
        Ok(Self {
            kind,
            path,
            link: text(&block[157..257]).to_vec(),
            mode: number(&block[100..108]).ok_or("a mode is not a number")? as u32 & 0o7777,
            uid: field(&block[108..116], "an owner is not a number")?,
            gid: field(&block[116..124], "a group is not a number")?,
            size: unsigned(size).ok_or("a size is negative")?,
            mtime: number(&block[136..148]).ok_or("a time is not a number")?,
            device,
            raw: *block,
        })
    }
}

fn field(bytes: &[u8], why: &'static str) -> Result<u64, &'static str> {
    // Negative ids are nobody's; they are written by tools that wrap `-1`.
    Ok(number(bytes).ok_or(why)?.max(0) as u64)
}

fn unsigned(value: i64) -> Option<u64> {
    u64::try_from(value).ok()
}

/// The bytes before the first zero.
pub(super) fn text(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|b| *b == 0).unwrap_or(field.len());
    &field[..end]
}

/// A number in octal digits, or in GNU's base 256 when the first bit is set. Blank is zero, as in Go.
pub(super) fn number(field: &[u8]) -> Option<i64> {
    let first = *field.first()?;
    if first & 0x80 != 0 {
        let negative = first & 0x40 != 0;
        let flip = if negative { 0xff } else { 0 };
        let mut value: u64 = 0;
        for (i, byte) in field.iter().enumerate() {
            let byte = (byte ^ flip) & if i == 0 { 0x7f } else { 0xff };
            if value >> 56 != 0 {
                return None;
            }
            value = value << 8 | u64::from(byte);
        }
        let value = i64::try_from(value).ok()?;
        return Some(if negative { !value } else { value });
    }
    let trimmed: &[u8] = text(field);
    let trimmed = trimmed.trim_ascii();
    let mut value: i64 = 0;
    for digit in trimmed {
        if !(b'0'..=b'7').contains(digit) {
            return None;
        }
        value = value.checked_mul(8)?.checked_add(i64::from(digit - b'0'))?;
    }
    Some(value)
}

/// The sum of all bytes with blanks for the sum itself; old writers took the bytes as signed.
fn check_sum(block: &[u8; BLOCK]) -> Result<(), &'static str> {
    let wanted = number(&block[148..156]).ok_or("a header has no checksum")?;
    let (mut unsigned, mut signed) = (0i64, 0i64);
    for (i, byte) in block.iter().enumerate() {
        let byte = if (148..156).contains(&i) { b' ' } else { *byte };
        unsigned += i64::from(byte);
        signed += i64::from(byte as i8);
    }
    if wanted == unsigned || wanted == signed {
        Ok(())
    } else {
        Err("a header has a wrong checksum")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_overflow_into_errors() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"\0\0\0\0"), Some(0));
        assert_eq!(number(b"+7\0"), None);
        assert_eq!(number(b"-7\0"), None);
        assert_eq!(number(b"9\0"), None);
        assert_eq!(number(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]), Some(256));
        assert_eq!(number(&[0xff; 12]), Some(-1));
        assert_eq!(
            number(&[0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            None
        );
        assert_eq!(number(&[0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    }
}
