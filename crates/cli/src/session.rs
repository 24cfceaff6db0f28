//! This process's streams and a container's, joined for as long as one of both goes on.

use std::io::{self, Write};

use sampan_client::{Client, ClientError, Hijacked, Input, Output, OutputStream};
use sampan_types::Signal;
use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};

use crate::detach::DetachKeys;
use crate::error::CliError;
use crate::terminal::{self, Changed, Signals};

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// The program's output ended.
    Ended,
    /// The person left with the detach keys.
    Detached,
}

/// Whose terminal is resized.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Screen<'a> {
    Container(&'a str),
    Exec(&'a str),
}

/// What of a session is wanted.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    pub(crate) client: &'a Client,
    /// Whether the program reads what is typed here.
    pub(crate) stdin: bool,
    /// Whose terminal follows this one, where the program has one.
    pub(crate) screen: Option<Screen<'a>>,
    pub(crate) keys: DetachKeys,
    /// The container that gets the signals of this process.
    pub(crate) signals_to: Option<&'a str>,
}

impl Session<'_> {
    /// Joins the streams. With a terminal on both sides, this one passes each key as it is typed.
    pub(crate) async fn run(self, streams: Hijacked) -> Result<Left, CliError> {
        let _raw = if self.screen.is_some() && self.stdin {
            Changed::remote().map_err(CliError::Terminal)?
        } else {
            None
        };
        let Hijacked { output, input } = streams;
        // Dropping it does not close it, so a program that others write to goes on reading.
        let input = self.stdin.then_some(input);
        let typed = async {
            match input {
                Some(input) => send(input, self.keys).await,
                None => std::future::pending().await,
            }
        };
        let aside = aside(self.client, self.screen, self.signals_to);
        let shown = show(output);
        tokio::pin!(typed, shown, aside);
        let mut reads = true;
        loop {
            tokio::select! {
                ended = &mut shown => return ended.map(|()| Left::Ended),
                left = &mut typed, if reads => match left? {
                    Left::Detached => return Ok(Left::Detached),
                    Left::Ended => reads = false,
                },
                failed = &mut aside => return Err(failed),
            }
        }
    }
}

/// Passes on what is typed, and then its end.
async fn send(mut input: Input, mut keys: DetachKeys) -> Result<Left, CliError> {
    let is_terminal = rustix::termios::isatty(io::stdin());
    let mut stdin = tokio::io::stdin();
    let mut buffer = vec![0; 16 << 10];
    loop {
        let length = stdin.read(&mut buffer).await.map_err(CliError::Streams)?;
        if length == 0 {
            // A program that has ended needs no end of its input.
            drop(input.close().await);
            return Ok(Left::Ended);
        }
        let sent = if is_terminal {
            let typed = keys.filter(&buffer[..length]);
            let sent = input.write(&typed.bytes).await;
            if typed.detached {
                return Ok(Left::Detached);
            }
            sent
        } else {
            input.write(&buffer[..length]).await
        };
        if sent.is_err() {
            // It reads no more, and its output tells why.
            return Ok(Left::Ended);
        }
    }
}

/// Writes what comes.
pub(crate) async fn show(mut output: Output) -> Result<(), CliError> {
    while let Some((stream, bytes)) = output.next().await? {
        let written = match stream {
            OutputStream::Stdout => {
                let mut out = io::stdout().lock();
                out.write_all(&bytes).and_then(|()| out.flush())
            }
            OutputStream::Stderr => io::stderr().lock().write_all(&bytes),
        };
        written.map_err(CliError::Output)?;
    }
    Ok(())
}

/// Passes on the size of the terminal, at the start and whenever it changes, and signals.
async fn aside(client: &Client, screen: Option<Screen<'_>>, signals_to: Option<&str>) -> CliError {
    let resized = async {
        let Some(screen) = screen else {
            return std::future::pending::<CliError>().await;
        };
        let mut changes = match signal(SignalKind::window_change()) {
            Ok(changes) => changes,
            Err(error) => return CliError::Signals(error),
        };
        loop {
            if let Some((rows, columns)) = terminal::size() {
                // A program that has just ended, or not quite begun, has no size.
                drop(resize(client, screen, rows, columns).await);
            }
            changes.recv().await;
        }
    };
    let signalled = async {
        let Some(container) = signals_to else {
            return std::future::pending::<CliError>().await;
        };
        let mut signals = match Signals::new() {
            Ok(signals) => signals,
            Err(error) => return CliError::Signals(error),
        };
        loop {
            let name = match signals.next().await {
                Signal::Interrupt => "SIGINT",
                Signal::Kill => "SIGKILL",
                _ => "SIGTERM",
            };
            // A container that has ended gets none.
            drop(client.kill_container(container, Some(name)).await);
        }
    };
    tokio::select! {
        error = resized => error,
        error = signalled => error,
    }
}

async fn resize(client: &Client, screen: Screen<'_>, rows: u16, columns: u16) -> Result<(), ClientError> {
    match screen {
        Screen::Container(id) => client.resize_container(id, rows, columns).await,
        Screen::Exec(id) => client.resize_exec(id, rows, columns).await,
    }
}
