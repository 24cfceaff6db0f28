//! The block that a guest shares with those who watch it: why it shall end, and what it has used.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::task::Poll;
use std::time::{Duration, Instant};

use futures::task::AtomicWaker;
use rustix::time::ClockId;
use sampan_types::{ByteCount, LimitBreach, LimitName, Limits, Signal, Usage};
use tokio::sync::watch;
use wasmtime::Engine;

/// What a guest is to its process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// The process is the guest's alone, so that its CPU time is.
    pub(crate) whole_process: bool,
    /// It answers requests until it is asked to leave.
    pub(crate) server: bool,
}

/// Why a guest is ended from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Signal(Signal),
    Limit(LimitName),
}

const SIGNALS: [Signal; 3] = [Signal::Interrupt, Signal::Terminate, Signal::Kill];

impl Cause {
    fn encode(self) -> u16 {
        let at = |i: Option<usize>| i.unwrap_or(0) as u16;
        match self {
            Self::Signal(s) => 1 + at(SIGNALS.iter().position(|x| *x == s)),
            Self::Limit(l) => 100 + at(LimitName::ALL.iter().position(|x| *x == l)),
        }
    }

    fn decode(code: u16) -> Option<Self> {
        match code {
            0 => None,
            1..100 => SIGNALS.get(usize::from(code) - 1).copied().map(Self::Signal),
            _ => LimitName::ALL
                .get(usize::from(code) - 100)
                .copied()
                .map(Self::Limit),
        }
    }
}

/// The error that unwinds a guest which shall end.
#[derive(Debug, thiserror::Error)]
#[error("ended from outside")]
pub(crate) struct Ended;

/// Numbers that only grow, or the most at any time.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) memory: AtomicU64,
    pub(crate) host_memory: AtomicU64,
    pub(crate) table_elements: AtomicU64,
    pub(crate) instances: AtomicU64,
    pub(crate) open_files: AtomicU64,
    pub(crate) sockets: AtomicU64,
    pub(crate) disk: AtomicU64,
    pub(crate) input: AtomicU64,
    pub(crate) output: AtomicU64,
    pub(crate) cpu_ns: AtomicU64,
    wall_ns: AtomicU64,
    /// Of guests that this one started.
    started_cpu_ns: AtomicU64,
}

pub(crate) struct Control {
    pub(crate) limits: Limits,
    pub(crate) counters: Counters,
    /// Wakes the guest's own future.
    pub(crate) waker: AtomicWaker,
    /// Wakes who waits for the guest to be ended from outside.
    pub(crate) watcher: AtomicWaker,
    engine: Engine,
    cause: AtomicU16,
    paused: AtomicBool,
    /// Whether the guest is out of its own code for good; what is left is the host's to write down.
    returned: AtomicBool,
    /// Whether a server was asked to finish what is under way; `None` for what is no server.
    asked: Option<watch::Sender<bool>>,
    interrupts: Interrupts,
    started: Instant,
    compile_time: Duration,
    clock: CpuClock,
    output_window: OutputWindow,
    /// Linear memory of all instances at this moment.
    memory_now: AtomicU64,
    /// Those limits that can change while the guest runs.
    changed: Changed,
    /// The guest that started this one: what is used here is used of its limits too.
    above: Option<Arc<Control>>,
}

/// Keys that interrupt, for a guest that takes them itself.
#[derive(Default)]
struct Interrupts {
    taken: AtomicBool,
    /// One came, and the guest has not asked since.
    pending: AtomicBool,
    /// Wakes the guest where it waits in a call.
    waker: AtomicWaker,
}

/// Limits that can change while the guest runs.
struct Changed {
    memory: AtomicU64,
    /// 0 for no share of its own.
    cpu_millis: AtomicU64,
}

/// Where the guest's CPU time is read.
enum CpuClock {
    /// From its thread, around each poll and at each epoch.
    Polls {
        /// The thread's clock when the present poll began or was last read; 0 between polls. Written by the
        /// guest's own thread alone.
        start: AtomicU64,
    },
    /// From the process, which is the guest's alone, on any thread.
    Process {
        /// The clock when the guest was made.
        start: u64,
    },
}

/// Output of the present second.
struct OutputWindow {
    second: AtomicU64,
    bytes: AtomicU64,
}

impl Control {
    pub(crate) fn new(
        engine: &Engine,
        shape: Shape,
        limits: Limits,
        compile_time: Duration,
        above: Option<Arc<Self>>,
    ) -> Self {
        Self {
            changed: Changed {
                memory: AtomicU64::new(limits.memory.get()),
                cpu_millis: AtomicU64::new(limits.cpu_millis.unwrap_or(0)),
            },
            limits,
            counters: Counters::default(),
            waker: AtomicWaker::new(),
            watcher: AtomicWaker::new(),
            engine: engine.clone(),
            cause: AtomicU16::new(0),
            paused: AtomicBool::new(false),
            returned: AtomicBool::new(false),
            asked: shape.server.then(|| watch::Sender::new(false)),
            interrupts: Interrupts::default(),
            started: Instant::now(),
            compile_time,
            clock: if shape.whole_process {
                CpuClock::Process {
                    start: cpu(ClockId::ProcessCPUTime),
                }
            } else {
                CpuClock::Polls {
                    start: AtomicU64::new(0),
                }
            },
            output_window: OutputWindow {
                second: AtomicU64::new(0),
                bytes: AtomicU64::new(0),
            },
            memory_now: AtomicU64::new(0),
            above,
        }
    }

    /// Ends the guest wherever it is. The first cause counts.
    pub(crate) fn end(&self, cause: Cause) {
        if self
            .cause
            .compare_exchange(0, cause.encode(), SeqCst, SeqCst)
            .is_ok()
        {
            self.engine.increment_epoch();
            self.waker.wake();
            self.watcher.wake();
        }
    }

    /// Asks a server to finish what is under way. The first time; then, and of what is no server, `false`.
    pub(crate) fn ask(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| !asked.send_replace(true))
    }

    /// Resolves when [`Control::ask`] was called.
    pub(crate) async fn asked(&self) {
        match &self.asked {
            // The sender is part of `self`, so waiting for it cannot fail.
            Some(asked) => drop(asked.subscribe().wait_for(|asked| *asked).await),
            None => std::future::pending().await,
        }
    }

    /// Whether the guest takes interrupts itself from now on. Gives whether one has come since it was last asked.
    pub(crate) fn take_interrupts(&self, take: bool) -> bool {
        self.interrupts.taken.store(take, SeqCst);
        self.interrupts.pending.swap(false, SeqCst)
    }

    pub(crate) fn takes_interrupts(&self) -> bool {
        self.interrupts.taken.load(SeqCst)
    }

    /// Interrupts a guest that takes that itself; of any other `false`.
    pub(crate) fn interrupt(&self) -> bool {
        if !self.takes_interrupts() {
            return false;
        }
        self.interrupts.pending.store(true, SeqCst);
        self.interrupts.waker.wake();
        true
    }

    /// What a call of the guest waits for; an error as soon as the guest is interrupted, and until it has asked.
    pub(crate) async fn unless_interrupted<T>(&self, work: impl Future<Output = T>) -> io::Result<T> {
        let mut work = pin!(work);
        std::future::poll_fn(|cx| {
            if self.takes_interrupts() {
                self.interrupts.waker.register(cx.waker());
                if self.interrupts.pending.load(SeqCst) {
                    return Poll::Ready(Err(io::ErrorKind::Interrupted.into()));
                }
            }
            work.as_mut().poll(cx).map(Ok)
        })
        .await
    }

    pub(crate) fn cause(&self) -> Option<Cause> {
        Cause::decode(self.cause.load(SeqCst))
    }

    pub(crate) fn pause(&self, paused: bool) {
        self.paused.store(paused, SeqCst);
        // Into its pause a guest goes at the next epoch, out of it by being polled.
        self.engine.increment_epoch();
        self.waker.wake();
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(SeqCst) || self.above.as_ref().is_some_and(|above| above.is_paused())
    }

    pub(crate) fn breach(&self, limit: LimitName) -> LimitBreach {
        LimitBreach {
            limit,
            value: self.limits_now().show(limit),
        }
    }

    /// Changes those limits that can change while the guest runs.
    pub(crate) fn change(&self, limits: &Limits) {
        self.changed.memory.store(limits.memory.get(), SeqCst);
        self.changed
            .cpu_millis
            .store(limits.cpu_millis.unwrap_or(0), SeqCst);
        self.waker.wake();
    }

    /// The limits as they are at this moment.
    pub(crate) fn limits_now(&self) -> Limits {
        Limits {
            memory: ByteCount::new(self.changed.memory.load(SeqCst)),
            cpu_millis: self.cpu_millis(),
            ..self.limits.clone()
        }
    }

    /// The share of processors, in thousandths of one.
    pub(crate) fn cpu_millis(&self) -> Option<u64> {
        match &self.above {
            Some(above) => above.cpu_millis(),
            None => Some(self.changed.cpu_millis.load(Relaxed)).filter(|millis| *millis > 0),
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The guest has left its code. Fixes the time from start to end, and gives why it was to end at that
    /// moment: what comes later does not change how it ended.
    pub(crate) fn finish(&self) -> Option<Cause> {
        let cause = self.cause();
        self.returned.store(true, SeqCst);
        self.measure();
        self.counters
            .wall_ns
            .store(nanos(self.started.elapsed()).max(1), Relaxed);
        cause
    }

    pub(crate) fn has_returned(&self) -> bool {
        self.returned.load(SeqCst)
    }

    /// A poll of the guest begins on this thread.
    pub(crate) fn enter(&self) {
        if let CpuClock::Polls { start } = &self.clock {
            start.store(cpu(ClockId::ThreadCPUTime), Relaxed);
        }
    }

    /// The poll has ended.
    pub(crate) fn leave(&self) {
        if let CpuClock::Polls { start } = &self.clock {
            self.measure();
            start.store(0, Relaxed);
        }
    }

    /// Brings the CPU time up to date: on the guest's own thread, unless the process is the guest's alone.
    pub(crate) fn measure(&self) {
        match &self.clock {
            CpuClock::Polls { start } => {
                let before = start.load(Relaxed);
                if before != 0 {
                    let now = cpu(ClockId::ThreadCPUTime);
                    let took = now.saturating_sub(before);
                    self.took(took);
                    start.store(now, Relaxed);
                }
            }
            CpuClock::Process { start } => {
                let used = cpu(ClockId::ProcessCPUTime).saturating_sub(*start);
                self.counters.cpu_ns.fetch_max(used, Relaxed);
            }
        }
    }

    /// A guest that this one started took processor time.
    fn child_took(&self, nanos: u64) {
        self.counters.started_cpu_ns.fetch_add(nanos, Relaxed);
        if let Some(above) = &self.above {
            above.child_took(nanos);
        }
    }

    /// A part of it that is polled elsewhere took processor time.
    pub(crate) fn took(&self, nanos: u64) {
        self.counters.cpu_ns.fetch_add(nanos, Relaxed);
        if let Some(above) = &self.above {
            above.child_took(nanos);
        }
    }

    /// Whether its processor time is what its polls take.
    pub(crate) fn is_measured_by_polls(&self) -> bool {
        matches!(self.clock, CpuClock::Polls { .. })
    }

    /// Its processor time with that of those it started, in nanoseconds.
    fn whole_cpu(&self) -> u64 {
        let counters = &self.counters;
        counters
            .cpu_ns
            .load(Relaxed)
            .saturating_add(counters.started_cpu_ns.load(Relaxed))
    }

    /// Brings the CPU time up to date from any thread, where that can be done: a thread's own clock is read by
    /// that thread alone.
    pub(crate) fn measure_from_outside(&self) {
        if matches!(self.clock, CpuClock::Process { .. }) {
            self.measure();
        }
    }

    /// Called on the guest's own thread at each epoch: whether it may go on.
    pub(crate) fn at_epoch(&self) -> Result<(), Ended> {
        self.measure();
        self.check_times();
        match self.cause() {
            Some(_) => Err(Ended),
            None => Ok(()),
        }
    }

    /// Ends the guest where it has used up its time.
    pub(crate) fn check_times(&self) {
        let cpu = self.whole_cpu();
        if self.limits.cpu_time.is_some_and(|most| cpu >= nanos(most)) {
            self.end(Cause::Limit(LimitName::CpuTime));
        }
        if self
            .limits
            .wall_time
            .is_some_and(|most| self.started.elapsed() >= most)
        {
            self.end(Cause::Limit(LimitName::WallTime));
        }
    }

    /// Whether loops of this guest must be looked at from time to time, and ask.
    pub(crate) fn needs_ticks(&self) -> bool {
        let limits = &self.limits;
        matches!(self.clock, CpuClock::Polls { .. })
            && (limits.wall_time.is_some() || limits.cpu_time.is_some() || limits.cpu_millis.is_some())
    }

    /// The least time in which the guest can run out of time.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let cpu = Duration::from_nanos(self.whole_cpu());
        let wall = self
            .limits
            .wall_time
            .map(|most| most.saturating_sub(self.elapsed()));
        let cpu = self.limits.cpu_time.map(|most| most.saturating_sub(cpu));
        wall.into_iter().chain(cpu).min()
    }

    /// Takes linear memory, if the limit allows it.
    pub(crate) fn take_memory(&self, bytes: usize) -> bool {
        let sum = |now: u64| {
            now.checked_add(bytes as u64)
                .filter(|sum| *sum <= self.changed.memory.load(Relaxed))
        };
        let Ok(before) = self.memory_now.fetch_update(SeqCst, SeqCst, sum) else {
            return false;
        };
        if self.above.as_ref().is_some_and(|above| !above.take_memory(bytes)) {
            self.memory_now.fetch_sub(bytes as u64, SeqCst);
            return false;
        }
        let now = before.saturating_add(bytes as u64);
        self.counters.memory.fetch_max(now, Relaxed);
        true
    }

    /// Gives back what [`Control::take_memory`] took.
    pub(crate) fn give_memory(&self, bytes: usize) {
        self.memory_now.fetch_sub(bytes as u64, SeqCst);
        if let Some(above) = &self.above {
            above.give_memory(bytes);
        }
    }

    /// Counts bytes that were written to standard output or error.
    pub(crate) fn wrote(&self, bytes: usize) -> Result<(), Ended> {
        if self.is_too_much(bytes as u64) {
            self.end(Cause::Limit(LimitName::OutputRate));
            return Err(Ended);
        }
        Ok(())
    }

    /// Counts output here and above; whether it is more than may be.
    fn is_too_much(&self, bytes: u64) -> bool {
        let above = self.above.as_ref().is_some_and(|above| above.is_too_much(bytes));
        self.counters.output.fetch_add(bytes, Relaxed);
        let most = self.limits.output_rate.get();
        let second = self.started.elapsed().as_secs();
        let window = &self.output_window;
        if window.second.swap(second, Relaxed) != second {
            window.bytes.store(0, Relaxed);
        }
        window.bytes.fetch_add(bytes, Relaxed) + bytes > most || above
    }

    pub(crate) fn usage(&self) -> Usage {
        if self.counters.wall_ns.load(Relaxed) == 0 {
            match self.clock {
                // A guest in a loop brings its CPU time up to date at the next epoch: for the next question.
                CpuClock::Polls { .. } => self.engine.increment_epoch(),
                CpuClock::Process { .. } => self.measure(),
            }
        }
        let c = &self.counters;
        let bytes = |n: &AtomicU64| ByteCount::new(n.load(Relaxed));
        Usage {
            memory: bytes(&c.memory),
            host_memory: bytes(&c.host_memory),
            table_elements: c.table_elements.load(Relaxed),
            instances: c.instances.load(Relaxed),
            wall_time: match c.wall_ns.load(Relaxed) {
                0 => self.started.elapsed(),
                done => Duration::from_nanos(done),
            },
            cpu_time: Duration::from_nanos(self.whole_cpu()),
            compile_time: self.compile_time,
            open_files: c.open_files.load(Relaxed),
            sockets: c.sockets.load(Relaxed),
            disk: bytes(&c.disk),
            input: bytes(&c.input),
            output: bytes(&c.output),
        }
    }
}

fn nanos(d: Duration) -> u64 {
    u64::try_from(d.as_nanos()).unwrap_or(u64::MAX)
}

/// What this thread has had of processors, in nanoseconds; never 0.
pub(crate) fn thread_time() -> u64 {
    cpu(ClockId::ThreadCPUTime)
}

/// Time on a processor, in nanoseconds; never 0.
fn cpu(clock: ClockId) -> u64 {
    let t = rustix::time::clock_gettime(clock);
    (t.tv_sec as u64)
        .saturating_mul(1_000_000_000)
        .saturating_add(t.tv_nsec as u64)
        .max(1)
}
