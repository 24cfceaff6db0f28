//! Downloads one blob: resumes what is there, checks every byte, and tries again where that can help.

use std::io::Write;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_RANGE, RANGE};
use http::{HeaderValue, Method, StatusCode};
use sampan_store::{Blobs, Descriptor, Fetch, Ingest, StoreError};
use sampan_types::Digest;
use tokio::sync::mpsc;

use super::answer::Answer;
use super::blob::{Wanted, blocking};
use super::error::ClientError;
use super::session::{Ask, Session, Target};

/// Progress that counts: after this many new bytes, failed attempts before them are forgotten.
const MOVED_ON: u64 = 64 << 10;
/// How long to wait before looking again at a blob that somebody else downloads.
const BUSY: Duration = Duration::from_millis(50);
/// Chunks on their way from the network to the disk.
const IN_FLIGHT: usize = 16;

/// One blob from one place.
pub(crate) struct Download<'s, 'c> {
    pub(crate) session: &'s Session<'c>,
    pub(crate) blobs: &'s Blobs,
    pub(crate) wanted: Wanted<'s>,
    pub(crate) target: Target,
}

impl Download<'_, '_> {
    /// Tells whether bytes travelled.
    pub(crate) async fn run(&self) -> Result<bool, ClientError> {
        let Descriptor { digest, size, .. } = self.wanted.descriptor;
        let progress = self.session.progress;
        let mut backoff = self.session.backoff();
        let mut mismatched = false;
        let mut ranges = true;
        let mut started = false;
        loop {
            let mut ingest = match self.begin().await? {
                Fetch::Present(_) => {
                    if started {
                        progress.done(digest);
                    } else {
                        progress.already(digest, self.wanted.what);
                    }
                    return Ok(false);
                }
                Fetch::Write(ingest) => ingest,
            };
            if !started {
                progress.start(digest, self.wanted.what, Some(*size));
                started = true;
            }
            if !ranges || ingest.offset() > *size {
                ingest.restart()?;
            }
            let begin = ingest.offset();
            let mut position = begin;
            let error = match self.attempt(ingest, &mut position).await {
                Ok(()) => {
                    progress.done(digest);
                    return Ok(true);
                }
                Err(error) => error,
            };
            if position.saturating_sub(begin) >= MOVED_ON {
                backoff.moved_on();
            }
            match error {
                // The bytes are gone from the store; what stood there may have been damaged before.
                ClientError::DigestMismatch { .. } | ClientError::SizeMismatch { .. } if !mismatched => {
                    tracing::debug!(%digest, %error, "fetching once more from its start");
                    mismatched = true;
                }
                // The range, not the blob, is what the registry cannot give.
                ClientError::BadHeader { .. } if ranges && begin > 0 => ranges = false,
                error => match backoff.after(&error) {
                    Some(wait) => {
                        self.session
                            .pause(Some(digest), &error, backoff.attempt(), wait)
                            .await
                    }
                    None => return Err(error),
                },
            }
        }
    }

    /// Waits while another process or task downloads the same blob. It asks again and again instead of
    /// blocking a thread, so that whoever waits can be stopped.
    async fn begin(&self) -> Result<Fetch, ClientError> {
        let Descriptor { digest, size, .. } = self.wanted.descriptor;
        loop {
            let (blobs, key, len) = (self.blobs.clone(), digest.clone(), *size);
            if let Some(fetch) = blocking(move || blobs.try_fetch(&key, Some(len))).await?? {
                return Ok(fetch);
            }
            tokio::time::sleep(BUSY).await;
        }
    }

    /// One request, from where the store is to the end.
    async fn attempt(&self, mut ingest: Ingest, position: &mut u64) -> Result<(), ClientError> {
        let Descriptor { digest, size, .. } = self.wanted.descriptor;
        if *position < *size {
            let mut ask = Ask::new(Method::GET, String::new(), "give a blob");
            ask.target = self.target.clone();
            // A compressed answer would have other bytes and other ranges.
            ask.headers
                .insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
            if *position > 0
                && let Ok(range) = HeaderValue::from_str(&format!("bytes={position}-"))
            {
                ask.headers.insert(RANGE, range);
            }
            let answer = self.session.ask_once(&ask).await?;
            let answer = self.accept(answer, &mut ingest, position).await?;
            ingest = self.stream(answer, ingest, position).await?;
        }
        let committed = blocking(move || ingest.commit()).await?;
        committed.map(|_| ()).map_err(|error| match error {
            StoreError::DigestMismatch { expected, found } => ClientError::DigestMismatch {
                registry: self.session.registry(),
                what: "a blob",
                expected,
                actual: found.to_string(),
            },
            StoreError::SizeMismatch { expected, found, .. } => ClientError::SizeMismatch {
                registry: self.session.registry(),
                digest: digest.clone(),
                expected,
                actual: found,
            },
            other => other.into(),
        })
    }

    /// Checks status and lengths before the first byte is written.
    async fn accept<'a>(
        &self,
        answer: Answer<'a>,
        ingest: &mut Ingest,
        position: &mut u64,
    ) -> Result<Answer<'a>, ClientError> {
        let Descriptor { digest, size, .. } = self.wanted.descriptor;
        let bad_range = || ClientError::BadHeader {
            registry: self.session.registry(),
            header: "Content-Range",
        };
        match answer.status() {
            StatusCode::OK => {
                // The registry does not know ranges: everything comes again.
                if *position > 0 {
                    ingest.restart()?;
                    *position = 0;
                }
            }
            StatusCode::PARTIAL_CONTENT => {
                let range = answer.header(CONTENT_RANGE).and_then(content_range);
                if range != Some((*position, *size - 1, *size)) {
                    return Err(bad_range());
                }
            }
            StatusCode::RANGE_NOT_SATISFIABLE => return Err(bad_range()),
            StatusCode::NOT_FOUND => {
                return Err(ClientError::NoBlob {
                    registry: self.session.registry(),
                    image: self.wanted.image.to_owned(),
                    digest: digest.clone(),
                });
            }
            _ => return Err(answer.refusal("give a blob").await),
        }
        match answer.content_length() {
            Some(length) if length != *size - *position => {
                ingest.restart()?;
                Err(ClientError::SizeMismatch {
                    registry: self.session.registry(),
                    digest: digest.clone(),
                    expected: *size,
                    actual: length.saturating_add(*position),
                })
            }
            _ => Ok(answer),
        }
    }

    /// Moves the body to the disk. Hashing and writing are on a thread of their own; whatever happens, the
    /// bytes that came are with the store when this returns.
    async fn stream(
        &self,
        mut answer: Answer<'_>,
        ingest: Ingest,
        position: &mut u64,
    ) -> Result<Ingest, ClientError> {
        let Descriptor { digest, size, .. } = self.wanted.descriptor;
        let (sender, receiver) = mpsc::channel(IN_FLIGHT);
        let writer = tokio::task::spawn_blocking(move || write_all(ingest, receiver));
        let end = loop {
            let chunk = match answer.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            if chunk.len() as u64 > *size - *position {
                break Err(ClientError::SizeMismatch {
                    registry: self.session.registry(),
                    digest: digest.clone(),
                    expected: *size,
                    actual: position.saturating_add(chunk.len() as u64),
                });
            }
            let len = chunk.len() as u64;
            // The writer ends early only with an error of its own, which comes out below.
            if sender.send(chunk).await.is_err() {
                break Ok(());
            }
            *position += len;
            self.session.progress.advance(digest, *position);
        };
        drop(sender);
        let written = writer.await.map_err(|source| ClientError::Task { source })?;
        let mut ingest = written.map_err(|source| write_error(digest, source))?;
        match end {
            Err(error @ ClientError::SizeMismatch { .. }) => {
                ingest.restart()?;
                Err(error)
            }
            Err(error) => Err(error),
            Ok(()) if *position < *size => Err(ClientError::Truncated {
                registry: self.session.registry(),
                digest: digest.clone(),
                received: *position,
                expected: *size,
            }),
            Ok(()) => Ok(ingest),
        }
    }
}

fn write_all(mut ingest: Ingest, mut receiver: mpsc::Receiver<Bytes>) -> std::io::Result<Ingest> {
    while let Some(chunk) = receiver.blocking_recv() {
        ingest.write_all(&chunk)?;
    }
    ingest.flush()?;
    Ok(ingest)
}

fn write_error(digest: &Digest, source: std::io::Error) -> ClientError {
    ClientError::WriteBlob {
        digest: digest.clone(),
        source,
    }
}

/// Reads `bytes FIRST-LAST/SIZE` (RFC 9110 §14.4).
fn content_range(value: &str) -> Option<(u64, u64, u64)> {
    let (range, size) = value.trim().strip_prefix("bytes")?.trim().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    Some((
        first.trim().parse().ok()?,
        last.trim().parse().ok()?,
        size.trim().parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_content_ranges() {
        assert_eq!(content_range("bytes 5-9/10"), Some((5, 9, 10)));
        for bad in [
            "",
            "bytes",
            "bytes */10",
            "bytes 5-9/*",
            "5-9/10",
            "bytes 5-9",
            "bytes -1-9/10",
        ] {
            assert_eq!(content_range(bad), None, "{bad}");
        }
    }
}
