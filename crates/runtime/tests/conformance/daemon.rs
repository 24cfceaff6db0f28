//! A daemon of nothing but one runtime, which can fall.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use sampan_runtime::{Attach, Container, KeptStreams, LogFiles, Logs, Runtime, RuntimeError, TerminalSize};
use sampan_types::{ContainerId, Signal};

use super::Subject;

/// What is wanted of a container beyond the usual.
#[derive(Default)]
pub(crate) struct Wants {
    pub(crate) stdin: bool,
    pub(crate) terminal: bool,
    /// When a log file is full.
    pub(crate) log_max: Option<u64>,
}

pub(crate) const INPUT: Wants = Wants {
    stdin: true,
    terminal: false,
    log_max: None,
};
pub(crate) const ALL: Attach = Attach {
    stdin: true,
    stdout: true,
    stderr: true,
};

pub(crate) struct Daemon<'a, S> {
    subject: &'a S,
    tasks: Option<tokio::runtime::Runtime>,
    pub(crate) runtime: Arc<dyn Runtime>,
    /// What ends with the test.
    holds: Mutex<Vec<Arc<dyn Container>>>,
}

/// A container, and where its output is written down. The hold on it is its daemon's, and falls with that.
pub(crate) struct One {
    pub(crate) id: ContainerId,
    hold: Weak<dyn Container>,
    pub(crate) log: Log,
}

impl One {
    pub(crate) fn hold(&self) -> Arc<dyn Container> {
        self.hold.upgrade().expect("its daemon lives")
    }
}

impl<'a, S: Subject> Daemon<'a, S> {
    pub(crate) fn start(subject: &'a S) -> Self {
        let tasks = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let runtime = tasks.block_on(subject.open());
        Self {
            subject,
            tasks: Some(tasks),
            runtime,
            holds: Mutex::default(),
        }
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let limit = Duration::from_secs(60);
        let whole = async {
            tokio::time::timeout(limit, future)
                .await
                .expect("within a minute")
        };
        self.tasks.as_ref().unwrap().block_on(whole)
    }

    /// As after SIGKILL: sockets close, nothing is said.
    pub(crate) fn fall(mut self) {
        self.holds.lock().unwrap().clear();
        let tasks = self.tasks.take().unwrap();
        tasks.shutdown_timeout(Duration::from_secs(10));
    }

    /// Streams with a log of their own.
    pub(crate) fn streams(&self, id: &ContainerId, wants: &Wants) -> (KeptStreams, Log) {
        let log = Log(Arc::new(Files {
            base: self.subject.folder().join(id.as_str()),
            count: AtomicU64::new(0),
            max: wants.log_max,
        }));
        let streams = KeptStreams {
            stdin: wants.stdin,
            stdin_once: true,
            terminal: wants.terminal.then(TerminalSize::default),
            log: Logs::files(log.0.clone()),
        };
        (streams, log)
    }

    pub(crate) fn create(&self, words: &[&str], wants: &Wants) -> One {
        let id = fresh();
        let (streams, log) = self.streams(&id, wants);
        let spec = self.subject.spec(id.clone(), words, streams);
        let hold = self.block_on(self.runtime.create(spec)).unwrap();
        let one = One {
            id,
            hold: Arc::downgrade(&hold),
            log,
        };
        self.holds.lock().unwrap().push(hold);
        one
    }

    pub(crate) fn begin(&self, words: &[&str], wants: &Wants) -> One {
        let one = self.create(words, wants);
        self.block_on(one.hold().start()).unwrap();
        one
    }

    /// How it ended, as a caller sees it.
    pub(crate) fn code(&self, one: &Arc<dyn Container>) -> u8 {
        self.block_on(one.wait()).unwrap().code()
    }

    pub(crate) fn join(&self, hold: &Arc<dyn Container>) -> Result<UnixStream, RuntimeError> {
        let joined = self.block_on(hold.join(ALL))?;
        Ok(UnixStream::from(joined.socket))
    }

    pub(crate) fn survivors(&self) -> HashMap<ContainerId, Arc<dyn Container>> {
        let survivors = self.block_on(self.runtime.survivors()).unwrap();
        let found: HashMap<_, _> = survivors.into_iter().map(|s| (s.id, s.container)).collect();
        self.holds.lock().unwrap().extend(found.values().cloned());
        found
    }
}

impl<S> Drop for Daemon<'_, S> {
    /// Ends what the test made, whether it failed or not.
    fn drop(&mut self) {
        let Some(tasks) = self.tasks.take() else { return };
        let holds = std::mem::take(&mut *self.holds.lock().unwrap());
        tasks.block_on(async {
            for hold in holds {
                hold.kill(Signal::Kill);
                // One that was never started does not end.
                let _ = tokio::time::timeout(Duration::from_secs(10), async {
                    if hold.pid().is_some() {
                        let _ = hold.wait().await;
                    }
                })
                .await;
                hold.release().await;
            }
        });
        tasks.shutdown_timeout(Duration::from_secs(10));
    }
}

pub(crate) fn fresh() -> ContainerId {
    let mut random = [0; 32];
    File::open("/dev/urandom")
        .unwrap()
        .read_exact(&mut random)
        .unwrap();
    ContainerId::from_random(random)
}

/// Takes frames apart: standard output and standard error.
pub(crate) fn frames(bytes: &[u8]) -> (String, String) {
    let mut streams = [Vec::new(), Vec::new()];
    let mut rest = bytes;
    while let Some((head, body)) = rest.split_first_chunk::<8>() {
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        assert_eq!(head[1..4], [0, 0, 0]);
        streams[usize::from(head[0]) - 1].extend_from_slice(&body[..length]);
        rest = &body[length..];
    }
    let [out, err] = streams.map(|s| String::from_utf8(s).unwrap());
    (out, err)
}

pub(crate) fn rest_of(mut stream: UnixStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    bytes
}

/// The log of one container.
#[derive(Clone)]
pub(crate) struct Log(Arc<Files>);

struct Files {
    base: PathBuf,
    count: AtomicU64,
    max: Option<u64>,
}

impl Files {
    fn path(&self, number: u64) -> PathBuf {
        self.base.with_extension(number.to_string())
    }
}

impl LogFiles for Files {
    fn open(&self) -> io::Result<File> {
        let path = self.path(self.count.load(SeqCst));
        File::options().create(true).append(true).open(path)
    }
    fn rotate(&self) -> io::Result<File> {
        self.count.fetch_add(1, SeqCst);
        self.open()
    }
    fn max_size(&self) -> Option<u64> {
        self.max
    }
}

impl Log {
    pub(crate) fn files(&self) -> u64 {
        self.0.count.load(SeqCst) + 1
    }

    /// Where the log of a survivor goes on.
    pub(crate) fn again(&self) -> Logs {
        Logs::files(self.0.clone())
    }

    /// Streams and lines.
    pub(crate) fn lines(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        for number in 0..self.files() {
            let text = fs::read_to_string(self.0.path(number)).unwrap_or_default();
            // What is being written ends without a line's end.
            for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                let field = |name: &str| line[name].as_str().unwrap().to_owned();
                lines.push((field("stream"), field("log")));
            }
        }
        lines
    }

    pub(crate) fn out(&self) -> String {
        let lines = self.lines().into_iter();
        lines
            .filter(|(which, _)| which == "stdout")
            .map(|(_, line)| line)
            .collect()
    }

    /// Waits until something was written down.
    pub(crate) fn wrote(&self, text: &str) {
        sampan_testkit::until(&format!("`{text}` in the log"), || {
            self.out().contains(text).then_some(())
        });
    }
}
