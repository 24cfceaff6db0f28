//! Bytes that are made while they are read: archives.

use std::io::{self, Write};

use bytes::Bytes;
use tokio::sync::mpsc;

/// How much is handed over at a time.
const CHUNK: usize = 64 << 10;
/// How many parts wait for a slow reader.
const QUEUE: usize = 4;

/// A stream of bytes. Dropping it stops whoever makes them.
#[derive(Debug)]
pub struct ByteStream {
    parts: mpsc::Receiver<io::Result<Bytes>>,
}

impl ByteStream {
    /// What `make` writes, on a thread of its own.
    pub(crate) fn written_by(make: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static) -> Self {
        let (sender, parts) = mpsc::channel(QUEUE);
        tokio::task::spawn_blocking(move || {
            let mut writer = Sender {
                sender,
                part: Vec::with_capacity(CHUNK),
            };
            let outcome = make(&mut writer);
            // What was written before a failure is handed over before it.
            let outcome = writer.flush().and(outcome);
            if let Err(error) = outcome {
                // Nobody is there to hear it, if that was the reason.
                let _ = writer.sender.blocking_send(Err(error));
            }
        });
        Self { parts }
    }

    /// The next part; `None` at the end. An error is the last part.
    pub async fn next(&mut self) -> Option<io::Result<Bytes>> {
        self.parts.recv().await
    }
}

struct Sender {
    sender: mpsc::Sender<io::Result<Bytes>>,
    part: Vec<u8>,
}

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.extend_from_slice(bytes);
        if self.part.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.part.is_empty() {
            return Ok(());
        }
        let part = std::mem::replace(&mut self.part, Vec::with_capacity(CHUNK));
        self.sender
            .blocking_send(Ok(part.into()))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_written_comes_out_and_then_the_error() {
        let mut stream = ByteStream::written_by(|out| {
            out.write_all(&[7; 100_000])?;
            Err(io::Error::other("enough"))
        });
        let mut got = 0;
        let error = loop {
            match stream.next().await {
                Some(Ok(part)) => got += part.len(),
                Some(Err(error)) => break error,
                None => panic!("it ended without its error"),
            }
        };
        assert_eq!(got, 100_000);
        assert_eq!(error.to_string(), "enough");
    }

    #[tokio::test]
    async fn a_reader_that_leaves_stops_the_writer() {
        let (done, stopped) = tokio::sync::oneshot::channel();
        let stream = ByteStream::written_by(move |out| {
            let outcome = loop {
                if let Err(error) = out.write_all(&[0; CHUNK]) {
                    break error;
                }
            };
            let _ = done.send(());
            Err(outcome)
        });
        drop(stream);
        stopped.await.unwrap();
    }
}
