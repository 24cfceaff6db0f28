//! Shares the processors among guests by their weight.
//!
//! Guests are futures that give way at each epoch. Of those that can go on, the one that has had least of its share
//! is polled next: what a poll takes of a processor is charged to it, divided by its weight (start-time fair
//! queueing). One that comes back from waiting is not paid for the time it slept through.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use rustix::thread::sched_getaffinity;
use rustix::time::{ClockId, clock_gettime};
use sampan_runtime::Placement;
use tokio::runtime::Handle;

/// How often it is looked which processors this process may use.
const LOOK: Duration = Duration::from_millis(250);

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs futures on threads of its own.
pub(crate) struct Scheduler {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    /// Signalled for one thread when there is work.
    work: Condvar,
    /// How many threads may poll at a time.
    allowed: AtomicUsize,
    /// How many tasks have their turn.
    polling: AtomicUsize,
    tasks: Handle,
}

#[derive(Default)]
struct Queue {
    ready: BinaryHeap<Reverse<Turn>>,
    /// Where the share of the one that was polled last stood.
    now: u64,
    /// Order among equals.
    count: u64,
    waiting: usize,
}

struct Turn {
    had: u64,
    count: u64,
    task: Arc<Task>,
}

impl PartialEq for Turn {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Turn {}
impl PartialOrd for Turn {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Turn {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.had, self.count).cmp(&(other.had, other.count))
    }
}

/// What a task is doing.
mod state {
    /// Waiting to be woken.
    pub(super) const ASLEEP: u8 = 0;
    /// In the queue.
    pub(super) const QUEUED: u8 = 1;
    /// Being polled.
    pub(super) const POLLED: u8 = 2;
    /// Woken while it was polled.
    pub(super) const AGAIN: u8 = 3;
    /// At its end.
    pub(super) const DONE: u8 = 4;
}

/// One future with its account.
pub(crate) struct Task {
    work: Mutex<Option<Work>>,
    state: AtomicU8,
    /// Processor time that it has had, in nanoseconds at the usual weight.
    had: AtomicU64,
    weight: AtomicU64,
    shared: Arc<Shared>,
}

impl Task {
    /// Sets its weight beside others.
    pub(crate) fn set_weight(&self, weight: u64) {
        self.weight.store(weight.max(2), Relaxed);
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        loop {
            let (from, to) = match self.state.load(SeqCst) {
                state::ASLEEP => (state::ASLEEP, state::QUEUED),
                state::POLLED => (state::POLLED, state::AGAIN),
                _ => return,
            };
            if self.state.compare_exchange(from, to, SeqCst, SeqCst).is_ok() {
                if to == state::QUEUED {
                    let shared = self.shared.clone();
                    shared.push(self);
                }
                return;
            }
        }
    }
}

impl Scheduler {
    /// Starts as many threads as there are processors. Futures run in the context of `tasks`.
    pub(crate) fn start(tasks: Handle) -> std::io::Result<Self> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            allowed: AtomicUsize::new(threads),
            polling: AtomicUsize::new(0),
            tasks,
        });
        for number in 0..threads {
            let shared = shared.clone();
            std::thread::Builder::new()
                .name("guests".to_owned())
                .spawn(move || shared.run(number))?;
        }
        Ok(Self { shared })
    }

    /// Adds a future. Where nothing else is to do, its first turn comes at once, on this thread: most are short,
    /// and to wake another thread takes longer than their whole life.
    pub(crate) fn spawn(&self, weight: u64, work: impl Future<Output = ()> + Send + 'static) -> Arc<Task> {
        let task = Arc::new(Task {
            work: Mutex::new(Some(Box::pin(work))),
            state: AtomicU8::new(state::QUEUED),
            had: AtomicU64::new(0),
            weight: AtomicU64::new(weight.max(2)),
            shared: self.shared.clone(),
        });
        if self.shared.is_idle() {
            let _context = self.shared.tasks.enter();
            task.had.store(self.shared.lock().now, Relaxed);
            self.shared.turn(&task, cpu_time());
        } else {
            self.shared.push(task.clone());
        }
        task
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, task: Arc<Task>) {
        let mut queue = self.lock();
        // Nobody saves up a share by sleeping.
        let had = task.had.load(Relaxed).max(queue.now);
        task.had.store(had, Relaxed);
        queue.count += 1;
        let count = queue.count;
        queue.ready.push(Reverse(Turn { had, count, task }));
        if queue.waiting > 0 {
            self.work.notify_one();
        }
    }

    /// The next task for thread `number`.
    fn next(&self, number: usize) -> Arc<Task> {
        let mut queue = self.lock();
        loop {
            // The first thread always may.
            let may = number == 0 || number < self.allowed.load(Relaxed);
            if may && let Some(Reverse(turn)) = queue.ready.pop() {
                queue.now = queue.now.max(turn.had);
                return turn.task;
            }
            queue.waiting += 1;
            queue = if queue.ready.is_empty() {
                self.work.wait(queue).unwrap_or_else(PoisonError::into_inner)
            } else {
                // Held back while there is work: look again whether more processors came.
                let woken = self.work.wait_timeout(queue, LOOK);
                woken.unwrap_or_else(PoisonError::into_inner).0
            };
            queue.waiting -= 1;
            if !may && !queue.ready.is_empty() {
                // The signal was meant for a thread that may.
                self.work.notify_one();
            }
        }
    }

    fn run(&self, number: usize) {
        let _context = self.tasks.enter();
        let mut looked = cpu_time();
        // What this thread takes between two polls is little, and counted with the second.
        let mut before = looked;
        loop {
            let task = self.next(number);
            let after = self.turn(&task, before);
            before = after;
            if after.saturating_sub(looked) > LOOK.as_nanos() as u64 {
                looked = after;
                self.look();
            }
        }
    }

    /// One turn of a task; `before` is this thread's time at its beginning. Gives that at its end.
    fn turn(&self, task: &Arc<Task>, before: u64) -> u64 {
        self.polling.fetch_add(1, SeqCst);
        task.poll();
        self.polling.fetch_sub(1, SeqCst);
        let after = cpu_time();
        task.charge(after.saturating_sub(before));
        let asleep = task
            .state
            .compare_exchange(state::POLLED, state::ASLEEP, SeqCst, SeqCst);
        if asleep == Err(state::AGAIN) {
            task.state.store(state::QUEUED, SeqCst);
            self.push(task.clone());
        }
        after
    }

    /// Whether no task has a turn or waits for one.
    fn is_idle(&self) -> bool {
        self.polling.load(SeqCst) == 0 && self.lock().ready.is_empty()
    }

    /// How many processors this process may use may change while it runs.
    fn look(&self) {
        let processors = sched_getaffinity(None).map_or(usize::MAX, |set| set.count() as usize);
        self.allowed.store(processors.max(1), Relaxed);
    }
}

impl Task {
    fn poll(self: &Arc<Self>) {
        self.state.store(state::POLLED, SeqCst);
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let waker = Waker::from(self.clone());
        let done = match work.as_mut() {
            Some(future) => future.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Ready(()),
            None => true,
        };
        if done {
            *work = None;
            self.state.store(state::DONE, SeqCst);
        }
    }

    fn charge(&self, nanos: u64) {
        let share = u128::from(nanos.max(1_000)) * u128::from(Placement::USUAL_WEIGHT);
        let share = share / u128::from(self.weight.load(Relaxed));
        self.had
            .fetch_add(u64::try_from(share).unwrap_or(u64::MAX / 4), Relaxed);
    }
}

/// Of this thread, in nanoseconds.
fn cpu_time() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    (time.tv_sec as u64)
        .saturating_mul(1_000_000_000)
        .saturating_add(time.tv_nsec as u64)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap()
    }

    /// Burns a millisecond at each poll and gives way.
    struct Burner {
        turns: Arc<AtomicU64>,
        stop: Arc<AtomicBool>,
    }

    impl Future for Burner {
        type Output = ();
        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            let before = cpu_time();
            while cpu_time() - before < 1_000_000 {}
            self.turns.fetch_add(1, Relaxed);
            if self.stop.load(Relaxed) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }

    #[test]
    fn shares_follow_weights() {
        let runtime = runtime();
        let scheduler = Scheduler::start(runtime.handle().clone()).unwrap();
        scheduler.shared.allowed.store(1, Relaxed);
        let stop = Arc::new(AtomicBool::new(false));
        let turns: Vec<Arc<AtomicU64>> = [1024, 3072]
            .into_iter()
            .map(|weight| {
                let turns = Arc::new(AtomicU64::new(0));
                let burner = Burner {
                    turns: turns.clone(),
                    stop: stop.clone(),
                };
                scheduler.spawn(weight, burner);
                turns
            })
            .collect();
        // Turns of the same length: their numbers are the shares. The affinity is looked at meanwhile, so the
        // bound is set again and again.
        while turns[1].load(Relaxed) < 600 {
            scheduler.shared.allowed.store(1, Relaxed);
            std::thread::yield_now();
        }
        stop.store(true, Relaxed);
        let (one, three) = (turns[0].load(Relaxed) as f64, turns[1].load(Relaxed) as f64);
        assert!((2.6..3.4).contains(&(three / one)), "{one} {three}");
    }

    #[test]
    fn what_waits_is_woken_and_what_ends_is_dropped() {
        let runtime = runtime();
        let scheduler = Scheduler::start(runtime.handle().clone()).unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        for number in 0..1_000_u64 {
            let tell = tell.clone();
            scheduler.spawn(1024, async move {
                tokio::time::sleep(Duration::from_millis(number % 7)).await;
                tokio::task::yield_now().await;
                tell.send(number).unwrap();
            });
        }
        drop(tell);
        // The channel ends when every future is dropped.
        assert_eq!(told.iter().sum::<u64>(), 499_500);
    }
}
