//! Folders that `RUN --mount=type=cache` keeps between builds, at `<data-root>/builder/v1/NAME/`.
//!
//! A name is a checksum of what the Dockerfile says, so nothing that is written there leads anywhere. What is in a
//! folder is the steps' own: nobody reads it here, and nothing of it is trusted.

use std::collections::HashMap;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sampan_api::Time;
use sampan_image::dockerfile::Sharing;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::supervisor::error::{Result, SupervisorError};

/// Where they lie, under the store's root. Another format gets another name.
const FOLDER: &str = "builder/v1";
/// What is mounted.
const DATA: &str = "data";
/// What is known of it.
const ABOUT: &str = "about.json";
/// Begins names of what is being made or removed.
const GOING: &str = ".going-";

/// What is known of a cache.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct About {
    /// As the Dockerfile calls it.
    pub(crate) id: String,
    pub(crate) created: Time,
    pub(crate) used: Time,
    /// How many steps had it.
    pub(crate) uses: u64,
}

/// A cache as lists show it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// Its folder's name.
    pub(crate) name: String,
    pub(crate) about: About,
    pub(crate) in_use: bool,
    pub(crate) size: u64,
}

/// All of them. Cheap to clone; all clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Caches {
    folder: PathBuf,
    used: Arc<Used>,
}

#[derive(Debug, Default)]
struct Used {
    /// Who has one: how many, and whether it is one alone.
    by: Mutex<HashMap<String, (usize, bool)>>,
    freed: Notify,
}

/// A cache that a step has. It is given back when this is dropped.
#[derive(Debug)]
pub(in crate::supervisor) struct Taken {
    caches: Caches,
    name: String,
}

impl Used {
    fn by(&self) -> MutexGuard<'_, HashMap<String, (usize, bool)>> {
        self.by.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Caches {
    /// Those under a root. What a killed daemon left half made or half removed goes.
    pub(crate) fn open(root: &Path) -> Self {
        let folder = root.join(FOLDER);
        let names = names(&folder).unwrap_or_default();
        for name in names.iter().filter(|name| name.starts_with(GOING)) {
            if let Err(error) = fs::remove_dir_all(folder.join(name)) {
                tracing::warn!(%error, name, "what is left of a build's cache stays");
            }
        }
        Self {
            folder,
            used: Arc::default(),
        }
    }

    /// Takes one, as the sharing says, waiting for others where it must. `fill` makes what is in a new one.
    pub(in crate::supervisor) async fn take(
        &self,
        key: &str,
        id: &str,
        sharing: Sharing,
        fill: impl Fn(&Path) -> Result<()>,
    ) -> Result<Taken> {
        loop {
            let freed = self.used.freed.notified();
            tokio::pin!(freed);
            // Before it is looked, so that no end is missed.
            freed.as_mut().enable();
            if let Some(name) = self.hold(key, sharing) {
                let taken = Taken {
                    caches: self.clone(),
                    name,
                };
                self.ready(&taken.name, id, &fill)?;
                return Ok(taken);
            }
            freed.await;
        }
    }

    /// The name of one that can be had now.
    fn hold(&self, key: &str, sharing: Sharing) -> Option<String> {
        let mut by = self.used.by();
        match sharing {
            Sharing::Shared => {
                let entry = by.entry(key.to_owned()).or_insert((0, false));
                if entry.1 {
                    return None;
                }
                entry.0 += 1;
                Some(key.to_owned())
            }
            Sharing::Locked => match by.contains_key(key) {
                true => None,
                false => {
                    by.insert(key.to_owned(), (1, true));
                    Some(key.to_owned())
                }
            },
            Sharing::Private => {
                let names = (0_u32..).map(|number| match number {
                    0 => key.to_owned(),
                    number => format!("{key}-{number}"),
                });
                let free = names.into_iter().find(|name| !by.contains_key(name))?;
                by.insert(free.clone(), (1, true));
                Some(free)
            }
        }
    }

    /// Makes it where it is not there yet, and writes down that it is used.
    fn ready(&self, name: &str, id: &str, fill: &impl Fn(&Path) -> Result<()>) -> Result<()> {
        let place = self.folder.join(name);
        let failed = SupervisorError::io("make", "a build's cache");
        let now = Time::now();
        let about = match self.about(name) {
            Some(about) => About {
                used: now,
                uses: about.uses.saturating_add(1),
                ..about
            },
            None => {
                let about = About {
                    id: id.to_owned(),
                    created: now,
                    used: now,
                    uses: 1,
                };
                // Whole under another name first; a part of one that was killed has no `about`.
                let part = self
                    .folder
                    .join(format!("{GOING}{}", crate::supervisor::random_hex()?));
                let made = (|| {
                    DirBuilder::new()
                        .recursive(true)
                        .mode(0o700)
                        .create(&part)
                        .map_err(SupervisorError::io("make", "a build's cache"))?;
                    fill(&part.join(DATA))
                })();
                let made = made.and_then(|()| {
                    write(&part, &about)
                        .and_then(|()| away(&self.folder, &place))
                        .and_then(|()| fs::rename(&part, &place))
                        .map_err(failed)
                });
                if made.is_err()
                    && let Err(error) = fs::remove_dir_all(&part)
                {
                    tracing::debug!(%error, "what is left of a build's cache stays until the next start");
                }
                return made;
            }
        };
        write(&place, &about).map_err(failed)
    }

    fn about(&self, name: &str) -> Option<About> {
        let bytes = fs::read(self.folder.join(name).join(ABOUT)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// All that are there.
    pub(crate) fn list(&self) -> Vec<Kept> {
        let names = names(&self.folder).unwrap_or_default();
        let of = |name: String| {
            Some(Kept {
                about: self.about(&name)?,
                in_use: self.used.by().contains_key(&name),
                size: crate::supervisor::tree_size(&self.folder.join(&name).join(DATA)),
                name,
            })
        };
        names.into_iter().filter_map(of).collect()
    }

    /// Removes one, unless a step has it.
    pub(crate) fn remove(&self, name: &str) -> io::Result<bool> {
        {
            // Held like a step would, so that none gets it meanwhile.
            let mut by = self.used.by();
            if by.contains_key(name) {
                return Ok(false);
            }
            by.insert(name.to_owned(), (1, true));
        }
        let _held = Taken {
            caches: self.clone(),
            name: name.to_owned(),
        };
        away(&self.folder, &self.folder.join(name)).map(|()| true)
    }
}

impl Taken {
    /// What is mounted.
    pub(in crate::supervisor) fn path(&self) -> PathBuf {
        self.caches.folder.join(&self.name).join(DATA)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut by = self.caches.used.by();
        if let Some(entry) = by.get_mut(&self.name) {
            entry.0 -= 1;
            if entry.0 == 0 {
                by.remove(&self.name);
            }
        }
        drop(by);
        self.caches.used.freed.notify_waiters();
    }
}

/// Removes a folder so that a part of it is never taken for the whole.
fn away(all: &Path, place: &Path) -> io::Result<()> {
    let random = crate::supervisor::random_hex().map_err(io::Error::other)?;
    let going = all.join(format!("{GOING}{random}"));
    match fs::rename(place, &going) {
        Ok(()) => fs::remove_dir_all(&going),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn write(place: &Path, about: &About) -> io::Result<()> {
    let part = place.join(format!("{ABOUT}.part"));
    fs::write(&part, serde_json::to_vec(about)?)?;
    fs::rename(&part, place.join(ABOUT))
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(folder)?;
    let named = entries.map(|entry| Ok(entry?.file_name().into_string().unwrap_or_default()));
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn take(caches: &Caches, sharing: Sharing) -> Taken {
        let fill = |path: &Path| fs::create_dir(path).map_err(SupervisorError::io("make", path));
        caches.take("k", "id", sharing, fill).await.unwrap()
    }

    #[tokio::test]
    async fn each_sharing_keeps_its_word() {
        let root = tempfile::tempdir().unwrap();
        let caches = Caches::open(root.path());
        let (one, two) = (
            take(&caches, Sharing::Shared).await,
            take(&caches, Sharing::Shared).await,
        );
        assert_eq!(one.path(), two.path());
        let alone = take(&caches, Sharing::Private).await;
        assert_ne!(alone.path(), one.path());
        assert!(caches.hold("k", Sharing::Locked).is_none());
        assert!(!caches.remove("k").unwrap(), "it is in use");
        let waiting = tokio::spawn({
            let caches = caches.clone();
            async move { take(&caches, Sharing::Locked).await }
        });
        drop(one);
        drop(two);
        let locked = waiting.await.unwrap();
        assert!(caches.hold("k", Sharing::Shared).is_none());
        fs::write(locked.path().join("kept"), "12345").unwrap();
        drop((locked, alone));
        let mut all = caches.list();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].size, all[0].about.uses, all[0].in_use), (5, 3, false));
        assert!(caches.remove("k").unwrap());
        assert_eq!(caches.list().len(), 1);
    }

    #[tokio::test]
    async fn what_was_not_finished_is_no_cache() {
        let root = tempfile::tempdir().unwrap();
        let caches = Caches::open(root.path());
        let fill = |_: &Path| Err(SupervisorError::Invalid("no".to_owned()));
        assert!(caches.take("k", "id", Sharing::Locked, fill).await.is_err());
        assert!(caches.list().is_empty());
        assert_eq!(names(&root.path().join(FOLDER)).unwrap().len(), 0);
        fs::create_dir(root.path().join(FOLDER).join(".going-x")).unwrap();
        let again = Caches::open(root.path());
        assert_eq!(names(&again.folder).unwrap().len(), 0);
        drop(take(&again, Sharing::Locked).await);
        assert_eq!(again.list().len(), 1);
    }
}
