//! Writes a file so that whoever looks sees either all of it or nothing.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::DiagnosticsError;

/// Writes beside the target, then puts it in place. An older file of the same name is replaced.
pub(super) fn write_whole(
    path: &Path,
    what: &'static str,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), DiagnosticsError> {
    let error = |source| DiagnosticsError::Write {
        what,
        path: path.to_owned(),
        source,
    };
    let name = path
        .file_name()
        .ok_or_else(|| error(io::ErrorKind::IsADirectory.into()))?;
    let mut partial = name.to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = path.with_file_name(partial);
    let written = File::create_new(&partial)
        .and_then(|file| {
            let mut out = BufWriter::new(file);
            fill(&mut out)?;
            out.flush()
        })
        .and_then(|()| fs::rename(&partial, path));
    written.map_err(|source| {
        // What is left of a failed attempt is of no use; the first error is the one to tell.
        let _ = fs::remove_file(&partial);
        error(source)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dump");
        let result = write_whole(&path, "a core dump", |out| {
            out.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(
            result.unwrap_err().to_string(),
            format!("cannot write a core dump to `{}`", path.display())
        );
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        write_whole(&path, "a core dump", |out| out.write_all(b"all")).unwrap();
        write_whole(&path, "a core dump", |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_not_a_file() {
        assert!(write_whole(Path::new("/"), "a profile", |_| Ok(())).is_err());
    }
}
