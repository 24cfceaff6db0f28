//! Names of images: the `index.json` of the layout (image-spec image-layout.md §index.json file).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use sampan_types::{ByteCount, Digest, Reference, media};
use serde::{Deserialize, Serialize};

use crate::blobs::{Blobs, size_of};
use crate::descriptor::Descriptor;
use crate::disk::{self, Hold, step};
use crate::error::{Result, StoreError};
use crate::lease::Held;
use crate::reserve;
use crate::store::Inner;
use crate::unnamed;
use crate::walk;

pub use crate::walk::Reached;

/// The annotation that holds a name (image-spec annotations.md).
pub(crate) const REF_NAME: &str = "org.opencontainers.image.ref.name";
/// What a new store's `index.json` says.
pub(crate) const EMPTY_INDEX: &str =
    r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
/// Room for some hundred thousand names.
const MAX_INDEX: ByteCount = ByteCount::mib(64);

/// An image that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRecord {
    /// The name it is kept under: with a tag and no digest, or with a digest and no tag.
    pub reference: Reference,
    /// Its manifest or index.
    pub descriptor: Descriptor,
}

/// The file as it is. Entries that carry no name, or one that is not a reference, stay as they are.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Index {
    schema_version: u64,
    #[serde(default)]
    media_type: Option<String>,
    #[serde(default)]
    pub(crate) manifests: Vec<Descriptor>,
    #[serde(flatten)]
    other: BTreeMap<String, serde_json::Value>,
}

impl Index {
    /// Reads the index as it is at this instant. It is replaced whole, so no lock is needed.
    pub(crate) fn read(inner: &Inner) -> Result<Self> {
        let path = inner.index();
        let bytes =
            disk::read_small(&path, MAX_INDEX)?.ok_or_else(|| StoreError::Record { path: path.clone() })?;
        serde_json::from_slice(&bytes).map_err(|source| StoreError::Malformed {
            what: path.display().to_string(),
            source,
        })
    }

    /// Tells how long it is.
    fn write(&self, inner: &Inner) -> Result<u64> {
        let path = inner.index();
        let bytes = serde_json::to_vec(self).map_err(|source| StoreError::Malformed {
            what: path.display().to_string(),
            source,
        })?;
        inner.write_record(&path, &bytes, 0o644)?;
        Ok(bytes.len() as u64)
    }

    /// Writes one that became shorter: there is always room for taking a name away, that is what the reserve is for.
    pub(crate) fn write_smaller(&self, inner: &Inner) -> Result<()> {
        match self.write(inner) {
            Err(StoreError::Full { .. }) if reserve::give_up(inner)? => self.write(inner).map(drop),
            other => other.map(drop),
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.manifests
            .iter()
            .position(|entry| entry.annotations.get(REF_NAME).is_some_and(|n| n == name))
    }

    fn records(self) -> Vec<ImageRecord> {
        let mut records: Vec<ImageRecord> = self.manifests.into_iter().filter_map(record).collect();
        records.sort_by(|a, b| a.reference.cmp(&b.reference));
        records
    }
}

fn record(mut descriptor: Descriptor) -> Option<ImageRecord> {
    let name = descriptor.annotations.remove(REF_NAME)?;
    unnamed::clean(&mut descriptor);
    let reference: Reference = name.parse().ok()?;
    // A name in a short form was written by another tool, and is not one that `tag` would find again.
    (reference.to_string() == name).then_some(ImageRecord {
        reference,
        descriptor,
    })
}

/// The name that a reference is kept under.
fn kept_as(reference: &Reference) -> Reference {
    match (reference.tag(), reference.digest()) {
        (None, Some(_)) => reference.clone(),
        _ => reference.tagged(),
    }
}

/// The local names of images.
#[derive(Clone, Debug)]
pub struct Images {
    inner: Arc<Inner>,
    lease: Option<Arc<Held>>,
}

impl Images {
    pub(crate) fn new(inner: &Arc<Inner>, lease: Option<Arc<Held>>) -> Self {
        Self {
            inner: inner.clone(),
            lease,
        }
    }

    /// Gives an image a name, taking it from another image if need be, which is returned. Where it was that image's
    /// only name, it stays without one.
    ///
    /// The manifest must be in the store, and if it is not an index, so must its configuration and layers.
    /// A reference with tag and digest is kept under its tag alone. A digest in it must be the image's.
    pub fn tag(&self, reference: &Reference, descriptor: &Descriptor) -> Result<Option<Descriptor>> {
        if let Some(digest) = reference.digest()
            && *digest != descriptor.digest
        {
            return Err(StoreError::DigestMismatch {
                expected: digest.clone(),
                found: descriptor.digest.clone(),
            });
        }
        let name = kept_as(reference).to_string();
        step!("store::tag::begin");
        let _guard = self.inner.no_collection()?;
        walk::require_complete(&self.inner, descriptor)?;
        let _lock = disk::wait_file(&self.inner.lock_path("index"), Hold::Exclusive)?;
        let mut index = Index::read(&self.inner)?;
        let mut entry = descriptor.clone();
        entry.annotations.insert(REF_NAME.to_owned(), name.clone());
        let previous = match index.position(&name) {
            Some(at) if index.manifests[at] == entry => return Ok(Some(descriptor.clone())),
            Some(at) => Some(std::mem::replace(&mut index.manifests[at], entry)),
            None => {
                index.manifests.push(entry);
                None
            }
        };
        index.was_named(&name, &descriptor.digest);
        let previous = previous.map(|mut old| {
            old.annotations.remove(REF_NAME);
            unnamed::clean(&mut old);
            old
        });
        // Of what is not whole nothing could be made again.
        if let Some(old) = &previous
            && old.digest != descriptor.digest
            && walk::require_complete(&self.inner, old).is_ok()
        {
            index.lost_name(&name, old.clone(), SystemTime::now());
        }
        step!("store::tag::write");
        let bytes = index.write(&self.inner)?;
        reserve::ensure(&self.inner, bytes);
        Ok(previous)
    }

    /// Takes a name away. The blobs stay until they are collected.
    pub fn untag(&self, reference: &Reference) -> Result<ImageRecord> {
        let name = kept_as(reference).to_string();
        step!("store::untag::begin");
        let _guard = self.inner.no_collection()?;
        let _lock = disk::wait_file(&self.inner.lock_path("index"), Hold::Exclusive)?;
        let mut index = Index::read(&self.inner)?;
        let missing = || StoreError::NoImage(Box::new(reference.clone()));
        let at = index.position(&name).ok_or_else(missing)?;
        let entry = index.manifests.remove(at);
        step!("store::untag::write");
        index.write_smaller(&self.inner)?;
        record(entry).ok_or_else(missing)
    }

    /// The image of this name; with a digest, an image of this repository with that digest.
    pub fn resolve(&self, reference: &Reference) -> Result<ImageRecord> {
        let guard = match &self.lease {
            Some(_) => Some(self.inner.no_collection()?),
            None => None,
        };
        let found = self
            .find(reference)?
            .ok_or_else(|| StoreError::NoImage(Box::new(reference.clone())))?;
        if let Some(lease) = &self.lease {
            lease.note(&found.descriptor.digest)?;
        }
        drop(guard);
        Ok(found)
    }

    fn find(&self, reference: &Reference) -> Result<Option<ImageRecord>> {
        let index = Index::read(&self.inner)?;
        let wanted = reference.digest();
        if let Some(at) = index.position(&kept_as(reference).to_string())
            && wanted.is_none_or(|digest| *digest == index.manifests[at].digest)
        {
            return Ok(record(index.manifests[at].clone()));
        }
        let Some(digest) = wanted else { return Ok(None) };
        Ok(index
            .records()
            .into_iter()
            .find(|r| r.descriptor.digest == *digest && r.reference.name() == reference.name()))
    }

    /// Every name, sorted.
    pub fn list(&self) -> Result<Vec<ImageRecord>> {
        Ok(Index::read(&self.inner)?.records())
    }

    /// The records of the one image whose digest, or whose configuration's digest, begins with these
    /// hexadecimal digits (with or without `sha256:`).
    pub fn by_digest_prefix(&self, prefix: &str) -> Result<Vec<ImageRecord>> {
        let hex = prefix.split_once(':').map_or(prefix, |(_, hex)| hex);
        if hex.is_empty() || !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(StoreError::NoImageId(prefix.to_owned()));
        }
        let begins = |digest: &Digest| match prefix.contains(':') {
            true => digest.to_string().starts_with(prefix),
            false => digest.hex().starts_with(hex),
        };
        let mut matches = Vec::new();
        for record in self.list()? {
            if begins(&record.descriptor.digest) || self.configs(&record.descriptor)?.iter().any(begins) {
                matches.push(record);
            }
        }
        let distinct: BTreeSet<&Digest> = matches.iter().map(|r| &r.descriptor.digest).collect();
        match distinct.len() {
            0 => Err(StoreError::NoImageId(prefix.to_owned())),
            1 => Ok(matches),
            count => Err(StoreError::Ambiguous {
                prefix: prefix.to_owned(),
                count,
            }),
        }
    }

    /// The digests of an image's configurations, which Docker calls image ids.
    fn configs(&self, start: &Descriptor) -> Result<Vec<Digest>> {
        let links = walk::links_if_present(&self.inner, start)?;
        let Some(links) = links else { return Ok(Vec::new()) };
        let mut configs: Vec<Digest> = links.config.into_iter().map(|c| c.digest).collect();
        for child in links
            .manifests
            .iter()
            .filter(|m| media::is_manifest(&m.media_type))
        {
            let links = walk::links_if_present(&self.inner, child)?;
            configs.extend(links.and_then(|l| l.config).map(|c| c.digest));
        }
        Ok(configs)
    }

    /// Everything that an image consists of: index, manifests, configurations, layers, each once, parents
    /// before children. What an index lists but was not pulled is there with `present: false`.
    pub fn walk(&self, start: &Descriptor) -> Result<Vec<Reached>> {
        if size_of(&self.inner, &start.digest)?.is_none() {
            return Err(StoreError::NoBlob(start.digest.clone()));
        }
        if let Some(lease) = &self.lease {
            lease.protect(&start.digest)?;
        }
        walk::walk(&Blobs::new(&self.inner, None), start)
    }
}
