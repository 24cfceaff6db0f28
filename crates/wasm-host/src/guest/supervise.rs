//! Polls a guest within its limits of time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};

use tokio::time::Sleep;

use crate::control::{Control, Ended};
use crate::share::Bucket;
use crate::ticker::Registration;

type Work<'a> = Pin<Box<dyn Future<Output = wasmtime::Result<u8>> + Send + 'a>>;

pub(super) fn supervise<'a>(
    work: Work<'a>,
    control: Arc<Control>,
    ticking: &'a Registration,
) -> Supervised<'a> {
    Supervised {
        work,
        ticking,
        deadline: None,
        throttle: Throttle::default(),
        paces_itself: false,
        control,
    }
}

impl Supervised<'_> {
    /// The same for work that holds itself to its share.
    pub(super) fn pacing_itself(self) -> Self {
        Self {
            paces_itself: true,
            ..self
        }
    }
}

/// A guest's work. Dropping it drops the guest where it waits.
pub(super) struct Supervised<'a> {
    work: Work<'a>,
    ticking: &'a Registration,
    control: Arc<Control>,
    deadline: Option<Pin<Box<Sleep>>>,
    throttle: Throttle,
    paces_itself: bool,
}

impl Future for Supervised<'_> {
    type Output = wasmtime::Result<u8>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let control = &this.control;
        control.waker.register(cx.waker());
        if let Some(most) = control.limits.wall_time {
            let deadline = this
                .deadline
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(most.saturating_sub(control.elapsed()))));
            // Polled only to be woken by it: what time it is, is looked at next.
            let _ = deadline.as_mut().poll(cx);
        }
        control.check_times();
        if control.cause().is_some() {
            return Poll::Ready(Err(Ended.into()));
        }
        if control.is_paused() {
            return Poll::Pending;
        }
        let used = control.counters.cpu_ns.load(Relaxed);
        // The requests of a server are held by themselves, and it goes on accepting.
        let share = control.cpu_millis().filter(|_| !this.paces_itself);
        if this.throttle.poll(share, used, cx).is_pending() {
            return Poll::Pending;
        }
        let _busy = this.ticking.busy();
        control.enter();
        let result = this.work.as_mut().poll(cx);
        control.leave();
        if result.is_pending() {
            control.check_times();
            if control.cause().is_some() {
                return Poll::Ready(Err(Ended.into()));
            }
        }
        result
    }
}

/// Holds a guest that has used more than its share.
#[derive(Default)]
struct Throttle {
    bucket: Option<Bucket>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Throttle {
    fn poll(&mut self, millis: Option<u64>, used: u64, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let Some(bucket) = Bucket::follow(&mut self.bucket, millis, used) else {
                self.sleep = None;
                return Poll::Ready(());
            };
            if let Some(sleep) = &mut self.sleep {
                std::task::ready!(sleep.as_mut().poll(cx));
                self.sleep = None;
            }
            match bucket.debt(used) {
                None => return Poll::Ready(()),
                Some(wait) => self.sleep = Some(Box::pin(tokio::time::sleep(wait))),
            }
        }
    }
}
