//! From a target to a program: a file as it is, or what an image gives.

use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
use sampan_distribution::client::Progress;
use sampan_image::unpack::UnpackOptions;
use sampan_image::{Prepared, Program as ImageProgram, ProgramSource, Request, prepare};
use sampan_runtime::{Program, ProgramBytes};
use sampan_store::{Lease, Rootfs};
use sampan_types::platform::Kind;
use sampan_types::{Digest, Platform, Reference};

use super::{PullPolicy, RunRequest, Target};
use crate::engine::Engine;
use crate::error::EngineError;

/// A program with what its image says about running it. Holds what must not be collected meanwhile.
pub(crate) struct Found {
    pub(crate) kind: Kind,
    pub(crate) program: Program,
    /// Arguments, the program's own name first.
    pub(crate) args: Vec<String>,
    /// The export to call.
    pub(crate) entry: Option<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) cwd: Option<String>,
    pub(crate) rootfs: Option<Rootfs>,
    /// The image that it comes from.
    pub(crate) image: Option<Digest>,
    _lease: Option<Lease>,
}

impl Engine {
    /// Finds what a request wants to run, fetching the image where its policy says so.
    pub(crate) async fn find_program(
        &self,
        request: &RunRequest,
        progress: &dyn Progress,
    ) -> Result<Found, EngineError> {
        match &request.target {
            Target::File(path) => self.program_in_file(path, request),
            Target::Image(reference) => {
                let platform = request.platform.clone();
                let lease = self
                    .have_image(reference, platform, request.pull, progress)
                    .await?;
                self.program_in_image(reference, lease, request)
            }
        }
    }

    fn program_in_file(&self, path: &Path, request: &RunRequest) -> Result<Found, EngineError> {
        check_file(path)?;
        let digested = self.store.file_digest(path)?;
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        let mut args = vec![name];
        args.extend(request.args.iter().cloned());
        Ok(Found {
            kind: Kind::Wasm,
            program: Program {
                name: path.display().to_string(),
                digest: digested.digest,
                bytes: ProgramBytes::File(digested.file),
            },
            args,
            entry: request.entrypoint.clone(),
            env: Vec::new(),
            cwd: None,
            rootfs: None,
            image: None,
            _lease: None,
        })
    }

    /// Makes sure that an image is here, and keeps it from being collected.
    pub(crate) async fn have_image(
        &self,
        reference: &Reference,
        platform: Option<Platform>,
        policy: PullPolicy,
        progress: &dyn Progress,
    ) -> Result<Lease, EngineError> {
        let lease = self.store.lease()?;
        let here = match lease.images().resolve(reference) {
            Ok(_) => true,
            Err(error) if error.is_not_found() => false,
            Err(error) => return Err(error.into()),
        };
        match (here, policy) {
            (true, PullPolicy::Missing | PullPolicy::Never) => Ok(lease),
            (false, PullPolicy::Never) => Err(EngineError::PullForbidden(reference.clone())),
            (_, PullPolicy::Always) | (false, PullPolicy::Missing) => {
                let pulled = self.pull(reference, platform, false, progress).await;
                pulled.map_err(|error| match error {
                    EngineError::Registry(source) if !here => EngineError::NotHere {
                        name: reference.familiar(),
                        source,
                    },
                    other => other,
                })?;
                Ok(lease)
            }
        }
    }

    fn program_in_image(
        &self,
        reference: &Reference,
        lease: Lease,
        request: &RunRequest,
    ) -> Result<Found, EngineError> {
        let record = lease.images().resolve(reference)?;
        let wanted = request.platform.clone().map_or_else(Request::any, Request::on);
        let entrypoint = request.entrypoint.clone().map(|e| vec![e]);
        // Of an artifact the entrypoint is an export; only an image with files has one that is a path.
        let runnable = sampan_image::resolve(&lease, &record.descriptor, &wanted)?;
        let (words, mut entry) = match runnable.program {
            Some(ProgramSource::Blob { .. }) => (None, request.entrypoint.clone()),
            Some(ProgramSource::InRootfs { .. }) | None => (entrypoint, None),
        };
        if runnable.kind == Kind::Windows {
            return Err(EngineError::Kind(Kind::Windows));
        }
        let Prepared {
            runnable,
            kind,
            command,
            program,
            rootfs,
            notes,
        } = prepare(
            &self.store,
            &lease,
            &record.descriptor,
            &wanted,
            words.as_deref(),
            &request.args,
            &UnpackOptions::default(),
        )?;
        for note in notes {
            tracing::warn!("{note}");
        }
        let name = reference.familiar();
        let (program, args) = match program {
            ImageProgram::Blob { digest, path, .. } => {
                let file = File::open(&path).map_err(|source| EngineError::Read { path, source })?;
                let mut args = vec![name.clone()];
                args.extend(command);
                (
                    Program {
                        name,
                        digest,
                        bytes: ProgramBytes::File(file),
                    },
                    args,
                )
            }
            ImageProgram::InRootfs(located) => {
                let root = rootfs
                    .as_ref()
                    .map(Rootfs::path)
                    .unwrap_or(Path::new("/nonexistent"));
                let file = open_beneath(root, &located.path).map_err(|source| EngineError::Read {
                    path: located.path.clone(),
                    source,
                })?;
                let digested = self.store.file_digest(&descriptor_path(&file))?;
                entry = located.export;
                (
                    Program {
                        name,
                        digest: digested.digest,
                        bytes: ProgramBytes::File(digested.file),
                    },
                    command,
                )
            }
        };
        let config = runnable.config;
        let env = config
            .env
            .iter()
            .filter_map(|pair| pair.split_once('='))
            .map(|(k, v)| (k.to_owned(), v.to_owned()));
        Ok(Found {
            kind,
            program,
            args,
            entry,
            env: env.collect(),
            cwd: Some(config.working_dir).filter(|dir| !dir.is_empty()),
            rootfs,
            image: Some(record.descriptor.digest),
            _lease: Some(lease),
        })
    }
}

/// Opens a file as a process with this root would, so that no link leads out of it.
fn open_beneath(root: &Path, path: &Path) -> std::io::Result<File> {
    let root = rustix::fs::open(
        root,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    Ok(openat2(
        root,
        path,
        flags,
        Mode::empty(),
        ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS,
    )?
    .into())
}

/// A path that leads to an open file, whatever happens to its name.
pub(crate) fn descriptor_path(file: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// Gives the plain errors of a wrong path, before anything else is tried.
pub(crate) fn check_file(path: &Path) -> Result<(), EngineError> {
    // Without O_NONBLOCK opening a pipe would wait for its writer.
    let open = std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(NONBLOCK)
        .open(path);
    let read = |source| EngineError::Read {
        path: path.to_path_buf(),
        source,
    };
    match open.and_then(|f| f.metadata()) {
        Ok(metadata) if metadata.is_dir() => Err(EngineError::Folder(path.to_path_buf())),
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(_) => Err(EngineError::NotRegular(path.to_path_buf())),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(EngineError::NoFile(path.to_path_buf()))
        }
        Err(error) => Err(read(error)),
    }
}

const NONBLOCK: i32 = rustix::fs::OFlags::NONBLOCK.bits() as i32;
