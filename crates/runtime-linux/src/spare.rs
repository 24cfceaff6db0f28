//! Monitors that are started before there is a container for them: the next one that starts does not wait for a process to be
//! executed. There is one at most, behind the start of a container, and none after a time without starts.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard};
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

/// What the folder of one begins with that has no container.
pub(crate) const SPARE: &str = "spare.";

/// A monitor that has no container yet.
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
    spare: Mutex<Option<Blank>>,
    /// Whether one is being started.
    filling: AtomicBool,
    /// How many were taken.
    taken: AtomicU64,
}

impl Monitors {
    pub(crate) fn new(folder: PathBuf, filters: PathBuf, launcher: Arc<dyn Launch>) -> Arc<Self> {
        Arc::new(Self {
            folder,
            filters,
            launcher,
            spare: Mutex::default(),
            filling: AtomicBool::new(false),
            taken: AtomicU64::new(0),
        })
    }

    fn spare(&self) -> MutexGuard<'_, Option<Blank>> {
        lock(&self.spare)
    }

    /// One that is ready, or a new one.
    pub(crate) async fn take(self: &Arc<Self>) -> Result<Blank, LinuxError> {
        self.taken.fetch_add(1, SeqCst);
        let spare = self.spare().take();
        match spare {
            Some(spare) if spare.lives() => Ok(spare),
            Some(dead) => {
                remains::clear(&dead.folder);
                self.start().await
            }
            None => self.start().await,
        }
    }

    /// Has one ready for the next container, for a while. Behind the start of the last one, which it would be in the way of.
    pub(crate) fn fill(self: &Arc<Self>) {
        if self.filling.swap(true, SeqCst) {
            return;
        }
        let monitors = self.clone();
        tokio::spawn(async move {
            if monitors.spare().is_none() {
                // Whoever needs one and finds none says why it cannot be started.
                if let Ok(blank) = monitors.start().await {
                    *monitors.spare() = Some(blank);
                }
            }
            monitors.filling.store(false, SeqCst);
            let taken = monitors.taken.load(SeqCst);
            tokio::time::sleep(LINGER).await;
            if monitors.taken.load(SeqCst) == taken {
                // It ends when nobody holds its connection.
                monitors.spare().take();
            }
        });
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
