//! What is said to the daemon, in order, without anybody waiting for it.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use sampan_process::link::Link;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::wire::Say;

/// The words for one daemon. Those for a daemon that is gone are lost: the next one hears first what is here.
pub(super) struct Outbox {
    words: UnboundedSender<(Say, Vec<OwnedFd>)>,
}

impl Outbox {
    /// Needs a runtime of tasks.
    pub(super) fn new(link: Arc<Link<()>>) -> Self {
        let (words, mut said) = unbounded_channel::<(Say, Vec<OwnedFd>)>();
        tokio::spawn(async move {
            while let Some((say, fds)) = said.recv().await {
                if link.tell(&say, fds).await.is_err() {
                    return;
                }
            }
        });
        Self { words }
    }

    pub(super) fn say(&self, say: Say, fds: Vec<OwnedFd>) {
        // Nobody takes them where the daemon is gone.
        let _ = self.words.send((say, fds));
    }
}
