//! What is made before there is a container for it: the next one that starts does not wait for it. There is one at most of each
//! sort, made beside the start of a container, and none after a time without starts.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use sampan_process::launch::Launch;
use sampan_process::packet;

use crate::error::LinuxError;
use crate::monitor::ROLE;
use crate::remains;
use crate::runtime::{cannot_use, listening};
use crate::warden::lock;
use crate::wire::Settings;

/// How long one waits for a container.
const LINGER: Duration = Duration::from_secs(30);

/// What the folder of a monitor begins with that has no container.
pub(crate) const SPARE: &str = "spare.";

/// One of a sort, or none.
pub(crate) struct Spare<T> {
    ready: Mutex<Option<T>>,
    /// Whether one is being made.
    filling: AtomicBool,
    /// How many were wanted.
    wanted: AtomicU64,
}

impl<T> Default for Spare<T> {
    fn default() -> Self {
        Self {
            ready: Mutex::default(),
            filling: AtomicBool::new(false),
            wanted: AtomicU64::new(0),
        }
    }
}

impl<T: Send + 'static> Spare<T> {
    pub(crate) fn take(&self) -> Option<T> {
        self.wanted.fetch_add(1, SeqCst);
        lock(&self.ready).take()
    }

    /// Has one ready for the next container, for a while. Where none can be made, whoever needs one says why.
    pub(crate) fn fill(self: &Arc<Self>, make: impl Future<Output = Option<T>> + Send + 'static) {
        if self.filling.swap(true, SeqCst) {
            return;
        }
        let spare = self.clone();
        tokio::spawn(async move {
            let empty = lock(&spare.ready).is_none();
            if empty && let Some(made) = make.await {
                *lock(&spare.ready) = Some(made);
            }
            spare.filling.store(false, SeqCst);
            let wanted = spare.wanted.load(SeqCst);
            tokio::time::sleep(LINGER).await;
            if spare.wanted.load(SeqCst) == wanted {
                lock(&spare.ready).take();
            }
        });
    }
}

/// A monitor that has no container yet. It ends when nobody holds its connection.
pub(crate) struct Blank {
    /// Its folder, until it has that of a container.
    pub(crate) folder: PathBuf,
    pub(crate) socket: OwnedFd,
    pub(crate) pid: u32,
}

impl Blank {
    /// Whether it is still there.
    fn lives(&self) -> bool {
        let mut fds = [PollFd::from_borrowed_fd(self.socket.as_fd(), PollFlags::empty())];
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        poll(&mut fds, Some(&now)).is_ok() && !fds[0].revents().contains(PollFlags::HUP)
    }
}

/// Where monitors come from.
pub(crate) struct Monitors {
    /// A folder for each container that runs.
    folder: PathBuf,
    /// Filters of system calls that were made before.
    filters: PathBuf,
    launcher: Arc<dyn Launch>,
    spare: Arc<Spare<Blank>>,
}

impl Monitors {
    pub(crate) fn new(folder: PathBuf, filters: PathBuf, launcher: Arc<dyn Launch>) -> Arc<Self> {
        Arc::new(Self {
            folder,
            filters,
            launcher,
            spare: Arc::default(),
        })
    }

    /// One that is ready, or a new one.
    pub(crate) async fn take(&self) -> Result<Blank, LinuxError> {
        match self.spare.take() {
            Some(spare) if spare.lives() => Ok(spare),
            Some(dead) => {
                remains::clear(&dead.folder);
                self.start().await
            }
            None => self.start().await,
        }
    }

    pub(crate) fn fill(self: &Arc<Self>) {
        let monitors = self.clone();
        self.spare.fill(async move { monitors.start().await.ok() });
    }

    async fn start(&self) -> Result<Blank, LinuxError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let folder = self.folder.join(format!("{SPARE}{:020}", now.as_nanos()));
        let made = fs::create_dir_all(&folder).and_then(|()| Ok((listening(&folder)?, packet::pair()?)));
        let (listener, (socket, its)) = made.map_err(cannot_use(&folder))?;
        let settings = Settings {
            folder: folder.clone(),
            filters: self.filters.clone(),
        };
        let settings = serde_json::to_string(&settings).map_err(packet::PacketError::from)?;
        match self.launcher.launch(ROLE, settings, [its, listener]).await {
            Ok(pid) => Ok(Blank { folder, socket, pid }),
            Err(error) => {
                remains::clear(&folder);
                Err(LinuxError::Launch(error))
            }
        }
    }
}
