//! The `sampan` binary under test: a state folder of its own, whole outputs, and an end in bounded time.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

/// How long a command may take before the test fails: a deadline for a hang, not a measure of speed.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// More of an output than this is counted but not kept.
const KEPT: usize = 4 << 20;

/// The binary, with a state root and a home folder of its own that go when this value goes.
#[derive(Debug)]
pub struct Sampan {
    binary: PathBuf,
    folder: tempfile::TempDir,
}

/// The binary that is tested: the one that was built with the tests, `env!("CARGO_BIN_EXE_sampan")`, or another one
/// (of a release, say) that `SAMPAN_TEST_BINARY` names.
#[allow(
    clippy::disallowed_methods,
    reason = "what is tested is the tests' own setting"
)]
pub fn under_test(built: &str) -> PathBuf {
    std::env::var_os("SAMPAN_TEST_BINARY").map_or_else(|| built.into(), PathBuf::from)
}

/// How often something is to be done over and over: `usual` times, or what `SAMPAN_TEST_ROUNDS` says in a soak.
///
/// # Panics
/// When that is no number.
#[allow(
    clippy::disallowed_methods,
    reason = "how long a test takes is the tests' own setting"
)]
pub fn rounds(usual: u32) -> u32 {
    std::env::var("SAMPAN_TEST_ROUNDS").map_or(usual, |given| {
        given.parse().expect("SAMPAN_TEST_ROUNDS is a number")
    })
}

impl Sampan {
    /// For the binary at `binary`: `Sampan::new(under_test(env!("CARGO_BIN_EXE_sampan")))`.
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        let folder = tempfile::Builder::new().prefix("sampan-test-").tempdir();
        let folder = folder.expect("a temporary folder can be made");
        for name in ["root", "home", "work"] {
            std::fs::create_dir(folder.path().join(name)).expect("a new folder takes folders");
        }
        Self {
            binary: binary.into(),
            folder,
        }
    }

    /// The state root.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// The home folder, with the caller's Docker configuration if the test puts one there.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The folder in which commands run, for the test's own files.
    pub fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Writes a file into [`Self::work`], and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(name);
        std::fs::write(&path, content).expect("the work folder takes a file");
        path
    }

    /// A command line that has not begun.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        Run {
            sampan: Command::new(&self.binary),
            args: args.into_iter().map(|a| a.as_ref().to_owned()).collect(),
            root: self.root(),
            home: self.home(),
            work: self.work(),
            stdin: Input::None,
            deadline: DEADLINE,
            env: Vec::new(),
        }
    }

    /// `sampan run ARGS…`, to its end.
    #[track_caller]
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ended {
        self.command(["run"]).args(args).end()
    }
}

#[derive(Debug)]
enum Input {
    None,
    Bytes(Vec<u8>),
    Held,
}

/// A command line that has not begun.
#[derive(Debug)]
pub struct Run {
    sampan: Command,
    args: Vec<OsString>,
    root: PathBuf,
    home: PathBuf,
    work: PathBuf,
    stdin: Input,
    deadline: Duration,
    env: Vec<(OsString, OsString)>,
}

impl Run {
    /// More arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(|a| a.as_ref().to_owned()));
        self
    }

    /// One variable of the environment, which holds nothing else of the caller's but `PATH`.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// The folder in which it runs.
    pub fn work(mut self, folder: impl Into<PathBuf>) -> Self {
        self.work = folder.into();
        self
    }

    /// What it reads, then the end of it.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Input::Bytes(bytes.into());
        self
    }

    /// Its input stays open, and is written by [`Running::write`].
    pub fn hold_stdin(mut self) -> Self {
        self.stdin = Input::Held;
        self
    }

    /// Another deadline than [`DEADLINE`].
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The process as it would begin, for a test that needs other streams than pipes.
    pub fn into_command(mut self) -> Command {
        #[expect(
            clippy::disallowed_methods,
            reason = "the tools that `sampan` calls are found as in the test"
        )]
        let path = std::env::var_os("PATH").unwrap_or_default();
        self.sampan
            .env_clear()
            .env("PATH", path)
            .env("HOME", &self.home)
            .env("SAMPAN_ROOT", &self.root)
            .envs(self.env)
            .current_dir(&self.work)
            .args(&self.args);
        self.sampan
    }

    /// Begins.
    #[track_caller]
    pub fn start(mut self) -> Running {
        let input = std::mem::replace(&mut self.stdin, Input::None);
        let deadline = self.deadline;
        let line = self
            .args
            .iter()
            .map(|a| a.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ");
        let mut command = self.into_command();
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .stdin(match input {
                Input::None => Stdio::null(),
                Input::Bytes(_) | Input::Held => Stdio::piped(),
            });
        let begun = Instant::now();
        let mut child = command
            .spawn()
            .unwrap_or_else(|e| panic!("cannot start {command:?}: {e}"));
        let stdout = Pipe::drain(child.stdout.take().expect("it was piped"));
        let stderr = Pipe::drain(child.stderr.take().expect("it was piped"));
        let mut stdin = child.stdin.take();
        if let Input::Bytes(bytes) = input
            && let Some(mut to) = stdin.take()
        {
            // In a thread, because the program may answer before it has read all. It may also end before: no error.
            std::thread::spawn(move || to.write_all(&bytes));
        }
        Running {
            child,
            stdin,
            stdout,
            stderr,
            line,
            begun,
            end: begun + deadline,
        }
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn end(self) -> Ended {
        self.start().end()
    }
}

/// What came through a pipe so far.
#[derive(Debug)]
struct Pipe {
    kept: Arc<Mutex<(Vec<u8>, u64)>>,
    thread: Option<JoinHandle<()>>,
}

impl Pipe {
    fn drain(mut from: impl Read + Send + 'static) -> Self {
        let kept = Arc::new(Mutex::new((Vec::new(), 0)));
        let into = Arc::clone(&kept);
        let thread = std::thread::spawn(move || {
            let mut block = vec![0; 1 << 16];
            while let Ok(n @ 1..) = from.read(&mut block) {
                let mut kept = into.lock().unwrap_or_else(PoisonError::into_inner);
                let room = n.min(KEPT - kept.0.len());
                kept.0.extend_from_slice(&block[..room]);
                kept.1 += n as u64;
            }
        });
        Self {
            kept,
            thread: Some(thread),
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.kept.lock().unwrap_or_else(PoisonError::into_inner).0).into_owned()
    }

    fn finish(&mut self) -> (Vec<u8>, u64) {
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the reader of a pipe does not panic");
        }
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A command that has begun. It is killed when this value goes before its end.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Pipe,
    stderr: Pipe,
    line: String,
    begun: Instant,
    end: Instant,
}

impl Running {
    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).expect("a process id is not zero");
        rustix::process::kill_process(pid, signal).expect("the process has not been waited for");
    }

    /// Writes to its input, which was held open.
    #[track_caller]
    pub fn write(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("its input was held open");
        stdin
            .write_all(bytes)
            .and_then(|()| stdin.flush())
            .expect("it reads its input");
    }

    /// Ends its input.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Its output so far.
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// Its errors so far.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// Waits until its output has `text`.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        let end = self.end;
        loop {
            if self.stdout().contains(text) {
                return;
            }
            assert!(
                Instant::now() < end,
                "`sampan {}` did not print {text:?}, but {:?} and {:?}",
                self.line,
                self.stdout(),
                self.stderr()
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Whether it has ended.
    pub fn ended(&mut self) -> bool {
        self.child
            .try_wait()
            .expect("a child can be waited for")
            .is_some()
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// At the deadline, after it has killed the process.
    #[track_caller]
    pub fn end(mut self) -> Ended {
        let mut pause = Duration::from_micros(500);
        let mut peak_memory = 0;
        let status = loop {
            peak_memory = high_water(self.child.id()).unwrap_or(peak_memory);
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                break status;
            }
            if Instant::now() > self.end {
                let _ = self.child.kill();
                let _ = self.child.wait();
                panic!(
                    "`sampan {}` did not end within its deadline; it had printed {:?} and {:?}",
                    self.line,
                    head(&self.stdout.text()),
                    head(&self.stderr.text())
                );
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        };
        let took = self.begun.elapsed();
        self.stdin = None;
        let (stdout, stdout_bytes) = self.stdout.finish();
        let (stderr, stderr_bytes) = self.stderr.finish();
        let line = std::mem::take(&mut self.line);
        Ended {
            status,
            stdout,
            stdout_bytes,
            stderr,
            stderr_bytes,
            took,
            peak_memory,
            line,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a command left.
#[derive(Debug)]
pub struct Ended {
    /// Its status.
    pub status: ExitStatus,
    /// Its output, up to 4 MiB.
    pub stdout: Vec<u8>,
    /// How much it put out in all.
    pub stdout_bytes: u64,
    /// Its errors, up to 4 MiB.
    pub stderr: Vec<u8>,
    /// How much of errors in all.
    pub stderr_bytes: u64,
    /// From start to end. Never to be asserted on: machines differ.
    pub took: Duration,
    /// The most memory that its own process was seen to hold at a time, in bytes; its helpers are not counted.
    pub peak_memory: u64,
    line: String,
}

impl Ended {
    /// Its output as text.
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Its errors as text.
    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Asserts its exit code.
    #[track_caller]
    pub fn code(&self, code: i32) -> &Self {
        assert_eq!(self.status.code(), Some(code), "exit code of {self}");
        self
    }

    /// Asserts that it succeeded without a word on standard error, and gives its output.
    #[track_caller]
    pub fn quiet(&self) -> String {
        self.code(0);
        assert_eq!(self.err(), "", "standard error of {self}");
        self.out()
    }

    /// Asserts that its errors hold `text`.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(
            self.err().contains(text),
            "{text:?} is not in standard error of {self}"
        );
        self
    }

    /// Asserts that it failed as a program of ours must: with that code, nothing on standard output, `error: ` at the
    /// head of a line, and no panic.
    #[track_caller]
    pub fn fails(&self, code: i32) -> &Self {
        self.code(code);
        assert_eq!(self.out(), "", "standard output of {self}");
        let err = self.err();
        assert!(
            err.lines().any(|l| l.starts_with("error: ")),
            "no error in {self}"
        );
        for word in ["panicked", "RUST_BACKTRACE", "src/"] {
            assert!(!err.contains(word), "{word:?} in {self}");
        }
        self
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`sampan {}`: {}\n--- stdout\n{}\n--- stderr\n{}",
            self.line,
            self.status,
            head(&self.out()),
            head(&self.err())
        )
    }
}

fn head(text: &str) -> String {
    let mut end = text.len().min(4000);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

/// The most memory that a process has held so far; `None` once it has ended.
fn high_water(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}
