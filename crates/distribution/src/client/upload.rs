//! Uploads one blob: asks whether it is there, mounts it, or sends it, and takes an interrupted upload up
//! where the registry says that it ended.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::header::{CONTENT_RANGE, CONTENT_TYPE, LOCATION, RANGE};
use http::{HeaderValue, Method, StatusCode};
use reqwest::Url;
use sampan_store::{Blobs, Descriptor};
use sampan_types::Digest;

use super::answer::Answer;
use super::blob::blocking;
use super::body::{Body, FileRange};
use super::error::ClientError;
use super::session::{Ask, Session, Target};

/// How often progress is told while bytes leave.
const TICK: Duration = Duration::from_millis(100);
/// The header by which a registry asks for larger chunks (distribution spec §pushing a blob in chunks).
const CHUNK_MIN: &str = "oci-chunk-min-length";

/// A blob to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Upload<'a> {
    pub(crate) descriptor: &'a Descriptor,
    pub(crate) what: &'static str,
    /// Repositories that it may be mounted from.
    pub(crate) from: &'a [String],
}

/// An upload that the registry has opened.
struct Open {
    location: Url,
    /// How many bytes the registry has.
    offset: u64,
    chunk_min: u64,
    /// It had not a byte when it was last asked.
    seemed_empty: bool,
}

/// Makes sure that the registry has the blob. Tells whether it travelled.
pub(crate) async fn send(
    session: &Session<'_>,
    blobs: &Blobs,
    upload: Upload<'_>,
) -> Result<bool, ClientError> {
    let digest = &upload.descriptor.digest;
    if is_there(session, digest).await? {
        session.progress.already(digest, upload.what);
        return Ok(false);
    }
    let (source, key) = (blobs.clone(), digest.clone());
    let opened = blocking(move || {
        let size = source.size(&key)?;
        Ok::<_, sampan_store::StoreError>(match size {
            Some(size) => Some((source.open_blob(&key)?, size)),
            None => None,
        })
    });
    let Some((file, size)) = opened.await?? else {
        return Err(ClientError::NotInStore {
            digest: digest.clone(),
        });
    };
    let job = Job {
        session,
        digest,
        file: Arc::new(file),
        size,
        sent: Arc::new(AtomicU64::new(0)),
    };
    let mut open = None;
    for from in upload.from {
        match job.mount(from).await? {
            Mounted::Yes => {
                session.progress.already(digest, upload.what);
                return Ok(false);
            }
            Mounted::No(session_open) => open = session_open,
        }
    }
    session.progress.start(digest, upload.what, Some(size));
    job.run(open).await?;
    session.progress.done(digest);
    Ok(true)
}

async fn is_there(session: &Session<'_>, digest: &Digest) -> Result<bool, ClientError> {
    let path = session.path(&format!("blobs/{digest}"));
    let ask = Ask::new(Method::HEAD, path, "look for a blob");
    let answer = session.ask(&ask).await?;
    match answer.status() {
        StatusCode::OK => Ok(true),
        StatusCode::NOT_FOUND => Ok(false),
        _ => Err(answer.refusal("look for a blob").await),
    }
}

enum Mounted {
    Yes,
    /// It was not, and an upload may be open instead.
    No(Option<Open>),
}

struct Job<'s, 'c> {
    session: &'s Session<'c>,
    digest: &'s Digest,
    file: Arc<File>,
    size: u64,
    sent: Arc<AtomicU64>,
}

impl Job<'_, '_> {
    async fn mount(&self, from: &str) -> Result<Mounted, ClientError> {
        let path = format!("blobs/uploads/?mount={}&from={from}", self.digest);
        let ask = Ask::new(Method::POST, self.session.path(&path), "mount a blob");
        let answer = self.session.ask(&ask).await?;
        match answer.status() {
            StatusCode::CREATED => Ok(Mounted::Yes),
            StatusCode::ACCEPTED => Ok(Mounted::No(Some(self.opened(&answer)?))),
            // Some registries refuse what they do not know; the blob is then sent.
            _ => Ok(Mounted::No(None)),
        }
    }

    async fn begin(&self) -> Result<Open, ClientError> {
        let path = self.session.path("blobs/uploads/");
        let ask = Ask::new(Method::POST, path, "store a blob");
        let answer = self.session.ask(&ask).await?;
        match answer.status() {
            StatusCode::ACCEPTED => self.opened(&answer),
            StatusCode::NOT_FOUND => Err(ClientError::NoRepository {
                registry: self.session.registry(),
                repository: self.session.repository.clone(),
            }),
            _ => Err(answer.refusal("store a blob").await),
        }
    }

    fn opened(&self, answer: &Answer<'_>) -> Result<Open, ClientError> {
        let chunk_min = answer.header(CHUNK_MIN).and_then(|v| v.trim().parse().ok());
        Ok(Open {
            location: self.location(answer)?,
            offset: 0,
            chunk_min: chunk_min.unwrap_or(0),
            seemed_empty: false,
        })
    }

    /// Where the upload goes on. It may be another host, which then sees no credentials of ours.
    fn location(&self, answer: &Answer<'_>) -> Result<Url, ClientError> {
        let bad = || ClientError::BadHeader {
            registry: self.session.registry(),
            header: "Location",
        };
        let text = answer.header(LOCATION).ok_or_else(bad)?;
        let url = answer.url().join(text).map_err(|_| bad())?;
        let transport = &self.session.client.transport;
        transport.check(&self.session.endpoint, Some(answer.url()), &url)?;
        Ok(url)
    }

    /// Sends until the registry has all of it, or an error is final.
    async fn run(&self, open: Option<Open>) -> Result<(), ClientError> {
        let mut backoff = self.session.backoff();
        let mut open = open;
        loop {
            let before = open.as_ref().map_or(0, |o| o.offset);
            let error = match self.attempt(&mut open).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let Some(wait) = backoff.after(&error) else {
                return Err(error);
            };
            self.session
                .pause(Some(self.digest), &error, backoff.attempt(), wait)
                .await;
            open = match open {
                Some(open) => self.resume(open).await,
                None => None,
            };
            if open.as_ref().is_some_and(|o| o.offset > before) {
                backoff.moved_on();
            }
        }
    }

    async fn attempt(&self, open: &mut Option<Open>) -> Result<(), ClientError> {
        let now = match open {
            Some(now) => now,
            None => open.insert(self.begin().await?),
        };
        let policy = self.session.client.config.upload;
        let chunk = match policy.chunk {
            Some(chunk) => chunk.get().max(now.chunk_min).max(1),
            None => self.size,
        };
        let monolithic =
            now.offset == 0 && self.size <= policy.monolithic_max.get() && policy.chunk.is_none();
        if !monolithic {
            while now.offset < self.size {
                self.patch(now, chunk.min(self.size - now.offset)).await?;
            }
        }
        self.finish(now).await
    }

    /// Sends one chunk.
    async fn patch(&self, open: &mut Open, len: u64) -> Result<(), ClientError> {
        let mut ask = self.ask(Method::PATCH, open.location.clone());
        let last = open.offset + len - 1;
        if let Ok(range) = HeaderValue::from_str(&format!("{}-{last}", open.offset)) {
            ask.headers.insert(CONTENT_RANGE, range);
        }
        ask.body = self.range(open.offset, len);
        let answer = self.watched(&ask).await?;
        match answer.status() {
            StatusCode::ACCEPTED | StatusCode::NO_CONTENT | StatusCode::CREATED => {
                open.location = self.location(&answer)?;
                open.offset += len;
                Ok(())
            }
            status @ (StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::NOT_FOUND) => Err(self.lost(status)),
            _ => Err(answer.refusal("store a blob").await),
        }
    }

    /// The registry counts differently, or has forgotten the upload: it is asked how far it is, and the
    /// upload begins anew where it does not know.
    fn lost(&self, status: StatusCode) -> ClientError {
        ClientError::Server {
            registry: self.session.registry(),
            status: status.as_u16(),
            detail: ": the upload was lost".to_owned(),
            retry_after: None,
        }
    }

    /// Closes the upload, with all bytes where none were sent before.
    async fn finish(&self, open: &Open) -> Result<(), ClientError> {
        let mut url = open.location.clone();
        url.query_pairs_mut()
            .append_pair("digest", &self.digest.to_string());
        let mut ask = self.ask(Method::PUT, url);
        if open.offset < self.size {
            ask.body = self.range(open.offset, self.size - open.offset);
        }
        let answer = self.watched(&ask).await?;
        match answer.status() {
            StatusCode::CREATED | StatusCode::NO_CONTENT | StatusCode::OK => Ok(()),
            status @ (StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::NOT_FOUND) => Err(self.lost(status)),
            _ => Err(answer.refusal("store a blob").await),
        }
    }

    /// Asks how far the registry is. An upload that it no longer knows begins anew.
    async fn resume(&self, open: Open) -> Option<Open> {
        let mut ask = self.ask(Method::GET, open.location.clone());
        ask.headers.remove(CONTENT_TYPE);
        let answer = self.session.ask(&ask).await.ok()?;
        if answer.status() != StatusCode::NO_CONTENT && answer.status() != StatusCode::ACCEPTED {
            tracing::debug!(digest = %self.digest, status = %answer.status(), "upload is gone, beginning anew");
            return None;
        }
        let range = answer.header(RANGE)?;
        let last: u64 = range
            .trim_start_matches("bytes=")
            .split_once('-')?
            .1
            .trim()
            .parse()
            .ok()?;
        // `0-0` is what registries say of an upload without a byte, too; and one that still takes what was sent
        // before the line broke may have none yet. It is tried once from the beginning, and says if it has more.
        let offset = match last {
            0 if open.seemed_empty => return None,
            0 => 0,
            last => last + 1,
        };
        if offset > self.size {
            return None;
        }
        let location = match answer.header(LOCATION) {
            Some(_) => self.location(&answer).ok()?,
            None => open.location,
        };
        Some(Open {
            location,
            offset,
            chunk_min: open.chunk_min,
            seemed_empty: offset == 0,
        })
    }

    fn ask(&self, method: Method, url: Url) -> Ask {
        let mut ask = Ask::new(method, String::new(), "store a blob");
        ask.target = Target::Url(url);
        ask.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        ask
    }

    fn range(&self, offset: u64, len: u64) -> Body {
        Body::File(FileRange {
            file: Arc::clone(&self.file),
            offset,
            len,
            sent: Arc::clone(&self.sent),
        })
    }

    /// One attempt, telling its progress.
    async fn watched<'a>(&'a self, ask: &'a Ask) -> Result<Answer<'a>, ClientError> {
        let answer = self.session.ask_once(ask);
        tokio::pin!(answer);
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                answer = &mut answer => return answer,
                _ = tick.tick() => {
                    let position = self.sent.load(Ordering::Relaxed);
                    self.session.progress.advance(self.digest, position);
                }
            }
        }
    }
}
