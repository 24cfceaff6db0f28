//! Brings one blob into the store, from whoever has it: the mirrors, the registry, or the addresses that the
//! manifest gives. How a download goes is in `download`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use sampan_store::{Blobs, Descriptor};

use super::download::Download;
use super::error::ClientError;
use super::session::{Session, Target};

/// What is to be downloaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) descriptor: &'a Descriptor,
    /// `layer`, `config`.
    pub(crate) what: &'static str,
    /// The image that needs it.
    pub(crate) image: &'a str,
}

/// Runs something that blocks on a thread for that.
pub(crate) async fn blocking<T, F>(work: F) -> Result<T, ClientError>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|source| ClientError::Task { source })
}

/// Brings a blob into the store, from the first of these endpoints that gives it. Tells whether bytes
/// travelled.
pub(crate) async fn fetch(
    sessions: &[Session<'_>],
    blobs: &Blobs,
    wanted: Wanted<'_>,
) -> Result<bool, ClientError> {
    let mut last = None;
    for session in sessions {
        match fetch_from(session, blobs, wanted).await {
            Err(error) if !error.is_ours() => last = Some(error),
            other => return other,
        }
    }
    match last {
        Some(ClientError::NoBlob { .. }) if !urls(wanted.descriptor).is_empty() => {
            foreign(sessions, blobs, wanted).await
        }
        Some(error) => Err(error),
        // There is always the registry itself.
        None => Ok(false),
    }
}

async fn fetch_from(session: &Session<'_>, blobs: &Blobs, wanted: Wanted<'_>) -> Result<bool, ClientError> {
    let digest = &wanted.descriptor.digest;
    let target = Target::Path(session.path(&format!("blobs/{digest}")));
    Download {
        session,
        blobs,
        wanted,
        target,
    }
    .run()
    .await
}

/// Layers that a registry does not keep (image-spec layer.md §non-distributable): from the addresses that
/// the manifest gives, without credentials, with the same checks.
async fn foreign(sessions: &[Session<'_>], blobs: &Blobs, wanted: Wanted<'_>) -> Result<bool, ClientError> {
    let Some(session) = sessions.last() else {
        return Ok(false);
    };
    let transport = &session.client.transport;
    let mut last = None;
    for text in urls(wanted.descriptor) {
        let Ok(url) = Url::parse(&text) else { continue };
        let attempt = async {
            transport.check(&session.endpoint, None, &url)?;
            let download = Download {
                session,
                blobs,
                wanted,
                target: Target::Url(url),
            };
            download.run().await
        };
        match attempt.await {
            Err(error) if !error.is_ours() => last = Some(error),
            other => return other,
        }
    }
    Err(last.unwrap_or_else(|| ClientError::NoBlob {
        registry: session.registry(),
        image: wanted.image.to_owned(),
        digest: wanted.descriptor.digest.clone(),
    }))
}

fn urls(descriptor: &Descriptor) -> Vec<String> {
    const MAX_URLS: usize = 8;
    let listed = descriptor.other.get("urls").and_then(serde_json::Value::as_array);
    let texts = listed.into_iter().flatten().filter_map(serde_json::Value::as_str);
    texts.take(MAX_URLS).map(str::to_owned).collect()
}

/// The content that a descriptor carries itself (image-spec descriptor.md §data), where it has any.
pub(crate) fn embedded(descriptor: &Descriptor) -> Option<Vec<u8>> {
    let text = descriptor.other.get("data")?.as_str()?;
    let bytes = STANDARD.decode(text).ok()?;
    (bytes.len() as u64 == descriptor.size).then_some(bytes)
}
