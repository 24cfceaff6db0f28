//! Pushes an image: blobs, then manifests with children first, then the name.

use std::collections::BTreeSet;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};
use sampan_store::{Blobs, Descriptor, Links, Store};
use sampan_types::media::{is_index, is_manifest};
use sampan_types::{Digest, Reference};

use super::Client;
use super::blob::blocking;
use super::body::Body;
use super::endpoint;
use super::error::ClientError;
use super::manifest::{self, CONTENT_DIGEST};
use super::progress::Progress;
use super::pull::image_name;
use super::referrers;
use super::session::{Ask, Session};
use super::upload::{self, Upload};

/// The header by which a registry says that it keeps lists of referrers (distribution spec §pushing
/// manifests with subject).
const OCI_SUBJECT: &str = "oci-subject";

/// How to push.
#[derive(Clone, Debug, Default)]
pub struct PushOptions {
    /// Repositories of the same registry that may have the layers already, so that they need not travel.
    pub mount_from: Vec<String>,
}

/// What was pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// What the name now stands for at the registry.
    pub descriptor: Descriptor,
    /// Blobs that travelled; the others were there.
    pub uploaded: usize,
}

/// A manifest or index of the store.
#[derive(Debug)]
struct Document {
    descriptor: Descriptor,
    bytes: Vec<u8>,
    links: Links,
}

impl Client {
    /// Sends the image whose manifest or index has this digest, under the tag or digest of `reference`.
    ///
    /// Blobs that the registry has are skipped, those that another repository there has are mounted. An
    /// index is sent with all that it lists, so all of it must be in the store.
    pub async fn push(
        &self,
        store: &Store,
        digest: &Digest,
        reference: &Reference,
        options: &PushOptions,
        progress: &dyn Progress,
    ) -> Result<Pushed, ClientError> {
        let store = store.clone();
        let lease = blocking(move || store.lease()).await??;
        let blobs = lease.blobs();
        let documents = collect(&blobs, digest).await?;
        let endpoint = endpoint::origin(&self.inner.config, reference.registry())?;
        let mut session = Session::new(
            &self.inner,
            endpoint,
            reference.repository(),
            "pull,push",
            progress,
        );
        let from = options.mount_from.iter().filter(|r| *r != reference.repository());
        let from: Vec<String> = from.cloned().collect();
        session
            .scopes
            .extend(from.iter().map(|r| format!("repository:{r}:pull")));
        let image = image_name(reference);
        let uploaded = push_blobs(&session, &blobs, &documents, &from).await?;
        let selector = reference.selector();
        let last = documents.len() - 1;
        for (at, document) in documents.iter().enumerate() {
            let own = document.descriptor.digest.to_string();
            let name = if at == last { &selector } else { &own };
            put_manifest(&session, name, document, &image).await?;
        }
        let descriptor = documents.into_iter().next_back().map(|d| d.descriptor);
        // `collect` gives at least the document that was asked for.
        let descriptor = descriptor.ok_or_else(|| ClientError::NotInStore {
            digest: digest.clone(),
        })?;
        Ok(Pushed { descriptor, uploaded })
    }
}

/// A step of the walk over an index: a document to be read, or one whose children are all done.
enum Step {
    Read(Digest, Option<Descriptor>),
    Add(Box<Document>),
}

/// Everything that is to be sent as a manifest, each once, children before parents.
async fn collect(blobs: &Blobs, digest: &Digest) -> Result<Vec<Document>, ClientError> {
    let mut steps = vec![Step::Read(digest.clone(), None)];
    let mut seen = BTreeSet::new();
    let mut documents = Vec::new();
    while let Some(step) = steps.pop() {
        match step {
            Step::Add(document) => documents.push(*document),
            Step::Read(digest, promised) => {
                if !seen.insert(digest.clone()) {
                    continue;
                }
                let document = load(blobs, digest, promised).await?;
                let mut children = Vec::new();
                if is_index(&document.descriptor.media_type) {
                    children.extend(document.links.manifests.iter().cloned());
                }
                steps.push(Step::Add(Box::new(document)));
                steps.extend(
                    children
                        .into_iter()
                        .map(|c| Step::Read(c.digest.clone(), Some(c))),
                );
            }
        }
    }
    Ok(documents)
}

async fn load(blobs: &Blobs, digest: Digest, promised: Option<Descriptor>) -> Result<Document, ClientError> {
    let (source, key) = (blobs.clone(), digest.clone());
    let bytes = blocking(move || {
        if !source.contains(&key)? {
            return Ok(None);
        }
        source.read_blob(&key, manifest::MAX_MANIFEST).map(Some)
    });
    let bytes = match bytes.await? {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(ClientError::NotInStore { digest }),
        Err(sampan_store::StoreError::TooLarge { .. }) => return Err(ClientError::NotAManifest { digest }),
        Err(error) => return Err(error.into()),
    };
    let links = Links::parse(&bytes).ok();
    let found = links.and_then(|links| {
        let media_type = manifest::media_type(&links, promised.as_ref())?;
        Some((links, media_type))
    });
    let Some((links, media_type)) = found else {
        return Err(ClientError::NotAManifest { digest });
    };
    let mut descriptor = Descriptor::new(media_type, digest, bytes.len() as u64);
    descriptor.artifact_type.clone_from(&links.artifact_type);
    Ok(Document {
        descriptor,
        bytes,
        links,
    })
}

async fn push_blobs(
    session: &Session<'_>,
    blobs: &Blobs,
    documents: &[Document],
    from: &[String],
) -> Result<usize, ClientError> {
    let mut seen = BTreeSet::new();
    let mut uploads = Vec::new();
    for document in documents.iter().filter(|d| is_manifest(&d.descriptor.media_type)) {
        let config = document.links.config.iter().map(|d| (d, "config"));
        for (descriptor, what) in config.chain(document.links.layers.iter().map(|d| (d, "layer"))) {
            // Such layers stay where they are from (image-spec layer.md §non-distributable).
            let foreign = descriptor.other.contains_key("urls");
            if !foreign && seen.insert(&descriptor.digest) {
                uploads.push(Upload {
                    descriptor,
                    what,
                    from,
                });
            }
        }
    }
    let sends = uploads
        .into_iter()
        .map(|upload| upload::send(session, blobs, upload));
    let parallel = session.client.config.parallel_uploads.max(1);
    stream::iter(sends)
        .buffer_unordered(parallel)
        .try_fold(0, |sent, moved| std::future::ready(Ok(sent + usize::from(moved))))
        .await
}

async fn put_manifest(
    session: &Session<'_>,
    selector: &str,
    document: &Document,
    image: &str,
) -> Result<(), ClientError> {
    let Document {
        descriptor,
        bytes,
        links,
    } = document;
    // A manifest that is there under this name already is not sent again: its tag's history stays quiet.
    let there = manifest::head(session, selector, image).await;
    if matches!(&there, Ok(Some(there)) if there.digest == descriptor.digest) {
        session.progress.already(&descriptor.digest, "manifest");
        return Ok(());
    }
    let body = Bytes::from(bytes.clone());
    let subject_kept = put_bytes(session, selector, descriptor, body).await?;
    if let Some(subject) = &links.subject
        && !subject_kept
    {
        referrers::add_to_fallback(session, subject, descriptor, links).await?;
    }
    Ok(())
}

/// Sends a manifest. Tells whether the registry keeps track of its subject.
pub(crate) async fn put_bytes(
    session: &Session<'_>,
    selector: &str,
    descriptor: &Descriptor,
    body: Bytes,
) -> Result<bool, ClientError> {
    let path = session.path(&format!("manifests/{selector}"));
    let mut ask = Ask::new(Method::PUT, path, "store a manifest");
    let media_type = HeaderValue::from_str(&descriptor.media_type);
    let media_type = media_type.map_err(|_| ClientError::NotAManifest {
        digest: descriptor.digest.clone(),
    })?;
    ask.headers.insert(CONTENT_TYPE, media_type);
    ask.body = Body::Bytes(body);
    session
        .progress
        .start(&descriptor.digest, "manifest", Some(descriptor.size));
    let answer = session.ask(&ask).await?;
    if !matches!(
        answer.status(),
        StatusCode::CREATED | StatusCode::ACCEPTED | StatusCode::OK
    ) {
        return Err(answer.refusal("store a manifest").await);
    }
    let told = answer
        .header(CONTENT_DIGEST)
        .and_then(|d| d.trim().parse::<Digest>().ok());
    if let Some(told) = told
        && told.algorithm() == descriptor.digest.algorithm()
        && told != descriptor.digest
    {
        return Err(ClientError::DigestMismatch {
            registry: session.registry(),
            what: "a manifest",
            expected: descriptor.digest.clone(),
            actual: told.to_string(),
        });
    }
    session.progress.advance(&descriptor.digest, descriptor.size);
    session.progress.done(&descriptor.digest);
    Ok(answer.header(OCI_SUBJECT).is_some())
}
