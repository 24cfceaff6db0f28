//! Tells that the kernel has ended something in a container for want of memory, while the container goes on.

use std::os::fd::OwnedFd;
use std::time::Duration;

use sampan_types::ContainerId;
use tokio::io::Interest;

use super::keeper::{Event, Events};
use crate::cgroup::Cgroup;
use sampan_process::awaited::awaited_for;

/// v1 tells of it just before it happens: how often, and after which pauses, it is looked whether it has.
const LOOKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(10);

/// Watches a container as long as it has a cgroup. Where the kernel tells nothing, it is told at the end alone.
pub(super) fn watch(cgroup: Cgroup, id: ContainerId, events: Events) {
    let notices = cgroup
        .memory_notices()
        .and_then(|fd| awaited_for(fd, Interest::READABLE));
    let notices = match notices {
        Ok(notices) => notices,
        Err(error) => {
            tracing::debug!(%error, "the kernel does not tell when memory runs out");
            return;
        }
    };
    tokio::spawn(async move {
        let mut known = cgroup.oom_kills();
        loop {
            let heard = |fd: &OwnedFd| {
                let mut bytes = [0; 512];
                Ok(rustix::io::read(fd, &mut bytes)?)
            };
            if notices.async_io(Interest::READABLE, heard).await.is_err() {
                return;
            }
            let mut now = cgroup.oom_kills();
            for _ in 0..LOOKS {
                if now > known || !cgroup.exists() {
                    break;
                }
                tokio::time::sleep(PAUSE).await;
                now = cgroup.oom_kills();
            }
            if !cgroup.exists() {
                return;
            }
            if now > known && events.send(Event::OutOfMemory(id.clone())).is_err() {
                return;
            }
            known = now;
        }
    });
}
