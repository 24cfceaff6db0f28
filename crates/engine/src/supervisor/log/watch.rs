//! Waking those who follow log files: one inotify instance for all, since a user has few of them.
#![allow(unsafe_code)]

use std::collections::HashMap;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use tokio::io::unix::AsyncFd;
use tokio::sync::Notify;

/// Tells of changes of files that somebody watches. Its task ends with it.
#[derive(Debug)]
pub(crate) struct Watcher {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    fd: Option<AsyncFd<OwnedFd>>,
    watched: Mutex<HashMap<i32, Weak<Notify>>>,
}

/// One watched file. Dropping it ends the watch.
#[derive(Debug)]
pub(super) struct Watch {
    shared: Arc<Shared>,
    descriptor: i32,
    notify: Arc<Notify>,
}

impl Watcher {
    /// Starts it; needs a runtime of tokio. Where the kernel gives no inotify instance, followers look once a
    /// second instead.
    pub(crate) fn start() -> Self {
        let fd = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok();
        let shared = Arc::new(Shared {
            fd: fd.and_then(|fd| {
                // SAFETY: an `OwnedFd` is open and stays the same descriptor until it is dropped, which the
                // `AsyncFd` that owns it from here on does last.
                unsafe { AsyncFd::register(fd) }.ok()
            }),
            watched: Mutex::default(),
        });
        if shared.fd.is_none() {
            tracing::warn!("no inotify instance can be had; logs are followed by looking once a second");
        } else {
            let weak = Arc::downgrade(&shared);
            tokio::spawn(pump(weak));
        }
        Self { shared }
    }

    /// Begins to watch. The same file may be watched by several.
    pub(super) fn watch(&self, path: &Path) -> Option<Watch> {
        let fd = self.shared.fd.as_ref()?;
        let flags = WatchFlags::MODIFY | WatchFlags::MOVE_SELF | WatchFlags::DELETE_SELF;
        let mut watched = self.shared.watched();
        let descriptor = inotify::add_watch(fd.get_ref(), path, flags).ok()?;
        // The kernel gives one descriptor for one file, however often it is asked.
        let notify = watched
            .get(&descriptor)
            .and_then(Weak::upgrade)
            .unwrap_or_default();
        watched.insert(descriptor, Arc::downgrade(&notify));
        Some(Watch {
            shared: self.shared.clone(),
            descriptor,
            notify,
        })
    }
}

impl Watch {
    /// Resolves when the file has changed since it was last waited for, or might have.
    pub(super) fn changed(&self) -> tokio::sync::futures::Notified<'_> {
        self.notify.notified()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut watched = self.shared.watched();
        if Arc::strong_count(&self.notify) == 1 {
            watched.remove(&self.descriptor);
            if let Some(fd) = &self.shared.fd {
                let _ = inotify::remove_watch(fd.get_ref(), self.descriptor);
            }
        }
    }
}

impl Shared {
    fn watched(&self) -> std::sync::MutexGuard<'_, HashMap<i32, Weak<Notify>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what is there and wakes whom it concerns.
    fn take(&self, fd: &OwnedFd) -> std::io::Result<()> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(fd, &mut buffer);
        loop {
            let event = reader.next().map_err(std::io::Error::from)?;
            let notify = self.watched().get(&event.wd()).and_then(Weak::upgrade);
            if let Some(notify) = notify {
                notify.notify_waiters();
                notify.notify_one();
            }
        }
    }
}

async fn pump(shared: Weak<Shared>) {
    loop {
        // Between two waits nothing is held, so that the last owner's end is seen.
        let Some(shared) = shared.upgrade() else { return };
        let Some(fd) = &shared.fd else { return };
        let ready = tokio::time::timeout(std::time::Duration::from_secs(60), fd.readable()).await;
        let Ok(Ok(mut guard)) = ready else { continue };
        let outcome = guard.try_io(|fd| shared.take(fd.get_ref()));
        if let Ok(Err(error)) = outcome {
            tracing::warn!(%error, "log files can no longer be watched");
            return;
        }
    }
}
