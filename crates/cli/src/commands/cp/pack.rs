//! Files of this machine as an archive that goes to a container.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::sync::mpsc::Sender;

use crate::error::CliError;
use crate::pieces::{PIECE, Pieces};

/// What is to be copied, and whether its contents alone (`folder/.`) are.
pub(super) fn source(text: &str, follow: bool) -> Result<(PathBuf, bool), CliError> {
    let failed = |source| CliError::Read {
        path: PathBuf::from(text),
        source,
    };
    let path = PathBuf::from(text);
    let contents = text == "." || text.ends_with("/.");
    let found = if follow || contents {
        path.metadata()
    } else {
        path.symlink_metadata()
    };
    found.map_err(failed)?;
    let path = if follow {
        path.canonicalize().map_err(failed)?
    } else {
        path
    };
    Ok((path, contents))
}

/// The name that a file has in the archive.
pub(super) fn name(path: &Path) -> Result<PathBuf, CliError> {
    let failed = |source| CliError::Read {
        path: path.to_path_buf(),
        source,
    };
    match path.file_name() {
        Some(name) => Ok(name.into()),
        // `..` has a name where it leads.
        None => Ok(path
            .canonicalize()
            .map_err(failed)?
            .file_name()
            .unwrap_or_default()
            .into()),
    }
}

/// Writes the archive. Without a name, a folder's contents stand at its top.
pub(super) fn pack(
    path: &Path,
    name: Option<&Path>,
    send: &Sender<io::Result<Bytes>>,
) -> Result<(), CliError> {
    let mut builder = tar::Builder::new(Pieces::new(send));
    builder.follow_symlinks(false);
    let append = |builder: &mut tar::Builder<Pieces>| match name {
        Some(name) if path.is_dir() && !path.is_symlink() => builder.append_dir_all(name, path),
        Some(name) => builder.append_path_with_name(path, name),
        None => builder.append_dir_all(".", path),
    };
    let packed = append(&mut builder)
        .and_then(|()| builder.into_inner())
        .and_then(|mut pieces| pieces.flush());
    packed.map_err(|source| {
        // The daemon must not take a part for the whole.
        drop(send.blocking_send(Err(io::ErrorKind::Interrupted.into())));
        CliError::Pack {
            path: path.to_path_buf(),
            source,
        }
    })
}

/// Passes an archive on.
pub(super) fn copy(mut from: impl Read, send: Sender<io::Result<Bytes>>) {
    loop {
        let mut piece = vec![0; PIECE];
        let piece = match from.read(&mut piece) {
            Ok(0) => return,
            Ok(length) => {
                piece.truncate(length);
                Ok(Bytes::from(piece))
            }
            Err(error) => Err(error),
        };
        let last = piece.is_err();
        if send.blocking_send(piece).is_err() || last {
            return;
        }
    }
}
