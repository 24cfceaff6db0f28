//! Streams: what stands behind a descriptor of the shell.
//!
//! The stages of a pipeline run one after the other, so a pipe is a buffer. It has a bound: a writer that reaches it
//! gets "broken pipe", as one whose reader has left; a reader that comes to the end of such a buffer is [`cut`],
//! unless it stopped before, so that `yes | head -n 1` works and `yes | wc -l` is an error.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

use crate::{interrupt, preview1};

/// How much a pipe, a command substitution or one expansion holds, in bytes.
pub(crate) const LIMIT: usize = 16 << 20;

/// The kind of error of a reader whose writer did not get everything into the pipe.
const CUT: io::ErrorKind = io::ErrorKind::ConnectionAborted;

/// Whether an error says that a pipe ended early because it was full.
pub(crate) fn cut(error: &io::Error) -> bool {
    error.kind() == CUT
}

/// What stands behind a descriptor. Clones share their position.
#[derive(Clone, Debug)]
pub(crate) enum Stream {
    /// A descriptor of the module: 0, 1 or 2.
    Host(u32),
    /// An open file.
    File(Rc<File>),
    /// Between two stages.
    Pipe(Rc<RefCell<Pipe>>),
    /// `/dev/null`.
    Null,
}

/// A buffer between two stages, or into a command substitution.
#[derive(Debug, Default)]
pub(crate) struct Pipe {
    data: Vec<u8>,
    read: usize,
    /// Something that belonged into it did not get in.
    pub(crate) short: bool,
}

impl Pipe {
    pub(crate) fn of(data: Vec<u8>) -> Stream {
        Stream::Pipe(Rc::new(RefCell::new(Self {
            data,
            read: 0,
            short: false,
        })))
    }

    pub(crate) fn pair() -> (Rc<RefCell<Self>>, Stream) {
        let pipe = Rc::new(RefCell::new(Self::default()));
        (Rc::clone(&pipe), Stream::Pipe(pipe))
    }

    /// What was not read yet.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let rest = self.data.split_off(self.read);
        self.data.clear();
        self.read = 0;
        rest
    }
}

impl Stream {
    /// Whether a person sits at it.
    pub(crate) fn is_terminal(&self) -> bool {
        use std::io::IsTerminal;
        match self {
            Self::Host(0) => io::stdin().is_terminal(),
            Self::Host(1) => io::stdout().is_terminal(),
            Self::Host(2) => io::stderr().is_terminal(),
            _ => false,
        }
    }

    /// One line with its end, without taking more than that from those who read on. Empty at the end.
    pub(crate) fn line(&self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        interrupt::now_and_then()?;
        if let Self::File(file) = self {
            let mut buffer = [0; 1024];
            loop {
                let len = (&**file).read(&mut buffer)?;
                let end = buffer[..len].iter().position(|&byte| byte == b'\n');
                let kept = end.map_or(len, |end| end + 1);
                line.extend_from_slice(&buffer[..kept]);
                if kept < len {
                    (&**file).seek(SeekFrom::Current(kept as i64 - len as i64))?;
                }
                if end.is_some() || len == 0 {
                    return Ok(line);
                }
            }
        }
        if let Self::Host(0) = self {
            return STDIN.with_borrow_mut(Ahead::line);
        }
        let mut byte = [0];
        let mut from = self.clone();
        while from.read(&mut byte)? == 1 {
            line.push(byte[0]);
            if byte[0] == b'\n' || line.len() > LIMIT {
                break;
            }
        }
        Ok(line)
    }
}

/// Standard input, read ahead: all that reads it within the module reads here, and a program that takes it over gets
/// what is left ([`read_ahead`]).
#[derive(Debug)]
struct Ahead {
    held: Vec<u8>,
    at: usize,
}

thread_local! {
    static STDIN: RefCell<Ahead> = const { RefCell::new(Ahead { held: Vec::new(), at: 0 }) };
}

/// What was read of standard input and not used, for a program that reads on.
pub(crate) fn read_ahead() -> Vec<u8> {
    STDIN.with_borrow_mut(|ahead| {
        let rest = ahead.held.split_off(ahead.at);
        *ahead = Ahead {
            held: Vec::new(),
            at: 0,
        };
        rest
    })
}

impl Ahead {
    /// Reads more; whether there was more.
    fn fill(&mut self) -> io::Result<bool> {
        let mut buffer = vec![0; 16 << 10];
        let len = interrupt::after(preview1::read(0, &mut buffer))?;
        buffer.truncate(len);
        (self.held, self.at) = (buffer, 0);
        Ok(len > 0)
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.held.len() && !buffer.is_empty() {
            self.fill()?;
        }
        let rest = &self.held[self.at..];
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        self.at += len;
        Ok(len)
    }

    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        while self.at < self.held.len() || self.fill()? {
            let rest = &self.held[self.at..];
            let end = rest.iter().position(|&byte| byte == b'\n');
            let len = end.map_or(rest.len(), |end| end + 1);
            line.extend_from_slice(&rest[..len]);
            self.at += len;
            if end.is_some() || line.len() > LIMIT {
                break;
            }
        }
        Ok(line)
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        interrupt::now_and_then()?;
        match self {
            Self::Host(0) => STDIN.with_borrow_mut(|ahead| ahead.read(buffer)),
            Self::Host(fd) => interrupt::after(preview1::read(*fd, buffer)),
            Self::File(file) => (&**file).read(buffer),
            Self::Null => Ok(0),
            Self::Pipe(pipe) => {
                let mut pipe = pipe.borrow_mut();
                let rest = &pipe.data[pipe.read..];
                if rest.is_empty() && pipe.short && !buffer.is_empty() {
                    return Err(CUT.into());
                }
                let len = rest.len().min(buffer.len());
                buffer[..len].copy_from_slice(&rest[..len]);
                pipe.read += len;
                Ok(len)
            }
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        interrupt::now_and_then()?;
        match self {
            Self::Host(fd) => interrupt::after(preview1::write(*fd, bytes)),
            Self::File(file) => (&**file).write(bytes),
            Self::Null => Ok(bytes.len()),
            Self::Pipe(pipe) => {
                let mut pipe = pipe.borrow_mut();
                // A here-document of wide characters may hold more than the bound already.
                let room = LIMIT.saturating_sub(pipe.data.len());
                let len = bytes.len().min(room);
                pipe.data.extend_from_slice(&bytes[..len]);
                if len == 0 && !bytes.is_empty() {
                    pipe.short = true;
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                Ok(len)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A buffered writer whose end is told: [`Out::done`].
#[derive(Debug)]
pub(crate) struct Out {
    stream: Stream,
    buffer: Vec<u8>,
}

impl Out {
    pub(crate) fn new(stream: Stream) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    /// Writes what is left.
    pub(crate) fn done(mut self) -> io::Result<()> {
        self.flush()
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= 16 << 10 {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let buffer = std::mem::take(&mut self.buffer);
        self.stream.write_all(&buffer)
    }
}

impl Drop for Out {
    // A tool that fails half-way has still said what it said before.
    fn drop(&mut self) {
        let _ = self.flush();
    }
}
