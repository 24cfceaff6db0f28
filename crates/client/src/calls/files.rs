//! Files in and out of containers, as tar archives.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::{Frame, Incoming};
use sampan_api::container::PathStat;
use tokio::sync::mpsc;

use crate::call::{Answer, Call};
use crate::{Client, ClientError};

const STAT_HEADER: &str = "X-Docker-Container-Path-Stat";

/// An archive that comes.
#[derive(Debug)]
pub struct Archive(Incoming);

impl Archive {
    pub(crate) fn of(answer: Answer<'_>) -> Self {
        Self(answer.into_body())
    }

    /// The next bytes of it, or `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        while let Some(frame) = self.0.frame().await {
            if let Ok(data) = frame.map_err(ClientError::Http)?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}

/// An archive that goes, as pieces from somebody who makes them. Where the maker fails, the request is broken off,
/// so that the daemon never takes a part for the whole.
#[derive(Debug)]
pub struct Upload {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    /// What goes before them.
    head: Option<Bytes>,
}

impl Upload {
    /// The archive, and where its pieces are put in.
    pub fn new() -> (mpsc::Sender<io::Result<Bytes>>, Self) {
        let (sender, pieces) = mpsc::channel(4);
        (sender, Self { pieces, head: None })
    }

    /// The same with something before it.
    pub(crate) fn behind(self, head: Bytes) -> Self {
        Self {
            head: Some(head),
            ..self
        }
    }
}

impl hyper::body::Body for Upload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(head) = self.head.take() {
            return Poll::Ready(Some(Ok(Frame::data(head))));
        }
        self.pieces
            .poll_recv(context)
            .map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

impl Client {
    /// What is at a path of a container.
    pub async fn stat_path(&self, id: &str, path: &str) -> Result<PathStat, ClientError> {
        let answer = Call::new(self, Method::HEAD, &["containers", id, "archive"])
            .set("path", path)
            .send()
            .await?;
        stat(&answer)
    }

    /// What is at a path of a container, as an archive whose first name is the last of the path.
    pub async fn download(&self, id: &str, path: &str) -> Result<(PathStat, Archive), ClientError> {
        let answer = self
            .get(&["containers", id, "archive"])
            .set("path", path)
            .send()
            .await?;
        Ok((stat(&answer)?, Archive::of(answer)))
    }

    /// Unpacks an archive into a folder of a container.
    pub async fn upload(
        &self,
        id: &str,
        folder: &str,
        keep_owners: bool,
        archive: Upload,
    ) -> Result<(), ClientError> {
        Call::new(self, Method::PUT, &["containers", id, "archive"])
            .set("path", folder)
            // A file in the place of a folder is an error, and so is the reverse.
            .set("noOverwriteDirNonDir", "true")
            .set_if("copyUIDGID", keep_owners)
            .body("application/x-tar", archive.boxed_unsync())
            .done()
            .await
    }

    /// All files of a container.
    pub async fn export_container(&self, id: &str) -> Result<Archive, ClientError> {
        let answer = self.get(&["containers", id, "export"]).send().await?;
        Ok(Archive::of(answer))
    }
}

fn stat(answer: &Answer<'_>) -> Result<PathStat, ClientError> {
    let read = || {
        let text = answer.headers().get(STAT_HEADER)?.to_str().ok()?;
        serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
    };
    read().ok_or_else(|| ClientError::Header {
        call: answer.call().to_owned(),
        header: STAT_HEADER,
    })
}
