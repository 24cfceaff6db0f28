//! The records of a pax extended header: `LENGTH KEY=VALUE\n` (POSIX pax, "pax Extended Header").

use super::sparse::Map;

/// What of a pax header matters to a layer.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) uid: Option<u64>,
    pub(super) gid: Option<u64>,
    pub(super) mtime: Option<(i64, u32)>,
    pub(super) xattrs: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) sparse: Option<Map>,
}

impl Records {
    pub(super) fn parse(mut bytes: &[u8]) -> Result<Self, &'static str> {
        let mut records = Self::default();
        let mut sparse = Sparse::default();
        while !bytes.is_empty() {
            let (key, value, rest) = record(bytes).ok_or("a pax record is malformed")?;
            bytes = rest;
            // An empty value takes back what an earlier header said.
            let present = (!value.is_empty()).then_some(value);
            match key {
                b"path" => records.path = present.map(<[u8]>::to_vec),
                b"linkpath" => records.link = present.map(<[u8]>::to_vec),
                b"size" => records.size = present.map(decimal).transpose()?,
                b"uid" => records.uid = present.map(decimal).transpose()?,
                b"gid" => records.gid = present.map(decimal).transpose()?,
                b"mtime" => records.mtime = present.map(time).transpose()?,
                _ => {
                    if let Some(name) = key.strip_prefix(b"SCHILY.xattr.") {
                        records.xattrs.push((name.to_vec(), value.to_vec()));
                    } else if let Some(name) = key.strip_prefix(b"GNU.sparse.") {
                        sparse.record(name, value)?;
                    }
                }
            }
        }
        records.sparse = sparse.finish()?;
        Ok(records)
    }
}

/// Key, value and what follows.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = bytes.iter().take(20).position(|b| *b == b' ')?;
    let length = usize::try_from(decimal(&bytes[..space]).ok()?).ok()?;
    let whole = bytes.get(..length)?;
    let pair = whole.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = pair.iter().position(|b| *b == b'=')?;
    let key = &pair[..equals];
    if key.is_empty() || key.contains(&0) {
        return None;
    }
    Some((key, &pair[equals + 1..], &bytes[length..]))
}

/// A decimal number without sign.
pub(super) fn decimal(bytes: &[u8]) -> Result<u64, &'static str> {
    const WHY: &str = "a pax number is malformed";
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
        return Err(WHY);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| WHY)?;
    let value: u64 = text.parse().map_err(|_| WHY)?;
    if value > i64::MAX as u64 {
        Err(WHY)
    } else {
        Ok(value)
    }
}

/// Seconds with an optional sign and fraction. The fraction counts upward also below zero, as the kernel has it.
fn time(bytes: &[u8]) -> Result<(i64, u32), &'static str> {
    const WHY: &str = "a pax time is malformed";
    let (negative, bytes) = match bytes.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let mut parts = bytes.splitn(2, |b| *b == b'.');
    let seconds = decimal(parts.next().unwrap_or_default()).map_err(|_| WHY)? as i64;
    let fraction = parts.next().unwrap_or_default();
    if !fraction.iter().all(u8::is_ascii_digit) {
        return Err(WHY);
    }
    let mut nanos = 0u32;
    for i in 0..9 {
        nanos = nanos * 10 + u32::from(fraction.get(i).map_or(0, |d| d - b'0'));
    }
    Ok(match (negative, nanos) {
        (false, _) => (seconds, nanos),
        (true, 0) => (-seconds, 0),
        (true, _) => (-seconds - 1, 1_000_000_000 - nanos),
    })
}

/// GNU's sparse records, in the order in which they come.
#[derive(Default)]
struct Sparse {
    major: Option<u64>,
    minor: Option<u64>,
    name: Option<Vec<u8>>,
    real_size: Option<u64>,
    blocks: Vec<(u64, u64)>,
    offset: Option<u64>,
    seen: bool,
}

impl Sparse {
    fn record(&mut self, key: &[u8], value: &[u8]) -> Result<(), &'static str> {
        const WHY: &str = "a sparse map is malformed";
        match key {
            b"major" => self.major = Some(decimal(value)?),
            b"minor" => self.minor = Some(decimal(value)?),
            b"name" => self.name = Some(value.to_vec()),
            b"realsize" | b"size" => {
                self.real_size = Some(decimal(value)?);
                self.seen = true;
            }
            b"numblocks" => self.seen = true,
            b"offset" if self.offset.is_some() => return Err(WHY),
            b"offset" => self.offset = Some(decimal(value)?),
            b"numbytes" => {
                let offset = self.offset.take().ok_or(WHY)?;
                self.blocks.push((offset, decimal(value)?));
            }
            b"map" => {
                self.seen = true;
                if value.is_empty() {
                    return Ok(());
                }
                let mut numbers = value.split(|b| *b == b',');
                while let Some(offset) = numbers.next() {
                    let length = numbers.next().ok_or(WHY)?;
                    self.blocks.push((decimal(offset)?, decimal(length)?));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Option<Map>, &'static str> {
        let in_body = match (self.major, self.minor) {
            (None, None) if !self.seen => return Ok(None),
            (None, None) | (Some(0), Some(0 | 1)) => false,
            (Some(1), Some(0)) => true,
            _ => return Err("a sparse map is of an unknown version"),
        };
        Ok(Some(Map {
            name: self.name,
            real_size: self.real_size.ok_or("a sparse map has no size")?,
            blocks: self.blocks,
            in_body,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_records_and_refuses_lies_about_length() {
        let records = Records::parse(b"12 path=a/b\n15 mtime=-1.25\n25 SCHILY.xattr.user.x=y\n");
        let records = records.unwrap();
        assert_eq!(records.path.as_deref(), Some(&b"a/b"[..]));
        assert_eq!(records.mtime, Some((-2, 750_000_000)));
        assert_eq!(records.xattrs, [(b"user.x".to_vec(), b"y".to_vec())]);
        for bad in [
            &b"12 path=a/b"[..],
            b"99 path=a/b\n",
            b"0 path=a\n",
            b"3 \n",
            b"6 a=b\n6 a",
            b"18446744073709551617 a=b\n",
            b"12 size=-12\n\n",
            b"11 size=+1\n",
            b"x",
        ] {
            assert!(Records::parse(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
    }
}
