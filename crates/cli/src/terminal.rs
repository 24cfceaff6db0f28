//! The terminal and the signals of this process.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::fd::AsFd;

use rustix::termios::{self, LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use sampan_runtime::{Stdio, Stream};
use sampan_types::Signal;
use tokio::signal::unix::{SignalKind, signal};

use crate::env::Environment;
use crate::error::CliError;

/// The terminal of standard input works in another way until this is dropped.
#[derive(Debug)]
pub(crate) struct Changed(Termios);

impl Changed {
    /// Passes each key as it is typed, without echo. Ctrl-C still interrupts: a Wasm guest has no other way to be
    /// stopped. `None` where standard input is no terminal.
    pub(crate) fn raw() -> io::Result<Option<Self>> {
        if !termios::isatty(io::stdin()) {
            return Ok(None);
        }
        let raw = |modes: &mut Termios| {
            modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN;
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        };
        Self::enter(OptionalActions::Now, raw).map(Some)
    }

    /// Passes everything as it is typed, Ctrl-C and its like too: another terminal, elsewhere, makes of it what it means.
    /// `None` where standard input is no terminal.
    pub(crate) fn remote() -> io::Result<Option<Self>> {
        if !termios::isatty(io::stdin()) {
            return Ok(None);
        }
        let raw = |modes: &mut Termios| modes.make_raw();
        Self::enter(OptionalActions::Now, raw).map(Some)
    }

    /// Shows nothing of what is typed, and forgets what was typed before.
    pub(crate) fn silent() -> io::Result<Self> {
        Self::enter(OptionalActions::Flush, |modes| {
            modes.local_modes -= LocalModes::ECHO
        })
    }

    fn enter(when: OptionalActions, change: impl FnOnce(&mut Termios)) -> io::Result<Self> {
        let stdin = io::stdin();
        let before = termios::tcgetattr(&stdin)?;
        let mut after = before.clone();
        change(&mut after);
        termios::tcsetattr(&stdin, when, &after)?;
        Ok(Self(before))
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        // A terminal that is gone needs no restoring.
        let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Whether a person may be there: standard input or output is a terminal.
pub(crate) fn is_there() -> bool {
    termios::isatty(io::stdin()) || termios::isatty(io::stdout())
}

/// Whether standard input is a terminal.
pub(crate) fn is_stdin() -> bool {
    termios::isatty(io::stdin())
}

/// Whether standard output is a terminal.
pub(crate) fn is_stdout() -> bool {
    termios::isatty(io::stdout())
}

/// Checks that standard input is a terminal, where one is to be passed on.
pub(crate) fn wanted(wanted: bool) -> Result<(), CliError> {
    if wanted && !termios::isatty(io::stdin()) {
        return Err(CliError::Usage(
            "`-t` with `-i` needs a terminal, and standard input is none",
        ));
    }
    Ok(())
}

/// What a program that has a terminal looks for in its environment: its kind and its size.
pub(crate) fn variables(environment: &Environment) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    if let Some(term) = &environment.term {
        variables.push(("TERM".to_owned(), term.clone()));
    }
    if let Some((rows, columns)) = size() {
        variables.push(("COLUMNS".to_owned(), columns.to_string()));
        variables.push(("LINES".to_owned(), rows.to_string()));
    }
    variables
}

/// Rows and columns of the terminal, where there is one that knows.
pub(crate) fn size() -> Option<(u16, u16)> {
    [io::stdout().as_fd(), io::stdin().as_fd(), io::stderr().as_fd()]
        .into_iter()
        .find_map(|fd| termios::tcgetwinsize(fd).ok())
        .filter(|size| size.ws_col > 0 && size.ws_row > 0)
        .map(|size| (size.ws_row, size.ws_col))
}

/// Copies of this process's standard streams for a guest.
pub(crate) fn own_streams() -> io::Result<Stdio> {
    let copy = |fd: &dyn AsFd| fd.as_fd().try_clone_to_owned().map(Stream::Fd);
    Ok(Stdio {
        stdin: copy(&io::stdin())?,
        stdout: copy(&io::stdout())?,
        stderr: copy(&io::stderr())?,
        terminal: false,
    })
}

/// Ctrl-C, SIGTERM and a closed terminal, as they come.
pub(crate) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

impl Signals {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hangup.recv() => Signal::Terminate,
        }
    }
}

/// An address to listen on, as flags write it: a port alone is one of loopback.
pub(crate) fn listen_address(text: &str) -> Result<SocketAddr, CliError> {
    let port = text
        .parse::<u16>()
        .ok()
        .map(|port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    port.or_else(|| text.parse().ok())
        .ok_or_else(|| CliError::ListenAddress(text.to_owned()))
}
