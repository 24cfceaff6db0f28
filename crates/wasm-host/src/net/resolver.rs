//! Turns names into addresses, capped in time, number and concurrency.

use std::future::Future;
use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::LookupError;

/// How long one look-up may take.
const LONGEST: Duration = Duration::from_secs(10);
/// How many addresses of one answer are kept.
const ADDRESSES: usize = 16;
/// How many look-ups of one guest are under way at a time; more wait.
const AT_A_TIME: usize = 8;
/// How many may wait, those under way included; more are refused.
pub(super) const WAITING: usize = 256;

/// Addresses on their way.
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Something that knows the addresses of names.
pub trait Resolve: Send + Sync {
    /// Looks up one name: lower case, in ASCII, without a dot at its end, never an address.
    fn resolve(&self, name: &str) -> Resolving;
}

/// The machine's own way: its hosts file, its name servers, whatever it is set up with.
#[derive(Clone, Copy, Debug)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str) -> Resolving {
        let name = name.to_owned();
        Box::pin(async move {
            let (tell, told) = oneshot::channel();
            // A thread of its own: one that hangs in the system's resolver would keep the runtime from
            // ending if it were the runtime's.
            std::thread::Builder::new()
                .name("resolver".to_owned())
                .spawn(move || {
                    let answer = (name.as_str(), 0).to_socket_addrs();
                    // Nobody may wait any more.
                    let _ = tell.send(answer.map(|all| all.map(|a| a.ip()).collect()));
                })?;
            told.await.map_err(io::Error::other)?
        })
    }
}

/// A guest's resolver. Cheap to clone; clones share the cap on concurrency.
#[derive(Clone)]
pub(crate) struct Resolver {
    resolve: Arc<dyn Resolve>,
    free: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// A place in the queue.
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Resolver {
    pub(crate) fn new(resolve: Arc<dyn Resolve>) -> Self {
        Self {
            resolve,
            free: Arc::new(Semaphore::new(AT_A_TIME)),
            places: Arc::new(Semaphore::new(WAITING)),
        }
    }

    /// A place in the queue, to be held until the look-up is over; `None` when the queue is full.
    pub(crate) fn place(&self) -> Option<Place> {
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Place { _permit: permit })
    }

    /// The distinct addresses of a name, at most [`ADDRESSES`], in the order of the answer.
    pub(crate) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, LookupError> {
        let permit = Arc::clone(&self.free)
            .acquire_owned()
            .await
            .map_err(|_| LookupError::Unresolvable)?;
        let asking = self.resolve.resolve(name);
        // The permit goes with the task: a look-up that is no longer waited for still holds a thread.
        let task = tokio::spawn(async move {
            let answer = asking.await;
            drop(permit);
            answer
        });
        let answer = match tokio::time::timeout(LONGEST, task).await {
            Err(_) => return Err(LookupError::Timeout),
            Ok(Ok(Ok(answer))) => answer,
            Ok(Ok(Err(_)) | Err(_)) => return Err(LookupError::Unresolvable),
        };
        let mut distinct = Vec::new();
        for address in answer.into_iter().map(|a| a.to_canonical()) {
            if distinct.len() < ADDRESSES && !distinct.contains(&address) {
                distinct.push(address);
            }
        }
        if distinct.is_empty() {
            return Err(LookupError::Unresolvable);
        }
        Ok(distinct)
    }
}
