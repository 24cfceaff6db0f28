//! The functions that the toolbox imports.

use std::io;

use wasmtime::{Caller, Linker, Memory};

use super::{Runs, start, talk};
use crate::state::GuestState;

/// The module of the imports.
pub(crate) const MODULE: &str = "sampan";

/// Most bytes that one `read` gives.
const PIECE: usize = 64 << 10;
/// Exit code for what was found but cannot run.
const CANNOT_RUN: i32 = 126;
/// Exit code where nobody can say how it ended.
const LOST: i32 = 137;

/// An error in preview 1's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Errno(i32);

impl Errno {
    pub(super) const ACCES: Self = Self(2);
    pub(super) const AGAIN: Self = Self(6);
    pub(super) const BADF: Self = Self(8);
    pub(super) const CONNREFUSED: Self = Self(14);
    pub(super) const CONNRESET: Self = Self(15);
    pub(super) const FAULT: Self = Self(21);
    pub(super) const HOSTUNREACH: Self = Self(23);
    pub(super) const INVAL: Self = Self(28);
    pub(super) const IO: Self = Self(29);
    pub(super) const INTR: Self = Self(27);
    pub(super) const ISDIR: Self = Self(31);
    pub(super) const LOOP: Self = Self(32);
    pub(super) const NOENT: Self = Self(44);
    pub(super) const NOTDIR: Self = Self(54);
    pub(super) const NOTSUP: Self = Self(58);
    pub(super) const PIPE: Self = Self(64);
    pub(super) const SRCH: Self = Self(71);
    pub(super) const TIMEDOUT: Self = Self(73);
    pub(super) const NOTCAPABLE: Self = Self(76);
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Self {
        use rustix::io::Errno as System;
        match error.raw_os_error().map(System::from_raw_os_error) {
            Some(System::XDEV) => return Self::NOTCAPABLE,
            Some(System::LOOP) => return Self::LOOP,
            _ => {}
        }
        match error.kind() {
            io::ErrorKind::NotFound => Self::NOENT,
            io::ErrorKind::PermissionDenied => Self::ACCES,
            io::ErrorKind::IsADirectory => Self::ISDIR,
            io::ErrorKind::NotADirectory => Self::NOTDIR,
            io::ErrorKind::InvalidInput => Self::INVAL,
            io::ErrorKind::Interrupted => Self::INTR,
            io::ErrorKind::ConnectionRefused => Self::CONNREFUSED,
            io::ErrorKind::ConnectionReset => Self::CONNRESET,
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Self::HOSTUNREACH,
            io::ErrorKind::BrokenPipe => Self::PIPE,
            io::ErrorKind::TimedOut => Self::TIMEDOUT,
            _ => Self::IO,
        }
    }
}

/// Puts the functions into a linker. A guest whose spec has no [`super::Processes`] is answered that this is not
/// supported.
pub(crate) fn add(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    linker.func_wrap_async(
        MODULE,
        "spawn",
        |mut caller: Caller<'_, GuestState>, (request,): (u32,)| {
            Box::new(async move { answer(start::start(&mut caller, request).await) })
        },
    )?;
    linker.func_wrap_async(
        MODULE,
        "read",
        |mut caller: Caller<'_, GuestState>, (handle, buffer, len, stream): (i32, u32, u32, u32)| {
            Box::new(async move { answer(read(&mut caller, handle, buffer, len, stream).await) })
        },
    )?;
    linker.func_wrap_async(
        MODULE,
        "wait",
        |mut caller: Caller<'_, GuestState>, (handle,): (i32,)| {
            Box::new(async move { answer(wait(&mut caller, handle).await) })
        },
    )?;
    linker.func_wrap_async(
        MODULE,
        "kill",
        |mut caller: Caller<'_, GuestState>, (pid, signal): (u32, u32)| {
            Box::new(async move { answer(kill(&mut caller, pid, signal).await) })
        },
    )?;
    linker.func_wrap_async(
        MODULE,
        "processes",
        |mut caller: Caller<'_, GuestState>, (buffer, len): (u32, u32)| {
            Box::new(async move { answer(processes(&mut caller, buffer, len).await) })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "interrupts",
        |caller: Caller<'_, GuestState>, take: u32| -> u32 {
            u32::from(caller.data().limiter.control().take_interrupts(take != 0))
        },
    )?;
    talk::add(linker)
}

pub(super) fn answer(result: Result<i32, Errno>) -> i32 {
    result.unwrap_or_else(|errno| -errno.0)
}

pub(super) fn memory(caller: &mut Caller<'_, GuestState>) -> Result<Memory, Errno> {
    let memory = caller
        .get_export("memory")
        .and_then(wasmtime::Extern::into_memory);
    memory.ok_or(Errno::FAULT)
}

async fn read(
    caller: &mut Caller<'_, GuestState>,
    handle: i32,
    buffer: u32,
    len: u32,
    stream: u32,
) -> Result<i32, Errno> {
    let memory = memory(caller)?;
    let tools = caller.data().tools.as_ref().ok_or(Errno::NOTSUP)?;
    let child = tools.child.as_ref().filter(|child| child.handle == handle);
    let capture = child.ok_or(Errno::BADF)?.capture.clone();
    let most = PIECE.min(len as usize);
    let Some(capture) = capture.filter(|_| most > 0) else {
        return Ok(0);
    };
    let Some((which, bytes)) = capture.read(most).await else {
        return Ok(0);
    };
    let fault = |_| Errno::FAULT;
    memory
        .write(&mut *caller, buffer as usize, &bytes)
        .map_err(fault)?;
    memory
        .write(&mut *caller, stream as usize, &which.to_le_bytes())
        .map_err(fault)?;
    Ok(bytes.len() as i32)
}

async fn wait(caller: &mut Caller<'_, GuestState>, handle: i32) -> Result<i32, Errno> {
    let tools = caller.data_mut().tools.as_mut().ok_or(Errno::NOTSUP)?;
    // It stays where it is while it is waited for, so that it ends with this guest.
    let child = tools.child.as_mut().filter(|child| child.handle == handle);
    let code = match &mut child.ok_or(Errno::BADF)?.runs {
        Runs::Here(started) => (&mut started.end).await.map_or(LOST, i32::from),
        Runs::Refused => CANNOT_RUN,
    };
    if let Some(tools) = &mut caller.data_mut().tools {
        tools.child = None;
    }
    Ok(code)
}

async fn kill(caller: &mut Caller<'_, GuestState>, pid: u32, signal: u32) -> Result<i32, Errno> {
    let tools = caller.data().tools.as_ref().ok_or(Errno::NOTSUP)?;
    let host = tools.host.clone();
    let own = host.number();
    if (pid, signal) == (0, 0) {
        return i32::try_from(own).map_err(|_| Errno::INVAL);
    }
    let signal = u8::try_from(signal).ok().filter(|number| *number <= 64);
    let signal = signal.ok_or(Errno::INVAL)?;
    let pid = if pid == 0 { own } else { pid };
    match host.signal(pid, signal).await {
        true => Ok(0),
        false => Err(Errno::SRCH),
    }
}

async fn processes(caller: &mut Caller<'_, GuestState>, buffer: u32, len: u32) -> Result<i32, Errno> {
    let memory = memory(caller)?;
    let tools = caller.data().tools.as_ref().ok_or(Errno::NOTSUP)?;
    let host = tools.host.clone();
    let text = host.list().await.ok_or(Errno::IO)?;
    if text.len() <= len as usize {
        memory
            .write(&mut *caller, buffer as usize, text.as_bytes())
            .map_err(|_| Errno::FAULT)?;
    }
    i32::try_from(text.len()).map_err(|_| Errno::INVAL)
}
