//! Finds a program in an unpacked root filesystem, without ever leaving it.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2};
use rustix::io::Errno;

use crate::config::ImageConfig;
use crate::error::{ImageError, Result};

/// What Docker takes for `PATH` where the image sets none.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A program that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Its path as the container sees it: absolute. Symlinks in it lead beneath the root when it is opened
    /// as here, with `openat2(RESOLVE_IN_ROOT)`.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// What it is.
    pub form: FileForm,
    /// The export to call, where the program was named `FILE#EXPORT`.
    pub export: Option<String>,
}

/// What a file is, told from its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    /// A Wasm module or component.
    Wasm,
    /// A Linux program.
    Elf,
    /// A Windows program.
    Pe,
    /// A script with `#!`.
    Script,
    /// A gzip stream.
    Gzip,
    /// A zstd stream.
    Zstd,
    /// A zip archive.
    Zip,
    /// Nothing at all.
    Empty,
    /// Something else.
    Other,
}

impl FileForm {
    /// How many bytes tell.
    pub const HEAD: usize = 8;

    /// From the first bytes of a file, [`Self::HEAD`] of them or all there are.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [] => Self::Empty,
            [0, b'a', b's', b'm', ..] => Self::Wasm,
            [0x7f, b'E', b'L', b'F', ..] => Self::Elf,
            [b'M', b'Z', ..] => Self::Pe,
            [b'#', b'!', ..] => Self::Script,
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            [b'P', b'K', 3, 4, ..] => Self::Zip,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for FileForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wasm => "a Wasm file",
            Self::Elf => "a Linux program",
            Self::Pe => "a Windows program",
            Self::Script => "a script",
            Self::Gzip => "gzip data",
            Self::Zstd => "zstd data",
            Self::Zip => "a zip archive",
            Self::Empty => "empty",
            Self::Other => "of another format",
        })
    }
}

/// Finds `program`, the first word of the command, in the root filesystem at `root`.
///
/// A name with a slash is looked for from the working directory, then from the root; one without on the
/// image's `PATH`, then in the working directory, then in the root, because builders of Wasm images leave the
/// leading slash away. `FILE#EXPORT` names an export of the file, as containerd's shims have it, unless there
/// is a file of that whole name.
pub fn locate(root: &Path, config: &ImageConfig, program: &str) -> Result<Located> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root_fd = openat(CWD, root, flags, Mode::empty()).map_err(|e| ImageError::Io {
        action: "open",
        what: format!("`{}`", root.display()),
        source: e.into(),
    })?;
    let mut looked = Vec::new();
    let whole = (program, None);
    let split = program
        .rsplit_once('#')
        .map(|(file, export)| (file, Some(export.to_owned())));
    for (name, export) in std::iter::once(whole).chain(split) {
        for path in candidates(config, name) {
            if let Some(mut found) = look(&root_fd, &path)? {
                found.export = export;
                return Ok(found);
            }
            let shown = path.display().to_string();
            if !looked.contains(&shown) {
                looked.push(shown);
            }
        }
    }
    Err(ImageError::ProgramNotFound {
        program: program.to_owned(),
        looked,
    })
}

fn candidates(config: &ImageConfig, name: &str) -> Vec<PathBuf> {
    if name.is_empty() {
        return Vec::new();
    }
    let working = Path::new("/").join(&config.working_dir);
    let mut paths = Vec::new();
    if !name.contains('/') {
        let path = config.env_value("PATH").unwrap_or(DEFAULT_PATH);
        let folders = path.split(':').filter(|folder| !folder.is_empty());
        paths.extend(folders.map(|folder| Path::new("/").join(folder).join(name)));
    }
    paths.push(working.join(name));
    paths.push(Path::new("/").join(name));
    paths.into_iter().map(|path| tidy(&path)).collect()
}

/// Takes `.` away; `..` stays, because what it means depends on symlinks.
fn tidy(path: &Path) -> PathBuf {
    path.components().filter(|c| *c != Component::CurDir).collect()
}

fn look(root: &impl rustix::fd::AsFd, path: &Path) -> Result<Option<Located>> {
    let fail = |source: Errno| ImageError::Io {
        action: "open",
        what: format!("`{}` of the image", path.display()),
        source: source.into(),
    };
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    // Without blocking: whatever it is, opening it must not wait for anybody.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = match openat2(root, path.as_os_str().as_bytes(), flags, Mode::empty(), resolve) {
        Ok(file) => file,
        Err(
            Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG | Errno::ISDIR | Errno::INVAL,
        ) => {
            return Ok(None);
        }
        Err(e) => return Err(fail(e)),
    };
    let stat = fstat(&file).map_err(fail)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Ok(None);
    }
    let mut head = Vec::with_capacity(FileForm::HEAD);
    File::from(file)
        .take(FileForm::HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|e| fail(Errno::from_io_error(&e).unwrap_or(Errno::IO)))?;
    Ok(Some(Located {
        path: path.to_owned(),
        size: stat.st_size as u64,
        form: FileForm::of(&head),
        export: None,
    }))
}
