//! Bumps epochs while somebody needs it: the only thread that this crate starts, and only then. Guests without
//! checks in their code have no use for it, and neither have guests that wait.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use wasmtime::Engine;

/// How long a guest that is alone runs before its limits are looked at.
pub(crate) const TICK: Duration = Duration::from_millis(10);
/// How long a guest that shares its thread runs before it lets its neighbours go on. A signal waits as long where the
/// guest has the thread that would hear of it.
const TURN: Duration = Duration::from_millis(2);
/// How many ticks without need come before the thread rests: waking it for each short guest costs more.
const CALM: u32 = 250;
/// How long the thread waits for the next guest that needs it.
const LINGER: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(crate) struct Ticker {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    /// Guests that share threads and are being polled at this moment.
    busy: AtomicUsize,
    /// The thread sleeps until somebody is busy.
    resting: AtomicBool,
}

#[derive(Default)]
struct State {
    /// Engines of the living guests, and how many each has.
    engines: Vec<(Engine, usize)>,
    live: usize,
    timed: usize,
    /// Whether guests share threads, so that one is reason enough: one that never yields would keep the next
    /// from ever being counted in.
    sharing: bool,
    thread: bool,
}

impl State {
    /// Whether epochs are needed now; `busy` guests are in their code.
    fn needed(&self, busy: usize) -> bool {
        match self.sharing {
            true => busy > 0,
            false => self.timed > 0,
        }
    }
}

/// A living guest, as the ticker knows it.
pub(crate) struct Registration {
    shared: Arc<Shared>,
    engine: Engine,
    timed: bool,
}

impl Ticker {
    pub(crate) fn new(sharing: bool) -> Self {
        let ticker = Self::default();
        ticker.shared.lock().sharing = sharing;
        ticker
    }

    /// Counts a guest in until its registration is dropped. `timed`: its loops must be looked at even when
    /// it is alone.
    pub(crate) fn register(&self, engine: &Engine, timed: bool) -> std::io::Result<Registration> {
        let registration = Registration {
            shared: self.shared.clone(),
            engine: engine.clone(),
            timed,
        };
        let mut state = self.shared.lock();
        state.live += 1;
        state.timed += usize::from(timed);
        match state.engines.iter_mut().find(|(e, _)| Engine::same(e, engine)) {
            Some((_, count)) => *count += 1,
            None => state.engines.push((engine.clone(), 1)),
        }
        if state.timed > 0 || state.sharing {
            if state.thread {
                // One that shares its thread asks for epochs when it is in its code.
                if !state.sharing {
                    self.shared.changed.notify_one();
                }
            } else {
                let shared = self.shared.clone();
                std::thread::Builder::new()
                    .name("epochs".to_owned())
                    .spawn(move || shared.run())?;
                state.thread = true;
            }
        }
        drop(state);
        Ok(registration)
    }
}

impl Registration {
    /// The guest is in its code until the guard is dropped.
    pub(crate) fn busy(&self) -> Busy<'_> {
        self.shared.begin();
        Busy(&self.shared)
    }

    /// For parts of the guest that are polled elsewhere.
    pub(crate) fn need(&self) -> Need {
        Need(self.shared.clone())
    }
}

/// By which a part of a guest that is polled elsewhere asks for epochs.
#[derive(Clone)]
pub(crate) struct Need(Arc<Shared>);

impl Need {
    /// It is in its code until the guard is dropped.
    pub(crate) fn busy(self) -> OwnedBusy {
        self.0.begin();
        OwnedBusy(self.0)
    }
}

/// While this lives, a part of a guest is in its code.
pub(crate) struct OwnedBusy(Arc<Shared>);

impl Drop for OwnedBusy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, SeqCst);
    }
}

impl Shared {
    fn begin(&self) {
        // The thread says that it rests before it looks for the last time, so one of the two sees the other.
        if self.busy.fetch_add(1, SeqCst) == 0 && self.resting.swap(false, SeqCst) {
            drop(self.lock());
            self.changed.notify_one();
        }
    }
}

/// While this lives, a guest is in its code.
pub(crate) struct Busy<'a>(&'a Shared);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, SeqCst);
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.live -= 1;
        state.timed -= usize::from(self.timed);
        if let Some(i) = state
            .engines
            .iter()
            .position(|(e, _)| Engine::same(e, &self.engine))
        {
            state.engines[i].1 -= 1;
            if state.engines[i].1 == 0 {
                state.engines.swap_remove(i);
            }
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut state = self.lock();
        let mut calm = 0;
        loop {
            let needed = state.needed(self.busy.load(SeqCst));
            calm = if needed { 0 } else { calm + 1 };
            if needed || (state.sharing && calm < CALM) {
                let period = if state.sharing { TURN } else { TICK };
                let waited = self.changed.wait_timeout(state, period);
                let (next, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
                state = next;
                if timeout.timed_out() && needed {
                    for (engine, _) in &state.engines {
                        engine.increment_epoch();
                    }
                }
                continue;
            }
            self.resting.store(true, SeqCst);
            if state.needed(self.busy.load(SeqCst)) {
                continue;
            }
            if state.sharing && state.live > 0 {
                // All wait: no need to look again before one goes on.
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                calm = 0;
                continue;
            }
            let waited = self.changed.wait_timeout(state, LINGER);
            let (next, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = next;
            if !timeout.timed_out() {
                calm = 0;
            } else if !(state.needed(self.busy.load(SeqCst)) || state.sharing && state.live > 0) {
                state.thread = false;
                return;
            }
        }
    }
}
