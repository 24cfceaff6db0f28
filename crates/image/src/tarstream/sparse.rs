//! Sparse files: GNU's old form and the three that GNU tar writes into pax headers (GNU tar manual,
//! "Storing Sparse Files").

use super::header::{BLOCK, number};
use super::pax::decimal;

const WHY: &str = "a sparse map is malformed";

/// Where a sparse file has data.
#[derive(Debug, Default)]
pub(super) struct Map {
    /// The file's own name, where the member's is a stand-in.
    pub(super) name: Option<Vec<u8>>,
    pub(super) real_size: u64,
    pub(super) blocks: Vec<(u64, u64)>,
    /// Whether the map itself comes first in the body.
    pub(super) in_body: bool,
}

impl Map {
    /// The blocks with data, once they are in order, do not overlap, lie within the file and are together
    /// as long as the body.
    pub(super) fn check(self, body: u64) -> Result<Vec<(u64, u64)>, &'static str> {
        if self.real_size > i64::MAX as u64 {
            return Err("a sparse file is larger than files can be");
        }
        let (mut end, mut sum) = (0, 0u64);
        for (offset, length) in &self.blocks {
            if *offset < end {
                return Err("the blocks of a sparse file overlap");
            }
            end = offset.checked_add(*length).ok_or(WHY)?;
            sum = sum.checked_add(*length).ok_or(WHY)?;
        }
        if end > self.real_size {
            return Err("a sparse file has data behind its end");
        }
        if sum != body {
            return Err("a sparse map and its data are of different length");
        }
        Ok(self
            .blocks
            .into_iter()
            .filter(|(_, length)| *length > 0)
            .collect())
    }
}

fn slots(bytes: &[u8], blocks: &mut Vec<(u64, u64)>) -> Result<(), &'static str> {
    for slot in bytes.chunks_exact(24) {
        // Unused slots are zero bytes; a used one has digits even for zero.
        if slot[0] == 0 || slot[12] == 0 {
            break;
        }
        let read = |field| number(field).and_then(|n| u64::try_from(n).ok()).ok_or(WHY);
        blocks.push((read(&slot[..12])?, read(&slot[12..])?));
    }
    Ok(())
}

/// The map in a GNU header, and whether more blocks of it follow.
pub(super) fn old_gnu(header: &[u8; BLOCK]) -> Result<(Map, bool), &'static str> {
    let mut map = Map {
        real_size: number(&header[483..495])
            .and_then(|n| u64::try_from(n).ok())
            .ok_or(WHY)?,
        ..Map::default()
    };
    slots(&header[386..482], &mut map.blocks)?;
    Ok((map, header[482] != 0))
}

/// One more block of the map, and whether more follow.
pub(super) fn old_gnu_more(block: &[u8; BLOCK], map: &mut Map) -> Result<bool, &'static str> {
    slots(&block[..504], &mut map.blocks)?;
    Ok(block[504] != 0)
}

/// The decimal lines of pax form 1.0, which may break anywhere between blocks.
#[derive(Default)]
pub(super) struct Lines {
    line: Vec<u8>,
    expected: Option<u64>,
    offset: Option<u64>,
}

impl Lines {
    /// Takes one block; true when the map is complete (the rest of the block is filling).
    pub(super) fn take(&mut self, block: &[u8; BLOCK], map: &mut Map) -> Result<bool, &'static str> {
        for byte in block {
            if *byte != b'\n' {
                if self.line.len() >= 20 {
                    return Err(WHY);
                }
                self.line.push(*byte);
                continue;
            }
            let value = decimal(&std::mem::take(&mut self.line)).map_err(|_| WHY)?;
            match (self.expected, self.offset.take()) {
                (None, _) => self.expected = Some(value),
                (Some(_), None) => self.offset = Some(value),
                (Some(_), Some(offset)) => map.blocks.push((offset, value)),
            }
            if self.expected == Some(map.blocks.len() as u64) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
