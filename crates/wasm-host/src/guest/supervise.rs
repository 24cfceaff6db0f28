//! Polls a guest within its limits of time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Sleep;

use crate::control::{Control, Ended};
use crate::ticker::Registration;

/// The longest credit of processor time that a throttled guest saves up while it waits.
const BURST: Duration = Duration::from_millis(50);

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
        throttle: None,
        control,
    }
}

/// A guest's work. Dropping it drops the guest where it waits.
pub(super) struct Supervised<'a> {
    work: Work<'a>,
    ticking: &'a Registration,
    control: Arc<Control>,
    deadline: Option<Pin<Box<Sleep>>>,
    throttle: Option<Throttle>,
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
        match (control.cpu_millis(), &mut this.throttle) {
            (None, throttle) => *throttle = None,
            (Some(millis), Some(throttle)) if throttle.millis == millis => {}
            (Some(millis), throttle) => *throttle = Some(Throttle::new(millis, used)),
        }
        if let Some(throttle) = &mut this.throttle
            && throttle.poll(used, cx).is_pending()
        {
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

/// A bucket of processor time that fills at the guest's share.
struct Throttle {
    millis: u64,
    /// Processor time that had been used when the bucket was last looked at.
    used: u64,
    /// What is left, in nanoseconds; below zero is debt.
    left: i64,
    last: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Throttle {
    fn new(millis: u64, used: u64) -> Self {
        Self {
            millis,
            used,
            left: 0,
            last: Instant::now(),
            sleep: None,
        }
    }

    fn poll(&mut self, used: u64, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(sleep) = &mut self.sleep {
                std::task::ready!(sleep.as_mut().poll(cx));
                self.sleep = None;
            }
            let now = Instant::now();
            let share =
                |nanos: u128| i64::try_from(nanos * u128::from(self.millis) / 1000).unwrap_or(i64::MAX);
            let earned = share(now.duration_since(self.last).as_nanos());
            let most = share(BURST.as_nanos());
            let spent = i64::try_from(used.saturating_sub(self.used)).unwrap_or(i64::MAX);
            self.left = self.left.saturating_add(earned).min(most).saturating_sub(spent);
            self.last = now;
            self.used = used;
            if self.left >= 0 {
                return Poll::Ready(());
            }
            let debt = u128::from(self.left.unsigned_abs()) * 1000 / u128::from(self.millis.max(1));
            let wait = Duration::from_nanos(u64::try_from(debt).unwrap_or(u64::MAX));
            self.sleep = Some(Box::pin(tokio::time::sleep(wait)));
        }
    }
}
