//! Which program answers a request: the one version of a service, or one of two by their parts. Another version is made
//! ready beside them, and takes its place at once; requests that are under way end with the version that began them.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use sampan_types::{Answering, HttpCheck, Serving};
use tokio::sync::watch;
use wasmtime_wasi_http::handler::ProxyHandler;

use super::counts::Counts;
use super::instance::Instances;
use super::trial;
use crate::guest::{Template, Words};
use crate::link::Handler;
use crate::program::Program;
use crate::ticker::Need;
use crate::{HostError, outcome};

/// One version of a service.
pub(super) struct Version {
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) instances: Instances,
    pub(super) handler: ProxyHandler<Instances>,
    pub(super) counts: Arc<Counts>,
}

impl Version {
    fn new(number: u64, program: &Program, instances: Instances) -> Arc<Self> {
        Arc::new(Self {
            number,
            name: program.name().to_owned(),
            handler: ProxyHandler::new(instances.clone()),
            instances,
            counts: Arc::default(),
        })
    }
}

/// A version that is to be made ready.
#[derive(Debug)]
pub struct NewVersion {
    /// By which number it is to be known.
    pub number: u64,
    /// What its program is told.
    pub words: Words,
    /// What it must answer first.
    pub check: Option<HttpCheck>,
}

/// The versions of a server, while it answers: cloning gives the same ones.
#[derive(Clone)]
pub struct Versions(Arc<Shared>);

/// The same from outside: it does not keep what belongs to the server, whose streams lead to those who hold this.
#[derive(Clone)]
pub(crate) struct WeakVersions(Weak<Shared>);

impl WeakVersions {
    /// The versions, while the server is there.
    pub(crate) fn get(&self) -> Option<Versions> {
        self.0.upgrade().map(Versions)
    }
}

struct Shared {
    serving: Serving,
    closing: watch::Receiver<()>,
    /// Set when the server begins.
    begun: watch::Sender<Option<Need>>,
    /// Held for as long as it takes to copy a pointer, by requests together; a change waits for those and they for it.
    now: RwLock<Arc<Lineup>>,
    /// Made ready and not yet answering.
    ready: Mutex<Vec<Arc<Version>>>,
}

/// How many versions may wait to answer.
const READY: usize = 2;

/// Those that answer.
struct Lineup {
    first: Arc<Version>,
    /// Another one with its part of the whole.
    second: Option<Part>,
}

struct Part {
    version: Arc<Version>,
    part: u64,
    whole: u64,
    /// Requests so far.
    asked: AtomicU64,
}

impl Lineup {
    /// Who answers the next request. Of any number of requests one after another each version gets its part, to within
    /// one request.
    fn next(&self) -> &Arc<Version> {
        let Some(Part {
            version,
            part,
            whole,
            asked,
        }) = &self.second
        else {
            return &self.first;
        };
        match is_of_part(asked.fetch_add(1, Relaxed), *part, *whole) {
            true => version,
            false => &self.first,
        }
    }

    fn all(&self) -> impl Iterator<Item = (&Arc<Version>, u32)> {
        let weight = |part: u64| u32::try_from(part).unwrap_or(u32::MAX);
        let second = self.second.as_ref();
        let rest = second.map_or(1, |second| weight(second.whole - second.part));
        std::iter::once((&self.first, rest))
            .chain(second.map(|second| (&second.version, weight(second.part))))
    }
}

/// Whether the n-th request is one of a part of the whole, which is spread over it evenly.
fn is_of_part(n: u64, part: u64, whole: u64) -> bool {
    let n = n % whole;
    (n + 1) * part / whole > n * part / whole
}

impl Versions {
    pub(super) fn new(
        template: Template,
        program: &Program,
        handler: Handler,
        serving: &Serving,
        closing: watch::Receiver<()>,
    ) -> Self {
        let instances = Instances::new(template, handler, serving, closing.clone());
        let lineup = Lineup {
            first: Version::new(serving.version, program, instances),
            second: None,
        };
        Self(Arc::new(Shared {
            serving: serving.clone(),
            closing,
            begun: watch::Sender::new(None),
            now: RwLock::new(Arc::new(lineup)),
            ready: Mutex::default(),
        }))
    }

    pub(super) fn weak(&self) -> WeakVersions {
        WeakVersions(Arc::downgrade(&self.0))
    }

    fn now(&self) -> Arc<Lineup> {
        self.0.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn ready(&self) -> MutexGuard<'_, Vec<Arc<Version>>> {
        self.0.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server begins: the version that is there must be able to.
    pub(super) async fn begin(&self, need: Need) -> wasmtime::Result<()> {
        self.0.begun.send_replace(Some(need));
        drop(self.now().first.instances.make().await?);
        Ok(())
    }

    /// Who answers the next request.
    pub(super) fn next(&self) -> Arc<Version> {
        self.now().next().clone()
    }

    /// Makes a version ready: it is linked, instantiated once, and answers its check. Nobody else is answered by it. What
    /// it may reach and use is what the server may.
    pub async fn prepare(&self, program: &Program, new: NewVersion) -> Result<(), HostError> {
        let handler = program.inner.handler(None)?;
        let beside = self.now();
        let template = beside.first.instances.template();
        if template.control.limits.stack != program.stack() {
            return Err(HostError::Spec("all versions of a server have the same stack"));
        }
        let template = template.of_another(program, new.words);
        let instances = Instances::new(template, handler, &self.0.serving, self.0.closing.clone());
        let version = Version::new(new.number, program, instances);
        let time = match &new.check {
            Some(check) => check.time,
            None => self.0.serving.limits.request_time,
        };
        match tokio::time::timeout(time, self.try_out(&version, new.check.as_ref())).await {
            Ok(outcome) => outcome?,
            Err(_) => return Err(trial::too_slow(&version.name, new.check.as_ref(), time)),
        }
        let mut ready = self.ready();
        ready.retain(|other| other.number != version.number);
        let more = (ready.len() + 1).saturating_sub(READY);
        ready.drain(..more);
        ready.push(version);
        Ok(())
    }

    async fn try_out(&self, version: &Version, check: Option<&HttpCheck>) -> Result<(), HostError> {
        let need = self.begun().await;
        // Without epochs nobody would take the thread from it.
        let _busy = need.clone().busy();
        let control = &version.instances.template().control;
        let made = version.instances.make().await;
        drop(made.map_err(|error| match outcome::is_for_want_of_room(&error) {
            true => outcome::not_begun(error, control, &version.name),
            false => trial::not_instantiated(&version.name, &error),
        })?);
        match check {
            Some(check) => trial::ask(version, check, control, &need).await,
            None => Ok(()),
        }
    }

    /// By what epochs are asked for, once the server has begun.
    async fn begun(&self) -> Need {
        let mut begun = self.0.begun.subscribe();
        loop {
            if let Some(need) = &*begun.borrow_and_update() {
                return need.clone();
            }
            // The sender is part of `self`, so there is an end to it.
            let _ = begun.changed().await;
        }
    }

    /// From now on requests go to these, by their weights: one, or two of which neither has none. What else was ready or
    /// answered is let go when its last request has ended.
    pub fn change(&self, to: &[(u64, u32)]) -> Result<(), HostError> {
        let mut ready = self.ready();
        let now = self.now();
        let find = |number: u64| {
            let known = now.all().map(|(version, _)| version).chain(&*ready);
            let found = known.filter(|version| version.number == number).last();
            found.cloned().ok_or(HostError::NoVersion(number))
        };
        let lineup = match to {
            [(only, _)] => Lineup {
                first: find(*only)?,
                second: None,
            },
            [(first, rest), (second, part)] if *rest > 0 && *part > 0 => Lineup {
                first: find(*first)?,
                second: Some(Part {
                    version: find(*second)?,
                    part: u64::from(*part),
                    whole: u64::from(*rest) + u64::from(*part),
                    asked: AtomicU64::new(0),
                }),
            },
            _ => {
                return Err(HostError::Spec(
                    "requests are divided between one or two versions",
                ));
            }
        };
        ready.clear();
        *self.0.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(lineup);
        Ok(())
    }

    /// Those that answer, with what they have answered.
    pub fn answering(&self) -> Vec<Answering> {
        let now = self.now();
        let all = now.all().map(|(version, weight)| Answering {
            version: version.number,
            weight,
            instances: version.instances.alive(),
            served: version.counts.told(),
        });
        all.collect()
    }
}

impl std::fmt::Debug for Versions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Versions").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stretch_of_requests_is_looked_at_a_part_is_its_share_of_it() {
        for (part, whole) in [(10, 100), (1, 2), (1, 3), (333, 1_000), (9_999, 10_000), (50, 60)] {
            for begin in [0, 7, whole * 3 + 1] {
                let mut had = 0;
                for n in 0..whole * 2 {
                    had += u64::from(is_of_part(begin + n, part, whole));
                    let due = (n + 1) * part / whole;
                    assert!(
                        had.abs_diff(due) <= 1,
                        "{part} of {whole} from {begin}: {had} of {n}"
                    );
                }
                assert_eq!(had, part * 2, "{part} of {whole} from {begin}");
            }
        }
    }
}
