//! What the requests of a server take of processors, and how they are held to its share. Their instances are polled by
//! tasks of their own, so that what each takes is measured where it goes into its code and out of it.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use wasmtime::{CallHook, Store, UpdateDeadline};

use crate::control::{self, Control, Ended};
use crate::share::Bucket;
use crate::state::GuestState;

/// The share of one server, which all its requests have together.
pub(crate) struct Pace {
    control: Arc<Control>,
    bucket: Mutex<Option<Bucket>>,
}

impl Pace {
    pub(crate) fn new(control: Arc<Control>) -> Arc<Self> {
        Arc::new(Self {
            control,
            bucket: Mutex::default(),
        })
    }

    fn debt(&self) -> Option<Duration> {
        self.control.measure_from_outside();
        let used = self.control.counters.cpu_ns.load(Relaxed);
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        Bucket::follow(&mut bucket, self.control.cpu_millis(), used)?.debt(used)
    }

    /// Resolves when what was used is within the share.
    pub(super) async fn paid(&self) {
        while let Some(wait) = self.debt() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Measures the instance of one request, and lets it go on at each epoch when what was used is paid.
    pub(crate) fn hold(self: &Arc<Self>, store: &mut Store<GuestState>) {
        let turn = Arc::new(InCode {
            pace: self.clone(),
            since: AtomicU64::new(0),
        });
        let limits = self.control.limits_now();
        if self.control.is_measured_by_polls() && (limits.cpu_millis.is_some() || limits.cpu_time.is_some()) {
            let turn = turn.clone();
            store.call_hook(move |_, hook| {
                match hook {
                    CallHook::CallingWasm | CallHook::ReturningFromHost => turn.enter(),
                    CallHook::CallingHost | CallHook::ReturningFromWasm => {
                        turn.leave();
                    }
                }
                Ok(())
            });
        }
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| {
            let measured = turn.leave();
            let control = &turn.pace.control;
            control.measure_from_outside();
            control.check_times();
            if control.cause().is_some() {
                return Err(Ended.into());
            }
            let turn = turn.clone();
            Ok(UpdateDeadline::YieldCustom(
                1,
                Box::pin(async move {
                    tokio::task::yield_now().await;
                    turn.pace.paid().await;
                    // By the thread that goes on with its code.
                    if measured {
                        turn.enter();
                    }
                }),
            ))
        });
    }
}

/// One instance: since when it is in its own code, by the clock of its thread; 0 while it is not.
struct InCode {
    pace: Arc<Pace>,
    since: AtomicU64,
}

impl InCode {
    fn enter(&self) {
        self.since.store(control::thread_time(), Relaxed);
    }

    /// Counts what it took; whether it was in its code.
    fn leave(&self) -> bool {
        let since = self.since.swap(0, Relaxed);
        if since != 0 {
            self.pace
                .control
                .took(control::thread_time().saturating_sub(since));
        }
        since != 0
    }
}
