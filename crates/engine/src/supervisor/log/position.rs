//! Where the last lines of a log begin, found from its end without reading all of it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

const BLOCK: usize = 64 << 10;

/// The last `lines` lines of these files, the oldest first: which file they begin in, and where.
pub(super) fn tail(files: &[File], lines: u64) -> io::Result<(usize, u64)> {
    let mut left = lines;
    for (index, file) in files.iter().enumerate().rev() {
        let length = file.metadata()?.len();
        if left == 0 {
            return Ok((index, length));
        }
        match lines_back(file, length, left)? {
            Found::At(offset) => return Ok((index, offset)),
            Found::Only(found) => left -= found,
        }
        if left == 0 {
            return Ok((index, 0));
        }
    }
    Ok((0, 0))
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
        let files = [file("a\nb\n"), file(&long), file("c\nd\nunfinished")];
        for (lines, expected) in [
            (0, (2, 14)),
            (1, (2, 2)),
            (2, (2, 0)),
            (3, (1, 0)),
            (4, (0, 2)),
            (5, (0, 0)),
            (99, (0, 0)),
        ] {
            assert_eq!(tail(&files, lines).unwrap(), expected, "{lines}");
        }
        assert_eq!(tail(&[], 3).unwrap(), (0, 0));
    }
}
