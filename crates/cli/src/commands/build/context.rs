//! What is sent to be built from: a folder without what `.dockerignore` leaves out, or what standard input has.

use std::fs;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sampan_image::dockerfile::Ignore;
use tar::{Builder, Header};
use tokio::sync::mpsc::Sender;

use crate::error::CliError;
use crate::pieces::Pieces;

use super::tree::Tree;

const DOCKERFILE: &str = "Dockerfile";
/// The folder of the build's own files where others go beside it.
const OWN: &str = "context";
const IGNORE: &str = ".dockerignore";
/// The name in the context of a Dockerfile that lies elsewhere.
const ELSEWHERE: &str = ".sampan.dockerfile";

/// Something to build from.
#[derive(Debug)]
pub(crate) struct Context {
    /// The Dockerfile's name in what is sent.
    pub(crate) dockerfile: String,
    from: From,
    /// Folders beside it, by their names.
    named: Vec<(String, PathBuf, Ignore)>,
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

fn ignored(path: PathBuf) -> Result<Ignore, CliError> {
    match fs::read_to_string(&path) {
        Ok(text) => Ignore::read(&text).map_err(|error| CliError::Read {
            path,
            source: io::Error::new(io::ErrorKind::InvalidData, error),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Ignore::default()),
        Err(error) => Err(read(&path)(error)),
    }
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
        let ignore = ignored(path)?;
        Ok(Self {
            dockerfile,
            from: From::Folder {
                root: whole,
                ignore,
                text,
            },
            named: Vec::new(),
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

    /// Adds another folder.
    pub(crate) fn add_folder(&mut self, name: &str, path: &Path) -> Result<(), CliError> {
        let wrong = |wanted| CliError::Value {
            value: format!("{name}={}", path.display()),
            wanted,
        };
        if matches!(self.from, From::Archive(_)) {
            return Err(wrong(
                "no other build context: the build's own comes as an archive, and a folder must be given for both",
            ));
        }
        let root = path.canonicalize().map_err(read(path))?;
        if !root.is_dir() {
            return Err(wrong("a build context that is a folder"));
        }
        let ignore = ignored(root.join(IGNORE))?;
        self.named.retain(|(other, ..)| other != name);
        self.named.push((name.to_owned(), root, ignore));
        Ok(())
    }

    /// The names of the folders beside it, in the order in which they are sent.
    pub(crate) fn names(&self) -> Vec<String> {
        self.named.iter().map(|(name, ..)| name.clone()).collect()
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
            named: Vec::new(),
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
        // Several go side by side, each in a folder of its own.
        let own = match self.named.is_empty() {
            true => PathBuf::new(),
            false => PathBuf::from(OWN),
        };
        let text = match &self.from {
            From::Archive(bytes) => return out.write_all(bytes),
            From::Text(text) => Some(text),
            From::Folder { text, .. } => text.as_ref(),
        };
        let mut builder = Builder::new(out);
        if let From::Folder { root, ignore, .. } = &self.from {
            let tree = Tree {
                root,
                ignore,
                kept: &[self.dockerfile.as_str(), IGNORE],
                at: &own,
            };
            tree.start(&mut builder)?;
            tree.folder(&mut builder, Path::new(""))?;
        }
        if let Some(text) = text {
            file(&mut builder, &own.join(&self.dockerfile), text)?;
        }
        for (number, (_, root, ignore)) in self.named.iter().enumerate() {
            let at = PathBuf::from(number.to_string());
            let tree = Tree {
                root,
                ignore,
                kept: &[],
                at: &at,
            };
            tree.start(&mut builder)?;
            tree.folder(&mut builder, Path::new(""))?;
        }
        builder.finish()
    }
}

fn file(builder: &mut Builder<&mut Pieces>, name: &Path, content: &[u8]) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, name, content)
}
