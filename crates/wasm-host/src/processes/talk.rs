//! Names and connections for the toolbox: preview 1 has none.
//!
//! Each goes the way of any guest's, by the same grants and networks, and into the same record.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wasmtime::{Caller, Linker, Memory};

use super::link::{Errno, MODULE, answer, memory};
use crate::net::{Lookup, LookupError, Network};
use crate::state::GuestState;

/// The most bytes of a name.
const NAME: u32 = 1024;
/// The most bytes that one call carries.
const PIECE: u32 = 64 << 10;
/// The longest that one call waits.
const LONGEST: Duration = Duration::from_secs(60);

impl From<LookupError> for Errno {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Invalid => Self::INVAL,
            LookupError::Denied => Self::ACCES,
            LookupError::Unresolvable => Self::NOENT,
            LookupError::Timeout => Self::TIMEDOUT,
            LookupError::Busy => Self::AGAIN,
        }
    }
}

/// Puts the functions into a linker.
pub(super) fn add(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    linker.func_wrap_async(
        MODULE,
        "look_up",
        |mut caller: Caller<'_, GuestState>, (name, len, buffer, most): (u32, u32, u32, u32)| {
            Box::new(async move { answer(look_up(&mut caller, [name, len], [buffer, most]).await) })
        },
    )?;
    linker.func_wrap_async(
        MODULE,
        "dial",
        |mut caller: Caller<'_, GuestState>, (name, len, port, millis): (u32, u32, u32, u32)| {
            Box::new(async move { answer(dial(&mut caller, [name, len], port, millis).await) })
        },
    )?;
    linker.func_wrap_async(
        MODULE,
        "send",
        |mut caller: Caller<'_, GuestState>, (buffer, len): (u32, u32)| {
            Box::new(async move { answer(send(&mut caller, buffer, len).await) })
        },
    )?;
    linker.func_wrap_async(
        MODULE,
        "receive",
        |mut caller: Caller<'_, GuestState>, (buffer, len, millis): (u32, u32, u32)| {
            Box::new(async move { answer(receive(&mut caller, buffer, len, millis).await) })
        },
    )?;
    linker.func_wrap_async(
        MODULE,
        "hang_up",
        |mut caller: Caller<'_, GuestState>, (whole,): (u32,)| {
            Box::new(async move { answer(hang_up(&mut caller, whole != 0).await) })
        },
    )?;
    Ok(())
}

fn part(memory: Memory, caller: &Caller<'_, GuestState>, at: u32, len: u32) -> Result<Vec<u8>, Errno> {
    let (at, len) = (at as usize, len as usize);
    let end = at.checked_add(len).ok_or(Errno::FAULT)?;
    let bytes = memory.data(caller).get(at..end).ok_or(Errno::FAULT)?;
    Ok(bytes.to_vec())
}

/// The name, and the network in which it is one.
fn asked(caller: &mut Caller<'_, GuestState>, [at, len]: [u32; 2]) -> Result<(String, Network), Errno> {
    let memory = memory(caller)?;
    if len > NAME {
        return Err(Errno::INVAL);
    }
    let name = part(memory, caller, at, len)?;
    let name = String::from_utf8(name).map_err(|_| Errno::INVAL)?;
    let state = caller.data();
    // Only whoever may start programs may talk: both come with an exec.
    state.tools.as_ref().ok_or(Errno::NOTSUP)?;
    Ok((name, state.online.network.clone()))
}

async fn addresses(network: &Network, name: &str) -> Result<Vec<IpAddr>, Errno> {
    match network.lookup(name)? {
        Lookup::Address(address) => Ok(vec![address]),
        Lookup::Asked(answer) => Ok(answer.await?),
    }
}

async fn look_up(
    caller: &mut Caller<'_, GuestState>,
    name: [u32; 2],
    [buffer, most]: [u32; 2],
) -> Result<i32, Errno> {
    let (name, network) = asked(caller, name)?;
    let text: String = addresses(&network, &name)
        .await?
        .iter()
        .map(|address| format!("{address}\n"))
        .collect();
    if text.len() <= most as usize {
        let memory = memory(caller)?;
        memory
            .write(&mut *caller, buffer as usize, text.as_bytes())
            .map_err(|_| Errno::FAULT)?;
    }
    i32::try_from(text.len()).map_err(|_| Errno::INVAL)
}

async fn dial(
    caller: &mut Caller<'_, GuestState>,
    name: [u32; 2],
    port: u32,
    millis: u32,
) -> Result<i32, Errno> {
    let (name, network) = asked(caller, name)?;
    let port = u16::try_from(port).map_err(|_| Errno::INVAL)?;
    if caller
        .data()
        .tools
        .as_ref()
        .is_some_and(|tools| tools.line.is_some())
    {
        return Err(Errno::AGAIN);
    }
    let dialled = within(millis, async {
        let mut failed = Errno::NOENT;
        for address in addresses(&network, &name).await? {
            let to = SocketAddr::new(address, port);
            if !network.connects(to) {
                failed = Errno::ACCES;
                continue;
            }
            match TcpStream::connect(to).await {
                Ok(line) => return Ok(line),
                Err(error) => failed = error.into(),
            }
        }
        Err(failed)
    });
    let line = dialled.await?;
    let tools = caller.data_mut().tools.as_mut().ok_or(Errno::NOTSUP)?;
    tools.line = Some(line);
    Ok(0)
}

/// Waits no longer than it was asked to; 0 is as long as it may at all.
async fn within<T>(millis: u32, work: impl Future<Output = Result<T, Errno>>) -> Result<T, Errno> {
    let time = match millis {
        0 => LONGEST,
        millis => Duration::from_millis(millis.into()).min(LONGEST),
    };
    tokio::time::timeout(time, work)
        .await
        .unwrap_or(Err(Errno::TIMEDOUT))
}

/// The connection, for as long as a call has it.
fn line<'a>(caller: &'a mut Caller<'_, GuestState>) -> Result<&'a mut TcpStream, Errno> {
    let tools = caller.data_mut().tools.as_mut().ok_or(Errno::NOTSUP)?;
    tools.line.as_mut().ok_or(Errno::BADF)
}

async fn send(caller: &mut Caller<'_, GuestState>, buffer: u32, len: u32) -> Result<i32, Errno> {
    let memory = memory(caller)?;
    let bytes = part(memory, caller, buffer, len.min(PIECE))?;
    let sent: io::Result<()> = line(caller)?.write_all(&bytes).await;
    sent?;
    i32::try_from(bytes.len()).map_err(|_| Errno::INVAL)
}

async fn receive(
    caller: &mut Caller<'_, GuestState>,
    buffer: u32,
    len: u32,
    millis: u32,
) -> Result<i32, Errno> {
    let memory = memory(caller)?;
    let mut bytes = vec![0; len.min(PIECE) as usize];
    let line = line(caller)?;
    let got = within(millis, async { Ok(line.read(&mut bytes).await?) }).await?;
    memory
        .write(&mut *caller, buffer as usize, &bytes[..got])
        .map_err(|_| Errno::FAULT)?;
    i32::try_from(got).map_err(|_| Errno::INVAL)
}

/// Says all that there was to say, or ends the connection.
async fn hang_up(caller: &mut Caller<'_, GuestState>, whole: bool) -> Result<i32, Errno> {
    match whole {
        true => drop(caller.data_mut().tools.as_mut().ok_or(Errno::NOTSUP)?.line.take()),
        false => line(caller)?.shutdown().await?,
    }
    Ok(0)
}
