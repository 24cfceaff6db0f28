//! Look-ups of guests, answered by the network process.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sampan_wasm_host::net::{Resolve, Resolving};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::link::Link;
use crate::network::wire::{Ask, Told, Unknown};
use crate::packet::{PacketError, Receiver};

type Answer = Result<Vec<IpAddr>, Unknown>;

/// The way to the process that knows names.
pub(super) struct Names(Arc<Inner>);

struct Inner {
    link: Link<()>,
    last: AtomicU64,
    /// Who waits. How many may is bounded where guests ask.
    waiting: Mutex<HashMap<u64, oneshot::Sender<Answer>>>,
}

impl Names {
    /// Takes up the socket.
    pub(super) fn start(socket: OwnedFd, tasks: &Handle) -> io::Result<Arc<Self>> {
        let _tasks = tasks.enter();
        let inner = Arc::new(Inner {
            link: Link::new(socket)?,
            last: AtomicU64::new(0),
            waiting: Mutex::default(),
        });
        tasks.spawn(listen(inner.clone()));
        Ok(Arc::new(Self(inner)))
    }
}

impl Inner {
    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Answer>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self, name: String) -> io::Result<Vec<IpAddr>> {
        let ask = self.last.fetch_add(1, Relaxed) + 1;
        let (tell, told) = oneshot::channel();
        self.waiting().insert(ask, tell);
        let forget = Forget { inner: self, ask };
        let asked = self.link.tell(&Ask::LookUp { ask, name }, Vec::new()).await;
        asked.map_err(io::Error::other)?;
        let answer = told.await.map_err(io::Error::other)?;
        drop(forget);
        answer.map_err(|unknown| match unknown {
            Unknown::Timeout => io::ErrorKind::TimedOut.into(),
            Unknown::Denied | Unknown::Unresolvable | Unknown::Busy => io::ErrorKind::NotFound.into(),
        })
    }
}

/// Forgets a question whose asker is gone.
struct Forget<'a> {
    inner: &'a Inner,
    ask: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.inner.waiting().remove(&self.ask);
    }
}

async fn listen(inner: Arc<Inner>) {
    let mut receiver = Receiver::new();
    loop {
        match inner.link.receive::<Told>(&mut receiver).await {
            Ok((Told::Addresses { ask, addresses }, _)) => {
                let waiting = inner.waiting().remove(&ask);
                // Whoever asked may have gone.
                let _ = waiting.map(|waiting| waiting.send(addresses));
            }
            Ok(_) => {}
            Err(PacketError::Document(_)) => {}
            // Nobody answers any more.
            Err(_) => return inner.waiting().clear(),
        }
    }
}

impl Resolve for Names {
    fn resolve(&self, name: &str) -> Resolving {
        let (inner, name) = (self.0.clone(), name.to_owned());
        Box::pin(async move { inner.ask(name).await })
    }
}
