//! Redirections.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io;
use std::rc::Rc;

use super::ast::{Redirection, Target};
use super::expand::Mode;
use super::{Fail, Shell, fail};
use crate::place;
use crate::stream::{Pipe, Stream};

/// The highest descriptor that a script may use.
const MOST_DESCRIPTORS: u32 = 255;

impl Shell {
    /// Makes the redirections, and gives the streams as they were; none where there was nothing to do. Where one
    /// fails, the streams are as they were.
    pub(super) fn redirect(
        &mut self,
        redirections: &[Redirection],
    ) -> Result<Option<BTreeMap<u32, Stream>>, Fail> {
        if redirections.is_empty() {
            return Ok(None);
        }
        let saved = self.streams.clone();
        for redirection in redirections {
            if let Err(fail) = self.redirect_one(redirection) {
                self.streams = saved;
                return Err(fail);
            }
        }
        Ok(Some(saved))
    }

    fn redirect_one(&mut self, redirection: &Redirection) -> Result<(), Fail> {
        if redirection.fd > MOST_DESCRIPTORS {
            return fail(format!("descriptors go up to {MOST_DESCRIPTORS}"));
        }
        let mut options = OpenOptions::new();
        let (word, options) = match &redirection.target {
            Target::Read(word) => (word, options.read(true)),
            Target::Write(word, force) if self.options.noclobber && !force => {
                (word, options.write(true).create_new(true))
            }
            Target::Write(word, _) => (word, options.write(true).create(true).truncate(true)),
            Target::Append(word) => (word, options.append(true).create(true)),
            Target::ReadWrite(word) => (word, options.read(true).write(true).create(true)),
            Target::Duplicate(word) => {
                let from = self.expand_text(word)?;
                return self.duplicate(redirection.fd, &from);
            }
            Target::Here(text) => {
                let text = text.get().cloned().unwrap_or_default();
                let mut fields = super::fields::Fields::new("");
                self.parts(&text.0, Mode::Quoted, &mut fields)?;
                let stream = Pipe::of(fields.joined().text.into_bytes());
                self.streams.insert(redirection.fd, stream);
                return Ok(());
            }
        };
        let path = self.expand_text(word)?;
        let stream = self
            .open(&path, options)
            .or_else(|error| fail(format!("{path}: {}", place::reason(&error))))?;
        self.streams.insert(redirection.fd, stream);
        Ok(())
    }

    fn duplicate(&mut self, fd: u32, from: &str) -> Result<(), Fail> {
        if from == "-" {
            self.streams.remove(&fd);
            return Ok(());
        }
        match from
            .parse()
            .ok()
            .and_then(|from: u32| self.streams.get(&from).cloned())
        {
            Some(stream) => {
                self.streams.insert(fd, stream);
                Ok(())
            }
            None => fail(format!("{from}: bad file descriptor")),
        }
    }

    /// Opens a file, or one of the names that stand for streams.
    pub(crate) fn open(&self, path: &str, options: &OpenOptions) -> io::Result<Stream> {
        if path.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let full = self.path(path);
        match full.as_str() {
            "/dev/null" => Ok(Stream::Null),
            "/dev/stdin" => self.stream(0),
            "/dev/stdout" => self.stream(1),
            "/dev/stderr" => self.stream(2),
            _ => {
                let file = options.open(&full)?;
                // A folder opens for reading, and only then says what it is.
                if place::stat(&full, true).is_ok_and(|stat| stat.is_dir()) {
                    return Err(io::ErrorKind::IsADirectory.into());
                }
                Ok(Stream::File(Rc::new(file)))
            }
        }
    }

    /// Opens a file for reading; `-` is standard input.
    pub(crate) fn open_input(&self, path: &str) -> io::Result<Stream> {
        if path == "-" {
            return self.input();
        }
        self.open(path, OpenOptions::new().read(true))
    }
}
