//! Two ends of streams, tied together: of somebody who came before the container ran, and of the container.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream as StdStream;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use sampan_runtime::Attachment;
use tokio::io::{AsyncWriteExt, copy};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

/// Carries bytes both ways until the container's output ends or the client leaves, on a task of its own.
pub(crate) fn bridge(client: StdStream, attachment: Attachment) {
    let guest = StdStream::from(attachment.socket);
    tokio::spawn(async move {
        if let Err(error) = carry(client, guest).await {
            tracing::debug!(%error, "streams that were joined before the start ended");
        }
    });
}

async fn carry(client: StdStream, guest: StdStream) -> io::Result<()> {
    guest.set_nonblocking(true)?;
    let (from_client, mut to_client) = UnixStream::from_std(client)?.into_split();
    let (mut from_guest, to_guest) = UnixStream::from_std(guest)?.into_split();
    let typing = input(from_client, to_guest);
    let showing = async {
        copy(&mut from_guest, &mut to_client).await?;
        to_client.shutdown().await
    };
    tokio::pin!(typing, showing);
    tokio::select! {
        shown = &mut showing => shown,
        half = &mut typing => match half? {
            // The input has ended; the output has not.
            Some(_input) => showing.await,
            None => Ok(()),
        },
    }
}

/// Carries the input to its end. `None` when the client has left altogether: then the container's input stays open
/// for the next one, as far as the container has it so.
async fn input(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<Option<OwnedWriteHalf>> {
    copy(&mut from, &mut to).await?;
    let mut state = [PollFd::from_borrowed_fd(
        from.as_ref().as_fd(),
        PollFlags::empty(),
    )];
    let now = Timespec::default();
    poll(&mut state, Some(&now))?;
    if state[0].revents().contains(PollFlags::HUP) {
        to.forget();
        return Ok(None);
    }
    to.shutdown().await?;
    Ok(Some(to))
}
