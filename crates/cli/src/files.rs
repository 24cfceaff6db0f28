//! Small files of the caller's, read with a bound and written whole or not at all.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::error::CliError;

/// Reads a file of at most `max` bytes.
pub(crate) fn read_bounded(path: &Path, max: u64) -> Result<Vec<u8>, CliError> {
    let error = |source| CliError::Read {
        path: path.to_path_buf(),
        source,
    };
    let mut bytes = Vec::new();
    let read = File::open(path)
        .map_err(error)?
        .take(max + 1)
        .read_to_end(&mut bytes)
        .map_err(error)?;
    if read as u64 > max {
        return Err(CliError::TooLarge {
            path: path.to_path_buf(),
            max: sampan_types::ByteCount::new(max),
        });
    }
    Ok(bytes)
}

/// Fails where [`write_whole`] would, before the work is done that it is for. Leaves nothing behind.
pub(crate) fn check_writable(path: &Path) -> Result<(), CliError> {
    let error = |source| CliError::Write {
        path: path.to_path_buf(),
        source,
    };
    if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
        return File::options().write(true).open(path).map(drop).map_err(error);
    }
    let beside = beside(path);
    File::create_new(&beside)
        .and_then(|_| std::fs::remove_file(&beside))
        .map_err(error)
}

/// Where a file is written before it takes its place.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

/// Writes a file whole or not at all; see [`stream_whole`].
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    stream_whole(path, |out| {
        out.write_all(bytes).map_err(|source| CliError::Write {
            path: path.to_path_buf(),
            source,
        })
    })
}

/// Lets `fill` write a file beside its place, then renames it, so that a reader never sees half of it. What is
/// not a plain file (a pipe, `/dev/stdout`) is written to directly.
pub(crate) fn stream_whole(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let error = |source| CliError::Write {
        path: path.to_path_buf(),
        source,
    };
    if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
        let mut file = File::options().write(true).open(path).map_err(error)?;
        return fill(&mut file);
    }
    let beside = beside(path);
    let mut file = File::create_new(&beside).map_err(error)?;
    let filled = fill(&mut file).and_then(|()| std::fs::rename(&beside, path).map_err(error));
    if filled.is_err() {
        // The error that matters is the first one.
        drop(std::fs::remove_file(&beside));
    }
    filled
}

/// Writes a file that must not be there yet.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    use std::io::Write;
    File::create_new(path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|source| CliError::Write {
            path: path.to_path_buf(),
            source,
        })
}
