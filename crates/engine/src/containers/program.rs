//! From a target to a program: a file as it is, or what an image gives.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
use sampan_distribution::client::Progress;
use sampan_image::unpack::UnpackOptions;
use sampan_image::{Prepared, Program as ImageProgram, ProgramSource, Request, prepare};
use sampan_runtime::{Program, ProgramBytes};
use sampan_store::{Lease, Rootfs};
use sampan_types::platform::Kind;
use sampan_types::{Digest, Effort, LimitName, Limits, Platform, Reference};

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
        let file = open_program(path, &request.limits)?;
        let digested = self.store.digest_of_file(file, path)?;
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
                effort: Effort::Full,
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
                let file = File::open(&path).map_err(|source| EngineError::Program { path, source })?;
                let mut args = vec![name.clone()];
                args.extend(command);
                (
                    Program {
                        name,
                        digest,
                        bytes: ProgramBytes::File(file),
                        effort: Effort::Full,
                    },
                    args,
                )
            }
            ImageProgram::InRootfs(located) => {
                let root = rootfs
                    .as_ref()
                    .map(Rootfs::path)
                    .unwrap_or(Path::new("/nonexistent"));
                let file = open_beneath(root, &located.path).map_err(|source| EngineError::Program {
                    path: located.path.clone(),
                    source,
                })?;
                check_program(&file, &located.path, &request.limits)?;
                let digested = self.store.digest_of_file(file, &located.path)?;
                entry = located.export;
                (
                    Program {
                        name,
                        digest: digested.digest,
                        bytes: ProgramBytes::File(digested.file),
                        effort: Effort::Full,
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
pub(crate) fn open_beneath(root: &Path, path: &Path) -> std::io::Result<File> {
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

/// Opens a program of the caller's, with the plain errors of a wrong path before anything else is tried.
pub(crate) fn open_program(path: &Path, limits: &Limits) -> Result<File, EngineError> {
    // Without O_NONBLOCK opening a pipe would wait for its writer.
    let open = File::options().read(true).custom_flags(NONBLOCK).open(path);
    let file = open.map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => EngineError::NoFile(path.to_path_buf()),
        _ => EngineError::Program {
            path: path.to_path_buf(),
            source,
        },
    })?;
    check_program(&file, path, limits)?;
    Ok(file)
}

/// That a file can be a program, before any of it is read: a hole of many gigabytes would take long to hash.
pub(crate) fn check_program(file: &File, path: &Path, limits: &Limits) -> Result<(), EngineError> {
    let metadata = file.metadata().map_err(|source| EngineError::Program {
        path: path.to_path_buf(),
        source,
    })?;
    if metadata.is_dir() {
        return Err(EngineError::Folder(path.to_path_buf()));
    }
    if !metadata.is_file() {
        return Err(EngineError::NotRegular(path.to_path_buf()));
    }
    if metadata.len() > limits.module_size.get() {
        let limit = LimitName::ModuleSize;
        return Err(EngineError::Limit {
            limit,
            value: limits.show(limit),
        });
    }
    Ok(())
}

const NONBLOCK: i32 = OFlags::NONBLOCK.bits().cast_signed();

#[cfg(test)]
mod tests {
    use sampan_types::{ByteCount, Classified, ErrorClass};

    use super::*;

    #[test]
    fn a_program_is_measured_before_it_is_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let limits = Limits {
            module_size: ByteCount::mib(1),
            ..Limits::default()
        };
        file.as_file().set_len(1 << 20).unwrap();
        assert!(open_program(file.path(), &limits).is_ok());
        // A hole that nobody could hash in the time of a test.
        file.as_file().set_len(1 << 42).unwrap();
        let error = open_program(file.path(), &limits).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Exhausted);
        assert!(error.hint().unwrap().contains("module-size"), "{error}");
    }

    #[test]
    fn a_program_that_may_not_be_read_cannot_be_invoked() {
        let refused = |kind: ErrorKind| {
            let error = EngineError::Program {
                path: "secret.wasm".into(),
                source: kind.into(),
            };
            error.class()
        };
        assert_eq!(refused(ErrorKind::PermissionDenied), ErrorClass::CannotInvoke);
        assert_eq!(refused(ErrorKind::InvalidData), ErrorClass::Internal);
    }
}
