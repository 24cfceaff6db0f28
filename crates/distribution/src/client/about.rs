//! What an image at a registry is, without bringing it here.

use http::{Method, StatusCode};
use sampan_store::Descriptor;
use sampan_types::Reference;
use sampan_types::media::is_index;
use serde_json::Value;

use super::Client;
use super::blob;
use super::error::ClientError;
use super::manifest::{self, Fetched, hash};
use super::progress::Silent;
use super::pull::{MAX_CONFIG, image_name, sessions};
use super::session::{Ask, Session};

/// What an image at a registry is.
#[derive(Clone, Debug)]
pub struct About {
    /// Its top-level manifest or index.
    pub descriptor: Descriptor,
    /// For which machines it is, as the index or the configuration writes it: a document with `os`, `architecture`
    /// and what else is said there.
    pub platforms: Vec<Value>,
}

impl Client {
    /// Asks for it as a pull does: each mirror first, then the registry itself.
    pub async fn about(&self, reference: &Reference) -> Result<About, ClientError> {
        let sessions = sessions(&self.inner, reference, "pull", &Silent)?;
        let image = image_name(reference);
        let mut last = None;
        for session in &sessions {
            match about(session, reference, &image).await {
                Err(error) if !error.is_ours() => last = Some(error),
                other => return other,
            }
        }
        Err(last.unwrap_or_else(|| ClientError::NoImage {
            registry: reference.registry().to_owned(),
            image,
        }))
    }
}

async fn about(session: &Session<'_>, reference: &Reference, image: &str) -> Result<About, ClientError> {
    let expected = reference.digest().map(|digest| (digest, None));
    let fetched = manifest::get(session, &reference.selector(), expected, image).await?;
    let platforms = if is_index(&fetched.descriptor.media_type) {
        let entries = fetched.links.manifests.iter();
        entries.filter_map(|entry| entry.platform.clone()).collect()
    } else {
        configured(session, &fetched, image).await?.into_iter().collect()
    };
    Ok(About {
        descriptor: fetched.descriptor,
        platforms,
    })
}

/// What a manifest's configuration says of machines; `None` where it is of a kind that says nothing.
async fn configured(
    session: &Session<'_>,
    fetched: &Fetched,
    image: &str,
) -> Result<Option<Value>, ClientError> {
    const SAID: [&str; 5] = ["architecture", "os", "os.version", "os.features", "variant"];
    let Some(descriptor) = &fetched.links.config else {
        return Ok(None);
    };
    let bytes = match blob::embedded(descriptor) {
        Some(bytes) => bytes,
        None => configuration(session, descriptor, image).await?,
    };
    let actual = hash(descriptor.digest.algorithm(), &bytes);
    if actual != descriptor.digest {
        return Err(ClientError::DigestMismatch {
            registry: session.registry(),
            what: "a configuration",
            expected: descriptor.digest.clone(),
            actual: actual.to_string(),
        });
    }
    // Artifacts may have a configuration that is no JSON at all.
    let Ok(Value::Object(whole)) = serde_json::from_slice(&bytes) else {
        return Ok(None);
    };
    let said: serde_json::Map<_, _> = whole
        .into_iter()
        .filter(|(key, _)| SAID.contains(&key.as_str()))
        .collect();
    Ok(said.contains_key("os").then_some(Value::Object(said)))
}

async fn configuration(
    session: &Session<'_>,
    descriptor: &Descriptor,
    image: &str,
) -> Result<Vec<u8>, ClientError> {
    let path = session.path(&format!("blobs/{}", descriptor.digest));
    let mut answer = session.ask(&Ask::new(Method::GET, path, "give a blob")).await?;
    match answer.status() {
        StatusCode::OK => answer.bytes("a configuration", MAX_CONFIG).await,
        StatusCode::NOT_FOUND => Err(ClientError::NoBlob {
            registry: session.registry(),
            image: image.to_owned(),
            digest: descriptor.digest.clone(),
        }),
        _ => Err(answer.refusal("give a blob").await),
    }
}
