//! A guest's ends of its streams. It has no descriptors for them but those of a terminal.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::task::{Context, Poll};

use sampan_process::streams::{StdinQueue, Streams, Which};
use sampan_wasm_host::{Input, Output, Pipe, Stdio};

/// What the guest is given. With a terminal, `slave` is the end that it sees.
pub(super) fn stdio(streams: &Arc<Streams>, slave: Option<&OwnedFd>) -> io::Result<Stdio> {
    if let Some(slave) = slave {
        return Ok(Stdio {
            stdin: Input::Fd(slave.try_clone()?),
            stdout: Output::Fd(slave.try_clone()?),
            stderr: Output::Fd(slave.try_clone()?),
            terminals: [true; 3],
        });
    }
    Ok(Stdio {
        stdin: match streams.stdin() {
            Some(queue) => Input::Pipe(Arc::new(Inlet(queue.clone()))),
            None => Input::Null,
        },
        stdout: output(streams, Which::Stdout),
        stderr: output(streams, Which::Stderr),
        terminals: [false; 3],
    })
}

/// One of its outputs.
pub(super) fn output(streams: &Arc<Streams>, which: Which) -> Output {
    Output::Pipe(Arc::new(Outlet {
        streams: streams.clone(),
        which,
    }))
}

/// One of a guest's outputs.
struct Outlet {
    streams: Arc<Streams>,
    which: Which,
}

impl Pipe for Outlet {
    fn try_read(&self, _: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.streams.write(self.which, bytes)
    }
    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.streams.poll_room(self.which, cx)
    }
}

/// A guest's input.
struct Inlet(Arc<StdinQueue>);

impl Pipe for Inlet {
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
    fn try_write(&self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.poll_ready(cx)
    }
}
