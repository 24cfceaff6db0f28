//! What a guest asked for, what it was given, and what it was refused.
//!
//! One [`Ledger`] belongs to one guest. The network, HTTP and file layers write into it while the guest
//! runs; anybody who holds it may read at any time. A guest decides how often it asks, so everything here
//! is bounded: distinct uses are kept, a fixed number of each sort, and what comes after is only marked as
//! left out. Nothing here decides: a ledger never grants.

mod environment;
mod refusal;

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sampan_types::Used;
use sampan_types::grants::{Access, Grants, Transport};
use sampan_types::used::{Connect, Listen, NameLookup, Refused, Request};

pub(crate) use environment::{LedgerView, watch_p2, watch_p3};
pub use refusal::Refusal;

/// How many distinct entries of each sort are kept.
pub const ENTRIES: usize = 1_000;
/// How many distinct refusals are kept and told.
pub const REFUSALS: usize = 100;

type Tell = Box<dyn Fn(&Refusal) + Send + Sync>;

/// The record of one guest. Cheap to share: clones of the [`Arc`] write into the same record.
pub struct Ledger {
    /// For each mount: touched, written. Read at every file operation, so without the lock.
    mounts: Vec<Touched>,
    /// For each tmpfs.
    tmpfs: Vec<Touched>,
    env: AtomicBool,
    book: Mutex<Book>,
    tell: Option<Tell>,
}

#[derive(Default)]
struct Touched {
    read: AtomicBool,
    written: AtomicBool,
}

#[derive(Default)]
struct Book {
    connects: Distinct<Connect>,
    names: Distinct<NameLookup>,
    listens: Distinct<Listen>,
    requests: Distinct<Request>,
    refusals: Distinct<Refusal>,
    truncated: bool,
}

/// Distinct values in the order in which they came.
struct Distinct<T> {
    order: Vec<T>,
    seen: HashSet<T>,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Self {
            order: Vec::new(),
            seen: HashSet::new(),
        }
    }
}

/// What became of a value that was to be written down.
#[derive(PartialEq, Eq)]
enum Noted {
    New,
    Known,
    Full,
}

impl<T: Clone + Eq + Hash> Distinct<T> {
    fn note(&mut self, value: T, most: usize) -> Noted {
        if self.seen.contains(&value) {
            return Noted::Known;
        }
        if self.order.len() >= most {
            return Noted::Full;
        }
        self.seen.insert(value.clone());
        self.order.push(value);
        Noted::New
    }
}

impl Ledger {
    /// An empty record for a guest with these grants.
    pub fn new(given: &Grants) -> Arc<Self> {
        Arc::new(Self::empty(given))
    }

    /// An empty record that also tells each distinct refusal at once, the first time it happens. `tell` is
    /// called on the guest's own thread and must not block.
    pub fn telling(given: &Grants, tell: impl Fn(&Refusal) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            tell: Some(Box::new(tell)),
            ..Self::empty(given)
        })
    }

    fn empty(given: &Grants) -> Self {
        let untouched = |count| std::iter::repeat_with(Touched::default).take(count).collect();
        Self {
            mounts: untouched(given.mounts.len()),
            tmpfs: untouched(given.tmpfs.len()),
            env: AtomicBool::new(false),
            book: Mutex::default(),
            tell: None,
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // A panic elsewhere leaves the book whole: each entry is one push.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The guest opened something beneath the mount with this number in its grants.
    pub fn touch_mount(&self, index: usize, write: bool) {
        touch(&self.mounts, index, write);
    }

    /// The guest opened something beneath the tmpfs with this number in its grants.
    pub fn touch_tmpfs(&self, index: usize, write: bool) {
        touch(&self.tmpfs, index, write);
    }

    /// The guest asked for its environment variables.
    pub fn read_env(&self) {
        self.env.store(true, Ordering::Relaxed);
    }

    /// The guest connected to an address, or sent a datagram there, or was kept from it. `name` is the one
    /// whose resolution gave the address.
    pub fn connect(
        &self,
        name: Option<&str>,
        address: IpAddr,
        port: u16,
        transport: Transport,
        allowed: bool,
    ) {
        let entry = Connect {
            name: name.map(str::to_owned),
            address,
            port,
            transport,
            allowed,
        };
        let mut book = self.book();
        let full = book.connects.note(entry, ENTRIES) == Noted::Full;
        book.truncated |= full;
    }

    /// The guest had a name resolved, or was kept from it. `addresses` are those that it was given.
    pub fn lookup(&self, name: &str, addresses: &[IpAddr], allowed: bool) {
        let entry = NameLookup {
            name: name.to_owned(),
            addresses: addresses.to_vec(),
            allowed,
        };
        let mut book = self.book();
        let full = book.names.note(entry, ENTRIES) == Noted::Full;
        book.truncated |= full;
    }

    /// The guest listened, or was kept from it. Port 0 is one that the system picks.
    pub fn listen(&self, address: IpAddr, port: u16, transport: Transport, allowed: bool) {
        let entry = Listen {
            address,
            port,
            transport,
            allowed,
        };
        let mut book = self.book();
        let full = book.listens.note(entry, ENTRIES) == Noted::Full;
        book.truncated |= full;
    }

    /// The guest sent an HTTP request, or was kept from it.
    pub fn request(&self, tls: bool, host: &str, port: u16, allowed: bool) {
        let entry = Request {
            tls,
            host: host.to_owned(),
            port,
            allowed,
        };
        let mut book = self.book();
        let full = book.requests.note(entry, ENTRIES) == Noted::Full;
        book.truncated |= full;
    }

    /// Something was refused; told once for each distinct refusal.
    pub fn refuse(&self, refusal: Refusal) {
        let noted = {
            let mut book = self.book();
            let noted = book.refusals.note(refusal.clone(), REFUSALS);
            book.truncated |= noted == Noted::Full;
            noted
        };
        if let (Noted::New, Some(tell)) = (noted, &self.tell) {
            tell(&refusal);
        }
    }

    /// The distinct refusals so far, in their order.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.book().refusals.order.clone()
    }

    /// What was used so far.
    pub fn used(&self) -> Used {
        let book = self.book();
        Used {
            connects: book.connects.order.clone(),
            names: book.names.order.clone(),
            listens: book.listens.order.clone(),
            requests: book.requests.order.clone(),
            mounts: self.mounts.iter().map(Touched::access).collect(),
            tmpfs: self.tmpfs.iter().map(|t| t.access().is_some()).collect(),
            env: self.env.load(Ordering::Relaxed),
            refused: in_words(&book.refusals.order),
            truncated: book.truncated,
        }
    }
}

/// Several addresses of one name are one refusal to a person.
fn in_words(refusals: &[Refusal]) -> Vec<Refused> {
    let mut words = Vec::with_capacity(refusals.len());
    for refusal in refusals.iter().map(Refused::from) {
        if !words.contains(&refusal) {
            words.push(refusal);
        }
    }
    words
}

fn touch(list: &[Touched], index: usize, write: bool) {
    if let Some(touched) = list.get(index) {
        let flag = if write { &touched.written } else { &touched.read };
        flag.store(true, Ordering::Relaxed);
    }
}

impl Touched {
    fn access(&self) -> Option<Access> {
        if self.written.load(Ordering::Relaxed) {
            Some(Access::ReadWrite)
        } else {
            self.read.load(Ordering::Relaxed).then_some(Access::ReadOnly)
        }
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger")
            .field("used", &self.used())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
