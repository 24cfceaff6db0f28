//! What a step's container writes, told as it comes.

use std::io;

use tokio::io::AsyncReadExt;

use super::Builder;
use super::output::BuildLine;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::{AttachQuery, WaitCondition};

/// The most of one piece of output that is told at a time.
const PIECE: usize = 64 << 10;

impl Builder<'_> {
    /// Starts a container, tells what it writes, and how it ended.
    pub(super) async fn follow(&mut self, id: &str) -> Result<i64> {
        let supervisor = self.supervisor;
        let query = AttachQuery {
            stdout: true,
            stderr: true,
            stream: true,
            ..AttachQuery::default()
        };
        let attached = supervisor.attach(id, query).await?;
        let waiting = supervisor.wait(id, WaitCondition::NextExit)?;
        Box::pin(supervisor.start(id)).await?;
        if let Some(stream) = attached.stream {
            let broken = SupervisorError::io("read", "the output of a step");
            let socket = std::os::unix::net::UnixStream::from(stream.socket);
            let read = async {
                socket.set_nonblocking(true)?;
                let mut socket = tokio::net::UnixStream::from_std(socket)?;
                self.tell_frames(&mut socket).await
            };
            read.await.map_err(broken)?;
        }
        Ok(waiting.done().await.status_code)
    }

    /// Frames of a container's streams (Docker's eight bytes before each) as text.
    async fn tell_frames(&self, socket: &mut tokio::net::UnixStream) -> io::Result<()> {
        let mut head = [0; 8];
        loop {
            match socket.read_exact(&mut head).await {
                Ok(_) => {}
                // A container that is gone may break off what nobody reads any more.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset
                    ) =>
                {
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
            let mut left = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
            while left > 0 {
                let mut piece = vec![0; left.min(PIECE)];
                socket.read_exact(&mut piece).await?;
                left -= piece.len();
                let output = BuildLine::Output {
                    error: head[0] == 2,
                    bytes: piece,
                };
                self.output.tell(output).await;
            }
        }
    }
}
