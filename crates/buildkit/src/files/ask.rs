//! How a client is asked, and what it answers.

use std::io;
use std::time::Duration;

use futures::stream;
use tonic::metadata::{AsciiMetadataKey, MetadataMap, MetadataValue};
use tonic::{Request, Streaming};

use super::patterns::{Patterns, encode};
use super::reader::Parts;
use crate::error::BuildkitError;
use crate::proto::moby::upload::v1::upload_client::UploadClient;
use crate::session::Session;

/// How long a client may say nothing: its disk may be a slow one.
const PAUSE: Duration = Duration::from_secs(120);

/// What a client is asked for.
#[derive(Debug, Default)]
pub(crate) struct Ask<'a> {
    /// The name of the folder.
    pub(crate) folder: &'a str,
    /// Only these files, and what they lead to; all where none is said.
    pub(crate) follow: &'a [String],
    /// What it shall leave out.
    pub(crate) patterns: Option<&'a Patterns>,
    /// Under which folder it goes into the archive, with a slash at its end; empty for none.
    pub(crate) beneath: &'a str,
}

/// Says in the headers of a question which folder is meant, and what of it.
pub(super) fn metadata(to: &mut MetadataMap, ask: &Ask<'_>) -> Result<(), BuildkitError> {
    let exclude = ask.patterns.map_or(&[][..], |patterns| &patterns.lines);
    let all: [(&'static str, &'static str, Vec<&str>); 3] = [
        ("dir-name", "dir-name-encoded", vec![ask.folder]),
        (
            "followpaths",
            "followpaths-encoded",
            ask.follow.iter().map(String::as_str).collect(),
        ),
        (
            "exclude-patterns",
            "exclude-patterns-encoded",
            exclude.iter().map(String::as_str).collect(),
        ),
    ];
    for (name, flag, words) in all {
        let (words, encoded) = encode(words);
        for word in words {
            let value = word
                .parse()
                .map_err(|_| BuildkitError::Invalid(format!("{word:?} cannot be asked of a client")))?;
            to.append(AsciiMetadataKey::from_static(name), value);
        }
        if encoded {
            to.insert(
                AsciiMetadataKey::from_static(flag),
                MetadataValue::from_static("1"),
            );
        }
    }
    Ok(())
}

/// What a client answered.
pub(super) fn peer<T>(what: &str, answer: Result<T, tonic::Status>) -> Result<T, BuildkitError> {
    answer.map_err(|status| BuildkitError::Peer {
        what: what.to_owned(),
        status: Box::new(status),
    })
}

/// What it says next, unless it stops.
pub(super) async fn next<M>(what: &str, incoming: &mut Streaming<M>) -> Result<Option<M>, BuildkitError> {
    match tokio::time::timeout(PAUSE, incoming.message()).await {
        Err(_) => Err(BuildkitError::Stopped(what.to_owned())),
        Ok(message) => peer(what, message),
    }
}

/// An archive that the client was given on its standard input, as it is.
pub(crate) async fn upload(session: &Session, path: &str, parts: &Parts) -> Result<u64, BuildkitError> {
    let what = "archive of the client".to_owned();
    let mut request = Request::new(stream::empty());
    for (name, value) in [("urlpath", path), ("urlhost", "buildkit-session")] {
        let value = value
            .parse()
            .map_err(|_| BuildkitError::Invalid(format!("{path:?} is no archive of a client")))?;
        request
            .metadata_mut()
            .insert(AsciiMetadataKey::from_static(name), value);
    }
    let mut client = UploadClient::with_origin(session.channel(), Session::origin());
    let mut incoming = peer(&what, client.pull(request).await)?.into_inner();
    let mut sent = 0;
    while let Some(message) = next(&what, &mut incoming).await? {
        sent += message.data.len() as u64;
        if parts.send(Ok(message.data.into())).await.is_err() {
            break;
        }
    }
    Ok(sent)
}

/// Writes what an archive ends with.
pub(crate) async fn end(parts: &Parts) {
    // Where nobody reads any more nothing is lost.
    let _ = parts.send(Ok(super::archive::end())).await;
}

/// Has the reader end with an error, where it could else take a broken archive for a whole one.
pub(crate) async fn broken(parts: &Parts, error: &BuildkitError) {
    let _ = parts.send(Err(io::Error::other(error.to_string()))).await;
}
