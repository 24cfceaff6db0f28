//! Fetches manifests and tells what they are.

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};
use sampan_store::{Descriptor, Links};
use sampan_types::digest::Algorithm;
use sampan_types::media::{OCI_INDEX, OCI_MANIFEST, is_index, is_manifest};
use sampan_types::{ByteCount, Digest};
use serde::de::Error as _;
use sha2::{Digest as _, Sha256, Sha512};

use super::answer::Answer;
use super::endpoint::clean;
use super::error::ClientError;
use super::session::{Ask, Session};

/// The largest manifest that is read (distribution spec §pushing manifests asks registries for as much).
pub const MAX_MANIFEST: ByteCount = ByteCount::mib(4);

/// What a registry says the digest of its answer is.
pub(crate) const CONTENT_DIGEST: &str = "docker-content-digest";

/// The types of schema 1, signed and not, begin so.
const SCHEMA_1: &str = "application/vnd.docker.distribution.manifest.v1+";

const ACCEPTED: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// A manifest or index that was fetched and checked.
#[derive(Clone, Debug)]
pub(crate) struct Fetched {
    pub(crate) descriptor: Descriptor,
    pub(crate) bytes: Vec<u8>,
    pub(crate) links: Links,
}

pub(crate) fn hash(algorithm: Algorithm, bytes: &[u8]) -> Digest {
    match algorithm {
        Algorithm::Sha256 => Digest::from_bytes(algorithm, &Sha256::digest(bytes)),
        Algorithm::Sha512 => Digest::from_bytes(algorithm, &Sha512::digest(bytes)),
    }
}

/// A request for the manifest of this tag or digest.
pub(crate) fn ask(session: &Session<'_>, method: Method, selector: &str) -> Ask {
    let mut ask = Ask::new(
        method,
        session.path(&format!("manifests/{selector}")),
        "give a manifest",
    );
    ask.headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
    ask
}

/// What a tag or digest stands for, without fetching it; `None` where the registry does not say enough.
pub(crate) async fn head(
    session: &Session<'_>,
    selector: &str,
    image: &str,
) -> Result<Option<Descriptor>, ClientError> {
    let answer = session.ask(&ask(session, Method::HEAD, selector)).await?;
    let answer = match found(session, answer, image).await {
        // Some registries know no HEAD here.
        Err(ClientError::Refused { .. }) => return Ok(None),
        other => other?,
    };
    let digest = answer.header(CONTENT_DIGEST).and_then(|d| d.trim().parse().ok());
    let media_type = content_type(&answer);
    let known = media_type.filter(|t| is_index(t) || is_manifest(t));
    let (Some(digest), Some(size), Some(media_type)) = (digest, answer.content_length(), known) else {
        return Ok(None);
    };
    Ok(Some(Descriptor::new(media_type, digest, size)))
}

/// Fetches and checks. `expected` is what a parent promised, or what the person wrote.
pub(crate) async fn get(
    session: &Session<'_>,
    selector: &str,
    expected: Option<(&Digest, Option<u64>)>,
    image: &str,
) -> Result<Fetched, ClientError> {
    let mut second = false;
    loop {
        match get_once(session, selector, expected, image).await {
            // Once more, as for blobs: a cache on the way may have been half-written.
            Err(ClientError::DigestMismatch { .. } | ClientError::SizeMismatch { .. }) if !second => {
                second = true;
            }
            other => return other,
        }
    }
}

async fn get_once(
    session: &Session<'_>,
    selector: &str,
    expected: Option<(&Digest, Option<u64>)>,
    image: &str,
) -> Result<Fetched, ClientError> {
    let ask = ask(session, Method::GET, selector);
    let mut backoff = session.backoff();
    // The body is part of the attempt: a manifest is small and fetched whole.
    let (media_type, told, bytes) = loop {
        let attempt = async {
            let answer = session.ask_once(&ask).await?;
            let mut answer = found(session, answer, image).await?;
            let media_type = content_type(&answer);
            let told = answer
                .header(CONTENT_DIGEST)
                .and_then(|d| d.trim().parse::<Digest>().ok());
            let bytes = answer.bytes("a manifest", MAX_MANIFEST).await?;
            Ok((media_type, told, bytes))
        };
        match attempt.await {
            Ok(all) => break all,
            Err(error) => match backoff.after(&error) {
                Some(wait) => session.pause(None, &error, backoff.attempt(), wait).await,
                None => return Err(error),
            },
        }
    };
    let want = expected.map(|(digest, _)| digest).or(told.as_ref());
    let digest = match want {
        Some(want) => {
            let actual = hash(want.algorithm(), &bytes);
            if actual != *want {
                return Err(ClientError::DigestMismatch {
                    registry: session.registry(),
                    what: "a manifest",
                    expected: want.clone(),
                    actual: actual.to_string(),
                });
            }
            actual
        }
        None => hash(Algorithm::Sha256, &bytes),
    };
    let size = bytes.len() as u64;
    if let Some((_, Some(promised))) = expected
        && promised != size
    {
        return Err(ClientError::SizeMismatch {
            registry: session.registry(),
            digest,
            expected: promised,
            actual: size,
        });
    }
    let (links, media_type) = read(session, &bytes, media_type.as_deref(), image)?;
    let mut descriptor = Descriptor::new(media_type, digest, size);
    descriptor.artifact_type.clone_from(&links.artifact_type);
    Ok(Fetched {
        descriptor,
        bytes,
        links,
    })
}

/// A 404 is the missing image.
async fn found<'c>(
    session: &Session<'_>,
    answer: Answer<'c>,
    image: &str,
) -> Result<Answer<'c>, ClientError> {
    match answer.status() {
        StatusCode::OK => Ok(answer),
        StatusCode::NOT_FOUND => Err(ClientError::NoImage {
            registry: session.registry(),
            image: image.to_owned(),
        }),
        _ => Err(answer.refusal("give a manifest").await),
    }
}

fn content_type(answer: &Answer<'_>) -> Option<String> {
    let plain = answer.header(CONTENT_TYPE)?.split(';').next()?.trim();
    (!plain.is_empty()).then(|| plain.to_ascii_lowercase())
}

/// What a document in the store is: what it says itself, or what whoever refers to it says.
pub(crate) fn media_type(links: &Links, descriptor: Option<&Descriptor>) -> Option<String> {
    let said = links.media_type.as_deref();
    let said = said
        .or(descriptor.map(|d| d.media_type.as_str()))
        .unwrap_or_default();
    let (index, manifest) = (
        !links.manifests.is_empty(),
        links.config.is_some() || !links.layers.is_empty(),
    );
    match (index, manifest) {
        (_, false) if is_index(said) => Some(said.to_owned()),
        (false, _) if is_manifest(said) => Some(said.to_owned()),
        (true, false) if said.is_empty() => Some(OCI_INDEX.to_owned()),
        (false, true) if said.is_empty() => Some(OCI_MANIFEST.to_owned()),
        _ => None,
    }
}

/// Parses, and finds out what it is: its own word counts more than the header's, and a document that can be
/// read as both kinds is refused, because two readers would see two images (CVE-2021-41190).
fn read(
    session: &Session<'_>,
    bytes: &[u8],
    header: Option<&str>,
    image: &str,
) -> Result<(Links, String), ClientError> {
    let malformed = |source| ClientError::Malformed {
        registry: session.registry(),
        what: "a manifest",
        source,
    };
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(malformed)?;
    let version = value.get("schemaVersion").and_then(serde_json::Value::as_u64);
    if version == Some(1) || header.is_some_and(|h| h.starts_with(SCHEMA_1)) {
        return Err(ClientError::Schema1 {
            image: image.to_owned(),
        });
    }
    let has = |name: &str| value.get(name).is_some();
    let (index, manifest) = (has("manifests"), has("layers") || has("config"));
    let links = Links::parse(bytes).map_err(malformed)?;
    let said = links.media_type.as_deref().or(header).unwrap_or_default();
    let media_type = match (index, manifest) {
        (true, true) => {
            let text = "it is an image and an index at the same time";
            return Err(malformed(serde_json::Error::custom(text)));
        }
        (true, false) if is_index(said) => said,
        (false, true) if is_manifest(said) => said,
        // Old registries serve images as plain JSON.
        (true, false) if !is_manifest(said) && links.media_type.is_none() => OCI_INDEX,
        (false, true) if !is_index(said) && links.media_type.is_none() => OCI_MANIFEST,
        _ => {
            return Err(ClientError::NotAnImage {
                image: image.to_owned(),
                media_type: clean(said),
            });
        }
    };
    let media_type = media_type.to_owned();
    Ok((links, media_type))
}
