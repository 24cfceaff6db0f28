//! Where the last lines of a log begin, found from its end without reading all of it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

const BLOCK: usize = 64 << 10;

/// The files with the last `lines` lines, the oldest first, each at the place where reading begins. `next` opens them
/// from the newest on, and no more of them than are needed.
pub(super) fn tail(
    mut next: impl FnMut() -> io::Result<Option<File>>,
    lines: u64,
) -> io::Result<VecDeque<File>> {
    let mut files = VecDeque::new();
    let mut left = lines;
    while let Some(mut file) = next()? {
        let length = file.metadata()?.len();
        let found = match left {
            0 => Found::At(length),
            _ => lines_back(&file, length, left)?,
        };
        let offset = match found {
            Found::At(offset) => offset,
            Found::Only(found) => {
                left -= found;
                0
            }
        };
        file.seek(SeekFrom::Start(offset))?;
        files.push_front(file);
        if left == 0 || matches!(found, Found::At(_)) {
            break;
        }
    }
    Ok(files)
}

enum Found {
    At(u64),
    /// There are only so many, all of which are wanted.
    Only(u64),
}

/// Where the last `wanted` lines begin. What follows the last newline is a line that is being written, and counts
/// for nothing.
fn lines_back(file: &File, length: u64, wanted: u64) -> io::Result<Found> {
    let mut newlines = 0;
    let mut end = length;
    let mut block = vec![0; BLOCK];
    while end > 0 {
        let start = end.saturating_sub(BLOCK as u64);
        let part = &mut block[..usize::try_from(end - start).unwrap_or(BLOCK)];
        file.read_exact_at(part, start)?;
        for (at, _) in part.iter().enumerate().rev().filter(|(_, b)| **b == b'\n') {
            newlines += 1;
            if newlines == wanted + 1 {
                return Ok(Found::At(start + at as u64 + 1));
            }
        }
        end = start;
    }
    Ok(Found::Only(newlines))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file(text: &str) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn the_last_lines_are_found_across_files_and_blocks() {
        let long = format!("{}\n", "x".repeat(BLOCK + 10));
        for (lines, expected) in [
            (0, (1, 14)),
            (1, (1, 2)),
            (2, (1, 0)),
            (3, (2, 0)),
            (4, (3, 2)),
            (5, (3, 0)),
            (99, (3, 0)),
        ] {
            let mut files = [file("a\nb\n"), file(&long), file("c\nd\nunfinished")]
                .into_iter()
                .rev();
            let mut found = tail(|| Ok(files.next()), lines).unwrap();
            let count = found.len();
            let first = found.front_mut().unwrap().stream_position().unwrap();
            assert_eq!((count, first), expected, "{lines}");
        }
        assert!(tail(|| Ok(None), 3).unwrap().is_empty());
    }
}
