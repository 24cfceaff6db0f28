//! What must stay: everything that a name, a container, a lease or the registry leads to.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sampan_types::{Digest, media};
use serde::Deserialize;

use crate::MAX_MANIFEST;
use crate::blobs::read_verified;
use crate::containers::Containers;
use crate::descriptor::{Descriptor, Links};
use crate::disk;
use crate::error::{Result, StoreError};
use crate::images::Index;
use crate::registry::{ManifestRecord, Registry, Repository};
use crate::rootfs::{Form, chain_ids, folder_name, with_owners};
use crate::store::Inner;

/// What blobs lead to, remembered between the look without and the look with the lock: a blob never changes.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    links: HashMap<Digest, Arc<Children>>,
    /// The chain ids of each configuration's layers, the lowest first.
    chains: HashMap<Digest, Vec<Digest>>,
}

/// What was reached from some roots. A layer may have the digest of a manifest, so what stays says nothing of
/// what was followed.
#[derive(Debug, Default)]
struct Reached {
    stays: HashSet<Digest>,
    followed: HashSet<Digest>,
}

#[derive(Debug, Default)]
struct Children {
    manifests: Vec<Digest>,
    leaves: Vec<Digest>,
    config: Option<Digest>,
}

/// The result of one look at all roots.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// What local names, containers and leases lead to.
    pub(crate) images: HashSet<Digest>,
    /// What the registry leads to.
    pub(crate) registry: HashSet<Digest>,
    /// The folders with the files of living images.
    pub(crate) unpacked: HashSet<PathBuf>,
    /// Those of them that containers stand on: they stay whatever they take.
    pub(crate) in_use: HashSet<PathBuf>,
    /// Links of the registry that protect nothing any more.
    pub(crate) stale_links: Vec<(Repository, Digest)>,
    /// Untagged manifests past their age.
    pub(crate) stale_manifests: Vec<(Repository, Digest)>,
    /// Why nothing may be removed, where something cannot be read that may lead further.
    pub(crate) held_back: Option<String>,
}

/// How old the registry's loose ends may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ages {
    pub(crate) now: SystemTime,
    pub(crate) link: Duration,
    pub(crate) untagged: Option<Duration>,
}

impl Ages {
    fn past(&self, time: SystemTime, age: Duration) -> bool {
        self.now.duration_since(time).is_ok_and(|passed| passed >= age)
    }
}

impl Marks {
    /// For `df`: leases do not count, because what only they protect has no owner yet.
    pub(crate) fn for_df(inner: &Arc<Inner>) -> Result<Self> {
        let ages = Ages {
            now: SystemTime::now(),
            link: Duration::MAX,
            untagged: None,
        };
        Self::take(inner, &mut Memo::default(), ages, &[])
    }

    pub(crate) fn take(inner: &Arc<Inner>, memo: &mut Memo, ages: Ages, leased: &[Digest]) -> Result<Self> {
        let mut marks = Self::default();
        let mut walk = Walk { inner, memo };
        let mut images = Reached::default();
        for entry in Index::read(inner)?.manifests {
            let found = walk.reach(&entry.digest, &mut images)?;
            marks.note(&entry.digest, found);
        }
        let made_from = Containers { inner: inner.clone() }.images()?;
        let mut used = Reached::default();
        for digest in &made_from {
            walk.reach(digest, &mut used)?;
        }
        for digest in made_from.iter().chain(leased) {
            let found = walk.reach(digest, &mut images)?;
            // What a lease names may not be there yet; damaged is another matter.
            marks.note(digest, found.filter(|why| *why != MISSING));
        }
        marks.images = images.stays;
        for repository in Registry::new(inner).all()? {
            marks.repository(&mut walk, repository, ages)?;
        }
        let chains = &walk.memo.chains;
        let folders = |configs: &HashSet<Digest>| -> HashSet<PathBuf> {
            let chains = configs.iter().filter_map(|config| chains.get(config));
            chains.flat_map(|ids| folders_of(inner, ids)).collect()
        };
        marks.in_use = folders(&used.stays);
        marks.unpacked = folders(&marks.images);
        marks.unpacked.extend(marks.in_use.iter().cloned());
        Ok(marks)
    }

    fn note(&mut self, digest: &Digest, problem: Option<&'static str>) {
        if let Some(why) = problem {
            self.held_back.get_or_insert_with(|| format!("{digest} {why}"));
        }
    }

    fn repository(&mut self, walk: &mut Walk<'_>, repository: Repository, ages: Ages) -> Result<()> {
        let (kept, stale) = sort_out(walk, &repository, ages)?;
        let mut reached = Reached::default();
        for digest in kept {
            let found = walk.reach(&digest, &mut reached)?;
            self.note(&digest, found);
        }
        let mut reached = reached.stays;
        for (digest, time) in repository.blobs()? {
            if reached.contains(&digest) {
                continue;
            }
            if ages.past(time, ages.link) {
                self.stale_links.push((repository.clone(), digest));
            } else {
                reached.insert(digest);
            }
        }
        self.registry.extend(reached);
        self.stale_manifests
            .extend(stale.into_iter().map(|digest| (repository.clone(), digest)));
        Ok(())
    }
}

/// Where the files of an image with these chain ids may lie.
fn folders_of(inner: &Inner, chains: &[Digest]) -> Vec<PathBuf> {
    let of = |form: Form, digest: &Digest| inner.unpacked(form).join(folder_name(digest));
    let mut folders: Vec<PathBuf> = chains.iter().map(|chain| of(Form::Layer, chain)).collect();
    if let Some(top) = chains.last() {
        folders.push(of(Form::Whole, top));
        folders.push(of(Form::Whole, &with_owners(top)));
    }
    folders
}

/// Parts a repository's manifests into those that stay and those that are untagged, old, and neither part of
/// an index that stays nor about a manifest that stays.
fn sort_out(
    walk: &mut Walk<'_>,
    repository: &Repository,
    ages: Ages,
) -> Result<(HashSet<Digest>, Vec<Digest>)> {
    let records = repository.manifests()?;
    let all = || records.iter().map(|r| r.descriptor.digest.clone());
    let Some(age) = ages.untagged else {
        return Ok((all().collect(), Vec::new()));
    };
    let mut kept = Reached::default();
    for tag in repository.tags()? {
        if let Some(digest) = repository.tag(&tag)? {
            walk.reach(&digest, &mut kept)?;
        }
    }
    for record in &records {
        let digest = &record.descriptor.digest;
        if !repository
            .manifest_time(digest)
            .is_some_and(|time| ages.past(time, age))
        {
            walk.reach(digest, &mut kept)?;
        }
    }
    // A referrer of a referrer stays as well, so look until nothing is added.
    loop {
        let before = kept.followed.len();
        for ManifestRecord { descriptor, subject } in &records {
            if subject
                .as_ref()
                .is_some_and(|subject| kept.stays.contains(subject))
            {
                walk.reach(&descriptor.digest, &mut kept)?;
            }
        }
        if kept.followed.len() == before {
            break;
        }
    }
    let stale = all().filter(|digest| !kept.stays.contains(digest)).collect();
    Ok((kept.stays, stale))
}

const MISSING: &str = "is not in the store";
const DAMAGED: &str = "is damaged";

struct Walk<'a> {
    inner: &'a Inner,
    memo: &'a mut Memo,
}

impl Walk<'_> {
    /// Adds a manifest and all that it leads to. Answers with what is wrong with the root, or with a damaged
    /// document below it; missing children of an index are allowed.
    fn reach(&mut self, root: &Digest, reached: &mut Reached) -> Result<Option<&'static str>> {
        let mut problem = None;
        let mut stack = vec![root.clone()];
        while let Some(digest) = stack.pop() {
            if reached.followed.contains(&digest) {
                continue;
            }
            match self.children(&digest)? {
                Ok(children) => {
                    reached.stays.insert(digest.clone());
                    reached.followed.insert(digest);
                    reached.stays.extend(children.leaves.iter().cloned());
                    stack.extend(children.manifests.iter().cloned());
                    if let Some(config) = &children.config {
                        self.note_chain(config)?;
                    }
                }
                Err(why) => {
                    if why == DAMAGED || digest == *root {
                        problem = Some(why);
                    }
                    reached.stays.insert(digest);
                }
            }
        }
        Ok(problem)
    }

    fn children(&mut self, digest: &Digest) -> Result<Result<Arc<Children>, &'static str>> {
        if let Some(children) = self.memo.links.get(digest) {
            return Ok(Ok(children.clone()));
        }
        let bytes = match self.document(digest)? {
            Ok(bytes) => bytes,
            Err(why) => return Ok(Err(why)),
        };
        // What has its digest and is no manifest leads nowhere.
        let links = bytes
            .and_then(|bytes| Links::parse(&bytes).ok())
            .unwrap_or_default();
        let config = links.config.as_ref();
        let children = Arc::new(Children {
            manifests: links.manifests.iter().map(|m| m.digest.clone()).collect(),
            leaves: config
                .into_iter()
                .chain(&links.layers)
                .map(|d| d.digest.clone())
                .collect(),
            config: config.filter(|c| is_image_config(c)).map(|c| c.digest.clone()),
        });
        self.memo.links.insert(digest.clone(), children.clone());
        Ok(Ok(children))
    }

    /// A blob that may be a JSON object, verified; `None` where it is none.
    fn document(&self, digest: &Digest) -> Result<Result<Option<Vec<u8>>, &'static str>> {
        let path = self.inner.blob(digest);
        let file = match disk::open_nofollow(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Err(MISSING)),
            Err(error) => return Err(StoreError::io("open", &path)(error)),
        };
        let mut begin = [0; 64];
        let got = (&file).read(&mut begin).map_err(StoreError::io("read", &path))?;
        let first = begin[..got].iter().find(|b| !b.is_ascii_whitespace());
        let object = first == Some(&b'{');
        std::io::Seek::rewind(&mut &file).map_err(StoreError::io("read", &path))?;
        // Verified also when it does not look like a manifest: a flipped bit may hide that it is one. What is
        // too large for a manifest is a layer, and its size cannot flip.
        Ok(match read_verified(&file, digest, MAX_MANIFEST) {
            Ok(bytes) => Ok(object.then_some(bytes)),
            Err(StoreError::TooLarge { .. }) => Ok(None),
            Err(StoreError::Damaged { .. }) => Err(DAMAGED),
            Err(error) => return Err(error),
        })
    }

    fn note_chain(&mut self, config: &Digest) -> Result<()> {
        if self.memo.chains.contains_key(config) {
            return Ok(());
        }
        #[derive(Deserialize)]
        struct Config {
            rootfs: Rootfs,
        }
        #[derive(Deserialize)]
        struct Rootfs {
            #[serde(default)]
            diff_ids: Vec<Digest>,
        }
        let bytes = match self.document(config)? {
            Ok(Some(bytes)) => bytes,
            Ok(None) | Err(_) => return Ok(()),
        };
        let parsed = serde_json::from_slice::<Config>(&bytes).ok();
        let chains = parsed.map(|config| chain_ids(&config.rootfs.diff_ids));
        self.memo
            .chains
            .insert(config.clone(), chains.unwrap_or_default());
        Ok(())
    }
}

fn is_image_config(config: &Descriptor) -> bool {
    matches!(
        config.media_type.as_str(),
        media::OCI_CONFIG | media::DOCKER_CONFIG
    )
}
