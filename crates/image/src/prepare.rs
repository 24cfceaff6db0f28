//! The three steps to a program in one.

use std::path::PathBuf;

use sampan_store::{Descriptor, Lease, Rootfs, Store};
use sampan_types::Digest;
use sampan_types::platform::Kind;

use crate::error::{ImageError, Result};
use crate::locate::{FileForm, Located, locate};
use crate::resolve::{ProgramSource, Request, Runnable, resolve};
use crate::unpack::{self, Note, UnpackOptions};

/// An image that is ready to run, or known not to be Wasm.
#[derive(Debug)]
pub struct Prepared {
    /// What the image says.
    pub runnable: Runnable,
    /// What sort of container it gives, now that the program was seen.
    pub kind: Kind,
    /// The words of the command; the first one is the program where it is in the root filesystem.
    pub command: Vec<String>,
    /// The program.
    pub program: Program,
    /// The unpacked root filesystem, held for as long as this lives; read-only.
    pub rootfs: Option<Rootfs>,
    /// What unpacking left out; empty when it was unpacked before.
    pub notes: Vec<Note>,
}

/// A program that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// A blob of the store.
    Blob {
        /// Which one.
        digest: Digest,
        /// Its size in bytes.
        size: u64,
        /// The file. For reading only; the lease that resolved the image keeps it there.
        path: PathBuf,
    },
    /// A file of the root filesystem.
    InRootfs(Located),
}

/// Resolves, unpacks and locates. `entrypoint` and `args` are the caller's own, as in
/// [`crate::ImageConfig::command`].
///
/// A windows image is an error here only when its parts are unusable: the caller sees [`Runnable::kind`] from
/// [`resolve()`] first and says what it cannot run. For a linux image whose program is no Wasm file
/// [`Prepared::kind`] is [`Kind::Linux`].
pub fn prepare(
    store: &Store,
    lease: &Lease,
    top: &Descriptor,
    request: &Request,
    entrypoint: Option<&[String]>,
    args: &[String],
    options: &UnpackOptions,
) -> Result<Prepared> {
    let runnable = resolve(lease, top, request)?;
    let command = runnable.config.command(entrypoint, args);
    if let Some(ProgramSource::Blob { digest, size }) = &runnable.program {
        let program = Program::Blob {
            digest: digest.clone(),
            size: *size,
            path: lease.blobs().blob_path(digest),
        };
        return Ok(Prepared {
            kind: runnable.kind,
            command,
            program,
            rootfs: rootfs_of(store, lease, &runnable, options)?.map(|(rootfs, _)| rootfs),
            notes: Vec::new(),
            runnable,
        });
    }
    let word = command
        .first()
        .ok_or_else(|| ImageError::NoProgram(runnable.id.clone()))?;
    let Some((rootfs, notes)) = rootfs_of(store, lease, &runnable, options)? else {
        return Err(ImageError::NothingRuns {
            digest: runnable.manifest.clone(),
            found: "an image without layers".to_owned(),
        });
    };
    let located = locate(rootfs.path(), &runnable.config, word)?;
    let kind = match (&located.form, runnable.kind) {
        (FileForm::Wasm, _) => Kind::Wasm,
        (form, _) if runnable.must_be_wasm => {
            return Err(ImageError::NotWasm {
                program: word.clone(),
                found: form.to_string(),
            });
        }
        (_, kind) => kind,
    };
    Ok(Prepared {
        kind,
        command,
        program: Program::InRootfs(located),
        rootfs: Some(rootfs),
        notes,
        runnable,
    })
}

fn rootfs_of(
    store: &Store,
    lease: &Lease,
    runnable: &Runnable,
    options: &UnpackOptions,
) -> Result<Option<(Rootfs, Vec<Note>)>> {
    match &runnable.rootfs {
        Some(plan) => unpack::rootfs(store, lease, plan, options).map(Some),
        None => Ok(None),
    }
}
