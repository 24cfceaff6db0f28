//! The Wasm file of an image, whatever the image's form.

use std::fs::File;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use sampan_store::{Descriptor, Lease, Store};

use crate::error::{ImageError, Result};
use crate::locate::{FileForm, Located};
use crate::prepare::{Prepared, Program, prepare};
use crate::resolve::Request;
use crate::unpack::UnpackOptions;

impl Prepared {
    /// Opens the program for reading.
    pub fn open(&self, lease: &Lease) -> Result<File> {
        match (&self.program, &self.rootfs) {
            (Program::Blob { digest, .. }, _) => Ok(lease.blobs().open_blob(digest)?),
            (Program::InRootfs(located), Some(rootfs)) => open(rootfs.path(), located),
            (Program::InRootfs(_), None) => Err(ImageError::NoProgram(self.runnable.id.clone())),
        }
    }
}

fn open(root: &Path, located: &Located) -> Result<File> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root_fd = openat(CWD, root, flags, Mode::empty()).map_err(|e| ImageError::Io {
        action: "open",
        what: format!("`{}`", root.display()),
        source: e.into(),
    })?;
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let how = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    openat2(&root_fd, &located.path, flags, Mode::empty(), how)
        .map(File::from)
        .map_err(|e| ImageError::Io {
            action: "open",
            what: format!("`{}` of the image", located.path.display()),
            source: e.into(),
        })
}

/// Opens the Wasm file that the image would run, with its size in bytes.
pub fn export_wasm(
    store: &Store,
    lease: &Lease,
    top: &Descriptor,
    request: &Request,
    options: &UnpackOptions,
) -> Result<(File, u64)> {
    let prepared = prepare(store, lease, top, request, None, &[], options)?;
    let size = match &prepared.program {
        Program::Blob { size, .. } => *size,
        Program::InRootfs(located) if located.form == FileForm::Wasm => located.size,
        Program::InRootfs(located) => {
            return Err(ImageError::NotWasm {
                program: located.path.display().to_string(),
                found: located.form.to_string(),
            });
        }
    };
    // The open file keeps its content even when the folder is collected.
    Ok((prepared.open(lease)?, size))
}
