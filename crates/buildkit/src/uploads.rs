//! Archives that come by a request of their own, for a build that names them.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;

use crate::error::BuildkitError;
use crate::files::{ContextReader, Parts};

/// How long a build waits for its archive: both are sent at the same time.
const COMING: Duration = Duration::from_secs(20);
/// How many archives of all clients may wait for their builds.
const MOST: usize = 1024;

/// Whose, and by which name.
type Key = (String, String);

/// All of them, until their builds take them.
#[derive(Debug)]
pub(crate) struct Uploads {
    all: Mutex<HashMap<Key, ContextReader>>,
    changed: watch::Sender<()>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            all: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }
}

impl Uploads {
    fn all(&self) -> MutexGuard<'_, HashMap<Key, ContextReader>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one. What is sent waits for the build.
    pub(crate) fn begin(self: &Arc<Self>, id: &str, owner: &str) -> Result<Upload, BuildkitError> {
        let (parts, reader) = ContextReader::pair();
        let key = (owner.to_owned(), id.to_owned());
        let mut all = self.all();
        if all.len() >= MOST || all.contains_key(&key) {
            return Err(BuildkitError::Invalid(format!(
                "there is no room for the upload {id:?}"
            )));
        }
        all.insert(key.clone(), reader);
        drop(all);
        self.changed.send_replace(());
        Ok(Upload {
            uploads: Arc::clone(self),
            key,
            parts: Some(parts),
        })
    }

    /// One that a build has already.
    pub(crate) fn taken(self: &Arc<Self>) -> (Upload, ContextReader) {
        let (parts, reader) = ContextReader::pair();
        let upload = Upload {
            uploads: Arc::clone(self),
            key: Key::default(),
            parts: Some(parts),
        };
        (upload, reader)
    }

    /// The one of this name, if it is the asker's; it may still be coming.
    pub(crate) async fn take(&self, id: &str, owner: &str) -> Result<ContextReader, BuildkitError> {
        let key = (owner.to_owned(), id.to_owned());
        let mut changed = self.changed.subscribe();
        let looking = async {
            loop {
                changed.borrow_and_update();
                let found = self.all().remove(&key);
                if let Some(found) = found {
                    self.changed.send_replace(());
                    return found;
                }
                if changed.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(COMING, looking)
            .await
            .map_err(|_| BuildkitError::NoUpload(id.to_owned()))
    }
}

/// An archive on its way to a build.
#[derive(Debug)]
pub struct Upload {
    uploads: Arc<Uploads>,
    key: Key,
    parts: Option<Parts>,
}

impl Upload {
    /// Sends a part of it on; false where nobody wants more.
    pub async fn send(&self, part: Bytes) -> bool {
        match &self.parts {
            Some(parts) => parts.send(Ok(part)).await.is_ok(),
            None => false,
        }
    }

    /// It broke off.
    pub async fn fail(mut self, why: String) {
        if let Some(parts) = self.parts.take() {
            let _ = parts.send(Err(io::Error::other(why))).await;
        }
        self.wait().await;
    }

    /// All of it was sent. Resolves when a build has taken it, or none came for it.
    pub async fn finish(mut self) {
        self.parts = None;
        self.wait().await;
    }

    async fn wait(&self) {
        let mut changed = self.uploads.changed.subscribe();
        let taken = async {
            while self.uploads.all().contains_key(&self.key) {
                if changed.changed().await.is_err() {
                    return;
                }
            }
        };
        // What nobody came for goes.
        let _ = tokio::time::timeout(COMING, taken).await;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let gone = self.uploads.all().remove(&self.key);
        drop(gone);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[tokio::test]
    async fn an_archive_waits_for_its_build_and_for_that_of_the_same_person_alone() {
        let uploads = Arc::new(Uploads::default());
        let upload = uploads.begin("one", "me").unwrap();
        assert!(uploads.begin("one", "me").is_err(), "it is there already");
        assert!(upload.send(Bytes::from_static(b"archive")).await);
        assert!(uploads.all().get(&("you".to_owned(), "one".to_owned())).is_none());
        let (reader, ()) = tokio::join!(uploads.take("one", "me"), upload.finish());
        let mut reader = reader.unwrap();
        let read = tokio::task::spawn_blocking(move || {
            let mut text = String::new();
            reader.read_to_string(&mut text).map(|_| text)
        });
        assert_eq!(read.await.unwrap().unwrap(), "archive");
    }

    #[tokio::test]
    async fn an_archive_that_breaks_off_is_no_whole_one() {
        let uploads = Arc::new(Uploads::default());
        let (upload, mut reader) = uploads.taken();
        upload.fail("gone".to_owned()).await;
        let read = tokio::task::spawn_blocking(move || reader.read_to_end(&mut Vec::new()));
        assert!(read.await.unwrap().is_err());
    }

    #[tokio::test]
    async fn an_upload_that_ends_leaves_nothing() {
        let uploads = Arc::new(Uploads::default());
        drop(uploads.begin("one", "me").unwrap());
        assert!(uploads.all().is_empty());
    }
}
