//! One container in memory.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sampan_runtime::linux::HiddenFile;
use sampan_runtime::{Attach, Container};
use sampan_types::{ContainerId, Secret, Usage};
use tokio::sync::{Notify, watch};

use super::execs::{Exec, Processes};
use super::record::{Record, State};

/// One container. What it is and how it stands is behind a lock that is only ever held for moments; whoever starts,
/// ends or removes it holds the gate meanwhile.
pub(crate) struct Cell {
    pub(crate) id: ContainerId,
    live: Mutex<Live>,
    /// Held by whoever changes its life, so that one change follows the other.
    pub(crate) gate: tokio::sync::Mutex<()>,
    /// Held by whoever makes its folders.
    pub(crate) files: tokio::sync::Mutex<()>,
    /// What those who wait look at.
    pub(crate) phase: watch::Sender<Phase>,
    /// Ends the pause between two runs.
    pub(crate) interrupt: Notify,
}

/// What changes.
pub(crate) struct Live {
    pub(crate) record: Arc<Record>,
    pub(crate) state: State,
    /// While it runs.
    pub(crate) hold: Option<Arc<dyn Container>>,
    /// The pause before its next run, if it failed soon each time.
    pub(crate) pause: Duration,
    /// Somebody restarts it, so that its end is no reason to remove it.
    pub(crate) restarted_by_hand: bool,
    /// What runs in it beside its program.
    pub(crate) execs: Vec<Arc<Exec>>,
    /// Those who wait for its next run to join its streams.
    pub(crate) waiters: Vec<Waiter>,
    /// Of those who joined before the present run: whether each has said all.
    pub(crate) joined: Vec<Arc<AtomicBool>>,
    /// Whether there may be a log of it: for one that was never started, nobody needs to look.
    pub(crate) logged: bool,
    /// What its last run used.
    pub(crate) usage: Usage,
    /// The signal that was sent last.
    pub(crate) sent: Option<u8>,
    /// Counts runs, so that what belongs to an earlier one is told apart.
    pub(crate) run: u64,
    /// The last run of which was told that memory ran out.
    pub(crate) starved: Option<u64>,
    /// Numbers of its processes, as they are seen in it.
    pub(crate) processes: Processes,
    /// Whether the names are gone already.
    pub(crate) removed: bool,
    /// What its program gets and nothing is written down of.
    pub(crate) private: Private,
}

/// What a container gets that is in no record, no list and no log: secrets of a build's step. It is gone with the daemon.
#[derive(Clone, Debug, Default)]
pub(crate) struct Private {
    /// Variables.
    pub(crate) env: Vec<(String, Secret<String>)>,
    /// Files, each by its path in the container.
    pub(crate) files: Vec<(String, HiddenFile)>,
}

/// Somebody who joins the streams with the next run.
pub(crate) struct Waiter {
    pub(crate) request: Attach,
    /// Our end of what the client has, which does not block.
    pub(crate) end: std::os::fd::OwnedFd,
    /// Whether the client has said all.
    pub(crate) over: Arc<AtomicBool>,
}

/// What those who wait want to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Phase {
    pub(crate) running: bool,
    /// How often it ended.
    pub(crate) exits: u64,
    pub(crate) removed: bool,
    pub(crate) code: i64,
    /// Why it could not be removed.
    pub(crate) error: Option<String>,
}

impl Cell {
    pub(crate) fn new(record: Record, state: State) -> Arc<Self> {
        let (phase, _) = watch::channel(Phase {
            running: state.running,
            code: state.exit_code,
            ..Phase::default()
        });
        Arc::new(Self {
            id: record.id.clone(),
            live: Mutex::new(Live {
                record: Arc::new(record),
                state,
                hold: None,
                pause: Duration::ZERO,
                restarted_by_hand: false,
                execs: Vec::new(),
                waiters: Vec::new(),
                joined: Vec::new(),
                logged: false,
                usage: Usage::default(),
                sent: None,
                run: 0,
                starved: None,
                processes: Processes::default(),
                removed: false,
                private: Private::default(),
            }),
            gate: tokio::sync::Mutex::new(()),
            files: tokio::sync::Mutex::new(()),
            phase,
            interrupt: Notify::new(),
        })
    }

    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        // Changes are made of whole values, so a panic elsewhere leaves nothing half-changed.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it gets that is not written down, as variables.
    pub(crate) fn private_env(&self) -> Vec<(String, String)> {
        let live = self.live();
        let each = live.private.env.iter();
        each.map(|(name, value)| (name.clone(), value.expose().clone()))
            .collect()
    }

    pub(crate) fn record(&self) -> Arc<Record> {
        self.live().record.clone()
    }

    pub(crate) fn state(&self) -> State {
        self.live().state.clone()
    }

    pub(crate) fn is_running(&self) -> bool {
        self.live().state.running
    }

    /// Tells those who wait.
    pub(crate) fn tell(&self, change: impl FnOnce(&mut Phase)) {
        self.phase.send_modify(change);
    }

    /// Resolves when it does not run any more, however often it is started again meanwhile. It counts from this
    /// call on, not from when it is first polled.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + use<> {
        let mut phase = self.phase.subscribe();
        let seen = phase.borrow().exits;
        async move {
            // An error means that the container is gone.
            let _ = phase
                .wait_for(|now| !now.running || now.exits > seen || now.removed)
                .await;
        }
    }
}
