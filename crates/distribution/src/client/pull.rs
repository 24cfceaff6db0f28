//! Pulls an image: its manifest, then everything that it needs, then its name.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use sampan_store::{Blobs, Descriptor, Store};
use sampan_types::media::is_index;
use sampan_types::{ByteCount, Digest, Platform, Reference};

use super::blob::{self, Wanted, blocking};
use super::choose;
use super::documents::{check_platform, put, put_bytes, stored};
use super::endpoint;
use super::error::ClientError;
use super::manifest::{self, Fetched};
use super::progress::Progress;
use super::session::Session;
use super::{Client, Inner};

/// The largest configuration that is read.
pub(crate) const MAX_CONFIG: ByteCount = ByteCount::mib(8);
/// How deep indexes may lie in indexes.
const MAX_DEPTH: usize = 4;

/// What to pull.
#[derive(Clone, Debug, Default)]
pub struct PullOptions {
    /// Which of an index's platforms; without one, Wasm, or else Linux for this machine's processor.
    pub platform: Option<Platform>,
    /// Every platform of an index.
    pub all_platforms: bool,
}

/// What was pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// What the reference stands for: an index or a manifest. It now has the reference's name in the store.
    pub descriptor: Descriptor,
    /// The manifest that was chosen; the first where all were pulled.
    pub manifest: Descriptor,
    /// The store had this image under this name, complete, before.
    pub was_up_to_date: bool,
}

impl Client {
    /// Brings an image into the store and gives it its name there.
    ///
    /// Each mirror is asked before the registry itself. Everything that arrives is checked against its
    /// digest and size; what an interrupted pull left is continued. Until the end a lease protects what is
    /// there, and the name changes only when all of it is there.
    pub async fn pull(
        &self,
        store: &Store,
        reference: &Reference,
        options: &PullOptions,
        progress: &dyn Progress,
    ) -> Result<Pulled, ClientError> {
        let sessions = sessions(&self.inner, reference, "pull", progress)?;
        let job = Job {
            inner: &self.inner,
            store,
            reference,
            options,
            image: image_name(reference),
        };
        job.run(&sessions).await
    }
}

/// One session for each mirror, and the registry's own last.
pub(crate) fn sessions<'c>(
    inner: &'c Inner,
    reference: &Reference,
    actions: &str,
    progress: &'c dyn Progress,
) -> Result<Vec<Session<'c>>, ClientError> {
    let endpoints = endpoint::all(&inner.config, reference.registry())?;
    Ok(endpoints
        .into_iter()
        .map(|e| Session::new(inner, e, reference.repository(), actions, progress))
        .collect())
}

/// Repository with tag or digest, as messages show it.
pub(crate) fn image_name(reference: &Reference) -> String {
    let full = reference.familiar();
    let prefix = format!("{}/", reference.registry());
    full.strip_prefix(&prefix).unwrap_or(&full).to_owned()
}

struct Job<'a> {
    inner: &'a Inner,
    store: &'a Store,
    reference: &'a Reference,
    options: &'a PullOptions,
    image: String,
}

impl Job<'_> {
    async fn run(&self, sessions: &[Session<'_>]) -> Result<Pulled, ClientError> {
        let store = self.store.clone();
        let lease = blocking(move || store.lease()).await??;
        let blobs = lease.blobs();
        let before = {
            let (images, reference) = (lease.images(), self.reference.clone());
            blocking(move || images.resolve(&reference)).await?.ok()
        };
        let (from, top) = self
            .top(sessions, before.as_ref().map(|r| &r.descriptor), &blobs)
            .await?;
        // The endpoint that gave the manifest is asked first for the rest.
        let sessions = &sessions[from..];
        let mut moved = false;
        let mut documents = vec![top.clone()];
        let mut manifests = Vec::new();
        self.descend(sessions, &blobs, &top, 0, &mut documents, &mut manifests)
            .await?;
        moved |= self.fetch_blobs(sessions, &blobs, &manifests).await?;
        let platform = self.options.platform.as_ref();
        check_platform(platform, &top, &manifests, &blobs, &self.image).await?;
        // Children before parents, so that a parent in the store has had its children.
        for document in documents.into_iter().rev() {
            moved |= put(&blobs, document).await?;
        }
        let manifest = match manifests.first() {
            Some(first) => first.descriptor.clone(),
            None => top.descriptor.clone(),
        };
        let mut descriptor = top.descriptor;
        descriptor.platform = None;
        let same = before.is_some_and(|b| b.descriptor.digest == descriptor.digest);
        let (images, reference, named) = (lease.images(), self.reference.clone(), descriptor.clone());
        if !same {
            blocking(move || images.tag(&reference, &named)).await??;
        }
        Ok(Pulled {
            descriptor,
            manifest,
            was_up_to_date: same && !moved,
        })
    }

    /// The top manifest and the endpoint that gave it. Where the store has it already, a HEAD is enough.
    async fn top(
        &self,
        sessions: &[Session<'_>],
        before: Option<&Descriptor>,
        blobs: &Blobs,
    ) -> Result<(usize, Fetched), ClientError> {
        let mut last = None;
        for (at, session) in sessions.iter().enumerate() {
            match self.top_from(session, before, blobs).await {
                Ok(fetched) => return Ok((at, fetched)),
                Err(error) if error.is_ours() => return Err(error),
                Err(error) => {
                    if at + 1 < sessions.len() {
                        tracing::info!(mirror = session.endpoint.name, %error, "mirror passed over");
                    }
                    last = Some(error);
                }
            }
        }
        Err(last.unwrap_or_else(|| ClientError::NoImage {
            registry: self.reference.registry().to_owned(),
            image: self.image.clone(),
        }))
    }

    async fn top_from(
        &self,
        session: &Session<'_>,
        before: Option<&Descriptor>,
        blobs: &Blobs,
    ) -> Result<Fetched, ClientError> {
        if let Some(digest) = self.reference.digest() {
            return self.document(session, blobs, digest, None).await;
        }
        let selector = self.reference.selector();
        if let Some(before) = before {
            let head = manifest::head(session, &selector, &self.image).await?;
            if head.is_some_and(|head| head.digest == before.digest)
                && let Some(known) = stored(blobs, &before.digest, Some(before)).await?
            {
                return Ok(known);
            }
        }
        manifest::get(session, &selector, None, &self.image).await
    }

    /// A manifest by digest, from the store or else from the registry.
    async fn document(
        &self,
        session: &Session<'_>,
        blobs: &Blobs,
        digest: &Digest,
        descriptor: Option<&Descriptor>,
    ) -> Result<Fetched, ClientError> {
        if let Some(known) = stored(blobs, digest, descriptor).await? {
            return Ok(known);
        }
        let expected = Some((digest, descriptor.map(|d| d.size)));
        manifest::get(session, &digest.to_string(), expected, &self.image).await
    }

    /// Collects the manifests that were asked for, and every document on the way to them.
    async fn descend(
        &self,
        sessions: &[Session<'_>],
        blobs: &Blobs,
        document: &Fetched,
        depth: usize,
        documents: &mut Vec<Fetched>,
        manifests: &mut Vec<Fetched>,
    ) -> Result<(), ClientError> {
        if !is_index(&document.descriptor.media_type) {
            manifests.push(document.clone());
            return Ok(());
        }
        if depth == MAX_DEPTH {
            return Err(ClientError::TooDeep {
                image: self.image.clone(),
                limit: MAX_DEPTH,
            });
        }
        let entries = &document.links.manifests;
        let children: Vec<&Descriptor> = if self.options.all_platforms {
            entries.iter().collect()
        } else {
            vec![self.choose(entries)?]
        };
        for child in children {
            if documents.iter().any(|d| d.descriptor.digest == child.digest) {
                continue;
            }
            let mut fetched = self.child(sessions, blobs, child).await?;
            fetched.descriptor.platform.clone_from(&child.platform);
            documents.push(fetched.clone());
            Box::pin(self.descend(sessions, blobs, &fetched, depth + 1, documents, manifests)).await?;
        }
        Ok(())
    }

    fn choose<'d>(&self, entries: &'d [Descriptor]) -> Result<&'d Descriptor, ClientError> {
        let here = Platform::new("linux", std::env::consts::ARCH);
        let wanted = self.options.platform.as_ref();
        choose::choose(entries, wanted, &here).map_err(|available| ClientError::NoPlatform {
            image: self.image.clone(),
            wanted: wanted.map_or_else(|| format!("wasi/wasm or {here}"), ToString::to_string),
            available,
        })
    }

    async fn child(
        &self,
        sessions: &[Session<'_>],
        blobs: &Blobs,
        child: &Descriptor,
    ) -> Result<Fetched, ClientError> {
        let mut last = None;
        for session in sessions {
            match self.document(session, blobs, &child.digest, Some(child)).await {
                Err(error) if !error.is_ours() => last = Some(error),
                other => return other,
            }
        }
        Err(match last {
            Some(ClientError::NoImage { registry, .. }) => ClientError::NoBlob {
                registry,
                image: self.image.clone(),
                digest: child.digest.clone(),
            },
            Some(error) => error,
            None => ClientError::NoImage {
                registry: self.reference.registry().to_owned(),
                image: self.image.clone(),
            },
        })
    }

    /// Configurations and layers, several at a time; the first failure ends the others, whose bytes stay
    /// for the next attempt.
    async fn fetch_blobs(
        &self,
        sessions: &[Session<'_>],
        blobs: &Blobs,
        manifests: &[Fetched],
    ) -> Result<bool, ClientError> {
        let mut seen = BTreeSet::new();
        let mut wanted = Vec::new();
        for links in manifests.iter().map(|m| &m.links) {
            let configs = links.config.iter().map(|d| (d, "config"));
            for (descriptor, what) in configs.chain(links.layers.iter().map(|d| (d, "layer"))) {
                if what == "config" && descriptor.size > MAX_CONFIG.get() {
                    return Err(ClientError::TooLarge {
                        registry: self.reference.registry().to_owned(),
                        what: "a configuration",
                        limit: MAX_CONFIG,
                    });
                }
                if seen.insert(&descriptor.digest) {
                    let image = self.image.as_str();
                    wanted.push(Wanted {
                        descriptor,
                        what,
                        image,
                    });
                }
            }
        }
        let fetches = wanted.into_iter().map(|wanted| async move {
            match blob::embedded(wanted.descriptor) {
                Some(bytes) => put_bytes(blobs, bytes, &wanted.descriptor.digest).await,
                None => blob::fetch(sessions, blobs, wanted).await,
            }
        });
        let parallel = self.inner.config.parallel_blobs.max(1);
        stream::iter(fetches)
            .buffer_unordered(parallel)
            .try_fold(false, |any, moved| std::future::ready(Ok(any || moved)))
            .await
    }
}
