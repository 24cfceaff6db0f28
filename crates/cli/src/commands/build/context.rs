//! What is sent to be built from: a folder without what `.dockerignore` leaves out, or what standard input has.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sampan_image::dockerfile::Ignore;
use tar::{Builder, EntryType, Header};
use tokio::sync::mpsc::Sender;

use crate::error::CliError;
use crate::pieces::Pieces;

const DOCKERFILE: &str = "Dockerfile";
const IGNORE: &str = ".dockerignore";
/// The name in the context of a Dockerfile that lies elsewhere.
const ELSEWHERE: &str = ".sampan.dockerfile";

/// Something to build from.
#[derive(Debug)]
pub(crate) struct Context {
    /// The Dockerfile's name in what is sent.
    pub(crate) dockerfile: String,
    from: From,
}

#[derive(Debug)]
enum From {
    Folder {
        root: PathBuf,
        ignore: Ignore,
        /// A Dockerfile that is not in the folder.
        text: Option<Vec<u8>>,
    },
    /// A Dockerfile alone.
    Text(Vec<u8>),
    /// An archive, as it is.
    Archive(Vec<u8>),
}

fn read(path: &Path) -> impl FnOnce(io::Error) -> CliError {
    let path = path.to_path_buf();
    move |source| CliError::Read { path, source }
}

impl Context {
    /// Finds what is meant, and what of it is left out.
    pub(crate) fn find(context: &str, file: Option<&Path>) -> Result<Self, CliError> {
        if context == "-" {
            return Self::standard_input(file);
        }
        let root = PathBuf::from(context);
        let whole = root.canonicalize().map_err(read(&root))?;
        if !whole.is_dir() {
            return Err(CliError::Value {
                value: context.to_owned(),
                wanted: "a folder to build from",
            });
        }
        let (dockerfile, text) = match file {
            None => (DOCKERFILE.to_owned(), None),
            Some(path) if path == Path::new("-") => {
                let mut text = Vec::new();
                io::stdin().lock().read_to_end(&mut text).map_err(read(path))?;
                (ELSEWHERE.to_owned(), Some(text))
            }
            Some(path) => {
                let found = path.canonicalize().map_err(read(path))?;
                match found.strip_prefix(&whole) {
                    Ok(within) => (within.display().to_string(), None),
                    Err(_) => (
                        ELSEWHERE.to_owned(),
                        Some(fs::read(&found).map_err(read(&found))?),
                    ),
                }
            }
        };
        let own = whole.join(format!("{dockerfile}{IGNORE}"));
        let path = if own.is_file() { own } else { whole.join(IGNORE) };
        let ignore = match fs::read_to_string(&path) {
            Ok(text) => Ignore::read(&text).map_err(|error| CliError::Read {
                path,
                source: io::Error::new(io::ErrorKind::InvalidData, error),
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ignore::default(),
            Err(error) => return Err(read(&path)(error)),
        };
        Ok(Self {
            dockerfile,
            from: From::Folder {
                root: whole,
                ignore,
                text,
            },
        })
    }

    /// A folder and a Dockerfile that lies nowhere.
    pub(crate) fn with_text(context: &str, dockerfile: &[u8]) -> Result<Self, CliError> {
        let mut found = Self::find(context, None)?;
        if let From::Folder { text, .. } = &mut found.from {
            *text = Some(dockerfile.to_vec());
            ELSEWHERE.clone_into(&mut found.dockerfile);
        }
        Ok(found)
    }

    fn standard_input(file: Option<&Path>) -> Result<Self, CliError> {
        let mut all = Vec::new();
        io::stdin()
            .lock()
            .read_to_end(&mut all)
            .map_err(read(Path::new("-")))?;
        // An archive begins with its own mark, or that of a compression; a Dockerfile is text.
        let archive = all.get(257..262) == Some(b"ustar")
            || [&b"\x1f\x8b"[..], b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"]
                .iter()
                .any(|mark| all.starts_with(mark));
        let name = file.map_or(DOCKERFILE.to_owned(), |file| file.display().to_string());
        Ok(Self {
            dockerfile: name,
            from: if archive {
                From::Archive(all)
            } else {
                From::Text(all)
            },
        })
    }

    /// The Dockerfile, where it can be read here.
    pub(super) fn text(&self) -> Option<String> {
        let bytes = match &self.from {
            From::Folder { text: Some(text), .. } | From::Text(text) => text.clone(),
            From::Folder { root, .. } => fs::read(root.join(&self.dockerfile)).ok()?,
            From::Archive(_) => return None,
        };
        String::from_utf8(bytes).ok()
    }

    /// Writes it as an archive.
    pub(super) fn pack(self, send: &Sender<io::Result<Bytes>>) -> Result<(), CliError> {
        let mut pieces = Pieces::new(send);
        let name = match &self.from {
            From::Folder { root, .. } => root.clone(),
            _ => PathBuf::from("-"),
        };
        let packed = self.write(&mut pieces).and_then(|()| pieces.flush());
        packed.or_else(|source| match source.kind() {
            // The daemon refused it and says why.
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => {
                // The daemon must not take a part for the whole.
                drop(send.blocking_send(Err(io::ErrorKind::Interrupted.into())));
                Err(CliError::Pack { path: name, source })
            }
        })
    }

    fn write(self, out: &mut Pieces) -> io::Result<()> {
        let (root, ignore, text) = match self.from {
            From::Archive(bytes) => return out.write_all(&bytes),
            From::Text(text) => {
                let mut builder = Builder::new(out);
                file(&mut builder, &self.dockerfile, &text)?;
                return builder.finish();
            }
            From::Folder { root, ignore, text } => (root, ignore, text),
        };
        let mut builder = Builder::new(out);
        let kept = [self.dockerfile.as_str(), IGNORE];
        folder(&mut builder, &root, Path::new(""), &ignore, &kept)?;
        if let Some(text) = text {
            file(&mut builder, &self.dockerfile, &text)?;
        }
        builder.finish()
    }
}

fn file(builder: &mut Builder<&mut Pieces>, name: &str, content: &[u8]) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, name, content)
}

fn folder(
    builder: &mut Builder<&mut Pieces>,
    root: &Path,
    at: &Path,
    ignore: &Ignore,
    kept: &[&str],
) -> io::Result<()> {
    let mut names: Vec<_> = fs::read_dir(root.join(at))?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<io::Result<_>>()?;
    names.sort_unstable();
    for name in names {
        let path = at.join(name);
        let text = path.to_string_lossy();
        let out = ignore.leaves_out(&text) && !kept.contains(&&*text);
        let real = root.join(&path);
        let meta = fs::symlink_metadata(&real)?;
        // What is left out may hold something that is not.
        let within = kept.iter().any(|one| Path::new(one).starts_with(&path));
        if out && !(meta.is_dir() && (ignore.takes_back() || within)) {
            continue;
        }
        let mut header = Header::new_gnu();
        header.set_metadata(&meta);
        // Whose files they are here means nothing there.
        header.set_uid(0);
        header.set_gid(0);
        if meta.is_dir() {
            if !out {
                header.set_size(0);
                builder.append_data(&mut header, &path, io::empty())?;
            }
            folder(builder, root, &path, ignore, kept)?;
        } else if meta.is_symlink() {
            header.set_size(0);
            header.set_entry_type(EntryType::Symlink);
            builder.append_link(&mut header, &path, fs::read_link(&real)?)?;
        } else if meta.is_file() {
            let exact = fs::File::open(&real)?.chain(io::repeat(0)).take(meta.len());
            builder.append_data(&mut header, &path, exact)?;
        }
    }
    Ok(())
}
